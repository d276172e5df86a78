"""The samples that are offered are there, and as tall as their truth says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from formcheck.app.analyze.page import SAMPLE_TITLES
from formcheck.support.samples import SAMPLE_HEIGHTS_CM, SHOWN_SAMPLE

FOLDER = Path(__file__).parents[3] / "sample_videos"


@pytest.mark.parametrize("name", SAMPLE_HEIGHTS_CM)
def test_a_sample_is_as_tall_as_the_truth_beside_it_says(name: str) -> None:
    truth = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert pytest.approx(100 * truth["meta"]["body"]["stature"]) == SAMPLE_HEIGHTS_CM[name]


def test_the_app_has_a_title_for_every_sample() -> None:
    assert SAMPLE_TITLES.keys() == SAMPLE_HEIGHTS_CM.keys()
    assert SHOWN_SAMPLE in SAMPLE_TITLES
