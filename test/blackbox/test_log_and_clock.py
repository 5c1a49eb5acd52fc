"""F7: a log that nobody reads, a log disk that is full, a wall clock that jumps: the chat does not notice."""

import os
import re
import select
import struct
import time

import pytest

from support import bounds
from support.afterwards import Before
from support.bounds import FACTOR
from support.lengths import not_in_short_calls
from support.metrics import Metrics
from support.room import Room
from support.waiting import wait_until
from support.witness import Witness


LOGS_ALL = ("chat", "--rate", "off", "--log-level", "debug", "--log-ends", "1000000")


def chats_on(witness, turns=200):
    witness.hears_on()
    witness.hears_more(turns)
    return witness.saw_all()


def logs_much(server):
    """Each peer that comes and each that ends is a line."""
    for _ in range(300):
        for peer in [server.connect() for _ in range(20)]:
            peer.resets()
            server.peers.remove(peer)


def p99_s(server, witness):
    """Of a line beside much that is logged."""
    witness.hears_on()
    logs_much(server)
    assert witness.saw_all() < 1 * FACTOR
    return witness.p99_s


def is_as_fast(grottod, server, witness):
    """As beside a log that is written; a busy machine is slower now and then, a server that waits for its log is always."""
    written = grottod(*LOGS_ALL)
    beside = Witness(Room(written))
    found = []
    for _ in range(3):
        found.append((p99_s(written, beside), p99_s(server, witness)))
        if found[-1][1] <= 2 * found[-1][0] + 0.005 * FACTOR:
            return
    raise AssertionError(f"p99 beside a log that is written, and beside this one: {found}")


def test_f7_a_full_log_disk_costs_nothing_but_the_log(grottod):
    with open("/dev/full", "wb") as full:
        server = grottod(*LOGS_ALL, "--admin", "127.0.0.1:0", listeners=2, stderr=full)
        witness = Witness(Room(server))
        before = Before(server)
        is_as_fast(grottod, server, witness)
        # Each who came has a line at its start and at its end, and none of them could be written.
        metrics = Metrics(server, 1)
        wait_until(lambda: metrics.read().value("grotto_log_dropped_lines_total") >= 10_000, "the lost lines to be counted")
        before.is_as_it_was()


def test_f7_a_log_reader_that_stands_still_costs_nothing_and_the_lost_lines_are_counted(grottod):
    reader, writer = os.pipe()
    with open(writer, "wb") as end:
        server = grottod(*LOGS_ALL, "--admin", "127.0.0.1:0", listeners=2, stderr=end)
    witness = Witness(Room(server))
    before = Before(server)
    is_as_fast(grottod, server, witness)
    metrics = Metrics(server, 1)
    log = b""
    others = 0

    def is_any_lost():
        nonlocal others
        others += 1
        return metrics.read().value("grotto_log_dropped_lines_total") > 0

    def told():
        """How many lines were lost, and how many of those that each has when it ends were not."""
        dropped = sum(int(count) for count in re.findall(rb"log_lines_dropped count=(\d+)", log))
        return dropped, len(re.findall(rb"disconnected", log))

    def read_on():
        nonlocal log, others
        while select.select([reader], [], [], 0)[0]:
            log += os.read(reader, 1 << 20)
        dropped, ended = told()
        if dropped > 0 and dropped + ended - others >= 6_000:
            return True
        server.connect("another").resets()  # so that there is a line to be written
        others += 1
        return False

    wait_until(is_any_lost, "lines to be lost")  # the server may be behind with those who came
    wait_until(
        read_on,
        lambda: f"6,000 lines that are counted as lost or were written: {told()} in {len(log)} bytes after {others} others, at last {log[-300:]}",
    )
    before.is_as_it_was()
    assert server.stops() == 0
    os.close(reader)


@not_in_short_calls("two preloaded libraries do not go together")
@pytest.mark.skipif(bounds.SANITIZED or bool(bounds.WRAPPER), reason="a sanitizer must be loaded first")
def test_f7_a_wall_clock_that_jumps_ends_nobody(grottod, tmp_path):
    file = tmp_path / "jump"
    file.write_bytes(struct.pack("=q", 0))

    def jumps(seconds):
        with open(file, "r+b") as at:
            at.write(struct.pack("=q", seconds))

    env = {"LD_PRELOAD": bounds.CLOCK_JUMP, "CLOCK_JUMP_FILE": str(file)}
    server = grottod("chat", "--rate", "off", "--idle-timeout", "60s", "--log-level", "debug", env=env)
    room = Room(server)
    witness = Witness(room)
    (ana,) = room.enter("ana")
    ana.says("/time on")
    ana.read_past(b"time.\r\n")
    before = Before(server)
    for day in (1, -1, 3_650, -3_650):
        jumps(day * 86_400)
        assert chats_on(witness, 50) < 1 * FACTOR
        server.connect("passing by").resets()
        year = time.gmtime(time.time() + day * 86_400).tm_year
        wait_until(lambda year=year: f"\n{year}-" in server.log(), f"the log to be of {year}")
    before.is_as_it_was()
