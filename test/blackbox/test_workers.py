"""One order for everybody, whatever the number of workers."""

import random

import pytest

from support.crowd import Task
from support.room import GREETING, Room, welcome
from support.seed import random_seed
from support.waiting import wait_until

MEMBERS = 20
LINES_EACH = 60


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_all_see_the_same_lines_in_the_same_order(grottod, workers):
    seed = random_seed()
    generator = random.Random(seed)
    server = grottod("chat", "--workers", workers, "--rate", "off", "--history", "0")
    members = {}
    for number in range(MEMBERS):
        name = f"m{number}"
        members[name] = server.connect(name)
        members[name].says(name)
        members[name].hears(GREETING, welcome(name))
    listeners = {name for name in members if generator.random() < 0.5} | {"m0"}
    for name in listeners:
        members[name].says("/echo on")
    turns = [name for name in members for _ in range(LINES_EACH)]
    generator.shuffle(turns)
    count = dict.fromkeys(members, 0)
    readers = {
        name: Task(said_lines, peer, MEMBERS if name in listeners else MEMBERS - 1)
        for name, peer in members.items()
    }
    for name in turns:
        members[name].says(f"number {count[name]}")
        count[name] += 1
    for name, peer in members.items():
        peer.says("done")
    transcripts = {name: reader.result() for name, reader in readers.items()}
    order = transcripts["m0"]
    assert len(order) == MEMBERS * (LINES_EACH + 1)
    for name, transcript in transcripts.items():
        expected = order if name in listeners else [line for line in order if not line.startswith(f"{name}: ")]
        assert transcript == expected, f"{name} saw another order (seed {seed})"
    for name in members:
        own = [line for line in order if line.startswith(f"{name}: number")]
        assert own == [f"{name}: number {number}" for number in range(LINES_EACH)]


def said_lines(peer, speakers):
    """The said lines up to the last "done" that is to come."""
    lines = []
    done = 0
    while done < speakers:
        line = peer.next_line()
        if line.startswith("m") and ": " in line:
            lines.append(line)
            done += line.endswith(": done")
    return lines


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_coming_and_going_on_all_workers(grottod, workers):
    room = Room(grottod("chat", "--workers", workers, "--history", 0))
    room.enter("ana")
    for turn in range(5):
        names = [f"guest{turn}x{number}" for number in range(6)]
        room.enter(*names)
        room.members[names[0]].says(f"turn {turn}")
        for name, member in room.members.items():
            if name != names[0]:
                member.hears(f"{names[0]}: turn {turn}")
        for name in names:
            room.leaves(name)


def test_a_name_is_one_across_workers(grottod):
    room = Room(grottod("chat", "--workers", "4"))
    room.enter("ana", "oskar", "luzmi", "jon")
    for _ in range(4):
        peer = room.server.connect()
        peer.says("luzmi")
        peer.hears(GREETING, "The name luzmi is taken. [name-taken]")
        peer.closes()


def test_a_storm_of_short_visits_leaves_nothing_behind(grottod):
    server = grottod("chat", "--workers", "2", "--rate", "off", "--log-level", "warning")
    witness = server.connect("witness")
    witness.says("witness")
    witness.hears(GREETING, welcome("witness"))
    start = server.descriptors()

    def visits(which):
        for number in range(60):
            peer = server.connect(f"v{which}x{number}")
            peer.says(f"v{which}x{number}", "kaixo")
            (peer.closes, peer.resets, peer.half_closes)[number % 3]()
            if number % 3 == 2:
                peer.read_to_end()
                peer.closes()

    for task in [Task(visits, which) for which in range(4)]:
        task.result()
    wait_until(lambda: server.descriptors() <= start, "the descriptors of all visitors to be closed")
    witness.says("/who")
    while "v0x" in (line := witness.next_line()) or "witness" not in line:
        pass
