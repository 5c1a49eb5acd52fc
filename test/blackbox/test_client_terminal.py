"""The client at a terminal: what a person types stays whole while lines arrive, and the terminal is as it was afterwards."""

import re
import signal
import socket
import termios

import pytest

from support.client import CTRL_C, CTRL_D, GOOD, NO_CONNECTION, PROTOCOL, REFUSED
from support.room import Room, joined, left
from support.waiting import wait_until
from test_client_pipe import serve_once


@pytest.fixture
def room(grottod):
    return Room(grottod("chat", "--history", 0, "--rate", "off", "--store", "none"))


@pytest.fixture
def oskar(room):
    (oskar,) = room.enter("oskar")
    return oskar


def enters(client, room, *words, **how):
    """luzmi is at a tmux terminal, and in."""
    tmux = client.tmux(room.server.address(), "--name", "luzmi", *words, **how)
    tmux.shows("[lobby · 2 people] >")
    return tmux


# ---- Lines that arrive


def test_a_line_arrives_above_what_is_half_typed(room, oskar, client):
    tmux = enters(client, room)
    oskar.hears(joined("luzmi"))
    tmux.text("half typed")
    tmux.shows("> half typed")
    oskar.says("kaixo")
    tmux.ends_with("oskar: kaixo", "[lobby · 2 people] > half typed")
    tmux.keys("Enter")
    oskar.hears("luzmi: half typed")
    tmux.ends_with("oskar: kaixo", "luzmi: half typed", "[lobby · 2 people] >")


def test_many_lines_while_typing(room, oskar, client, tmp_path):
    log = tmp_path / "log"
    tmux = enters(client, room, "--log", log)
    for number in range(40):
        oskar.says(*(f"line {number}.{part}" for part in range(5)))
        tmux.text("x")
    tmux.ends_with("oskar: line 39.4", "[lobby · 2 people] > " + "x" * 39, "x")
    shown = [line for line in tmux.lines(history=True) if line.startswith("oskar: line")]
    assert shown == [f"oskar: line {number}.{part}" for number in range(40) for part in range(5)]


@pytest.mark.parametrize(
    "text, columns",
    [("ñandú eta garai", 15), ("สวัสดี", 4), ("你好世界", 8), ("👋🎉x", 5), ("e\u0301a\u0308", 2)],
    ids=["basque", "thai", "chinese", "emoji", "combining"],
)
def test_wide_and_combining_characters_stand_at_the_right_columns(room, oskar, client, text, columns):
    tmux = enters(client, room)
    row = len(tmux.lines()) - 1
    prompt = len("[lobby · 2 people] > ")
    tmux.text(text)
    tmux.cursor_comes_to(prompt + columns, row)
    tmux.keys("C-a", "C-e", "Left")
    oskar.says("above")
    tmux.shows("oskar: above")
    tmux.keys("C-e")
    tmux.text("|")
    tmux.ends_with("oskar: above", f"[lobby · 2 people] > {text}|")
    tmux.cursor_comes_to(prompt + columns + 1, row + 1)
    tmux.keys("Enter")
    tmux.shows(f"luzmi: {text}|")


def test_a_long_line_wraps_and_is_redrawn_whole(room, oskar, client):
    tmux = client.tmux(room.server.address(), "--name", "luzmi", columns=30)
    tmux.shows("2 people in lobby: oskar luzmi")
    tmux.text("one two three four five six seven eight nine ten")
    oskar.says("above")
    tmux.ends_with("oskar: above", "> one two three four five six", "seven eight nine ten")
    tmux.keys("C-a")
    tmux.cursor_comes_to(2, len(tmux.lines()) - 2)


def test_twenty_columns(room, oskar, client):
    tmux = client.tmux(room.server.address(), "--name", "luzmi", columns=20)
    tmux.shows("luzmi")
    tmux.text("a line of 你好 that is longer")
    tmux.ends_with("> a line of 你好 tha", "t is longer")
    oskar.says("above")
    tmux.ends_with("oskar: above", "> a line of 你好 tha", "t is longer")


def test_resize_redraws(room, oskar, client):
    tmux = enters(client, room, columns=70)
    tmux.text("a line that is long enough to be folded")
    tmux.shows("> a line that is long enough to be folded")
    folded = {
        40: ["> a line that is long enough to be folde", "d"],
        25: ["> a line that is long eno", "ugh to be folded"],
        33: ["> a line that is long enough to b", "e folded"],
        70: ["[lobby · 2 people] > a line that is long enough to be folded"],
    }
    for columns, rows in folded.items():
        tmux.resizes(columns, 14)
        tmux.ends_with(*rows)
        oskar.says(f"at {columns}")
        tmux.ends_with(f"oskar: at {columns}", *rows)
    assert "".join(tmux.lines(history=True)).count("a line that") == 1


def test_the_scrollback_is_the_terminals_own(room, oskar, client):
    tmux = enters(client, room)
    oskar.says(*(f"line {number}" for number in range(50)))
    tmux.shows("line 49")
    tmux.text("typed")
    tmux.ends_with("oskar: line 49", "[lobby · 2 people] > typed")
    history = tmux.lines(history=True)
    assert [line for line in history if "line" in line] == [f"oskar: line {number}" for number in range(50)]


# ---- Completion, mentions, history, search


def test_tab_completes_names_and_commands(room, oskar, client):
    tmux = enters(client, room)
    tmux.text("os")
    tmux.keys("Tab")
    tmux.shows("> oskar:")
    tmux.text("hi OS")
    tmux.keys("Tab")
    tmux.shows("> oskar: hi oskar")
    tmux.keys("C-u")
    tmux.text("/hist")
    tmux.keys("Tab")
    tmux.shows("> /history")
    tmux.keys("C-u")
    tmux.text("/un")
    tmux.keys("Tab")
    tmux.shows("/unban  /unignore  /unmute")
    tmux.shows("> /un")


def test_mentions_ring_and_stand_out_and_colours_are_stable_and_can_be_off(room, oskar, client):
    def colored(*words, env=None):
        terminal = client.terminal(room.server.address(), "--name", "luzmi", *words, env=env)
        oskar.hears(joined("luzmi"))
        oskar.says("kaixo luzmi")
        oskar.says("/msg luzmi bye")
        oskar.hears("you -> luzmi: bye")
        terminal.types(CTRL_D)
        output = terminal.output_to_the_end().decode()
        oskar.hears(left("luzmi"))
        return output

    first = colored("--color", "always")
    name = re.search("(\x1b\\[[0-9;]+m)oskar\x1b\\[0m: kaixo \x1b\\[1;7mluzmi\x1b\\[0m", first)
    assert name, first
    assert "\a" in first
    assert name.group(1) + "oskar\x1b[0m" in colored()
    for plain in (colored(env={"NO_COLOR": "1"}), colored("--color", "never"), colored(env={"TERM": "dumb"})):
        assert "oskar: kaixo luzmi" in plain
        assert not re.search("\x1b\\[[0-9;]*m", plain)


def test_history_is_kept_between_sessions_and_searched(room, oskar, client):
    tmux = enters(client, room)
    tmux.text("the first thing")
    tmux.keys("Enter")
    tmux.text("/register open sesame")
    tmux.keys("Enter")
    tmux.text("another")
    tmux.keys("Enter")
    tmux.shows("luzmi: another")
    tmux.keys("C-d")
    assert tmux.status() == GOOD
    again = client.tmux(room.server.address(), "--name", "miren")
    again.shows("[lobby · 2 people] >")
    again.keys("Up")
    again.shows("> another")
    again.keys("Up")
    again.shows("> the first thing")
    again.keys("C-c", "C-r")
    again.text("fir")
    again.ends_with("[lobby · 2 people] > the first thing", "bck:fir")
    oskar.says("meanwhile")
    again.ends_with("oskar: meanwhile", "[lobby · 2 people] > the first thing", "bck:fir")
    again.keys("Enter")
    again.shows("miren: the first thing")


def test_vi_keys(room, oskar, client):
    tmux = enters(client, room, "--keys", "vi")
    tmux.text("one two")
    tmux.keys("Escape")
    tmux.text("bcwthree")
    tmux.keys("Enter")
    tmux.shows("luzmi: one three")


# ---- Keys that people know


def test_ctrl_c_clears_and_twice_leaves(room, oskar, client):
    terminal = client.terminal(room.server.address(), "--name", "luzmi")
    terminal.shows_like("[lobby · 2 people] >")
    terminal.types("half")
    terminal.shows_like("> half")
    terminal.types(CTRL_C)
    terminal.shows_rows("[lobby · 2 people] >")
    terminal.types(CTRL_C)
    terminal.shows_like("press Ctrl-C again, or Ctrl-D, to leave")
    terminal.types(CTRL_C)
    assert terminal.ends() == GOOD
    oskar.hears(joined("luzmi"), left("luzmi"))


@pytest.mark.parametrize("word", ["exit", "{quit}", "/quit bye"])
def test_words_that_leave(room, oskar, client, word):
    terminal = client.terminal(room.server.address(), "--name", "luzmi")
    oskar.hears(joined("luzmi"))
    terminal.enters(word)
    assert terminal.ends() == GOOD
    oskar.hears_like("^luzmi has left the chat")


def test_ctrl_z_and_fg(room, oskar, client):
    tmux = client.tmux(room.server.address(), "--name", "luzmi", shell=True)
    tmux.shows("[lobby · 2 people] >")
    tmux.text("half")
    tmux.shows("> half")
    tmux.keys("C-z")
    tmux.shows("Stopped")
    tmux.text("stty -a | grep -ow -- '-\\?icanon'")
    tmux.keys("Enter")
    tmux.ends_with("icanon", "$")
    oskar.says("while you were away")
    tmux.text("fg")
    tmux.keys("Enter")
    tmux.ends_with("oskar: while you were away", "[lobby · 2 people] > half")
    tmux.text(" more")
    tmux.keys("Enter")
    tmux.shows("luzmi: half more")


def test_ctrl_l_clears_the_screen(room, oskar, client):
    tmux = enters(client, room)
    tmux.text("half")
    tmux.shows("> half")
    tmux.keys("C-l")
    wait_until(lambda: tmux.lines() == ["[lobby · 2 people] > half"], "an empty screen")


# ---- The terminal afterwards


def modes(terminal):
    return termios.tcgetattr(terminal._master)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGINT])
def test_the_terminal_is_restored_on_every_way_out(room, client, number):
    terminal = client.terminal(room.server.address(), "--name", "luzmi")
    before = None
    terminal.goes_raw()
    terminal.shows_like("[lobby · 1 person] >")
    terminal.signals(number)
    before = modes(terminal)[3]
    assert terminal.ends() in (-number, 1)  # a sanitizer reports a SIGSEGV and exits
    wait_until(lambda: modes(terminal)[3] & termios.ICANON and modes(terminal)[3] & termios.ECHO, "the terminal as it was")
    assert before is not None


def test_the_terminal_is_restored_after_leaving_and_after_a_refusal(grottod, client):
    server = grottod("chat", "--max-clients", 1)
    first = client.terminal(server.address(), "--name", "luzmi")
    first.shows_like("[lobby · 1 person] >")
    second = client.terminal(server.address(), "--name", "miren")
    second.shows_like("The server is full")
    assert second.ends() == REFUSED
    first.types(CTRL_D)
    assert first.ends() == GOOD
    assert modes(first)[3] & termios.ICANON


def test_no_connection_at_the_start_is_told_at_once(client):
    terminal = client.terminal("127.0.0.1:1")
    terminal.shows("grotto: 127.0.0.1:1: Connection refused.")
    assert terminal.ends() == NO_CONNECTION


# ---- Servers and people that mean no good


def test_no_escape_sequence_of_others_reaches_the_terminal(client):
    evil = (
        b'{"type":"question","asks":"name","text":"\\u001b[2J\\u001b]0;t\\u0007who?"}\r\n'
        b'{"type":"notice","text":"Welcome e\\u001b[31mve!"}\r\n'
        b'{"type":"names","room":"lob\\u001b[Hby","names":["a\\u009b2Jb"],"more":0,"next":0}\r\n'
        b'{"type":"say","id":0,"room":"lobby","from":"x\\u001bc","text":"\\u202eabc\\u001b[6n\\r\\n\\b\\u0000end"}\r\n'
        b"plain \x1b[5mtext\r\n"
    )
    terminal = client.terminal(serve_once(evil), "--color", "never")
    terminal.shows_like("plain text")  # the screen refuses every sequence that is not the client's
    assert any("abc" in line and line.endswith("end") for line in terminal.screen.lines()), terminal.screen.lines()
    terminal.types(CTRL_C + CTRL_C)


def test_an_endless_line_is_bounded(client):
    terminal = client.terminal(serve_once(b'{"type":"question","asks":"name","text":"who?"}\r\n', b"x" * (1 << 22), b"\r\n", b'{"type":"notice","text":"after"}\r\n'))
    terminal.shows_like("a line of the server was too long to be shown")
    terminal.shows_like("after")


def test_a_server_of_another_kind_is_told(client):
    terminal = client.terminal(serve_once(b"220 mail.example.org ESMTP\r\n"))
    terminal.shows_like("does not answer as a grotto server; --raw is for others.")
    assert terminal.ends() == PROTOCOL


def test_a_name_that_is_taken_is_asked_for_again(room, oskar, client):
    terminal = client.terminal(room.server.address(), "--name", "oskar")
    terminal.shows("The name oskar is taken.")
    terminal.shows_like("[your name] >")
    terminal.enters("miren")
    terminal.shows_like("[lobby · 2 people] >")
    oskar.hears(joined("miren"))


def test_a_password_is_not_shown(grottod, client, tmp_path):
    server = grottod("chat")
    terminal = client.terminal(server.address(), "--name", "ana")
    terminal.shows_like("[lobby · 1 person] >")
    terminal.enters("/register")
    terminal.shows_like("assword")
    terminal.types("sesame")
    terminal.shows_like("> ******")
    assert not any("sesame" in line for line in terminal.screen.lines())
    terminal.types(CTRL_C + CTRL_C)


# ---- --raw at a terminal


def test_raw_shows_prompts_and_talks(client):
    listener = socket.create_server(("127.0.0.1", 0))
    terminal = client.terminal(f"127.0.0.1:{listener.getsockname()[1]}", "--raw")
    peer, _ = listener.accept()
    peer.sendall(b"login: ")
    terminal.shows("login:")
    terminal.enters("ana")
    assert peer.recv(100) == b"ana\n"
    peer.sendall(b"\x1b[2Jwelcome\r\n")
    terminal.shows("welcome")
    terminal.types(CTRL_D)
    assert peer.recv(100) == b""
    peer.sendall(b"bye\n")
    peer.close()
    terminal.shows("bye")
    assert terminal.ends() == GOOD
    listener.close()
