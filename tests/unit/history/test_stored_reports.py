"""Reports that earlier versions stored."""

from __future__ import annotations

import base64

from formcheck.history.store.tables import CompressedText
from formcheck.report.schema import SetReport

# A report as an earlier formcheck stored it (two half-kneeling reps of 30° and 32°).
STORED = (
    "ePl4tCe0vZZNDoIwEEav0nCAhpmhgEs33qOGjYm6ULfe3U5HoNBWm/gT2EBSwjfz5rVfsQS5my1BYglIW4LHKGGKxmhM2gLItLMxsA+M0eEvhFFsiDIhNLpe"
    "OKHWplALCGViqLaDrRZmgM6XcFJD6x7vb9j2K0a8gX/ySTj5bmQh3+QpJ+Cla9KlvTHt8j4mnjSamW3QGIKLQYImTGCCBN0iwXriy+NQMg5m4mBpnKw0cXSm"
    "fEu8KUVld/omhfqEjD/R+PbnHepi9y88WnKi2h2OJ2Vvimolk6usujpJnAddccLogHWPzmD/2Lns/rMrs/MxRRfnRK75NCWuh44w2ZcfYNy+9A=="
)


def test_a_report_stored_by_an_earlier_version_is_still_read() -> None:
    text = CompressedText().process_result_value(base64.b64decode(STORED), None)  # type: ignore[arg-type]
    assert text is not None
    report = SetReport.model_validate_json(text)
    assert [rep.measures["valid_peak_deg"] for rep in report.reps] == [30.0, 32.0]
    assert report.model_dump()["schema"] == "formcheck.report/1"
