"""Adopted: a process that a child of ours has started and left to us, as subprocess.Popen is used here."""

import ctypes
import os
import signal
import subprocess
import time

from support.waiting import wait_until

PR_SET_CHILD_SUBREAPER = 36


def adopts_orphans():
    """What a child leaves behind is ours to wait for (prctl(2))."""
    assert ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "no subreaper"


class Adopted:
    """`stdout`: what it has of its parent's."""

    def __init__(self, pid, stdout):
        self.pid, self.stdout, self.returncode = pid, stdout, None

    def becomes_ours(self):
        wait_until(lambda: self._parent() == os.getpid(), f"process {self.pid} to be left to us")

    def _parent(self):
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            return int(stat.read().rpartition(")")[2].split()[1])

    def poll(self):
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout=None):
        deadline = time.monotonic() + (timeout or float("inf"))
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.005)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)
