"""Afterwards: what must be true of a server when a fault is over, whatever the fault was (the matrix's closing invariants).

The witness who heard every line exactly once is in `witness`.
"""

import time

import pytest

from support.bounds import FACTOR, SLOWED, memory_slack_kib
from support.server import FAULTS
from support.waiting import wait_until

AS_IT_WAS = pytest.mark.usefixtures("as_it_was")  # of a test, or of all of a file: at its end
HEARS_AGAIN_S = 1 * FACTOR
IDLE_S = 0.3
IDLE_WAKEUPS = 15 if SLOWED else 5  # in that time, of all threads; a sanitizer has a thread of its own
IDLE_CPU_S = 0.02 * FACTOR
MEMORY_SLACK_KIB = 4096  # what malloc keeps of a small server, whose 10 % are little


class Before:
    """`before = Before(server)`; then the fault; then `before.is_as_it_was()`."""

    def __init__(self, server):
        self._server = server
        self._descriptors = server.descriptors()
        self._memory_kib = server.memory_kib()

    def is_as_it_was(self, seconds=None):
        """It lives, without a report; descriptors back; accepting within 1 s; memory within 10 %; idle. `seconds`: in which the last ones may leave."""
        server = self._server
        assert server.process.poll() is None, f"it ended with {server.process.poll()}\n{server.log()}"
        self._has_its_descriptors(seconds)
        hears_again(server)
        self._has_its_descriptors(seconds)
        bound = self._memory_kib * 1.1 + MEMORY_SLACK_KIB + memory_slack_kib()
        assert server.memory_kib() <= bound, f"{server.memory_kib()} KiB, {self._memory_kib} before"
        self.is_idle()
        assert not FAULTS.search(server.log()), server.log()[-8000:]

    def is_as_it_was_without_peers(self):
        """The same once all have left, of a server that still runs."""
        status = self._server.process.poll()
        if status is not None:
            assert status == 0, f"it ended with {status}\n{self._server.log()}"
            return
        for peer in self._server.peers:
            peer.closes()
        self.is_as_it_was()

    def is_idle(self):
        """Soon it neither wakes up nor computes while nothing happens."""
        wait_until(self._was_idle, "a loop that is idle")

    def _was_idle(self):
        wakeups, cpu = self._server.wakeups(), self._server.cpu_seconds()
        time.sleep(IDLE_S)  # what it does in a time in which nothing happens
        return self._server.wakeups() - wakeups <= IDLE_WAKEUPS and self._server.cpu_seconds() - cpu <= IDLE_CPU_S

    def _has_its_descriptors(self, seconds):
        wait_until(
            lambda: self._server.descriptors() <= self._descriptors,
            f"{self._descriptors} descriptors, there are {self._server.descriptors()}",
            seconds,
        )


def hears_again(server):
    """Somebody new is served at once."""
    began = time.monotonic()
    # From an address of its own: where the page was opened a moment ago, who is silent is greeted later.
    is_loopback = server.address().startswith("127.")
    newcomer = server.connect("newcomer", source="127.0.0.99" if is_loopback else None)
    if server.listening[0][0] == "echo":
        newcomer.send(b"still here\n")
        assert newcomer.read_exactly(11) == b"still here\n"
    else:
        newcomer.next_line()
    assert time.monotonic() - began < HEARS_AGAIN_S, "it was deaf for a while"
    newcomer.closes()
