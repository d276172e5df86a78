"""While a video is followed, the progress names the reps that its beginning shows."""

from __future__ import annotations

import re

from formcheck.analysis.pipeline import run_analysis
from formcheck.analysis.settings import Settings
from formcheck.pose.bundles import data_dir

COUNT = re.compile(r"Following the person \((\d+) reps? so far\)")


def test_reps_appear_while_the_video_is_followed_and_never_vanish() -> None:
    reported: list[tuple[float, str]] = []
    video = data_dir("sample_videos") / "df_left_male_side.mp4"
    analysis = run_analysis(video, Settings(workers=1), progress=lambda share, stage: reported.append((share, stage)))
    counts = [(share, int(found[1])) for share, stage in reported if (found := COUNT.fullmatch(stage))]
    assert counts, "no count before the end"
    assert counts[0][0] < 0.75
    numbers = [count for _, count in counts]
    assert numbers == sorted(numbers)
    assert 0 < numbers[-1] <= len(analysis.report.reps)
