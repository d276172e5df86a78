"""Remake the README's picture of a report: ``python -m scripts.make_images``.

It shows the sample video's report as its page does, down to its chart. The system's Chromium draws it, as in the browser tests
(``pip install -e ".[test]"``). The number in README.md's description of the picture is the one printed here.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from formcheck.app.analyze.results import Request, Result, make_result
from formcheck.app.analyze.sample_picture import SAMPLE_NAME
from formcheck.pose.bundles import data_dir
from formcheck.report.schema import Athlete
from formcheck.support.samples import SAMPLE_HEIGHTS_CM, SHOWN_SAMPLE
from tests.helpers.harness import open_browser

TARGET = Path(__file__).resolve().parents[1] / "docs" / "images" / "report.png"
# The page's width in the picture, CSS pixels.
WIDTH = 1120


def main() -> None:
    """Analyze the sample and write the picture."""
    source = data_dir("sample_videos") / f"{SHOWN_SAMPLE}.mp4"
    with tempfile.TemporaryDirectory() as folder:
        request = Request(source, SAMPLE_NAME, Athlete(height_cm=SAMPLE_HEIGHTS_CM[SHOWN_SAMPLE]))
        result = make_result(request, Path(folder), lambda share, stage: None)
        _picture_report(result)
        print(f"Wrote {TARGET}: range {result.report.summary.headline:.1f}°")


def _picture_report(result: Result) -> None:
    page_file = result.folder / "report.html"
    page_file.write_text(result.page(), encoding="utf-8")
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 1500})
        page.goto(page_file.as_uri())
        chart = page.locator(".chart").last.bounding_box()
        assert chart is not None
        shown = {"x": 0, "y": 0, "width": WIDTH, "height": chart["y"] + chart["height"]}
        page.screenshot(path=str(TARGET), full_page=True, clip=shown)


if __name__ == "__main__":
    main()
