"""Real telnet clients in a terminal of their own."""

import pytest

from support.bounds import QUIET
from support.programs import Terminal, need
from support.room import GREETING, joined, left, users, welcome


@pytest.fixture
def telnet():
    """A telnet in a terminal: `luzmi = telnet(server)`."""
    started = []

    def start(server, *words):
        command = words or (need("inetutils-telnet"),)
        started.append(Terminal(*command, "127.0.0.1", server.port))
        return started[-1]

    yield start
    for each in started:
        each.closes()


def enters(telnet, room, name="luzmi", *words):
    """A person with telnet enters the room where ana is."""
    terminal = telnet(room.server, *words)
    terminal.shows(GREETING)
    terminal.types(f"{name}\r")
    terminal.shows(welcome(name))
    room.hear_all(joined(name))
    return terminal


def types_in_character_mode(terminal, text):
    """In character mode what was typed is shown by the server: the terminal does not echo any more."""
    terminal.goes_raw()
    terminal.types(text)
    terminal.shows_rows(text)


def test_telnet_talks_in_chat(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    luzmi.shows(users(["ana"]))
    luzmi.types("kaixo, ana\r")
    ana.hears("luzmi: kaixo, ana")
    ana.says("kaixo ñ € 😀")
    luzmi.shows("ana: kaixo ñ € 😀")
    luzmi.types("/quit\r")
    ana.hears(left("luzmi"))
    luzmi.shows("Connection closed by foreign host.")


def test_telnet_makes_no_stairs_and_no_junk(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    for number in range(3):
        ana.says(f"line {number}")
    luzmi.shows_rows("ana: line 0", "ana: line 1", "ana: line 2", "")


def test_ctrl_C_in_telnet_does_not_deafen_it(room, telnet):
    """It throws all output away until WILL or WONT TM has come, and the line it was on is dropped."""
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    luzmi.types("half a line")
    luzmi.types("\x03")
    luzmi.types("whole\r")
    ana.hears("luzmi: whole")
    ana.says("do you hear me?")
    luzmi.shows("ana: do you hear me?")


def test_ctrl_D_in_telnet_leaves(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    luzmi.types("\x04")
    luzmi.types("\r")
    ana.hears(left("luzmi"))
    luzmi.shows("Connection closed by foreign host.")


def test_telnet_in_echo_gets_its_lines_back(echo, telnet):
    terminal = telnet(echo)
    terminal.shows("Escape character is '^]'.")
    terminal.types("kaixo\r")
    terminal.shows_rows("kaixo", "kaixo", "")


def test_after_slash_telnet_the_half_typed_line_is_redrawn(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    luzmi.types("/telnet\r")
    types_in_character_mode(luzmi, "half a li")
    ana.says("while you type")
    luzmi.shows_rows("ana: while you type", "half a li")
    luzmi.types("ne\r")
    ana.hears("luzmi: half a line")
    luzmi.shows("half a line")


def test_after_slash_telnet_the_line_is_edited(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room)
    luzmi.types("/telnet\r")
    types_in_character_mode(luzmi, "wrong")
    luzmi.types("\x15right wrods\x17words\x7f\x7fñ\x7fds\r")
    ana.hears("luzmi: right words")
    luzmi.shows("right words")


def test_busybox_telnet_talks_in_chat(room, telnet):
    (ana,) = room.enter("ana")
    luzmi = enters(telnet, room, "luzmi", need("busybox"), "telnet")
    luzmi.types("kaixo\r")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    luzmi.shows("ana: bai")
    luzmi.types("exit\r")
    ana.hears(left("luzmi"))
    luzmi.ends()


def test_nothing_is_negotiated_with_who_did_not_begin(room):
    """Windows telnet loses its local echo at the first IAC, nc shows junk."""
    (ana,) = room.enter("ana")
    peer = room.server.connect("luzmi")
    for char in "luzmi":
        peer.sends_in_pieces(char.encode())
    peer.send(b"\r\n")
    peer.hears(GREETING, welcome("luzmi"), users(["ana"]))
    ana.hears(joined("luzmi"))
    for char in "kaixo":
        peer.sends_in_pieces(char.encode())
    peer.hears_nothing(QUIET)
    peer.send(b"\r\n")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    peer.hears("ana: bai")
