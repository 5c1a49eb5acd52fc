"""Peers that vanish without a word: they are gone in time, and nobody is taken for one who only does not read."""

import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR
from support.lengths import only_full
from support.peer import Peer
from support.room import Room, left
from support.vanishing import Distant
from support.waiting import wait_until

WITH_DATA_S = 40
KEEP_ALIVE_S = 60 + 6 * 10


LINES = [f"{number} {'x' * 1000}" for number in range(300)]


def says_much(member):
    member.send("".join(f"{line}\n" for line in LINES).encode())


def heard_all(other, member):
    """Each line that `member` has said, once and in order, and nothing of who only does not read."""
    member.says("the end")
    heard = other.lines_until(f"{member.label}: the end")
    assert [line for line in heard if line.startswith(f"{member.label}: ")] == [f"{member.label}: {line}" for line in LINES]
    assert left("stalled") not in heard


@pytest.fixture
def distant():
    made = Distant()
    yield made
    made.closes()


@pytest.fixture
def serve(distant, grottod):
    return lambda *more: Room(grottod("chat", "--rate", "off", "--history", "0", "--store", "none", "--listen", f"{distant.near}:0", *more, listeners=2))


@pytest.fixture
def room(serve):
    return serve()


def enters_from_afar(room, distant, name, **how):
    where = [address for _, address in room.server.listening].index(next(a for _, a in room.server.listening if a.startswith("198.")))
    peer = Peer(distant.connect(room.server.host_and_port(where)[1], **how), name)
    room.server.peers.append(peer)
    return room.enters(name, peer)


def is_gone_within(witness, name, seconds):
    began = time.monotonic()
    wait_until(lambda: hears_leaving(witness, name), f"{name} to be gone", seconds * FACTOR)
    return time.monotonic() - began


def hears_leaving(witness, name):
    """Whether the next line that comes within a moment is the notice; the witness's own lines are not heard."""
    try:
        witness.sock.settimeout(None)
        data = witness._receive(0.2)
    except EOFError:
        return False
    if data is None:
        return False
    witness._buffer += data
    return left(name).encode() in witness._buffer


def test_f5_in_a_shorter_time_who_vanishes_is_gone_and_who_does_not_read_is_not(distant, serve):
    room = serve("--vanished", "2s", "--workers", "1")  # who looks at all of them at once
    witness, other = room.enter("witness", "other")
    before = Before(room.server)
    stalled = room.enters("stalled", room.server.connect("stalled", receive_buffer=4096))
    enters_from_afar(room, distant, "busy", receive_buffer=4096)
    distant.swallow()
    says_much(witness)
    is_gone_within(other, "busy", 15)
    heard_all(other, witness)
    stalled.lines_until("witness: the end")
    stalled.closes()
    before.is_as_it_was()


def test_f5_in_a_shorter_time_who_vanishes_idle_is_gone_by_keep_alive(distant, serve):
    room = serve("--keep-alive", "6s")
    (witness,) = room.enter("witness")
    before = Before(room.server)
    enters_from_afar(room, distant, "idle")
    distant.swallow()
    assert is_gone_within(witness, "idle", 6 + 6 + 5) > 8
    before.is_as_it_was()


@only_full
def test_f5_who_vanishes_idle_is_gone_by_keep_alive(distant, room):
    (witness,) = room.enter("witness")
    before = Before(room.server)
    enters_from_afar(room, distant, "idle")
    distant.swallow()
    assert is_gone_within(witness, "idle", KEEP_ALIVE_S + 15) > 50
    before.is_as_it_was()


@only_full
def test_f5_who_vanishes_with_one_line_unsent_is_gone_within_40_s(distant, room):
    (witness,) = room.enter("witness")
    before = Before(room.server)
    enters_from_afar(room, distant, "quiet")
    distant.swallow()
    witness.says("are you there?")
    is_gone_within(witness, "quiet", WITH_DATA_S)
    before.is_as_it_was()


@only_full
def test_f5_who_vanishes_while_much_is_written_is_gone_within_40_s(distant, room):
    witness, other = room.enter("witness", "other")
    before = Before(room.server)
    enters_from_afar(room, distant, "busy", receive_buffer=4096)
    distant.swallow()
    says_much(witness)
    is_gone_within(other, "busy", WITH_DATA_S)
    heard_all(other, witness)
    before.is_as_it_was()


@only_full
def test_f5_who_lives_and_does_not_read_is_never_taken_for_one(distant, room):
    witness, other = room.enter("witness", "other")
    before = Before(room.server)
    stalled = enters_from_afar(room, distant, "stalled", receive_buffer=4096)
    says_much(witness)
    time.sleep(2 * WITH_DATA_S)  # the time in which he would be taken for one
    heard_all(other, witness)
    stalled.lines_until("witness: the end")
    stalled.closes()
    before.is_as_it_was()
