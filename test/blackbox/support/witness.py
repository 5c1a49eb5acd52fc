"""Witness: a member who hears another count, and sees each number exactly once and in order, but for gaps that are announced."""

import re
import threading
import time

from support.crowd import Task
from support.room import enters, founds
from support.waiting import wait_until

SKIPPED = re.compile(r"-- (\d+) lines? skipped: your connection was too slow --")


class Witness:
    """`witness = Witness(room)`; `witness.hears_on()`; then the fault; then `witness.saw_all()`. A server without `--rate off` slows it down.

    `calm`: a room of their own, for the two; `connect`: in which way they come, if not as all do.
    """

    def __init__(self, room, lines_at_once=1, name="", *, calm="", connect=lambda name: None):
        self.name = f"speaker{name}"
        self.speaker = room.enters(self.name, connect(self.name))
        self.peer = room.enters(f"witness{name}", connect(f"witness{name}"))
        if calm:
            founds(self.speaker, calm)
            enters(self.peer, calm, f"@{self.name}")
            for peer, name in ((self.speaker, self.name), (self.peer, f"witness{name}")):
                peer.says("/leave lobby")
                peer.read_past(f"You left lobby; your lines go to {calm}.\r\n".encode())
                del room.members[name]
        self.said = 0
        self.heard = 0  # the number that comes next
        self.delays = []  # seconds from saying to hearing, of each turn
        self.p99_s = 0.0  # of them, at its end
        self._lines_at_once = lines_at_once
        self._is_over = threading.Event()
        self._task = None

    def hears(self, lines=1):
        """So many are said, and heard."""
        began = time.monotonic()
        self.speaker.send(b"".join(b"%d\n" % number for number in range(self.said, self.said + lines)))
        self.said += lines
        while self.heard < self.said:
            self.takes(self.peer.next_line())
        del self.peer.heard[:-100]  # an hour of it is gigabytes
        self.delays.append(time.monotonic() - began)

    def takes(self, line):
        """What others say, and who comes and goes, is none of its business."""
        gap = SKIPPED.fullmatch(line)
        if gap:
            self.heard += int(gap[1])
        elif line.startswith(f"{self.name}: "):
            assert line == f"{self.name}: {self.heard}", f"expected {self.heard}, heard {line!r}"
            self.heard += 1

    def hears_on(self):
        """Turn after turn, in a thread."""
        self._is_over.clear()
        self._task = Task(self._hears_on)

    def _hears_on(self):
        while not self._is_over.is_set():
            self.hears(self._lines_at_once)

    def hears_more(self, turns):
        """Waits until it has gone on for so many turns, or has failed."""
        until = len(self.delays) + turns
        wait_until(lambda: len(self.delays) >= until or not self._task.is_alive(), "the witness to hear more")

    def saw_all(self):
        """It ends; the longest that it waited for a line, in seconds."""
        self._is_over.set()
        self._task.result()
        self.hears()
        longest = max(self.delays)
        self.p99_s = sorted(self.delays)[len(self.delays) * 99 // 100]
        self.delays.clear()
        return longest
