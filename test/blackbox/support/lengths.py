"""How thorough a run is: GROTTO_TEST_FULL=1 (minutes) and GROTTO_TEST_LONG=1 (up to an hour, and all of full)."""

import os

import pytest

LONG = bool(os.environ.get("GROTTO_TEST_LONG"))
FULL = LONG or bool(os.environ.get("GROTTO_TEST_FULL"))

only_full = pytest.mark.skipif(not FULL, reason="takes minutes: GROTTO_TEST_FULL=1")
only_long = pytest.mark.skipif(not LONG, reason="takes an hour: GROTTO_TEST_LONG=1")


def by_length(short, full, long=None):
    """So much in the default run, with --full, with --long."""
    if LONG and long is not None:
        return long
    return full if FULL else short
