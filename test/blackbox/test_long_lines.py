"""Lines at and over the limit, and streams that never end a line."""

import pytest

from support.afterwards import AS_IT_WAS
from support.bounds import SLOWED, memory_slack_kib
from support.lengths import by_length, longest, not_in_short_calls
from support.room import Room

pytestmark = AS_IT_WAS

LIMIT = 4096
MIB_WITHOUT_END = by_length(64, 64, 1024)


@pytest.fixture
def free(grottod):
    """Two members of a room without flood control."""
    room = Room(grottod("chat", "--rate", "off"))
    room.enter("ana", "oskar")
    return room


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\0", b"\r"], ids=["LF", "CR LF", "CR NUL", "CR"])
@pytest.mark.parametrize("length", [LIMIT - 1, LIMIT])
def test_b2_a_line_up_to_the_limit_passes_whole(free, length, end):
    ana, oskar = free.members.values()
    ana.send(b"x" * length + end)
    oskar.hears("ana: " + "x" * length)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\0", b"\r"], ids=["LF", "CR LF", "CR NUL", "CR"])
@pytest.mark.parametrize("length", [LIMIT + 1, LIMIT + 2, 3 * LIMIT, 65536, 100_000])
def test_b2_a_line_over_the_limit_is_refused_whole_and_the_connection_lives(free, length, end):
    ana, oskar = free.members.values()
    ana.send(b"before" + end + b"x" * length + end + b"after" + end)
    ana.hears_like("4,?096")
    oskar.hears("ana: before", "ana: after")


def test_the_limit_counts_bytes_not_characters(free):
    ana, oskar = free.members.values()
    ana.says("€" * (LIMIT // 3), "€" * (LIMIT // 3 + 1))
    oskar.hears("ana: " + "€" * (LIMIT // 3))
    ana.hears_like("4,?096")


def test_a_line_over_the_limit_in_pieces(free):
    ana, oskar = free.members.values()
    for _ in range(5):
        ana.sends_in_pieces(b"y" * 1000)
    ana.send(b"\nafter\n")
    ana.hears_like("4,?096")
    oskar.hears("ana: after")


def test_the_limit_is_an_option(grottod):
    room = Room(grottod("chat", "--line-bytes-max", 64))
    ana, oskar = room.enter("ana", "oskar")
    ana.says("x" * 64, "y" * 65, "after")
    ana.hears_like("64")
    oskar.hears("ana: " + "x" * 64, "ana: after")


def test_an_over_long_name_is_refused(room):
    peer = room.server.connect()
    peer.says("n" * 5000, "luzmi")
    while "Welcome luzmi" not in peer.next_line():
        pass


@not_in_short_calls("megabytes, three bytes at a time")
@longest
def test_b2_bytes_without_any_line_end_never_grow_memory(free):
    ana, oskar = free.members.values()
    ana.send(b"z" * 100_000)
    ana.hears_like("4,?096")
    before = free.server.resident_kib()
    cpu = free.server.cpu_seconds()
    chunk = b"z" * (1 << 20)
    for turn in range(MIB_WITHOUT_END):
        ana.send(chunk)
        if turn % 16 == 0:  # others are served meanwhile, and ana reads nothing else
            oskar.says(f"turn {turn}")
            ana.hears(f"oskar: turn {turn}")
    ana.send(b"\nafter\n")
    oskar.hears("ana: after")
    ana.hears_nothing()
    assert free.server.resident_kib() - before < 2048 + memory_slack_kib()
    assert free.server.cpu_seconds() - cpu < MIB_WITHOUT_END / 32 or SLOWED


def test_b2_a_million_line_ends_are_bounded_and_fair(free):
    ana, oskar = free.members.values()
    oskar.says("marker before")
    ana.hears("oskar: marker before")
    before = free.server.resident_kib()
    for turn in range(10):
        ana.send(b"\n" * 100_000)
        oskar.says(f"fair {turn}?")
        ana.hears(f"oskar: fair {turn}?")
    ana.send(b"after\n")
    oskar.hears("ana: after")  # of a blank line nobody is told
    assert free.server.resident_kib() - before < 2048 + memory_slack_kib()


def test_the_end_of_input_within_an_over_long_line(free):
    ana, oskar = free.members.values()
    ana.send(b"x" * 5000)
    ana.half_closes()
    oskar.hears("ana has left the chat.")
    assert any("4096" in line or "4,096" in line for line in ana.remaining_lines())
