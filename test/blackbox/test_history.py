"""History: who joins reads what was said before, between two marks."""

import re

import pytest

from support.room import Room, joined


def enters_and_reads_history(server, name):
    """The earlier lines that a newcomer reads, and how many the mark announces."""
    peer = server.connect(name)
    peer.says(name)
    line = peer.next_line()
    while not (mark := re.fullmatch(r"-- (\d+) earlier lines? --", line)):
        line = peer.next_line()
    return peer, int(mark.group(1)), peer.lines_until("-- now --")


def said(room, count, by="ana"):
    """`count` lines that everybody else has heard."""
    speaker = room.members[by]
    for number in range(count):
        speaker.says(f"line {number}")
        for name, member in room.members.items():
            if name != by:
                member.hears(f"{by}: line {number}")


@pytest.fixture
def room(grottod):
    """A lobby with the default history."""
    return Room(grottod("chat"))


@pytest.fixture
def free_room(grottod):
    return Room(grottod("chat", "--rate", "off"))


def test_a_newcomer_reads_what_was_said_between_the_marks(room):
    room.enter("ana", "oskar")
    said(room, 3)
    luzmi, announced, lines = enters_and_reads_history(room.server, "luzmi")
    assert announced == 3
    assert lines == ["ana: line 0", "ana: line 1", "ana: line 2"]
    room.hear_all(joined("luzmi"))
    room.members["ana"].says("now")
    while luzmi.next_line() != "ana: now":
        pass


def test_the_default_is_twenty(free_room):
    free_room.enter("ana", "oskar")
    said(free_room, 50)
    _, announced, lines = enters_and_reads_history(free_room.server, "luzmi")
    assert announced == 20
    assert lines == [f"ana: line {number}" for number in range(30, 50)]


def test_only_said_lines_count_and_are_replayed(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("first")
    oskar.hears("ana: first")
    for turn in range(3):
        guest = room.server.connect("guest")
        guest.says(f"guest{turn}")
        room.hear_all(joined(f"guest{turn}"))
        guest.closes()
        room.hear_all(f"guest{turn} has left the chat.")
    ana.says("/me waves")
    oskar.hears("* ana waves")
    ana.says("/nick zuri")
    ana.hears_like("zuri")
    oskar.hears_like("zuri")
    ana.says("last")
    oskar.hears("zuri: last")
    _, announced, lines = enters_and_reads_history(room.server, "luzmi")
    assert lines == ["ana: first", "* ana waves", "zuri: last"]
    assert announced == 3


def test_who_comes_back_reads_the_own_earlier_lines(room):
    room.enter("ana", "oskar")
    said(room, 2)
    room.leaves("ana")
    _, announced, lines = enters_and_reads_history(room.server, "ana")
    assert (announced, lines) == (2, ["ana: line 0", "ana: line 1"])


def test_the_number_is_an_option(grottod):
    room = Room(grottod("chat", "--history", 2))
    room.enter("ana", "oskar")
    said(room, 5)
    _, announced, lines = enters_and_reads_history(room.server, "luzmi")
    assert (announced, lines) == (2, ["ana: line 3", "ana: line 4"])


def test_no_history_no_marks(grottod):
    room = Room(grottod("chat", "--history", 0))
    room.enter("ana", "oskar")
    said(room, 5)
    room.enters("luzmi")  # reads greeting, welcome and list, strictly
    room.members["ana"].says("now")
    room.members["luzmi"].hears("ana: now")


def test_an_empty_room_has_no_history_and_no_marks(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.says("now")
    ana.hears("oskar: now")


def test_history_outlives_the_last_member(room):
    room.enter("ana", "oskar")
    said(room, 2)
    room.leaves("oskar")
    room.members["ana"].says("/quit")
    room.members.pop("ana").read_to_end()
    _, _, lines = enters_and_reads_history(room.server, "luzmi")
    assert lines == ["ana: line 0", "ana: line 1"]


def test_a_long_history_comes_whole(grottod):
    room = Room(grottod("chat", "--history", 1000, "--rate", "off"))
    room.enter("ana", "oskar")
    said(room, 1200)
    _, announced, lines = enters_and_reads_history(room.server, "luzmi")
    assert announced == 1000
    assert lines == [f"ana: line {number}" for number in range(200, 1200)]
