"""Peers that speak something else, with its door off: one sentence, closed, and nothing reaches a room or becomes a name."""

import random
import re

import pytest

from support.afterwards import AS_IT_WAS
from support.clean import is_clean
from support.room import GREETING, Room, joined
from support.seed import random_seed

pytestmark = AS_IT_WAS

HTTP = {
    "GET": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET 1.0": b"GET / HTTP/1.0\r\n\r\n",
    "HEAD": b"HEAD /x HTTP/1.1\r\n\r\n",
    "POST": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\nana\r\nkaixo\r\n",
    "PUT": b"PUT /x HTTP/1.1\r\n\r\n",
    "DELETE": b"DELETE /x HTTP/1.1\r\n\r\n",
    "OPTIONS": b"OPTIONS * HTTP/1.1\r\n\r\n",
    "PATCH": b"PATCH /x HTTP/1.1\r\n\r\n",
    "CONNECT": b"CONNECT host:443 HTTP/1.1\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "GET of HTTP/2": b"GET / HTTP/2\r\nHost: x\r\n\r\n",
    "two blanks": b"GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a blank in the target": b"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
    "WebDAV": b"PROPFIND / HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
    "RTSP": b"OPTIONS / RTSP/1.0\r\n\r\n",
    "SIP": b"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm;branch=foo\r\n\r\n",
}
# Told apart by their line's end only: they are greeted before they are closed, without another word.
LATE_HTTP = {
    "an unknown method": b"PURGE /x HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
    "a method in small letters": b"get / HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
    "a blank line first": b"\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\nhello\r\n",
}
BINARY = {
    "TLS": bytes.fromhex("16030100a5010000a10303") + bytes(range(160)),
    "TLS of two bytes": b"\x16\x03",
    "SSH": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "SOCKS 5": b"\x05\x01\x00",
    "SOCKS 4": b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
    "RDP": b"\x03\x00\x00\x13\x0e\xe0\x00\x00",
    "NUL": b"\x00\x00\x00\x00\r\n",
    "Ctrl-A": b"\x01hello\r\n",
}
ORDINARY = {
    "SMTP": b"EHLO\r\n",
    "Redis": b"PING\r\n",
    "a word of HTTP": b"GET\r\n",
    "another": b"POST\r\n",
    "escape first": b"\x1b[Aluzmi\r\n",
    "tab first": b"\tluzmi\r\n",
}
hellos = {**HTTP, **BINARY}
every_hello = pytest.mark.parametrize("hello", hellos.values(), ids=hellos.keys())


@pytest.fixture
def room(grottod):
    """A lobby whose listener takes lines only."""
    return Room(grottod("chat", "--history", 0, "--doors", "plain,telnet"))


def is_shown_out(peer, max_lines=1):
    lines = peer.is_reset_or_ended()
    assert lines.endswith(b"\r\n") or lines == b"", lines
    assert lines.count(b"\r\n") <= max_lines, lines
    return lines


@every_hello
def test_a_hello_gets_one_sentence_and_nothing_reaches_the_room(room, hello):
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.send(hello)
    lines = is_shown_out(stranger)
    assert lines.count(b"\r\n") == 1
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


@every_hello
def test_nothing_that_a_stranger_sent_is_sent_back(room, hello):
    stranger = room.server.connect("stranger")
    stranger.send(hello.replace(b"localhost", b"reflect-me"))
    assert b"reflect-me" not in is_shown_out(stranger)


@every_hello
@pytest.mark.parametrize("names", ["address", "none"])
def test_the_same_however_people_are_named(grottod, names, hello):
    server = grottod("chat", "--names", names, "--doors", "plain,telnet")
    ana, oskar = server.connect("ana"), server.connect("oskar")
    for peer in (ana, oskar):
        peer.hears_like("hello|welcome")  # now they are in
    stranger = server.connect("stranger")
    stranger.send(hello)
    is_shown_out(stranger)
    ana.says("marker")
    while not (line := oskar.next_line()).endswith("marker"):
        assert stranger.label not in line and "HTTP" not in line and "SSH" not in line


@pytest.mark.parametrize("doors", ["plain,telnet", "plain,telnet,web"])
@pytest.mark.parametrize("names", ["ask", "address", "none"])
@pytest.mark.parametrize("hello", LATE_HTTP.values(), ids=LATE_HTTP.keys())
def test_no_request_reaches_a_room(grottod, hello, names, doors):
    server = grottod("chat", "--history", 0, "--names", names, "--doors", doors)
    ana, oskar = server.connect("ana"), server.connect("oskar")
    for peer in (ana, oskar):
        if names == "ask":
            peer.says(peer.label)
            peer.hears(GREETING)
        peer.hears_like("hello|welcome")  # now they are in
    stranger = server.connect("stranger")
    stranger.send(hello)
    assert b"hello" not in stranger.is_reset_or_ended()
    ana.says("marker")
    while not (line := oskar.next_line()).endswith("marker"):
        assert not re.search(r"HTTP|Host|SIP|RTSP|\bSM\b|\bhello\b", line), line


@pytest.mark.parametrize("blank", [b"", b"\r\n", b"\n\r\n"], ids=["first", "behind a blank line", "behind two"])
@pytest.mark.parametrize("at_once", [True, False], ids=["in one piece", "in pieces"])
def test_a_request_that_is_a_line_too_long_reaches_no_room_either(room, blank, at_once):
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.hears_like("greetings")
    pieces = [blank + b"G\0ET /", b"x" * 3_000, b"x" * 3_000 + b" HTTP/1.1\r\nHost: evil\r\n\r\n"]
    if at_once:
        stranger.send(b"".join(pieces))
    else:
        stranger.sends_in_pieces(*pieces[:2])
        stranger.send(pieces[2])
    answer = stranger.is_reset_or_ended()
    assert answer == b"" if not blank else b"bytes" not in answer and b"evil" not in answer  # a blank line is no name
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


@pytest.mark.parametrize("hello", HTTP.values(), ids=HTTP.keys())
def test_http_after_the_greeting_closes_unanswered(room, hello):
    """A browser that opened a spare connection first must not post lines into a room either."""
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.hears_like("greetings")
    stranger.send(hello)
    assert stranger.is_reset_or_ended() == b""
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


@pytest.mark.parametrize("offset", range(1, 16))
def test_http_in_two_pieces_is_http(room, offset):
    hello = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.sends_in_pieces(hello[:offset], hello[offset:])
    is_shown_out(stranger, 2)
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_http_that_is_half_closed_at_once(room):
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.send(b"GET / HTTP/1.1\r\n\r\n")
    stranger.half_closes()
    assert len(stranger.remaining_lines()) == 1
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_who_has_a_name_may_say_anything(room):
    ana, oskar = room.enter("ana", "oskar")
    lines = ["GET / HTTP/1.1", "Host: localhost", "SSH-2.0-x", "PROXY TCP4 1.2.3.4"]
    ana.says(*lines)
    oskar.hears(*(f"ana: {line}" for line in lines))


@pytest.mark.parametrize("hello", ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_words_are_ordinary_names(room, hello):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.send(hello)
    name = hello.replace(b"\x1b[A", b"").strip().decode()
    ana.hears(joined(name))


def test_random_first_bytes_are_survived(room):
    seed = random_seed()
    generator = random.Random(seed)
    ana, oskar = room.enter("ana", "oskar")
    for _ in range(60):
        stranger = room.server.connect("stranger")
        stranger.send(bytes([generator.choice([0, 1, 5, 22, 128, 255, 71, 80])]) + generator.randbytes(generator.randrange(200)))
        stranger.half_closes()
        stranger.is_reset_or_ended()
    ana.says("undisturbed")
    while (heard := oskar.next_raw_line()) != b"ana: undisturbed":  # some of it may have been a name, and what followed was said
        assert is_clean(heard) and re.search(rb" has (joined|left) the chat|: |^\* ", heard), (seed, heard)


def test_a_silent_peer_is_greeted_and_may_speak_late(room):
    peer = room.server.connect()
    peer.hears_like("greetings")
    peer.send(b"GET\r\n")
    peer.hears_like("welcome GET")


def test_a_split_first_byte_of_telnet(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.sends_in_pieces(b"\xff", b"\xf1", b"lu", b"zmi\r\n")
    ana.hears(joined("luzmi"))


def test_the_proxy_protocol_is_not_believed(room):
    ana, oskar = room.enter("ana", "oskar")
    stranger = room.server.connect("stranger")
    stranger.send(b"PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n")
    stranger.half_closes()
    stranger.is_reset_or_ended()
    ana.says("undisturbed")
    assert oskar.next_line() == "ana: undisturbed"
