"""Browsers and programs by HTTPS and wss, on the port of everybody else; and ends that TLS was not told of."""

import socket

import pytest

from support.room import Room, joined, left
from support.tls import NEEDS_TLS, Authority, client, connects
from support.web import TEXT, Foreign, frame, get, handshake, read_answer, request


pytestmark = NEEDS_TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(params=[1, 2], ids=["1 worker", "2 workers"])
def room(request, grottod, authority):
    cert, key = authority.signs("localhost", "DNS:localhost", "IP:127.0.0.1")
    return Room(grottod("chat", "--workers", request.param, "--rate", "off", "--tls-cert", cert, "--tls-key", key))


def upgraded(server, name, context=None):
    """A raw WebSocket inside TLS whose name is given."""
    peer = connects(server, name, context)
    peer.send(handshake() + frame(TEXT, name))
    assert read_answer(peer).status == 101
    peer.read_past(b'"type":"names"')
    return peer


def ends_without_close_notify(peer):
    peer.sock.shutdown(socket.SHUT_WR)  # the FIN alone


def test_a_browser_by_wss_meets_nc(room, authority):
    (oskar,) = room.enter("oskar")
    ana = Foreign(room.server, tls=client(authority.file), origin=f"https://localhost:{room.server.port}")
    ana.says("ana")
    ana.hears(type="names")
    oskar.hears(joined("ana"))
    for text in ("kaixo", "日本語 🙂", "x" * 4000):
        ana.says(text)
        oskar.hears(f"ana: {text}")
        oskar.says(text)
        ana.hears(type="say", text=text)
    ana.closes(1001)
    oskar.hears(left("ana"))


def test_a_foreign_page_may_not_speak_by_wss_either(room):
    peer = connects(room.server)
    peer.send(handshake("/ws", "Origin: https://evil.example"))
    assert read_answer(peer).status == 403


def test_requests_follow_each_other_in_one_connection(room):
    peer = connects(room.server)
    peer.send(get("/healthz") + get("/rooms"))
    assert read_answer(peer).status == 200
    assert read_answer(peer).status == 200


def test_who_is_in_by_wss_reads_what_a_thousand_lines_are_in_order(room, authority):
    (oskar,) = room.enter("oskar")
    ana = Foreign(room.server, tls=client(authority.file))
    ana.says("ana")
    ana.hears(type="names")
    oskar.hears(joined("ana"))
    oskar.says(*(f"line {number}" for number in range(1000)))
    for number in range(1000):
        ana.hears(type="say", text=f"line {number}")
    ana.closes()


@pytest.mark.parametrize(
    "half",
    [b"GET / HT", get("/")[:-2], request("POST /rooms/lobby HTTP/1.1", "Content-Length: 20", body=b"half a li")],
    ids=["in the line", "in the fields", "in the body"],
)
def test_a_request_whose_end_is_a_mere_fin_says_nothing_in_the_room(room, half):
    (oskar,) = room.enter("oskar")
    peer = connects(room.server)
    peer.send(half)
    ends_without_close_notify(peer)
    peer.is_reset_or_ended()
    oskar.says("/who")
    oskar.hears_like("oskar|Nobody|empty")


@pytest.mark.parametrize("how", ["fin", "reset"])
def test_half_a_message_whose_end_is_a_mere_fin_is_not_said(room, how):
    (oskar,) = room.enter("oskar")
    ana = upgraded(room.server, "ana")
    oskar.hears(joined("ana"))
    ana.send(frame(TEXT, "whole") + frame(TEXT, "half of this is not said")[:15])
    oskar.hears("ana: whole")
    if how == "fin":
        ends_without_close_notify(ana)
    else:
        ana.resets()
    oskar.hears(left("ana"))
