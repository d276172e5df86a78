"""A progress report says of a period what the trends say of it, and nothing else; the page and the PDF say the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from formcheck.cli.main import app
from formcheck.history.sample import SAMPLE_NAME, add_sample
from formcheck.history.store.store import Store, open_store
from formcheck.history.trends.measures import DORSIFLEXION, HEEL_RAISE_HEIGHT
from formcheck.history.trends.progress import ProgressReport, gather_progress, list_weeks
from formcheck.history.trends.trend import compare_views, view_trend
from formcheck.history.values import Period
from formcheck.render.progress_charts import common_span, trend_chart
from formcheck.render.progress_page import render_progress_html
from formcheck.render.progress_pdf import render_progress_pdf
from formcheck.support.errors import UsageError

TODAY = date(2026, 11, 25)
FIRST = TODAY - timedelta(days=83)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('progress') / 'history.sqlite3'}") as opened:
        add_sample(opened, TODAY)
        opened.add_athlete("Nobody yet")
        yield opened


@pytest.fixture(scope="module")
def progress(store: Store) -> ProgressReport:
    return gather_progress(store, store.resolve_athlete(SAMPLE_NAME), today=TODAY)


def test_its_sentences_are_those_of_the_trends(store: Store, progress: ProgressReport) -> None:
    athlete = progress.athlete.id
    left, right = (view_trend(store, athlete, DORSIFLEXION, side, period=Period(FIRST, TODAY)) for side in ("left", "right"))
    both = view_trend(store, athlete, HEEL_RAISE_HEIGHT, "both", period=Period(FIRST, TODAY))
    compared = compare_views(left, right)
    assert compared is not None
    assert (progress.first, progress.last) == (FIRST, TODAY)
    assert progress.summary[:4] == [left.statement, right.statement, compared[1], both.statement]


def test_a_shorter_period_has_the_change_of_that_period(store: Store, progress: ProgressReport) -> None:
    since = TODAY - timedelta(days=20)
    short = gather_progress(store, progress.athlete, since, TODAY, today=TODAY)
    left = view_trend(store, progress.athlete.id, DORSIFLEXION, "left", period=Period(since, TODAY))
    assert short.summary[0] == left.statement != progress.summary[0]
    assert short.drills[0].sets < progress.drills[0].sets
    assert len(short.weeks) < len(progress.weeks)


def test_the_weeks_hold_every_set_once_between_the_least_and_the_largest(progress: ProgressReport) -> None:
    for view in progress.drills[0].main[0].views:
        weeks = list_weeks(view)
        assert sum(week.sets for week in weeks) == len(view.days)
        assert all(week.monday.weekday() == 0 for week in weeks)
        assert all(view.values.min() <= week.value <= view.values.max() for week in weeks)


def test_plan_and_running_are_counted_as_the_plan_and_the_log_count_them(store: Store, progress: ProgressReport) -> None:
    asked = store.plans.adherence(progress.athlete.id, TODAY)
    assert f"{sum(w.done for w in asked)} of the {sum(w.prescribed for w in asked)} sets" in progress.adherence
    run = sum(run.km for run in store.running.list_runs(progress.athlete.id))
    assert progress.running_in_words.startswith(f"{run:.1f}\u00a0km in ")
    assert "Over it: the week" in progress.running_in_words  # the sample's third week of running broke the rule


def test_page_and_pdf_have_the_same_text(progress: ProgressReport) -> None:
    html = unescape(render_progress_html(progress))
    pages = PdfReader(BytesIO(render_progress_pdf(progress))).pages
    pdf = " ".join(" ".join(page.extract_text().replace("\xa0", " ").split()) for page in pages)
    best = progress.drills[0].main[0].views[0].best
    assert best is not None
    for sentence in (
        *progress.summary,
        "4.7° is measurement error (Powden 2015",
        "not medical advice",
        DORSIFLEXION.text(best.value),
    ):
        assert sentence in html
        assert sentence.replace("\xa0", " ") in pdf
    assert "http:" not in html
    assert "https:" not in html
    assert "<script" not in html
    legs = sum(len(course.views) for drill in progress.drills for course in drill.main)
    assert html.count('role="img"') == html.count("<svg") == legs + 2  # a chart for each leg, the plan, the running
    assert all("aria-label" in figure.split(">", 1)[0] for figure in html.split('role="img"')[1:])


def test_a_period_without_sets_says_what_to_do(store: Store) -> None:
    nobody = gather_progress(store, store.resolve_athlete("Nobody yet"), today=TODAY)
    assert "Nothing was saved in this period." in render_progress_html(nobody)
    assert len(PdfReader(BytesIO(render_progress_pdf(nobody))).pages) == 1
    with pytest.raises(UsageError, match="ends on"):
        gather_progress(store, nobody.athlete, TODAY, FIRST)


def test_the_command_writes_either_and_refuses_the_rest(tmp_path: Path) -> None:
    with open_store() as store:
        store.add_athlete("Ann")
    run = CliRunner()
    for name, start in (("a.html", b"<!doctype html>"), ("a.pdf", b"%PDF-")):
        done = run.invoke(app, ["history", "report", "--from", "2026-09-01", "--to", "2026-11-25", "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert (tmp_path / name).read_bytes().startswith(start)
    refused = run.invoke(app, ["history", "report", "--out", str(tmp_path / "a.docx")])
    assert isinstance(refused.exception, UsageError)
    assert not (tmp_path / "a.docx").exists()


def test_a_tint_wider_than_its_chart_is_cut_at_the_chart_s_edge(sqlite_store: Store) -> None:
    """At its ends the sample's trend of the right leg is less certain than the charts of both legs are high."""
    athlete = add_sample(sqlite_store, date(2026, 12, 1))
    views = [view_trend(sqlite_store, athlete.id, DORSIFLEXION, side) for side in ("left", "right")]
    span = common_span(views)
    chart = trend_chart(views[1], span).to_dict()
    wider = []
    for part in chart["layer"]:
        rows = chart["datasets"][part["data"]["name"]] if part["mark"]["type"] == "area" else []
        if any(row["high"] is not None and not span[0] <= row["high"] <= span[1] for row in rows):
            wider.append(part["mark"].get("clip"))
    assert wider == [True]
