"""Line ends in: LF, CR LF, CR NUL and a lone CR each end a line, wherever the stream is cut."""

import pytest

from support.afterwards import AS_IT_WAS
from support.room import joined

pytestmark = AS_IT_WAS

ENDS = {"LF": b"\n", "CR LF": b"\r\n", "CR NUL": b"\r\0", "CR": b"\r"}


@pytest.fixture
def relay(grottod):
    """Two members of a bare relay: what the one sends is what the other hears."""
    server = grottod("chat", "--names", "none", "--rate", "off")
    peers = server.connect("sender"), server.connect("receiver")
    for peer in peers:
        peer.hears("Hello, connection to the server ok!")
    return peers


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_every_line_end_ends_a_line_once(relay, end):
    sender, receiver = relay
    sender.send(b"one" + end + b"two" + end + b"three" + end)
    receiver.hears("one", "two", "three")
    sender.send(b"after" + end)
    receiver.hears("after")


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_name_may_end_in_any_way(room, end):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.send(b"oskar" + end)
    ana.hears(joined("oskar"))
    peer.send(b"kaixo" + end)
    ana.hears("oskar: kaixo")


def test_the_lf_or_nul_after_a_cr_is_swallowed_in_a_later_read_too(relay):
    sender, receiver = relay
    sender.sends_in_pieces(b"one\r", b"\n", b"two\r", b"\0", b"three\r", b"four\r\n", b"\n", b"five\n")
    receiver.hears("one", "two", "three", "four", "", "five")


def test_other_nuls_are_dropped(relay):
    sender, receiver = relay
    sender.send(b"a\0b\0\0c\n" + b"\0" * 1000 + b"\r\0\0d\n")
    receiver.hears("abc", "", "d")


def test_mixed_line_ends_are_the_same_cut_at_each_offset(relay):
    sender, receiver = relay
    text = "bat\r\nbi\nhiru\rlau\r\0bost ñ€\U0001f600\n".encode()
    for offset in range(1, len(text)):
        sender.sends_in_pieces(text[:offset], text[offset:])
        receiver.hears("bat", "bi", "hiru", "lau", "bost ñ€\U0001f600")


def test_a_stream_byte_by_byte(relay):
    sender, receiver = relay
    text = "bat\r\nbi\nhiru\rlau\r\0bost ñ€\U0001f600\n".encode()
    sender.sends_in_pieces(*(text[at : at + 1] for at in range(len(text))))
    receiver.hears("bat", "bi", "hiru", "lau", "bost ñ€\U0001f600")


def test_a_hundred_at_once(grottod):
    server = grottod("chat", "--names", "none", "--rate", "off")
    peers = [server.connect(f"n{number}") for number in range(100)]
    for peer in peers:
        peer.hears("Hello, connection to the server ok!")
    for number, peer in enumerate(peers):
        peer.send(b"from %d\r\nand\rso\n" % number)
    for number, peer in enumerate(peers):
        lines = [peer.next_line() for _ in range(3 * 99)]
        expected = [f"from {other}" for other in range(100) if other != number]
        assert sorted(lines) == sorted(expected + ["and", "so"] * 99)


def test_blank_lines_do_not_stop_a_room(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.send(b"\n\r\n\r\r\0")
    ana.says("after")
    heard = [oskar.next_line()]
    while heard[-1] != "ana: after":
        heard.append(oskar.next_line())
    assert all(line in ("ana: ", "ana:") for line in heard[:-1]) and len(heard) <= 5
