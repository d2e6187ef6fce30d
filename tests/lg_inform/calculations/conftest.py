"""Hypothesis without a clock, since a busy machine is no fault of a statistic, and with more examples at full size."""

import os

from hypothesis import settings

settings.register_profile(
    "statistics", deadline=None, max_examples=2000 if os.environ.get("SLIP_PROOF") == "full" else 100
)
settings.load_profile("statistics")
