"""Behind a proxy: the address that its PROXY header tells is the peer's; nobody else can tell one."""

import socket
import ssl
import struct

import pytest

from support.lengths import not_in_short_calls
from support.room import GREETING, Room, joined, left, users, welcome
from support.web import get, read_answer

VERSION_1 = b"PROXY TCP4 192.0.2.7 198.51.100.1 40712 5001\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"


def version_2(source="192.0.2.7", port=40712, command=0x21, more=b""):
    family = socket.AF_INET6 if ":" in source else socket.AF_INET
    host = socket.inet_pton(family, source)
    rest = host + host + struct.pack(">HH", port, 5001) + more
    return SIGNATURE + bytes([command, 0x21 if ":" in source else 0x11]) + struct.pack(">H", len(rest)) + rest


HEADERS = {
    "version 1": VERSION_1,
    "version 2": version_2(),
    "version 2 with more": version_2(more=b"\x03\0\x04abcd"),
}
headers = pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())


def behind_a_proxy(grottod, *args):
    return grottod("chat", "--store", "none", "--trusted-proxy", "127.0.0.0/8", *args)


@headers
def test_the_peer_is_who_the_header_tells(grottod, header):
    server = behind_a_proxy(grottod, "--names", "address")
    peer = server.connect()
    peer.send(header + b"kaixo\r\n")
    peer.hears_like(r"192\.0\.2\.7:40712")


@headers
def test_the_header_may_come_cut_anywhere(grottod, header):
    server = behind_a_proxy(grottod, "--clients-per-address", 100)
    (oskar,) = Room(server).enter("oskar")
    for at in range(1, len(header) + 3):
        luzmi = server.connect("luzmi")
        whole = header + b"luzmi\r\n"
        luzmi.sends_in_pieces(whole[:at], whole[at:])
        luzmi.hears(GREETING, welcome("luzmi"), users(["oskar"]))
        luzmi.says("/quit")
        luzmi.hears("Goodbye!")
        luzmi.closes()
        oskar.hears(joined("luzmi"), left("luzmi"))


@headers
def test_a_request_behind_the_header_may_come_cut_anywhere(grottod, header):
    server = behind_a_proxy(grottod, "--first-bytes", "5s")  # silence is not the matter here
    whole = header + get("/healthz")
    for at in range(len(header), len(whole)):
        browser = server.connect()
        browser.sends_in_pieces(whole[:at], whole[at:])
        assert read_answer(browser).status == 200
        browser.closes()


def test_a_handshake_behind_the_header_may_come_cut_anywhere(grottod):
    server = behind_a_proxy(grottod, "--self-signed", "--first-bytes", "5s")
    for at in (1, 2, 3, 5, 6, 50):
        hello, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        with pytest.raises(ssl.SSLWantReadError):
            ssl.create_default_context().wrap_bio(hello, sent, server_hostname="localhost").do_handshake()
        whole = VERSION_1 + sent.read()
        peer = server.connect()
        peer.sends_in_pieces(whole[: len(VERSION_1) + at], whole[len(VERSION_1) + at :])
        assert peer.read_exactly(1) == b"\x16"  # its ServerHello
        peer.closes()


@not_in_short_calls("the first two bytes of version 2 are a blank line, which people type")
@headers
def test_from_anywhere_else_it_is_refused(grottod, header):
    server = grottod("chat", "--store", "none", "--trusted-proxy", "192.0.2.0/24")
    peer = server.connect()
    peer.send(header + b"luzmi\r\n")
    peer.hears("This is a Grotto line server that takes a PROXY header from its trusted proxies only.")
    peer.hears_end()


def test_a_listener_can_be_without_it(grottod):
    server = behind_a_proxy(grottod, "--doors", "plain,telnet")
    peer = server.connect()
    peer.send(VERSION_1)
    peer.hears("This is a Grotto line server that takes a PROXY header from its trusted proxies only.")
    peer.hears_end()


def test_a_trusted_one_without_a_header_speaks_for_itself(grottod):
    room = Room(behind_a_proxy(grottod, "--names", "ask"))
    oskar, luzmi = room.enter("oskar", "luzmi")
    luzmi.says("kaixo")
    oskar.hears("luzmi: kaixo")
    silent = room.server.connect("silent")
    silent.hears(GREETING)
    check = room.server.connect("health check")
    check.send(SIGNATURE + b"\x20\x00\x00\x00")
    check.hears(GREETING)


def test_limits_and_lists_count_the_address_behind_it(grottod):
    server = behind_a_proxy(grottod, "--clients-per-address", 2, "--deny", "192.0.2.9")
    kept = []
    for _ in range(2):
        kept.append(server.connect())
        kept[-1].send(VERSION_1)
        kept[-1].hears(GREETING)
    third = server.connect()
    third.send(VERSION_1)
    third.hears("Too many connections from your address. [too-many-connections]")
    other = server.connect()
    other.send(version_2("2001:db8::7"))
    other.hears(GREETING)
    denied = server.connect()
    denied.send(version_2("192.0.2.9"))
    denied.hears("Your address is not allowed here. [not-allowed]")
    kept[0].closes()
    again = server.connect()
    again.send(version_2("192.0.2.8"))
    again.hears(GREETING)


@pytest.mark.parametrize(
    "header",
    [
        b"PROXY TCP4 nowhere 1.2.3.4 1 2\r\n",
        b"PROXY " + b"x" * 200,
        SIGNATURE + b"\x31\x11\x00\x0c" + bytes(12),
        SIGNATURE + b"\x21\x11\x00\x01x",
        SIGNATURE + b"\x21\x11\xff\xff",
    ],
    ids=["no address", "endless", "version 3", "too short", "too long"],
)
def test_one_that_is_not_in_order_ends_it(grottod, header):
    room = Room(behind_a_proxy(grottod))
    room.enter("oskar")
    peer = room.server.connect()
    peer.send(header)
    peer.hears("The PROXY header is not in order. [bad-proxy-header]")
    peer.hears_end()
    room.enter("luzmi")  # of whom oskar hears next


def test_one_that_does_not_come_to_its_end_ends_it(grottod):
    peer = behind_a_proxy(grottod, "--silent-hello", "300ms").connect()
    peer.send(VERSION_1[:20])
    peer.hears("The PROXY header did not come to its end. [bad-proxy-header]")
    peer.hears_end()


def test_an_echo_behind_a_proxy_gets_the_bytes_behind_the_header(grottod):
    server = grottod("echo", "--trusted-proxy", "127.0.0.1")
    peer = server.connect()
    peer.send(VERSION_1 + b"\x00\xff\r\nPROXY ")
    behind = b"\x00\xff\r\nPROXY "
    assert peer.read_exactly(len(behind)) == behind
