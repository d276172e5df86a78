"""A kept figure is whole, small, and only of the rep that it was made of."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from formcheck.export.curves import Curves
from formcheck.export.figure import Figure, figure_of
from formcheck.export.trace import Trace
from tests.helpers.ghosts import leaning
from tests.helpers.reports import make_rep, make_report


def test_it_is_read_again_as_it_was_kept_and_takes_few_bytes() -> None:
    curves = Curves(first_s=0.0, signals={"x_deg": Trace(unit=0.1, steps=[1, 2])}, figure=leaning(38.0))
    text = curves.model_dump_json()
    assert Curves.model_validate_json(text) == curves
    assert len(text) < 4_000


def test_curves_from_before_figures_were_kept_are_read() -> None:
    assert Curves.model_validate_json('{"first_s": 0.0, "step_s": 0.05, "signals": {}}').figure is None


def test_a_figure_without_a_joint_or_with_joints_of_several_lengths_is_refused() -> None:
    whole = leaning(38.0).model_dump()
    for traces in (whole["forward"], whole["up"]):
        without = {name: trace for name, trace in traces.items() if name != "heel"}
        with pytest.raises(ValidationError, match="six joints"):
            Figure.model_validate({**whole, "forward": without})
    short = {**whole["up"], "knee": {"unit": 0.01, "steps": [1, 2]}}
    with pytest.raises(ValidationError, match="one length"):
        Figure.model_validate({**whole, "up": short})


def test_a_figure_of_hours_is_refused() -> None:
    with pytest.raises(ValidationError, match="900 samples"):
        leaning(38.0, seconds=100.0)


def test_after_a_correction_the_figure_of_another_rep_is_not_shown() -> None:
    report = make_report([make_rep(1, 30.0), make_rep(2, 36.0)])
    assert figure_of(report, leaning(36.0, rep=2)) is not None
    assert figure_of(report, leaning(30.0, rep=1)) is None
    assert figure_of(report, None) is None
