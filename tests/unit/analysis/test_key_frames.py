"""What key frames correct in a followed angle: the set's bias, and half of what each peak's own key frame says beyond it."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.analysis.key_frames import correct_by_keys

REST_DEG, PEAK_DEG = 0.0, 30.0
# Three repetitions of eleven frames: from rest to the peak in the middle and back.
REP = np.interp(np.arange(11), [0, 5, 10], [REST_DEG, PEAK_DEG, REST_DEG])
TRACKED = np.concatenate([REP, REP, REP])
REPS = [slice(11 * k, 11 * k + 11) for k in range(3)]
TOPS = [5, 16, 27]


def correct(*tops_deg: float, rest_deg: float = REST_DEG) -> np.ndarray:
    """Return the corrected angle with these readings at the three tops and, at the first frame, at rest."""
    return correct_by_keys(TRACKED, np.array([rest_deg, *tops_deg]), [0, *TOPS], [None, *REPS])


def test_a_bias_that_all_peaks_share_is_taken_out_whole() -> None:
    corrected = correct(33.0, 33.0, 33.0, rest_deg=1.0)
    assert corrected[TOPS] == pytest.approx([33.0, 33.0, 33.0])
    assert corrected[0] == pytest.approx(1.0)


def test_a_peak_lies_halfway_between_the_followed_angle_and_its_own_key_frame() -> None:
    assert correct(30.0, 30.0, 33.0)[TOPS] == pytest.approx([30.0, 30.0, 31.5])


def test_a_key_frame_far_from_the_followed_angle_is_a_gross_error_and_moves_nothing() -> None:
    assert correct(30.0, 30.0, 43.0) == pytest.approx(TRACKED)


def test_a_repetition_s_own_key_frame_moves_neither_rest_nor_other_repetitions() -> None:
    corrected = correct(30.0, 30.0, 33.0)
    assert corrected[[22, 32]] == pytest.approx([REST_DEG, REST_DEG])
    assert corrected[:22] == pytest.approx(TRACKED[:22])


def test_without_a_key_frame_at_rest_one_bias_holds_for_all_angles() -> None:
    corrected = correct_by_keys(TRACKED, np.array([32.0, 32.0]), TOPS[:2], REPS[:2])
    assert corrected == pytest.approx(TRACKED + 2.0)
