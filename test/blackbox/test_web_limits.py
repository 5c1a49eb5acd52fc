"""Every bound of HTTP and WebSocket can be set, and each has its status or its close code."""

import json
import time

import pytest

from support.bounds import FACTOR
from support.lengths import not_in_short_calls
from support.web import BINARY, PING, PONG, Socket, ask, frame, get, read_answer, request


@pytest.mark.parametrize(
    "option, bound, good, bad, status",
    [
        ("--http-line-bytes-max", 300, get("/" + "x" * 200), get("/" + "x" * 400), 414),
        ("--http-fields-bytes-max", 300, get("/", "X: " + "y" * 100), get("/", "X: " + "y" * 400), 431),
        ("--http-fields-max", 8, get("/", *["X: y"] * 7), get("/", *["X: y"] * 8), 431),
        (
            "--http-body-bytes-max",
            64,
            request("POST /rooms/lobby HTTP/1.1", "Content-Length: 64", body=b"x" * 64),
            request("POST /rooms/lobby HTTP/1.1", "Content-Length: 65", body=b"x" * 65),
            413,
        ),
    ],
    ids=["line", "fields", "number of fields", "body"],
)
def test_a_request_that_is_larger_than_the_bound_is_refused(grottod, option, bound, good, bad, status):
    server = grottod("chat", option, bound)
    assert ask(server, good).status != status
    assert ask(server, bad).status == status


@pytest.mark.parametrize(
    "option, data",
    [("--http-head", b"GET / HTTP/1.1\r\nHost: local"), ("--http-body", request("POST /rooms/lobby HTTP/1.1", "Content-Length: 20", body=b"x"))],
    ids=["head", "body"],
)
def test_a_request_that_drips_has_only_so_long(grottod, option, data):
    server = grottod("chat", option, "300ms")
    peer = server.connect()
    peer.send(data)
    began = time.monotonic()
    answer = read_answer(peer)
    assert answer.status == 408
    assert 0.2 < time.monotonic() - began < 5 * FACTOR
    peer.hears_end()


def test_a_connection_waits_only_so_long_for_the_next_request(grottod):
    peer = grottod("chat", "--http-keep-alive", "300ms").connect()
    peer.send(get("/healthz"))
    assert read_answer(peer).status == 200
    began = time.monotonic()
    peer.hears_end()
    assert time.monotonic() - began < 5 * FACTOR


def test_the_last_request_of_a_connection_is_told_so(grottod):
    peer = grottod("chat", "--http-requests-max", 2).connect()
    peer.send(get("/healthz") * 2)
    assert "close" not in read_answer(peer).fields.get("connection", "")
    assert read_answer(peer).fields["connection"] == "close"
    peer.hears_end()


@not_in_short_calls("echo gives frames back as their bytes come")
def test_a_longer_message_ends_with_1009(grottod):
    browser = Socket(grottod("chat", "--websocket-message-bytes-max", 200)).enters("ana")
    browser.says("x" * 200)
    browser.says("x" * 201)
    assert browser.is_closed()[0] == 1009
    echo = Socket(grottod("echo", "--doors", "plain,web", "--websocket-binary-bytes-max", 128))
    echo.send(frame(BINARY, b"x" * 128))
    assert echo.next_frame()[2] == b"x" * 128
    echo.send(frame(BINARY, b"x" * 129))
    assert echo.is_closed()[0] == 1009


def test_more_pings_than_so_many_a_second_end_with_1008(grottod):
    browser = Socket(grottod("chat", "--websocket-pings-max", 3))
    browser.send(frame(PING, b"?") * 5)
    assert browser.is_closed()[0] == 1008


def test_a_silent_browser_is_pinged_and_one_that_does_not_answer_has_vanished(grottod):
    server = grottod("chat", "--websocket-ping", "1s", "--websocket-missed-pings-max", 2)
    living, dead = Socket(server).enters("ana"), Socket(server).enters("oskar")
    left = None
    while left is None:  # the one who answers sees the other go
        opcode, _, payload = living.next_frame()
        if opcode == PING:
            living.send(frame(PONG, payload))
        elif json.loads(payload)["type"] == "leave":
            left = json.loads(payload)["from"]
    assert left == "oskar"
    unread = dead.peer.is_reset_or_ended()
    assert 2 <= unread.count(bytes([0x80 | PING])) <= 3, unread


def test_who_follows_by_events_reads_a_comment_after_so_long_a_silence(grottod):
    peer = grottod("chat", "--event-comment", "200ms").connect()
    peer.send(get("/rooms/lobby"))
    began = time.monotonic()
    peer.read_past(b"\n:")
    peer.read_past(b"\n:")
    assert time.monotonic() - began < 5 * FACTOR
