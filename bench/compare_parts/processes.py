"""Processes: how those that are measured are started: on one core, and never outliving the benchmark."""

import ctypes
import os
import signal

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def on_core(core):
    """What a child process does before it becomes the program (preexec_fn)."""

    def prepare():
        os.sched_setaffinity(0, {core})
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

    return prepare
