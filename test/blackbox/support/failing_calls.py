"""System calls that fail, or take long: strace answers in the kernel's place."""

import contextlib
import pathlib
import re
import subprocess
import tempfile

import pytest

from support.bounds import WAIT
from support.running import is_running

PATIENCE_S = 2


@contextlib.contextmanager
def calls_are(pid, names, how):
    """The calls `names` ("accept4", "fsync,fdatasync") of all threads of this process are as `how` says, in strace's
    words: "error=EIO:when=1..3", "delay_enter=5s". Yields a function that tells when such calls were made, in seconds."""
    with tempfile.TemporaryDirectory(prefix="grotto-calls-") as folder:
        log = pathlib.Path(folder) / "calls"
        tracer = subprocess.Popen(
            ["strace", "-f", "-ttt", "-o", str(log), "-e", f"trace={names}", "-e", f"inject={names}:{how}", "-p", str(pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            # Said when all threads are held; TracerPid in /proc tells it of the first one only.
            if "attached" not in tracer.stderr.readline():
                pytest.skip("strace may not attach here")
            yield lambda: [float(at) for at in re.findall(r"^\d+ +(\d+\.\d+) \w+\(", log.read_text(encoding="utf-8"), re.MULTILINE)]
        finally:
            # Asked to end, it would first see the delays of a process out that has ended meanwhile.
            tracer.terminate() if is_running(pid) else tracer.kill()
            try:
                tracer.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:  # it ended just now
                tracer.kill()
                tracer.wait(WAIT)


def fsync_fails(pid, times):
    """A disk whose fsync fails: the first `times` calls of fsync and fdatasync, whichever thread makes them, fail with EIO."""
    return calls_are(pid, "fsync,fdatasync", f"error=EIO:when=1..{times}")
