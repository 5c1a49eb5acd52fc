"""F3: the N-th allocation fails, for every N, while a peer comes, speaks and goes: it costs at most that connection."""

import struct

import pytest

from support import bounds
from support.afterwards import Before
from support.lengths import by_length
from support.room import Room

pytestmark = pytest.mark.skipif(bounds.SANITIZED or bool(bounds.WRAPPER), reason="a sanitizer has an allocator of its own")
STEP = by_length(3, 1)


class Allocations:
    def __init__(self, folder):
        self.file = folder / "left"
        self.file.write_bytes(bytes(8))

    def env(self):
        return {"LD_PRELOAD": bounds.FAILING_ALLOCATION, "ALLOCATION_FILE": str(self.file)}

    def fails(self, number):
        with open(self.file, "r+b") as at:
            at.write(struct.pack("=q", number))

    def left(self):
        return struct.unpack("=q", self.file.read_bytes())[0]

    def for_every(self, act):
        """`act(N)` while the N-th allocation fails, until it makes fewer; returns how many it makes."""
        number = 1
        while True:
            self.fails(number)
            act(number)
            if self.left() > 0:
                made = number - self.left()
                self.fails(0)
                return made
            number += STEP


@pytest.fixture
def allocations(tmp_path):
    return Allocations(tmp_path)


def lives(server, *pieces, label="victim"):
    """A peer that sends these and reads to its end, whatever it is; what it read."""
    peer = server.connect(label)
    try:
        for piece in pieces:
            peer.send(piece)
        peer.half_closes()
        return peer.is_reset_or_ended()
    except OSError:
        return b""
    finally:
        peer.closes()
        server.peers.remove(peer)


def test_f3_a_life_in_the_chat(grottod, allocations):
    server = grottod("chat", "--rate", "off", "--workers", 1, "--store", "none", env=allocations.env())
    room = Room(server)
    ana, oskar = room.enter("ana", "oskar")
    before = Before(server)

    def act(number):
        lives(server, b"eve%d\n" % number, b"says %d\n/me waves\n/msg ana psst\n/join den%d\n/who\n/quit\n" % (number, number))
        ana.says(f"after {number}")
        while oskar.next_line() != f"ana: after {number}":
            pass

    assert allocations.for_every(act) > 20
    # All is as it was, and nobody else has lost anything.
    while True:
        ana.says("/who")
        if b"eve" not in ana.read_past(b"oskar\r\n"):
            break
    lives(server, b"luzmi\nkaixo\n/quit\n")
    while oskar.next_line() != "luzmi: kaixo":
        pass
    before.is_as_it_was()


@pytest.mark.parametrize(
    "pieces",
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",),
        (
            b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\x81\x83\0\0\0\0eve\x81\x85\0\0\0\0/quit",
        ),
        (b"\xff\xfd\x03\xff\xfb\x18eve\r\n", b"hel\x7flo\r\n/quit\r\n"),
    ],
    ids=["http", "websocket", "telnet"],
)
def test_f3_a_life_at_another_door(grottod, allocations, pieces):
    server = grottod("chat", "--rate", "off", "--workers", 1, "--store", "none", env=allocations.env())
    ana, oskar = Room(server).enter("ana", "oskar")
    before = Before(server)

    def act(number):
        lives(server, *pieces)
        ana.says(f"after {number}")
        while oskar.next_line() != f"ana: after {number}":
            pass

    assert allocations.for_every(act) > 3
    before.is_as_it_was()


def test_f3_a_life_in_the_echo(grottod, allocations):
    server = grottod("echo", "--workers", 1, env=allocations.env())
    other = server.connect("other")
    before = Before(server)

    def act(number):
        read = lives(server, b"x" * 100_000)
        assert b"x" * len(read) == read
        other.send(b"%d\n" % number)
        assert other.read_exactly(len(b"%d\n" % number)) == b"%d\n" % number

    assert allocations.for_every(act) >= 1
    before.is_as_it_was()
