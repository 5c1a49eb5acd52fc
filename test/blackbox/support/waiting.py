"""Waits for something that can only be looked at, never for a time to pass."""

import time

from support.bounds import WAIT


def wait_until(is_so, what, seconds=None):
    """`what`: what is waited for, or a function that says it when it was in vain."""
    deadline = time.monotonic() + (WAIT if seconds is None else seconds)
    pause = 0.0005
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain for {what() if callable(what) else what}"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)
