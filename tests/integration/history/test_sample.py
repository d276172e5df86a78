"""The made-up athlete shows every verdict and can be removed without a trace."""

from __future__ import annotations

from datetime import date

from formcheck.history.sample import SAMPLE_FILE, add_sample, remove_sample
from formcheck.history.store.store import Store
from formcheck.history.trends.measures import DORSIFLEXION, HEEL_RAISE_HEIGHT
from formcheck.history.trends.trend import view_trend
from tests.helpers.factories import half_kneeling_report

TODAY = date(2026, 6, 10)


def test_the_sample_is_eleven_marked_weeks_that_show_every_verdict(sqlite_store: Store) -> None:
    athlete = add_sample(sqlite_store, TODAY)
    assert athlete.sample
    assert "made-up" in athlete.name
    sets = sqlite_store.list_sets(athlete.id)
    assert all(sqlite_store.get_report(row.id).video.file == SAMPLE_FILE for row in sets[::50])
    assert (sets[-1].day - sets[0].day).days > 70
    assert max(row.day for row in sets) < TODAY
    assert view_trend(sqlite_store, athlete.id, DORSIFLEXION, "left").change.kind == "gained"
    assert view_trend(sqlite_store, athlete.id, DORSIFLEXION, "right").change.kind == "rising"
    assert view_trend(sqlite_store, athlete.id, HEEL_RAISE_HEIGHT, "both").trend is not None
    assert sqlite_store.running.review(athlete.id, TODAY).broken_weeks
    weeks = sqlite_store.plans.adherence(athlete.id, TODAY)
    assert len(weeks) == 11
    assert 60 < sum(week.done for week in weeks) / sum(week.prescribed for week in weeks) * 100 < 100
    work = sqlite_store.plans.work_on(athlete.id, TODAY)
    assert (work.state, work.week, work.done) == ("running", 11, False)


def test_removing_the_sample_leaves_no_trace_and_touches_no_other_athlete(sqlite_store: Store) -> None:
    mine = sqlite_store.save_report(half_kneeling_report(), "Ada")
    add_sample(sqlite_store, TODAY)
    add_sample(sqlite_store, TODAY)
    assert len(sqlite_store.list_athletes()) == 2
    assert sqlite_store.resolve_athlete().name == "Ada"
    assert len(remove_sample(sqlite_store)) == 1
    assert [athlete.name for athlete in sqlite_store.list_athletes()] == ["Ada"]
    assert [row.id for row in sqlite_store.list_sets()] == [mine.id]
    assert remove_sample(sqlite_store) == []
