"""Trends in words and numbers: a change is named only beyond its error, and unlike sets are never in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from formcheck.history.store.store import Store
from formcheck.history.trends.change import Change, SideComparison
from formcheck.history.trends.measures import (
    DORSIFLEXION,
    HEEL_RAISE_HEIGHT,
    MEASURES,
    day_text,
    state_change,
    state_sides,
    text_of_set,
)
from formcheck.history.trends.norms import norm_for_set, reps_norm
from formcheck.history.trends.trend import compare_views, personal_records, view_trend
from formcheck.history.values import Period
from tests.helpers.factories import half_kneeling_report, heel_raise_report

TODAY = date(2026, 5, 20)
MARCH_3, MAY_12 = date(2026, 3, 3).toordinal(), date(2026, 5, 12).toordinal()


def test_a_real_gain_is_reported_with_its_error() -> None:
    change = Change("gained", MARCH_3, MAY_12, 31.0, 37.1, 4.7)
    assert state_change(change, DORSIFLEXION, "left", TODAY) == (
        "Your left ankle gained 6.1° since March 3: more than measurement error (4.7°)."
    )


def test_a_loss_is_reported_as_plainly_as_a_gain() -> None:
    change = Change("lost", MARCH_3, MAY_12, 10.0, 7.5, 2.2)
    assert state_change(change, HEEL_RAISE_HEIGHT, "both", TODAY) == (
        "Your heel raise lost 2.5\u00a0cm since March 3: more than measurement error (2.2\u00a0cm)."
    )


def test_a_rising_leg_is_called_rising_before_it_has_changed_beyond_error() -> None:
    change = Change("rising", MARCH_3, MAY_12, 31.0, 33.8, 4.7)
    assert state_change(change, DORSIFLEXION, "right", TODAY) == (
        "Your right ankle is rising: 2.8° so far since March 3, not yet beyond measurement error (4.7°)."
    )
    change = Change("steady", MARCH_3, MAY_12, 31.0, 30.6, 5.5)
    assert state_change(change, DORSIFLEXION, "right", TODAY) == (
        "Your right ankle is about where it was on March 3, 0.4° below it: well within measurement error (5.5°)."
    )
    same = Change("steady", MARCH_3, MAY_12, 31.0, 31.02, 4.7)
    assert "is about where it was on March 3: well within" in state_change(same, DORSIFLEXION, "right", TODAY)


def test_a_measure_without_a_published_error_is_never_called_changed() -> None:
    change = Change("unknown error", MARCH_3, MAY_12, 10.0, 90.0, None)
    for measure in MEASURES.values():
        if measure.mdc is None:
            statement = state_change(change, measure, "both", TODAY)
            assert "No measurement error is published" in statement
            assert "gained" not in statement
            assert ("80.0 percentage points above" in statement) == (measure.unit == "%")


def test_with_no_day_or_one_day_it_is_too_early_for_a_trend() -> None:
    early = Change("too early", MARCH_3, MARCH_3, 31.0, 31.0, 4.7)
    assert state_change(early, DORSIFLEXION, "left", TODAY) == (
        "Your left ankle was measured on March 3 only. A change can be named once there are sets at least 14 days apart."
    )
    days = Change("too early", MARCH_3, MARCH_3 + 8, 31.0, 39.0, 4.7)
    assert "The sets of your left ankle are from March 3 to March 11" in state_change(days, DORSIFLEXION, "left", TODAY)
    none = Change("too early", None, None, float("nan"), float("nan"), 4.7)
    assert state_change(none, DORSIFLEXION, "left", TODAY).startswith("No sets yet")


def test_another_year_is_named() -> None:
    assert day_text(date(2025, 12, 31).toordinal(), TODAY) == "December 31, 2025"
    assert day_text(MARCH_3, TODAY) == "March 3"


def test_sides_are_reported_and_not_called_abnormal() -> None:
    statement = state_sides(SideComparison(37.0, 40.0), DORSIFLEXION)
    assert statement == ("In the last week: left 37.0°, right 40.0°, 3.0° more on the right. Some left–right difference is normal.")
    # A height has a true zero, an angle and the knee past the toes have none.
    heights = state_sides(SideComparison(10.0, 8.0), HEEL_RAISE_HEIGHT)
    assert heights.startswith("In the last week: left 10.0\u00a0cm, right 8.0\u00a0cm, 2.0\u00a0cm (25\u00a0%) more on the left.")
    assert "%" not in state_sides(SideComparison(8.0, 4.0), MEASURES["knee-to-wall-cm"])
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


def test_the_last_set_stands_with_the_error_that_its_report_states(store: Store) -> None:
    save_course(store, [30.0])
    save_course(store, [40.0], side="right", error_deg=1.42)
    ada = store.resolve_athlete("Ada")
    left, right = (view_trend(store, ada.id, DORSIFLEXION, side).last for side in ("left", "right"))
    assert left is not None
    assert right is not None
    assert DORSIFLEXION.text(left.value, left.error) == "30.0°"
    assert DORSIFLEXION.text(right.value, right.error) == "40.0° ±\u00a01.5°"  # an error is rounded up
    best = view_trend(store, ada.id, DORSIFLEXION, "right", which="best").last
    assert best is not None
    assert best.error is None  # it is that of the mean


def test_a_trend_covers_one_exercise_and_leg(store: Store) -> None:
    save_course(store, [30.0, 32.0, 34.0, 36.0])
    save_course(store, [40.0, 40.0, 40.0, 40.0], side="right")
    store.save_report(heel_raise_report(), "Ada")
    ada = store.resolve_athlete("Ada")
    view = view_trend(store, ada.id, DORSIFLEXION, "left")
    assert view.means.tolist() == [30.0, 32.0, 34.0, 36.0]
    assert view.bests.tolist() == [29.0, 31.0, 33.0, 35.0]  # of the two reps the larger had its heel lifted
    assert view.first is not None
    assert view.last is not None
    assert view.best is not None
    assert (view.first.value, view.last.value, view.best.value) == (30.0, 36.0, 35.0)
    assert view.trend is not None
    # The first two weeks, 30 and 32, against the last two, 34 and 36.
    assert view.change.amount == pytest.approx(4.0)
    assert "Your left ankle is rising: 4.0° so far since March 3" in view.statement
    compared = compare_views(view, view_trend(store, ada.id, DORSIFLEXION, "right"))
    assert compared is not None
    period = view_trend(store, ada.id, DORSIFLEXION, "left", period=Period(date(2026, 3, 10), date(2026, 3, 17)))
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


def test_an_unreliable_set_of_the_newest_definitions_hides_no_older_ones(store: Store) -> None:
    save_course(store, [30.0, 31.0])
    store.save_report(half_kneeling_report((44.0,), usable=False, measures_version=2), "Ada")
    ada = store.resolve_athlete("Ada")
    view = view_trend(store, ada.id, DORSIFLEXION, "left")
    assert (view.measures_version, view.means.tolist()) == (1, [30.0, 31.0])
    assert view.left_out == ("1 set was measured under newer definitions (version 2), but not reliably or without this value.",)
    save_course(store, [45.0], measures_version=2)
    assert view_trend(store, ada.id, DORSIFLEXION, "left").measures_version == 2


def test_a_trend_without_a_set_to_show_says_why(store: Store) -> None:
    store.save_report(half_kneeling_report((44.0,), usable=False, measures_version=2), "Ada")
    store.save_report(half_kneeling_report((None,), measures_version=2), "Ada")
    view = view_trend(store, store.resolve_athlete("Ada").id, DORSIFLEXION, "left")
    assert (view.last, view.best) == (None, None)
    assert view.statement == (
        "There is no set to show yet. 1 set was left out because the recording was not reliable. "
        "1 set was left out because this could not be measured."
    )
    assert personal_records(store, store.resolve_athlete("Ada").id) == []


def test_a_set_without_a_height_leaves_a_trend_of_centimeters_with_what_to_do(store: Store) -> None:
    """Its lengths are in % of the foot: it was measured, only not in centimeters."""
    report = heel_raise_report()
    reps = [rep.model_copy(update={"height_cm": None}) for rep in report.reps]
    scale = report.scale.model_copy(update={"cm_per_px": None, "source": "foot-length"})
    store.save_report(report.model_copy(update={"reps": reps, "scale": scale}), "Ada")
    view = view_trend(store, store.resolve_athlete("Ada").id, HEEL_RAISE_HEIGHT, "both")
    assert view.statement == (
        "There is no set to show yet. 1 set was left out because no centimeters were measured. "
        "Enter your height before you analyze a video."
    )


def test_unreliable_and_deleted_sets_are_left_out_with_a_note(store: Store) -> None:
    save_course(store, [30.0, 31.0])
    store.save_report(half_kneeling_report((44.0,), usable=False), "Ada")
    store.save_report(half_kneeling_report((None,)), "Ada")
    gone = store.save_report(half_kneeling_report((45.0,)), "Ada")
    store.delete_sets([gone.id])
    view = view_trend(store, store.resolve_athlete("Ada").id, DORSIFLEXION, "left")
    assert view.means.tolist() == [30.0, 31.0]
    assert "1 set was left out because the recording was not reliable." in view.left_out
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
        ("dorsiflexion", "left", 35.0),
        ("height", "both", 9.7),
    ]


def test_front_and_side_views_and_models_never_mix_in_one_line(store: Store) -> None:
    save_course(store, [30.0, 31.0, 32.0])
    save_course(store, [40.0, 41.0], view="front")
    save_course(store, [50.0], model="pose_landmarker_lite")
    view = view_trend(store, store.resolve_athlete("Ada").id, DORSIFLEXION, "left")
    assert view.means.tolist() == [30.0, 31.0, 32.0]
    assert "3 sets were left out because they were filmed from another view or measured with another model." in view.left_out


@pytest.mark.parametrize(("error_deg", "kind"), [(1.0, "gained"), (2.0, "rising")])
def test_a_change_is_called_by_the_error_that_the_sets_themselves_state(store: Store, error_deg: float, kind: str) -> None:
    # 1.96 · √(2² + 2²) = 5.54: with ± 2° each, 5.2° is not yet a change.
    for day, peak in (("2026-03-03", 30.0), ("2026-04-10", 35.2)):
        report = half_kneeling_report((peak, peak), recorded_at=f"{day}T18:00:00+00:00", error_deg=error_deg)
        store.save_report(report, "Ada")
    view = view_trend(store, store.resolve_athlete("Ada").id, DORSIFLEXION, "left")
    assert view.change.kind == kind
    assert view.change.threshold == pytest.approx(max(4.7, 2.772 * error_deg), abs=0.01)


@pytest.mark.parametrize(
    ("age", "sex", "reps"),
    [
        (25, "male", 37),
        (39, "female", 27),
        (70, "female", 16),
        (79, "male", 14),
        (84, "female", 13),
        (80, "male", 10),
        (19, "male", None),
        (90, "male", None),
    ],
)
def test_the_norms_are_those_of_the_decade(age: int, sex: str, reps: int | None) -> None:
    norm = reps_norm(age, sex)  # type: ignore[arg-type]
    assert (None if norm is None else norm.reps) == reps


def test_norms_are_for_a_set_that_was_the_test_only(store: Store) -> None:
    one_leg = store.save_report(heel_raise_report((9.0, 8.0), side="left"), "Ada").row
    assert norm_for_set(one_leg, 35, "female") is None
    test = replace(one_leg, test="single-leg-heel-raise")
    norm = norm_for_set(test, 35, "female")
    assert norm is not None
    assert norm.state(25).startswith("25 single-leg heel raises; the usual number for women in their 30s is 27")
    assert "That is about the usual number: from one day to another the same person's number differs by up to 6." in norm.state(21)
    assert "That is 7 fewer than usual" in norm.state(20)
    assert "That is 7 more than usual" in norm.state(34)
    assert norm_for_set(replace(test, side="both"), 35, "female") is None
    assert norm_for_set(test, None, "female") is None
    assert norm_for_set(test, 35, None) is None


def test_a_list_shows_a_raise_without_a_scale_in_percent_of_the_foot(store: Store) -> None:
    scaled = heel_raise_report((9.0, 7.8))
    reps = [rep.model_copy(update={"height_cm": None}) for rep in scaled.reps]
    row = store.save_report(scaled.model_copy(update={"reps": reps}), "Ada").row
    assert [text_of_set(row, which).replace("\u00a0", " ") for which in ("best", "mean")] == ["35 % of foot", "32 % of foot"]
    row = store.save_report(half_kneeling_report((None, None)), "Ada").row
    assert text_of_set(row, "best") == "–"
