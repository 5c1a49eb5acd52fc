"""Joined and left lines: one for each in a small room, a count once a second in a large one."""

import re
import time

from support.bounds import WAIT
from support.room import GREETING, joined, left, welcome

COUNT = re.compile(r"(?:(\d+) joined)?(?:, )?(?:(\d+) left)?")


def enters_quietly(server, name):
    peer = server.connect(name)
    peer.says(name)
    peer.hears(GREETING, welcome(name))
    peer.next_line()
    return peer


def test_a_small_room_tells_each(room):
    ana, oskar = room.enter("ana", "oskar")
    for name in ("luzmi", "jon", "zuri"):
        guest = enters_quietly(room.server, name)
        room.hear_all(joined(name))
        guest.half_closes()
        room.hear_all(left(name))
        guest.read_to_end()


def test_a_room_of_more_than_a_hundred_counts_once_a_second(grottod):
    server = grottod("chat", "--rate", "off")
    witness = enters_quietly(server, "witness")
    crowd = [enters_quietly(server, f"n{number}") for number in range(100)]  # 101 with the witness
    # The witness heard each join up to a hundred members; what comes later is counted.
    for number in range(99):
        witness.hears(joined(f"n{number}"))
    began = time.monotonic()
    guests = [enters_quietly(server, f"guest{number}") for number in range(12)]
    for guest in guests[:3]:
        guest.closes()
    crowd[0].says("marker")
    lines = []
    total = [0, 0]
    seen_marker = False
    while not (seen_marker and total[1] == 3 and total[0] >= 12):
        line = witness.next_line()
        if line == "n0: marker":
            seen_marker = True
        elif line == joined("n99"):  # the hundred and first may still be told by name
            continue
        else:
            match = COUNT.fullmatch(line.rstrip("."))
            assert match and any(match.groups()), line
            total = [total[0] + int(match.group(1) or 0), total[1] + int(match.group(2) or 0)]
            lines.append(line)
        assert time.monotonic() - began < WAIT
    assert total[0] in (12, 13) and total[1] == 3, lines
    assert len(lines) <= 2 + (time.monotonic() - began), lines


def test_counts_cost_no_said_line(grottod):
    server = grottod("chat", "--rate", "off")
    members = [enters_quietly(server, f"n{number}") for number in range(105)]
    for number in range(20):
        members[0].says(f"line {number}")
    for member in members[1:]:
        heard = []
        while len(heard) < 20:
            line = member.next_line()
            if line.startswith("n0: "):
                heard.append(line)
        assert heard == [f"n0: line {number}" for number in range(20)]
