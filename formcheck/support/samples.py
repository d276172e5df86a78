"""The sample videos in `sample_videos/` that are offered to try, and how tall the rendered people in them are."""

from __future__ import annotations

# Stature in centimeters; the truth beside each video has it in meters (``meta.body.stature``).
SAMPLE_HEIGHTS_CM = {
    "dfx_leadin_right": 165.0,
    "df_left_male_side": 177.0,
    "df_right_female_heellift": 156.0,
    "hr_double_female_side": 165.0,
    "hr_single_male_side": 190.0,
    "soleus_double_female_side": 156.0,
    "balance_left_male_side": 177.0,
}
# The demo analyzes this one, and the app shows its report before anything was filmed: it has both clean and faulty reps.
SHOWN_SAMPLE = "df_right_female_heellift"
