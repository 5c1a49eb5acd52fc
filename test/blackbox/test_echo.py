"""Echo (RFC 862): bytes come back exactly as they came."""

import random
import threading

import pytest

from support.telnet import DO, IAC, TM

HELLOS = {
    "http": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "tls": bytes.fromhex("16030100a5010000a10303") + bytes(range(64)),
    "ssh": b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
    "telnet": bytes([IAC, DO, TM]) + b"hello\r\n",
    "proxy": b"PROXY TCP4 192.0.2.1 192.0.2.2 1234 80\r\n",
    "nul": b"\0\0\0\0",
    "quit words": b"/quit\nexit\n{quit}\n",
    "bare line ends": b"\r\n\n\r\r\0\n",
    "bad UTF-8 and escapes": b"\xff\xfe\xc0\x80\x1b[2J\x9b31m\xe2\x80\xae",
}


@pytest.mark.parametrize("hello", HELLOS.values(), ids=HELLOS.keys())
def test_echo_looks_at_no_byte(echo, hello):
    peer = echo.connect()
    peer.send(hello)
    assert peer.read_exactly(len(hello)) == hello
    peer.half_closes()
    peer.hears_end()


def test_echo_greets_nobody(echo):
    peer = echo.connect()
    peer.hears_nothing()
    peer.send(b"x")
    assert peer.read_exactly(1) == b"x"


def test_echo_sends_every_value_of_a_byte_back(echo):
    data = bytes(range(256)) * 64
    peer = echo.connect()
    peer.send(data)
    peer.half_closes()
    assert peer.read_to_end() == data


def test_echo_of_nothing_is_nothing(echo):
    peer = echo.connect()
    peer.half_closes()
    peer.hears_end()


def test_echo_needs_no_line_end(echo):
    peer = echo.connect()
    for byte in b"kaixo, no newline":
        peer.send(bytes([byte]))
        assert peer.read_exactly(1) == bytes([byte])


def test_echo_gives_back_all_that_was_sent_before_the_half_close(echo):
    data = random.Random(862).randbytes(8 << 20)
    peer = echo.connect()

    def send():
        peer.send(data)
        peer.half_closes()

    sender = threading.Thread(target=send)
    sender.start()
    assert peer.read_to_end() == data
    sender.join()


def test_echo_serves_many_at_once(echo):
    peers = [echo.connect(f"peer {number}") for number in range(200)]
    for turn in range(3):
        for number, peer in enumerate(peers):
            peer.send(b"%d of %d\n" % (turn, number))
        for number, peer in enumerate(peers):
            expected = b"%d of %d\n" % (turn, number)
            assert peer.read_exactly(len(expected)) == expected


def test_echo_keeps_serving_when_others_reset(echo):
    witness = echo.connect("witness")
    for number in range(50):
        peer = echo.connect()
        peer.send(b"x" * number * 100)
        peer.resets()
    witness.send(b"still here")
    assert witness.read_exactly(10) == b"still here"


@pytest.mark.parametrize("offset", range(1, 24))
def test_echo_is_the_same_wherever_the_stream_is_cut(echo, offset):
    data = b"\xff\xfb\x01GET / HTTP/1.1\r\n\0"[:24]
    peer = echo.connect()
    peer.sends_in_pieces(data[:offset], data[offset:])
    peer.half_closes()
    assert peer.read_to_end() == data


def test_doors_that_are_turned_on_for_an_echo_listener_take_their_hellos(grottod):
    server = grottod("echo", "--doors", "plain,telnet")
    plain = server.connect("plain")
    plain.send(b"bytes\n")
    assert plain.read_exactly(6) == b"bytes\n"
    telnet = server.connect("telnet")
    telnet.send(bytes([IAC, DO, TM]) + b"after\r\n")
    answer = telnet.read_exactly(3)
    assert answer in (b"\xff\xfb\x06", b"\xff\xfc\x06")
    assert telnet.read_exactly(5) == b"after"


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_echo_is_the_same_with_any_number_of_workers(grottod, workers):
    server = grottod("echo", "--workers", workers)
    peers = [server.connect() for _ in range(12)]
    for number, peer in enumerate(peers):
        peer.send(b"%d" % number * 1000)
    for number, peer in enumerate(peers):
        peer.half_closes()
        assert peer.read_to_end() == b"%d" % number * 1000
