"""grotto-load --dialect ws: the same workloads and the same checks by WebSocket, in TLS too; and servers that do it badly."""

import base64
import hashlib
import socket
import threading

import pytest

from support.lengths import not_in_short_calls
from support.load import ASSERTION_FAILED, FAILED, USAGE, measured, run_load
from support.tls import NEEDS_TLS, Authority
from support.web import BINARY, TEXT

pytestmark = pytest.mark.usefixtures("load")
WS = ("--dialect", "ws", "--warmup", "0s")


@pytest.fixture
def chat(grottod):
    return grottod("chat", "--rate", "off", "--workers", 2)


@pytest.fixture
def echo(grottod):
    return grottod("echo", "--doors", "plain,web")


def test_every_line_of_an_echo_comes_back(echo):
    measured("echo", echo.address(), *WS, "-c", 5, "--depth", 4, "--size", "64-3000", "--count", 1000).is_clean().counts(received=1000)


@not_in_short_calls("megabytes, three bytes at a time")
def test_messages_that_come_back_in_pieces_are_put_together(echo):
    """The server gives back what it has read, in as many frames as that took."""
    measured("echo", echo.address(), *WS, "-c", 2, "--depth", 16, "--size", 60_000, "--count", 400).is_clean().counts(received=400)


def test_every_line_of_a_room_reaches_every_reader(chat):
    measured("fanout", chat.address(), *WS, "-c", 20, "--depth", 4, "--burst", 16, "--count", 1600).is_clean().counts(received=20 * 1600)


def test_many_talk_at_once(chat):
    measured("chat", chat.address(), *WS, "-c", 10, "--count", 500).is_clean().counts(received=9 * 500)


def test_who_comes_to_a_room_with_a_past_counts_only_what_is_said_now(chat):
    for _ in range(2):
        measured("fanout", chat.address(), *WS, "-c", 3, "--count", 60).is_clean().counts(received=3 * 60)


def test_lives_come_and_go(chat):
    run = measured("churn", chat.address(), *WS, "-c", 5, "--count", 50)
    run.is_clean()
    assert run.report["lives"] == 50


@not_in_short_calls("megabytes, three bytes at a time")
def test_what_a_slow_browser_skips_is_counted(chat):
    run = measured("slow", chat.address(), *WS, "-c", 5, "--slow-readers", 1, "--count", 20000, "--depth", 64, "--size", 512)
    assert run.report["lost"] == 0


@NEEDS_TLS
def test_it_goes_by_tls(grottod, tmp_path):
    cert, key = Authority(tmp_path).signs("localhost")
    server = grottod("chat", "--rate", "off", "--tls", "only", "--tls-cert", cert, "--tls-key", key)
    measured("fanout", server.address(), *WS, "--tls", "-c", 10, "--burst", 16, "--count", 320).is_clean().counts(received=10 * 320)


# ---- Servers that are no such server, or a bad one ---------------------------------------------------------------------------------


def accept_of(head):
    key = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key"))
    return base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())


def upgraded(head, accept=None):
    return b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + (accept or accept_of(head)) + b"\r\n\r\n"


class BadServer:
    """An echo by WebSocket: `answer(head)` to the upgrade, then `echo(number, text)` for each message, bytes on the wire."""

    def __init__(self, answer, echo=None):
        self._answer, self._echo = answer, echo
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        try:
            while True:
                peer, _ = self._listening.accept()
                threading.Thread(target=self._talk, args=(peer,), daemon=True).start()
        except OSError:
            return

    def _talk(self, peer):
        with peer, peer.makefile("rb") as stream:
            try:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += stream.read(1)
                peer.sendall(self._answer(head))
                number = 0
                while self._echo and (start := stream.read(2)):
                    size = start[1] & 0x7F
                    mask = stream.read(4)
                    text = bytes(byte ^ mask[i % 4] for i, byte in enumerate(stream.read(size)))
                    number += 1
                    peer.sendall(self._echo(number, text))
                stream.read()
            except OSError:
                return

    def closes(self):
        self._listening.close()


@pytest.fixture
def bad_server():
    made = []

    def make(*args):
        made.append(BadServer(*args))
        return made[-1].address

    yield make
    for each in made:
        each.closes()


def plain(text, opcode=TEXT):
    return bytes([0x80 | opcode, len(text)]) + text


def echoes(address, count=6):
    return run_load("echo", address, *WS, "-c", 1, "--count", count, "--timeout", "1s", "--json", "-")


def test_a_good_echo_of_text_or_binary_is_clean(bad_server):
    address = bad_server(upgraded, lambda number, text: plain(text, BINARY if number % 2 else TEXT))
    measured("echo", address, *WS, "-c", 2, "--count", 20).is_clean().counts(received=20)


def test_a_server_that_does_not_upgrade_is_told(grottod, bad_server):
    run = echoes(grottod("echo").address())  # with its door for browsers closed
    run.ends_with(FAILED, USAGE)
    run = echoes(bad_server(lambda head: b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
    run.ends_with(FAILED)
    assert "404 Not Found" in run.err


def test_a_wrong_answer_to_the_key_is_told(bad_server):
    run = echoes(bad_server(lambda head: upgraded(head, b"AAAAAAAAAAAAAAAAAAAAAAAAAAA=")))
    run.ends_with(USAGE)
    assert "does not speak ws" in run.err and "AAAAAAAA" in run.err


@pytest.mark.parametrize(
    "spoil, what",
    [
        (lambda text: bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text, "corrupted"),
        (lambda text: bytes([0xC1, len(text)]) + text, "corrupted"),
        (lambda text: bytes([0x01, len(text)]) + text, "corrupted"),
        (lambda text: b"\x81\x7f\x7f" + bytes(7), "corrupted"),
        (lambda text: plain(text[:-1] + b"!"), "corrupted"),
        (lambda text: plain(text) * 2, "duplicated"),
        (lambda text: b"", "errors"),
    ],
    ids=["masked", "reserved bit", "in pieces", "endless", "changed", "twice", "lost"],
)
def test_a_bad_frame_is_counted(bad_server, spoil, what):
    run = echoes(bad_server(upgraded, lambda number, text: spoil(text) if number == 5 else plain(text)))
    run.ends_with(ASSERTION_FAILED)
    run.reads_report()
    assert run.report[what] >= 1, run.report["faults"]
    assert run.report["received"] >= 4


def close(code, why):
    return plain(code.to_bytes(2, "big") + why, 8)


def test_a_server_that_closes_is_told_with_its_code(bad_server):
    """It leaves the connection open, so that nothing but its word tells."""
    run = echoes(bad_server(upgraded, lambda number, text: plain(text) if number < 5 else close(1011, b"no disk") if number == 5 else b""))
    run.ends_with(FAILED)  # it was the only connection
    run.reads_report().finds(closed=1, lost=1, received=4)
    assert run.report["faults"] == ['connection 0: the server closed it (with code 1011: "no disk")']


def test_who_goes_on_after_he_has_closed_is_not_taken_for_a_good_server(bad_server):
    run = echoes(bad_server(lambda head: upgraded(head) + close(1000, b""), lambda number, text: plain(text)))
    run.ends_with(FAILED)  # it was the only connection
    assert "the server ended" in run.reads_report().report["failure"]


def test_what_follows_a_close_in_one_write_is_corrupted(bad_server):
    run = echoes(bad_server(upgraded, lambda number, text: close(1000, b"") + plain(text)), count=1)
    run.ends_with(FAILED)  # it was the only connection
    run.reads_report().finds(closed=1, corrupted=1)


def test_the_code_that_a_room_closes_with_is_told(bad_server):
    address = bad_server(lambda head: upgraded(head) + close(1013, b"try again later"))
    run = run_load("fanout", address, *WS, "-c", 2, "--count", 6, "--timeout", "1s")
    run.ends_with(FAILED)
    assert 'before it let it in, with code 1013: "try again later"' in run.out


def test_a_ping_is_answered_before_anything_else_counts(bad_server):
    """The server echoes a message once it has had the pong to its ping: a loader that does not answer hangs."""
    held = {}

    def ping_first(number, text):
        if number == 1:
            held[0] = text
            return plain(b"well?", 9)
        if number == 2:
            assert text == b"well?"
            return plain(held[0])
        return plain(text)

    echoes(bad_server(upgraded, ping_first)).ends_with(0)
