"""What rooms keep of their last lines is bounded: of each --kept-windows, of all --log-memory; the room where nobody has spoken for longest gives first."""

import pytest

from support.metrics import Metrics
from support.room import Room, enters, founds
from support.waiting import wait_until

LINES = 320
KIB = 1024
TEXT = "x" * 3000  # 960 KB a room, of the 1 MiB that is allowed for both: 30 lines are left to the colder one; one answer has 40


def kept_of(peer, room):
    """How many of ana's lines of the room he is in can still be read."""
    peer.says("/history 1000", "/zz")
    found = 0
    while "Unknown command /zz" not in (line := peer.next_line()):
        found += f"ana: {room} " in line
    return found


def test_the_coldest_room_gives_first_and_who_reads_loses_nothing(grottod):
    room = Room(grottod("chat", "--rate", "off", "--store", "none", "--history", 0, "--log-memory", "1MiB", "--admin", "127.0.0.1:0", listeners=2))
    metrics = Metrics(room.server, 1)
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "den")
    for number in range(LINES):
        ana.says(f"den {number} {TEXT}")
    ana.says("/join lobby")
    ana.hears("You are in lobby already: your lines go there now.")
    for number in range(LINES):
        ana.says(f"lobby {number} {TEXT}")
    for number in range(LINES):
        oskar.hears(f"ana: lobby {number} {TEXT}")
    # What ana was not sent yet is not let go of, though oskar has heard it: each worker trims at the end of its own tick.
    wait_until(lambda: metrics.read().value("grotto_room_log_bytes") <= 1024 * KIB, "the rooms' logs to be trimmed")
    assert metrics.value("grotto_room_log_reclaimed_bytes_total") > 0
    in_lobby = kept_of(oskar, "lobby")
    enters(oskar, "den", "@ana")
    in_den = kept_of(oskar, "den")
    assert in_den < in_lobby, (in_den, in_lobby)


@pytest.mark.parametrize(("windows", "least", "most"), [(1, 64 * KIB, 256 * KIB), (8, 512 * KIB, 900 * KIB)])
def test_of_a_room_so_many_windows_are_kept(grottod, windows, least, most):
    """The window is 64 KiB or 20 lines, and the log goes in pieces that are as large."""
    limits = ("--kept-windows", windows, "--window-bytes-max", "64KiB", "--window-lines-max", 20)
    room = Room(grottod("chat", "--rate", "off", "--store", "none", "--history", 0, *limits, "--admin", "127.0.0.1:0", listeners=2))
    metrics = Metrics(room.server, 1)
    ana, oskar = room.enter("ana", "oskar")
    for number in range(LINES):
        ana.says(f"{number} {TEXT}")
        oskar.hears(f"ana: {number} {TEXT}")
    metrics.read()
    assert least <= metrics.value("grotto_room_log_bytes") <= most
