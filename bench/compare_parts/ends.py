"""An end from outside (Ctrl-C, SIGTERM, a lost terminal): leaves every `with` on its way, so that no server stays behind."""

import contextlib
import signal
import sys

_held_back = False
_number = None


def install():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


@contextlib.contextmanager
def held_back():
    """Meanwhile an end waits: in the middle of starting a process nobody would know which one to stop. (To block the signals does
    not do: Python runs the handler in the main thread, whichever thread they reach.)"""
    global _held_back, _number
    _number = None
    _held_back = True
    try:
        yield
    finally:
        _held_back = False
        if _number is not None:
            sys.exit(128 + _number)


def _end(number, _):
    global _number
    if not _held_back:
        sys.exit(128 + number)
    _number = number
