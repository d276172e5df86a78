"""What many tests look at: one analysis of each drill's sample, made once a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from formcheck.analysis import Analysis, run_analysis
from formcheck.models import data_dir
from formcheck.report import Athlete


@pytest.fixture(scope="session")
def sample_videos() -> Path:
    return data_dir("sample_videos")


@pytest.fixture(scope="session")
def sample_analysis(sample_videos: Path) -> Analysis:
    """Half-kneeling, right leg; the heel lifts on reps 2 and 4."""
    return run_analysis(sample_videos / "df_right_female_heellift.mp4", athlete=Athlete(height_cm=156))


@pytest.fixture(scope="session")
def heel_raise_analysis(sample_videos: Path) -> Analysis:
    """Heel raises on both legs, five of them."""
    return run_analysis(sample_videos / "hr_double_female_side.mp4", athlete=Athlete(height_cm=165, mass_kg=60))
