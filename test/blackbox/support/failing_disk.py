"""A disk whose fsync fails: strace answers EIO in the kernel's place."""

import contextlib
import subprocess

import pytest

from support.bounds import WAIT


@contextlib.contextmanager
def fsync_fails(pid, times):
    """The first `times` calls of fsync and fdatasync of this process, whichever thread makes them, fail with EIO."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"]
        + ["-e", f"inject=fsync,fdatasync:error=EIO:when=1..{times}", "-p", str(pid)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # Said when all threads are held; TracerPid in /proc tells it of the first one only.
        if "attached" not in tracer.stderr.readline():
            pytest.skip("strace may not attach here")
        yield
    finally:
        tracer.terminate()
        tracer.wait(WAIT)
