"""The programme's data file: what it holds, and that a slip in it is found."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from formcheck.support.errors import InputError, UsageError
from formcheck.training.catalogue import SHIPPED, current_catalogue, read_catalogue
from formcheck.training.programme import all_work
from formcheck.training.tracks import choose_track

RULES = read_catalogue(SHIPPED)
GUIDE = {"half-kneeling", "heel-raise", "short-foot"}


def test_the_programme_is_based_on_the_guides_three_exercises_and_doses() -> None:
    work = all_work(RULES)
    assert {name: work[name].dose for name in GUIDE} == {
        "half-kneeling": "3×10 each leg",
        "heel-raise": "3×15",
        "short-foot": "3×10",
    }
    assert RULES.weeks == 12


@pytest.mark.parametrize("name", list(RULES.tracks))
def test_every_track_has_the_guides_exercises_runs_and_a_rest_day(name: str) -> None:
    days = RULES.tracks[name].days
    done = {work for day in days for work in day}
    assert done >= GUIDE | {"run", "recovery"}
    assert all(day == ("recovery",) for day in days if "recovery" in day)


@pytest.mark.parametrize("name", ["prevention", "achilles", "after-sprain", "shin", "stiff-ankle"])
def test_calf_work_is_done_three_times_a_week_in_every_week(name: str) -> None:
    assert sum("heel-raise" in day for day in RULES.tracks[name].days) == 3


def test_alfredsons_dose_is_three_times_fifteen_straight_and_bent() -> None:
    drop = RULES.drills["heel-raise"].levels[2]
    assert (drop.sets, drop.reps, drop.parts, drop.total_sets) == (3, 15, ("knee straight", "knee bent"), 6)
    assert "alfredson-1998" in drop.source


@pytest.mark.parametrize(
    ("answers", "track"),
    [
        ({"place": "none", "sprain": "no", "wall": "yes"}, "prevention"),
        ({"place": "none", "sprain": "no", "wall": "no"}, "stiff-ankle"),
        ({"place": "none", "sprain": "yes", "wall": "no"}, "after-sprain"),
        ({"place": "achilles", "sprain": "yes"}, "achilles"),
        ({"place": "heel", "morning": "yes"}, "plantar-heel"),
        ({"place": "heel", "morning": "no"}, "plantar-heel"),
        ({"place": "shin"}, "shin"),
        ({"place": "ankle", "sprain": "no"}, "stiff-ankle"),
        ({}, "prevention"),
    ],
)
def test_five_answers_choose_the_track(answers: dict[str, str], track: str) -> None:
    assert choose_track(answers, RULES).track == track


def test_every_combination_of_answers_has_a_track_and_every_track_can_be_reached() -> None:
    assert len(RULES.questions) == 5
    keys = [question.id for question in RULES.questions]
    found = {
        choose_track(dict(zip(keys, values, strict=True)), RULES).track
        for values in product(*(question.options for question in RULES.questions))
    }
    assert found == set(RULES.tracks)


def test_heel_pain_that_is_not_worst_in_the_morning_comes_with_a_note() -> None:
    assert choose_track({"place": "heel", "morning": "no"}, RULES).note
    with pytest.raises(UsageError, match="not an answer"):
        choose_track({"place": "elbow"}, RULES)
    with pytest.raises(UsageError, match="no question"):
        choose_track({"star-sign": "lion"}, RULES)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('["half-kneeling", "run"],', '["half-kneling", "run"],', "no exercise or activity called half-kneling"),
        ('track = "achilles"', 'track = "achiles"', "no track called achiles"),
        ("progress_up_to = 2", "progress_up_to = 12", "pain.progress_up_to"),
        ('source = ["rathleff-2015", "guide", "formcheck"]', 'source = ["rathlef-2015"]', "no source called rathlef-2015"),
        ('place = "shin"', 'place = "skin"', "place = skin"),
        ("seconds = 30", "seconds = 30\nreps = 3", "either reps or seconds"),
        ("sets = 3", "stes = 3", "sets: Field required"),
        ("window_days = 7", "window_days = ", "not a TOML file"),
        ("\n[sources]\n", "\nweeks = 8\n[sources]\n", "weeks: Input should be 12"),
        ("answers = {}", 'answers = { wall = "yes" }', "last rule must fit every answer"),
        ('link = "https://', 'link = "https://a.example/) ![x](https://', "String should match pattern"),
    ],
)
def test_a_slip_in_the_file_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "programme.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as found:
        read_catalogue(path)
    assert message in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize(
    "words",
    ["![x](http://a/b.png)", "<img src=x>", "[read](https://a)", "see www.a.example", "http://a", "**now**", "`x`", "$x$",
     "# Title", "two\\n# lines", ":material/home:", "\\u001b[2J", "\\u202e"],
)  # fmt: skip
@pytest.mark.parametrize("shown", ["title", "note"])
def test_text_of_a_changed_file_is_never_markup(tmp_path: Path, words: str, shown: str) -> None:
    changed = tmp_path / "programme.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    line = re.search(rf'^{shown} = "[^"]*"$', text, re.MULTILINE)
    assert line is not None
    changed.write_text(text.replace(line[0], f'{shown} = "{words}"', 1), encoding="utf-8")
    with pytest.raises(InputError, match="only plain words"):
        read_catalogue(changed)


def test_a_file_that_is_nested_without_end_is_one_line(tmp_path: Path) -> None:
    for text in ("a = " + "[\n" * 50_000, "a" + ".a" * 400 + " = 1", "[" + "a." * 400 + "a]", "a" + ".a" * 30_000 + " = 1"):
        (tmp_path / "deep.toml").write_text(text)
        with pytest.raises(InputError) as caught:
            read_catalogue(tmp_path / "deep.toml")
        assert len(str(caught.value)) < 600
        assert "\n" not in str(caught.value)


def test_a_clinicians_own_file_takes_the_shipped_ones_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path))
    assert current_catalogue().drills["heel-raise"].levels[0].reps == 15
    text = SHIPPED.read_text(encoding="utf-8")
    (tmp_path / "programme.toml").write_text(text.replace("reps = 15", "reps = 20", 1), encoding="utf-8")
    assert current_catalogue().drills["heel-raise"].levels[0].reps == 20


def test_no_wording_promises_or_diagnoses() -> None:
    text = SHIPPED.read_text(encoding="utf-8").lower()
    for word in ("will heal", "cure", "guarantee", "you have a ", "will fix"):
        assert word not in text
