"""Remake the finished report that the app shows at a first visit: ``python scripts/make_sample_report.py``.

It is made by the same analysis as for an uploaded video, and kept in the package, so that nobody waits a minute to see what a
report is. A test fails if it no longer matches the analysis.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from formcheck.app.analyze.results import Request, make_result
from formcheck.app.analyze.sample_picture import REPORT, SAMPLE_NAME
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import Athlete
from formcheck.support.samples import SAMPLE_HEIGHTS_CM, SHOWN_SAMPLE


def main() -> None:
    """Analyze the sample, and put the data that its page shows into the package."""
    source = data_dir("sample_videos") / f"{SHOWN_SAMPLE}.mp4"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "report"
        made.mkdir()
        request = Request(source, SAMPLE_NAME, Athlete(height_cm=SAMPLE_HEIGHTS_CM[SHOWN_SAMPLE]))
        result = make_result(request, made, lambda share, stage: print(f"\r{share:4.0%} {stage:<30}", end="", flush=True))
        result.analysis_file(0).unlink()  # the sample is only shown, not corrected
        if REPORT.exists():
            shutil.rmtree(REPORT)
        shutil.move(made, REPORT)
    print(f"\nWrote {REPORT}")


if __name__ == "__main__":
    main()
