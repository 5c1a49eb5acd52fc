"""Who does not read is told how much was skipped, and costs the others nothing."""

import random
import re

import pytest

from support.afterwards import Before
from support.bounds import SLOWED, memory_slack_kib
from support.crowd import Task
from support.lengths import not_in_short_calls
from support.room import Room, left
from support.waiting import wait_until

SKIPPED = re.compile(r"-- (\d+) lines? skipped: your connection was too slow --")
PADDING = "x" * 1000
LINES = 20_000  # 20 MB: more than the log of a small room keeps (10 000 lines)


@pytest.fixture
def free(grottod):
    return Room(grottod("chat", "--rate", "off", "--history", "0", "--workers", "2"))


def enters_slow(room, name):
    """A member whose socket takes little, so that it is blocked soon."""
    return room.enters(name, room.server.connect(name, receive_buffer=4096))


def numbers_of(lines, name="ana"):
    return [int(line.split()[1]) for line in lines if line.startswith(f"{name}: ")]


def says_all(speaker, healthy, count=LINES):
    """The speaker says numbered lines while the healthy one reads them all; returns what it read."""
    batch = 200
    sender = Task(
        lambda: [
            speaker.send(b"".join(f"{number} {PADDING}\n".encode() for number in range(at, at + batch)))
            for at in range(0, count, batch)
        ]
    )
    heard = []
    while not heard or not heard[-1].startswith(f"ana: {count - 1} "):
        heard.append(healthy.next_line())
    sender.result()
    return heard


def test_a_slow_reader_reads_how_many_lines_were_skipped_and_the_rest(free):
    ana, oskar = free.enter("ana", "oskar")
    slow = enters_slow(free, "slow")
    heard = says_all(ana, oskar)
    assert numbers_of(heard) == list(range(LINES))  # the healthy one lost nothing
    ana.says("the end")
    lines = slow.lines_until("ana: the end")
    notices = [line for line in lines if SKIPPED.fullmatch(line)]
    assert notices
    expected = 0
    for line in lines:
        if match := SKIPPED.fullmatch(line):
            expected += int(match.group(1))
        else:
            assert line == f"ana: {expected} {PADDING}"
            expected += 1
    assert expected == LINES


def test_own_lines_are_not_counted_as_skipped(free):
    ana, oskar = free.enter("ana", "oskar")
    slow = enters_slow(free, "slow")
    sender = Task(says_all, ana, oskar, LINES // 2)
    sender.result()
    slow.says("own one", "own two", "own three")
    oskar.hears("slow: own one", "slow: own two", "slow: own three")
    ana.hears("slow: own one", "slow: own two", "slow: own three")
    for number in range(LINES // 2, 3 * LINES // 2, 500):
        ana.send(b"".join(f"{line} {PADDING}\n".encode() for line in range(number, number + 500)))
        while not oskar.next_line().startswith(f"ana: {number + 499} "):
            pass
    ana.says("the end")
    lines = slow.lines_until("ana: the end")
    skipped = sum(int(match.group(1)) for line in lines if (match := SKIPPED.fullmatch(line)))
    assert skipped > 0
    assert skipped + len(numbers_of(lines)) == 3 * LINES // 2
    assert not [line for line in lines if "own" in line]


@not_in_short_calls("megabytes, three bytes at a time")
def test_with_drop_a_lapped_reader_is_closed_with_the_reason(grottod):
    free = Room(grottod("chat", "--rate", "off", "--history", "0", "--slow", "drop", "--no-progress", "2s"))
    ana, oskar = free.enter("ana", "oskar")
    slow = enters_slow(free, "slow")
    heard = says_all(ana, oskar)
    assert numbers_of(heard) == list(range(LINES))
    text = slow.is_reset_or_ended().decode()
    assert "slow" in text.splitlines()[-1].replace("slow has", ""), text[-200:]
    while left("slow") not in heard:
        heard.append(oskar.next_line())


def test_stalled_readers_cost_no_memory_each(free):
    ana, oskar = free.enter("ana", "oskar")
    for number in range(30):
        enters_slow(free, f"slow{number}")
    before = free.server.resident_kib()
    for member in (ana, oskar):
        member.heard.clear()
    heard = says_all(ana, oskar)
    assert numbers_of(heard) == list(range(LINES))
    grown = free.server.resident_kib() - before
    assert grown < 40 * 1024 + memory_slack_kib(), f"{grown} KiB for 20 MB said and 30 readers that do not read"


def test_a_reader_that_is_slow_but_steady_loses_nothing(free):
    """It reads a little all the time: patience counts only while it is blocked."""
    ana, oskar = free.enter("ana", "oskar")
    steady = enters_slow(free, "steady")
    reader = Task(lambda: steady.lines_until("ana: the end"))
    heard = says_all(ana, oskar, 3000)
    ana.says("the end")
    assert numbers_of(heard) == list(range(3000))
    assert numbers_of(reader.result()) == list(range(3000))


def test_l5_an_echo_client_that_never_reads_is_read_no_further_and_closed(echo):
    """Its bytes wait in its own socket; nothing grows; the deadline for no progress ends it."""
    as_it_was = Before(echo)
    peer = echo.connect(receive_buffer=4096)
    before = echo.resident_kib()
    peer.sock.settimeout(1)
    sent = 0
    try:
        while sent < 256 << 20:
            sent += peer.sock.send(b"x" * 65536)
    except TimeoutError:
        pass  # the server reads no more
    except OSError as fault:
        raise AssertionError("closed before it had its time") from fault
    assert sent < 64 << 20
    assert echo.resident_kib() - before < 2048 + memory_slack_kib()
    witness = echo.connect()
    witness.send(b"served")
    assert witness.read_exactly(6) == b"served"
    cpu = echo.cpu_seconds()
    descriptors = echo.descriptors()
    wait_until(lambda: echo.descriptors() < descriptors, "the end of the peer", 20 if not SLOWED else 60)
    assert echo.cpu_seconds() - cpu < 1
    witness.closes()
    as_it_was.is_as_it_was()


def test_an_echo_client_that_reads_late_gets_every_byte(echo):
    peer = echo.connect(receive_buffer=4096)
    data = random.Random(7).randbytes(4 << 20)
    sender = Task(lambda: (peer.send(data), peer.half_closes()))
    assert peer.read_exactly(100_000) == data[:100_000]
    assert peer.read_to_end() == data[100_000:]
    sender.result()


def test_who_pastes_more_than_a_window_is_served_to_the_end(grottod):
    """In one piece, and nobody else is there whose reading would let the room go on."""
    room = Room(grottod("chat", "--rate", "off", "--history", 0))
    (ana,) = room.enter("ana")
    ana.send(b"".join(b"%d\n" % number for number in range(12_000)) + b"/who\n")
    ana.hears("1 person is here: ana")
    oskar = room.enters("oskar")
    ana.send(b"".join(b"%d\n" % number for number in range(12_000)))
    oskar.hears(*(f"ana: {number}" for number in range(12_000)))
