from __future__ import annotations

from datetime import date, timedelta

import pytest

from formcheck.history.store.store import Store
from formcheck.history.trends.measures import DORSIFLEXION, HEEL_RAISE_HEIGHT, MEASURES, day_text, state_change, state_sides
from formcheck.history.trends.norms import norm_for_set, reps_norm
from formcheck.history.trends.statistics import Change, SideComparison
from formcheck.history.trends.trend import compare_views, personal_records, view_trend
from tests.helpers.factories import half_kneeling_report, heel_raise_report

TODAY = date(2026, 5, 20)
MARCH_3, MAY_12 = date(2026, 3, 3).toordinal(), date(2026, 5, 12).toordinal()


def test_a_real_gain_is_said_with_its_error() -> None:
    change = Change("gained", MARCH_3, MAY_12, 31.0, 37.1, 4.7)
    assert state_change(change, DORSIFLEXION, "left", TODAY) == (
        "Your left ankle gained 6.1° since 3 March: more than measurement error (4.7°)."
    )


def test_a_loss_is_said_as_plainly() -> None:
    change = Change("lost", MARCH_3, MAY_12, 10.0, 7.5, 2.2)
    assert state_change(change, HEEL_RAISE_HEIGHT, "both", TODAY) == (
        "Your heel raise lost 2.5 cm since 3 March: more than measurement error (2.2 cm)."
    )


def test_within_the_error_there_is_no_real_change() -> None:
    change = Change("no change", MARCH_3, MAY_12, 31.0, 33.3, 4.7)
    assert state_change(change, DORSIFLEXION, "right", TODAY) == (
        "No real change yet: your right ankle is 2.3° above where it was on 3 March, within measurement error (4.7°)."
    )
    same = Change("no change", MARCH_3, MAY_12, 31.0, 31.02, 4.7)
    assert "your right ankle is where it was on 3 March" in state_change(same, DORSIFLEXION, "right", TODAY)


def test_a_measure_without_a_published_error_is_never_called_changed() -> None:
    change = Change("unknown error", MARCH_3, MAY_12, 10.0, 90.0, None)
    for measure in MEASURES.values():
        if measure.mdc is None:
            said = state_change(change, measure, "both", TODAY)
            assert "No measurement error is published" in said
            assert "gained" not in said


def test_one_day_is_too_early_and_none_is_said_too() -> None:
    early = Change("too early", MARCH_3, MARCH_3, 31.0, 31.0, 4.7)
    assert state_change(early, DORSIFLEXION, "left", TODAY).startswith("Too early to say")
    none = Change("too early", None, None, float("nan"), float("nan"), 4.7)
    assert state_change(none, DORSIFLEXION, "left", TODAY).startswith("No sets yet")


def test_another_year_is_named() -> None:
    assert day_text(date(2025, 12, 31).toordinal(), TODAY) == "31 December 2025"
    assert day_text(MARCH_3, TODAY) == "3 March"


def test_sides_are_reported_and_not_called_abnormal() -> None:
    said = state_sides(SideComparison(37.0, 40.0), DORSIFLEXION)
    assert said == (
        "Left 37.0°, right 40.0°: 3.0° more on the right. Symmetry 92 % (the smaller over the larger). "
        "Healthy people differ between sides too."
    )
    assert "level at 37.0°" in state_sides(SideComparison(37.01, 36.99), DORSIFLEXION)


def test_sources_stand_beside_the_errors() -> None:
    assert (DORSIFLEXION.mdc, HEEL_RAISE_HEIGHT.mdc) == (4.7, 2.2)
    assert "25704110" in str(DORSIFLEXION.mdc_source)
    assert all((measure.mdc is None) == (measure.mdc_source is None) for measure in MEASURES.values())


def save_course(store: Store, levels: list[float], side: str = "left", **more: object) -> None:
    for week, level in enumerate(levels):
        day = date(2026, 3, 3) + timedelta(weeks=week)
        report = half_kneeling_report(
            (level - 1, level + 1),
            side=side,
            recorded_at=f"{day}T18:00:00+00:00",
            **more,  # type: ignore[arg-type]
        )
        store.save_report(report, "Ada")


def test_a_trend_reads_one_drill_and_leg(store: Store) -> None:
    save_course(store, [30.0, 32.0, 34.0, 36.0])
    save_course(store, [40.0, 40.0, 40.0, 40.0], side="right")
    store.save_report(heel_raise_report(), "Ada")
    ada = store.resolve_athlete("Ada")
    view = view_trend(store, ada.id, DORSIFLEXION, "left")
    assert view.means.tolist() == [30.0, 32.0, 34.0, 36.0]
    assert view.bests.tolist() == [31.0, 33.0, 35.0, 37.0]
    assert view.first is not None
    assert view.last is not None
    assert view.best is not None
    assert (view.first.value, view.last.value, view.best.value) == (30.0, 36.0, 37.0)
    assert view.trend is not None
    assert view.change.amount == pytest.approx(6.0)
    assert "Your left ankle gained 6.0° since 3 March" in view.statement
    compared = compare_views(view, view_trend(store, ada.id, DORSIFLEXION, "right"))
    assert compared is not None
    assert compared[0].symmetry_percent == pytest.approx(90.0)
    period = view_trend(store, ada.id, DORSIFLEXION, "left", since=date(2026, 3, 10), until=date(2026, 3, 17))
    assert period.means.tolist() == [32.0, 34.0]


def test_measure_definitions_are_never_mixed(store: Store) -> None:
    save_course(store, [30.0, 31.0])
    save_course(store, [45.0, 46.0, 47.0], measures_version=2)
    ada = store.resolve_athlete("Ada")
    newest = view_trend(store, ada.id, DORSIFLEXION, "left")
    assert (newest.measures_version, newest.means.tolist()) == (2, [45.0, 46.0, 47.0])
    assert "2 sets were measured under other definitions (version 1) and not compared" in newest.statement
    older = view_trend(store, ada.id, DORSIFLEXION, "left", measures_version=1)
    assert older.means.tolist() == [30.0, 31.0]
    save_course(store, [40.0], side="right")
    assert compare_views(newest, view_trend(store, ada.id, DORSIFLEXION, "right")) is None


def test_unreliable_and_deleted_sets_are_left_out_and_it_is_said(store: Store) -> None:
    save_course(store, [30.0, 31.0])
    store.save_report(half_kneeling_report((60.0,), usable=False), "Ada")
    store.save_report(half_kneeling_report((None,)), "Ada")
    gone = store.save_report(half_kneeling_report((70.0,)), "Ada")
    store.delete_set(gone.id)
    view = view_trend(store, store.resolve_athlete("Ada").id, DORSIFLEXION, "left")
    assert view.means.tolist() == [30.0, 31.0]
    assert "1 set was left out because the recording could not be relied on." in view.left_out
    assert "1 set was left out because this could not be measured." in view.left_out


def test_an_empty_history_has_an_empty_trend(store: Store) -> None:
    view = view_trend(store, store.add_athlete("Ada").id, DORSIFLEXION, "left")
    assert (view.first, view.last, view.best, view.trend, view.measures_version) == (None, None, None, None, None)
    assert view.one_line == view.statement == "No sets yet: record one, and the trend begins."


def test_records_are_the_best_reps_by_leg(store: Store) -> None:
    save_course(store, [30.0, 36.0, 33.0])
    store.save_report(heel_raise_report((9.0, 9.7, 8.0)), "Ada")
    records = personal_records(store, store.resolve_athlete("Ada").id)
    assert [(record.measure.key, record.side, record.value) for record in records] == [
        ("dorsiflexion", "left", 37.0),
        ("height", "both", 9.7),
    ]


@pytest.mark.parametrize(
    ("age", "sex", "reps"),
    [(25, "male", 37), (39, "female", 27), (70, "female", 16), (79, "male", 14), (19, "male", None), (80, "male", None)],
)
def test_the_norms_are_those_of_the_decade(age: int, sex: str, reps: int | None) -> None:
    norm = reps_norm(age, sex)  # type: ignore[arg-type]
    assert (None if norm is None else norm.reps) == reps


def test_norms_are_for_one_leg_only(store: Store) -> None:
    two_legs = store.save_report(heel_raise_report(side="both"), "Ada").row
    one_leg = store.save_report(heel_raise_report((9.0, 8.0), side="left"), "Ada").row
    kneeling = store.save_report(half_kneeling_report(), "Ada").row
    assert norm_for_set(two_legs, 35, "female") is None
    assert norm_for_set(kneeling, 35, "female") is None
    norm = norm_for_set(one_leg, 35, "female")
    assert norm is not None
    assert norm.state(25).startswith("25 single-leg heel raises; women in their 30s usually do about 27")
    assert norm_for_set(one_leg, None, "female") is None
    assert norm_for_set(one_leg, 35, None) is None
