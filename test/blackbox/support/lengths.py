"""How thorough a run is: GROTTO_TEST_FULL=1 (minutes) and GROTTO_TEST_LONG=1 (up to an hour; tools/check --long runs those marked `longest`)."""

import os

import pytest

from support.bounds import SHIM

LONG = bool(os.environ.get("GROTTO_TEST_LONG"))
FULL = LONG or bool(os.environ.get("GROTTO_TEST_FULL"))

only_full = pytest.mark.skipif(not FULL, reason="takes minutes: GROTTO_TEST_FULL=1")
longest = pytest.mark.longest  # has a form of its own in --long
alone = pytest.mark.alone  # there, beside nothing else: it measures what the machine carries


def not_in_short_calls(why):
    """F2: the suite runs under GROTTO_TEST_SHIM=1 too, but for this test."""
    return pytest.mark.skipif(SHIM, reason=f"not under short calls: {why}")


def by_length(short, full, long=None):
    """So much in the default run, with --full, with --long."""
    if LONG and long is not None:
        return long
    return full if FULL else short
