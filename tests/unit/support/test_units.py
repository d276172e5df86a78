"""Whoever chose so sees inches beside centimeters, and nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.exercises import EXERCISES
from formcheck.export.facts import format_value
from formcheck.render.summary import Card
from formcheck.support.errors import OutputError
from formcheck.support.units import INCHES_VARIABLE, add_inches, choose_inches, inches_are_fixed, shows_inches

HEIGHT = next(measure for measure in EXERCISES["heel-raise"].measures if measure.name == "height_cm")
INCLINATION = next(measure for measure in EXERCISES["half-kneeling"].measures if measure.name == "tibial_inclination_deg")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FORMCHECK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv(INCHES_VARIABLE, raising=False)
    return tmp_path / "home"


def test_only_centimeters_are_shown_until_inches_are_chosen() -> None:
    assert format_value(HEIGHT, 9.8) == "9.8\u00a0cm"
    choose_inches(True)
    assert format_value(HEIGHT, 9.8) == "9.8\u00a0cm\u00a0(3.9\u00a0in)"
    assert Card.of("Height", HEIGHT, 9.8, "mean of 3 reps", "").note == "3.9\u00a0in · mean of 3 reps"
    choose_inches(False)
    assert format_value(HEIGHT, 9.8) == "9.8\u00a0cm"


def test_degrees_and_what_was_not_measured_have_no_inches() -> None:
    choose_inches(True)
    assert format_value(INCLINATION, 38.2) == "38.2°"
    assert format_value(HEIGHT, None) == format_value(HEIGHT, float("nan")) == "–"
    assert add_inches(-2.54, "cm") == "\u00a0(−1.0\u00a0in)"


def test_the_environment_overrides_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not inches_are_fixed()
    choose_inches(True)
    monkeypatch.setenv(INCHES_VARIABLE, "0")
    assert not shows_inches()
    assert inches_are_fixed()
    choose_inches(False)
    monkeypatch.setenv(INCHES_VARIABLE, "1")
    assert shows_inches()


def test_a_choice_that_cannot_be_kept_is_an_error(home: Path) -> None:
    home.write_text("a file where the folder should be")
    with pytest.raises(OutputError):
        choose_inches(True)
