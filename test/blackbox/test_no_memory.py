"""F3: the N-th allocation fails, for every N, while a peer comes, speaks and goes: it costs at most that connection."""

import struct

import pytest

from support import bounds
from support.afterwards import Before
from support.lengths import by_length, not_in_short_calls
from support.room import Room

pytestmark = [
    pytest.mark.skipif(bounds.SANITIZED or bool(bounds.WRAPPER), reason="a sanitizer has an allocator of its own"),
    not_in_short_calls("two preloaded libraries do not go together"),
]
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

    def for_every(self, act, check):
        """`act(N)` while the N-th allocation fails, then `check(N)`, until it makes fewer; returns how many it makes."""
        number = 1
        while True:
            self.fails(number)
            act(number)
            left = self.left()
            self.fails(0)  # those of others succeed
            check(number)
            if left > 0:
                return number - left
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


class Others:
    """Two who were there before. One may lose the connection when what was lacking was to serve that very one: told, and back at once."""

    LOST_MAX = 2  # in all

    def __init__(self, server):
        self.room = Room(server)
        self.ana, self.oskar = self.room.enter("ana", "oskar")
        self.lost = 0

    def hear(self, number):
        line = f"ana: after {number}"
        self.ana.says(f"after {number}")
        try:
            while self.oskar.next_line() != line:
                pass
        except AssertionError:
            self.lost += 1
            assert self.lost <= self.LOST_MAX and self.oskar._ended
            self.oskar = self.room.server.connect("oskar")
            self.oskar.says(f"oskar{number}")
            self.oskar.read_past(line.encode() + b"\r\n")


def test_f3_a_life_in_the_chat(grottod, allocations):
    server = grottod("chat", "--rate", "off", "--workers", 1, "--store", "none", env=allocations.env())
    others = Others(server)
    before = Before(server)

    def act(number):
        lives(server, b"eve%d\n" % number, b"says %d\n/me waves\n/msg ana psst\n/join den%d\n/who\n/quit\n" % (number, number))

    assert allocations.for_every(act, others.hear) > 20
    lives(server, b"luzmi\nkaixo\n/quit\n")
    while others.oskar.next_line() != "luzmi: kaixo":
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
    others = Others(server)
    before = Before(server)

    assert allocations.for_every(lambda number: lives(server, *pieces), others.hear) > 3
    before.is_as_it_was()


def test_f3_a_life_in_the_echo(grottod, allocations):
    server = grottod("echo", "--workers", 1, env=allocations.env())
    other = server.connect("other")
    other.send(b"0\n")
    assert other.read_exactly(2) == b"0\n"  # it is served before anything fails
    before = Before(server)

    def act(number):
        read = lives(server, b"x" * 100_000)
        assert b"x" * len(read) == read

    def check(number):
        other.send(b"%d\n" % number)
        assert other.read_exactly(len(b"%d\n" % number)) == b"%d\n" % number

    assert allocations.for_every(act, check) >= 1
    before.is_as_it_was()
