"""Two sets side by side: what is compared, with what, and when a difference is a change."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from formcheck.export.other_sets import NO_OTHER_SETS
from formcheck.history.store.store import Store
from formcheck.history.trends.beside import find_other_sets
from formcheck.history.trends.comparison import ComparedSet, HistoryComparison, compare_sets, compare_with_history
from formcheck.history.trends.measures import day_text
from formcheck.history.trends.pairs import suggest_pairs
from formcheck.history.trends.trend import personal_records
from formcheck.live.own_record import find_own_record
from formcheck.report.schema import MEASURES_VERSION, SetReport
from tests.helpers.factories import balance_report, half_kneeling_report, heel_raise_report


def on(day: int) -> datetime:
    return datetime(2026, 3, day, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    ("peaks", "verdict", "statement"),
    [
        ((38.0, 39.0), "more", "8.5° more, more than measurement error (4.7°)"),
        ((34.7,), "within error", "4.7° more, within measurement error (4.7°), so not a change"),
        ((25.0,), "less", "5.0° less, more than measurement error"),
        ((30.0,), "within error", "no difference"),
        ((None,), "not measured", "not measured in both"),
    ],
)
def test_a_difference_is_a_change_only_above_the_minimal_detectable_one(
    peaks: tuple[float | None, ...], verdict: str, statement: str
) -> None:
    first, second = ComparedSet(half_kneeling_report((30.0, 30.0)), on(1).date(), 1), ComparedSet(half_kneeling_report(peaks))
    compared = compare_sets(first, second)
    assert compared.headline is not None
    assert (compared.headline.measure.name, compared.headline.verdict) == ("valid_peak_deg", verdict)
    assert statement in compared.statement
    others = [line for line in compared.lines if line.threshold is None and line.difference is not None]
    assert all(line.verdict == "unknown error" for line in others)


def test_sets_that_cannot_be_compared_have_a_reason() -> None:
    kneeling, newer = ComparedSet(half_kneeling_report()), ComparedSet(half_kneeling_report(measures_version=2))
    assert "different definitions (version 1 and version 2)" in compare_sets(kneeling, newer).statement
    assert "two different exercises" in compare_sets(kneeling, ComparedSet(heel_raise_report())).statement


def test_a_difference_must_exceed_the_errors_of_both_sets_as_well() -> None:
    first = ComparedSet(half_kneeling_report((30.0,), error_deg=2.0), on(1).date())
    near, far = (ComparedSet(half_kneeling_report((peak,), error_deg=4.0), on(5).date()) for peak in (38.7, 38.8))
    # 1.96 · √(2² + 4²) = 8.77
    assert "8.7° more, within measurement error (8.8°), so not a change" in compare_sets(first, near).statement
    assert compare_sets(first, near).headline is not None
    assert compare_sets(first, far).headline.verdict == "within error"  # type: ignore[union-attr]
    assert compare_sets(first, ComparedSet(half_kneeling_report((38.9,), error_deg=4.0))).headline.verdict == "more"  # type: ignore[union-attr]


def test_sets_of_one_day_show_no_change_and_are_named_by_their_time(sqlite_store: Store) -> None:
    for hour, peak in ((9, 30.0), (18, 41.0)):
        at = datetime(2026, 3, 1, hour, 30).astimezone()
        sqlite_store.save_report(half_kneeling_report((peak,)), "Ada", recorded_at=at)
    compared = compare_sets(*(ComparedSet.saved(sqlite_store, row) for row in sqlite_store.list_sets()))
    assert compared.headline is not None
    assert compared.headline.verdict == "same day"
    assert compared.statement == (
        "30.0° (March 1, 09:30), 41.0° (March 1, 18:30): 11.0° more. Both sets are from the same day, so this is not a change."
    )
    assert "same day" in compared.note


def test_the_measures_without_a_published_error_are_named_once() -> None:
    first, second = (
        ComparedSet(half_kneeling_report((30.0,)), on(1).date()),
        ComparedSet(half_kneeling_report((39.0,)), on(9).date()),
    )
    compared = compare_sets(first, second)
    assert compared.note.startswith("No measurement error is published for ")
    assert not [line for line in compared.lines if "published" in line.verdict_text]


def test_both_legs_are_not_compared_with_one_nor_the_front_view_with_the_side() -> None:
    left, both = (ComparedSet(heel_raise_report(side=side)) for side in ("left", "both"))
    assert "both legs" in compare_sets(left, both).statement
    assert compare_sets(left, both).headline is None
    side, front = (ComparedSet(half_kneeling_report(view=view)) for view in ("side", "front"))
    assert "from the front" in compare_sets(side, front).statement


def test_a_heel_raise_is_not_compared_with_a_soleus_raise() -> None:
    straight = heel_raise_report()
    bent = SetReport.model_validate(straight.model_dump(mode="json") | {"variant": "soleus-raise"})
    assert "two different exercises" in compare_sets(ComparedSet(straight), ComparedSet(bent)).statement


def test_one_side_difference_is_judged_by_the_published_change_over_the_square_root_of_two() -> None:
    def report(side: str, reach_cm: float) -> SetReport:
        data = half_kneeling_report((40.0,), side=side).model_dump(mode="json")
        data["exercise"] = "knee-to-wall"
        data["reps"][0]["knee_over_toe_cm"] = reach_cm
        return SetReport.model_validate(data)

    for reach, verdict in ((11.0, "within error"), (11.2, "more")):
        compared = compare_sets(ComparedSet(report("left", 10.0)), ComparedSet(report("right", reach)))
        [line] = [line for line in compared.lines if line.measure.name == "knee_over_toe_cm"]
        assert line.threshold == pytest.approx(1.06, abs=0.005)
        assert line.verdict == verdict


def test_a_set_is_compared_with_the_last_day_and_the_other_leg(sqlite_store: Store) -> None:
    store = sqlite_store
    for day, peak, side in ((1, 30.0, "left"), (5, 33.0, "left"), (9, 34.0, "left"), (8, 40.0, "right")):
        store.save_report(half_kneeling_report((peak,), side=side), "Ada", recorded_at=on(day))
    last = store.list_sets(side="left")[-1]
    store.save_report(half_kneeling_report((20.0,), side="left", usable=False), "Ada", recorded_at=on(8))
    found = compare_with_history(store, last.athlete_id, store.get_report(last.id), at=last.recorded_at, set_id=last.id)
    assert found.previous is not None
    assert found.previous.first.day == on(5).date()
    assert "1.0° more, within measurement error" in found.previous.statement
    assert found.other_leg is not None
    assert (found.other_leg.first.report.side, found.other_leg.second.report.side) == ("left", "right")
    assert "6.0° more on the right, more than measurement error (4.7°)" in found.other_leg.statement
    assert compare_with_history(store, last.athlete_id, heel_raise_report()) == HistoryComparison()


def test_a_set_is_compared_with_the_last_the_best_and_the_other_leg(sqlite_store: Store) -> None:
    store = sqlite_store
    for day, peak, side in ((1, 30.0, "left"), (2, 36.0, "left"), (5, 28.0, "left"), (9, 34.0, "left"), (8, 40.0, "right")):
        store.save_report(half_kneeling_report((peak,), side=side), "Ada", recorded_at=on(day))
    own = store.list_sets(side="left")[-1]
    found = find_other_sets(store, own.athlete_id, store.get_report(own.id), at=own.recorded_at, set_id=own.id)
    assert found.last is not None
    assert (found.last.value, found.last.verdict, found.last.same_day) == (28.0, "more", False)
    assert found.best is not None
    assert (found.best.value, found.best.day) == (36.0, day_text(on(2).date().toordinal()))
    assert found.other_leg is not None
    assert (found.other_leg.value, found.other_leg.verdict, found.other_leg.threshold) == (40.0, "less", 4.7)
    assert found.since_last.startswith("Since last time: ")
    assert find_other_sets(store, own.athlete_id, heel_raise_report()) == NO_OTHER_SETS


def test_the_pairs_offered_are_last_left_and_right_and_first_and_last(sqlite_store: Store) -> None:
    for day, side in ((1, "left"), (2, "right"), (20, "left"), (21, "right")):
        sqlite_store.save_report(half_kneeling_report((30.0 + day,), side=side), "Ada", recorded_at=on(day))
    pairs = suggest_pairs(sqlite_store.list_sets())
    assert [(title, first.day.day, second.day.day) for title, first, second in pairs] == [
        ("Left and right, the latest", 20, 21),
        ("First and latest, left leg", 1, 20),
        ("First and latest, right leg", 2, 21),
    ]


def test_pairs_of_two_exercises_have_titles_of_their_own(sqlite_store: Store) -> None:
    for side in ("left", "right"):
        sqlite_store.save_report(half_kneeling_report((31.0,), side=side), "Ada", recorded_at=on(1))
        sqlite_store.save_report(heel_raise_report(side=side), "Ada", recorded_at=on(2))
    titles = [title for title, *_ in suggest_pairs(sqlite_store.list_sets())]
    assert titles == ["Heel raise: left and right, the latest", "Ankle mobilization: left and right, the latest"]


def test_an_unsaved_report_of_the_same_day_shows_no_change() -> None:
    """*Compare* called 34.0° and 43.8° of one afternoon "more than measurement error": the open report had no day."""
    now = datetime(2026, 3, 3, 20, 0).astimezone()
    morning = ComparedSet(half_kneeling_report((33.0, 34.0)), now.date(), 1, now.replace(hour=9))
    filmed = half_kneeling_report((43.0, 44.0), recorded_at=now.replace(hour=19).isoformat())
    of_today = half_kneeling_report((43.0, 44.0), recorded_at=None)
    for report in (filmed, of_today):
        comparison = compare_sets(morning, ComparedSet.unsaved(report, now))
        assert comparison.headline is not None
        assert comparison.headline.verdict == "same day"
        assert "not a change" in comparison.statement
    earlier = ComparedSet.unsaved(half_kneeling_report(recorded_at="2026-01-05T10:00:00+01:00"), now)
    assert earlier.day == date(2026, 1, 5)


def test_balance_with_eyes_open_and_closed_are_not_the_same_set(sqlite_store: Store) -> None:
    """Eyes closed is some other test: seconds of the one say nothing about the other."""
    kinds = [("eyes-open", "left", 25.0, 2), ("eyes-open", "left", 28.0, 9)]
    kinds += [("eyes-closed", "left", 6.0, 3), ("eyes-closed", "right", 7.0, 4)]
    for condition, side, seconds, day in kinds:
        at = f"2026-03-0{day}T18:00:00+01:00"
        sqlite_store.save_report(balance_report((seconds,), condition=condition, side=side, recorded_at=at), "Ada")
    ada, moment = sqlite_store.resolve_athlete("Ada"), datetime(2026, 3, 10, 18, tzinfo=UTC)
    closed = balance_report((8.0,), condition="eyes-closed")
    found = find_other_sets(sqlite_store, ada.id, closed, at=moment)
    assert (found.last and found.last.value, found.best and found.best.value) == (6.0, 6.0)
    assert find_other_sets(sqlite_store, ada.id, balance_report((8.0,), condition="cushion"), at=moment).last is None
    compared = compare_sets(ComparedSet(closed), ComparedSet(balance_report((25.0,), condition="eyes-open")))
    assert compared.headline is None
    assert compared.reason is not None
    assert "eyes closed and eyes open" in compared.reason
    titles = [title for title, _, _ in suggest_pairs(sqlite_store.list_sets(ada.id))]
    assert titles == ["Balance, eyes closed: left and right, the latest", "Balance, eyes open: first and latest, left leg"]
    records = {(record.measure.condition, record.side): record.value for record in personal_records(sqlite_store, ada.id)}
    assert records == {("eyes-open", "left"): 28.0, ("eyes-closed", "left"): 6.0, ("eyes-closed", "right"): 7.0}


def test_an_own_record_is_of_reliable_sets_under_todays_definitions(sqlite_store: Store) -> None:
    values = [((40.0, 41.0), MEASURES_VERSION, True), ((54.0, 55.0), MEASURES_VERSION, False), ((50.0, 51.0), 1, True)]
    for number, (peaks, version, usable) in enumerate([*values, ((None, None), MEASURES_VERSION, True)]):
        report = half_kneeling_report(peaks, measures_version=version, usable=usable, file=f"{number}.mp4")
        sqlite_store.save_report(report, "Ada")
    ada = sqlite_store.resolve_athlete("Ada")
    assert find_own_record(sqlite_store, ada.id, "half-kneeling", "left", in_cm=True) == 40.0  # the 41.0 had its heel lifted
    assert find_own_record(sqlite_store, ada.id, "half-kneeling", "right", in_cm=True) is None
