"""The server is upgraded under its peers: a new process takes over, and nobody notices but by one line."""

import json
import os
import signal
import socket
import sqlite3

import pytest

from support.accounts import comes_in
from support.prompt import PLAIN, ask_server, records
from support.resume import asks_for_token, comes_back, drops
from support.room import GREETING, Room, enters, founds, joined, refused, users, welcome
from support.telnet import DO, ECHO, IAC, NAWS, SB, SE, SGA, TTYPE, WILL, TelnetPeer
from support.tls import NEEDS_TLS, Authority, connects
from support.waiting import wait_until
from support.web import CONTINUATION, TEXT, Socket, frame, get, read_answer

TOLD = "The server was upgraded."


@pytest.fixture(params=[1, 2], ids=["1 worker", "2 workers"])
def server(grottod, request):
    return grottod("chat", "--rate", "off", "--workers", request.param)


@pytest.fixture
def room(server):
    return Room(server)


def upgrade(room):
    room.server.upgrades()
    room.hear_all(TOLD)


# ---- People


def test_members_stay_and_read_on(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("before")
    oskar.hears("ana: before")
    upgrade(room)
    ana.says("after")
    oskar.hears("ana: after")
    oskar.says("/who")
    oskar.hears("2 people are here: ana oskar")
    luzmi = room.server.connect("luzmi")
    luzmi.says("luzmi")
    luzmi.hears(GREETING, welcome("luzmi"), users(["ana", "oskar"]))
    luzmi.hears("-- 2 earlier lines --", "ana: before", "ana: after", "-- now --")


def test_many_upgrades_one_after_the_other(room):
    ana, oskar = room.enter("ana", "oskar")
    for number in range(5):
        upgrade(room)
        ana.says(f"line {number}")
        oskar.hears(f"ana: line {number}")


def test_names_stay_taken_and_are_free_again(room):
    ana, _ = room.enter("ana", "oskar")
    upgrade(room)
    thief = room.server.connect("thief")
    thief.says("ana")
    thief.hears(GREETING, "The name ana is taken. [name-taken]", "What is your name?")
    ana.says("/quit")
    ana.hears("Goodbye!")
    thief.says("ana")
    thief.hears(welcome("ana"), users(["oskar"]))


def test_a_line_that_is_half_typed_goes_on(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.sends_in_pieces(b"one\r", b"\ntwo and a ha")
    oskar.hears("ana: one")
    upgrade(room)
    ana.send(b"lf\n")
    oskar.hears("ana: two and a half")


def test_a_line_that_was_too_long_is_dropped_to_its_end(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.sends_in_pieces(b"x" * 5000)
    ana.hears("Your line is longer than 4096 bytes and was not sent. [too-long]")
    upgrade(room)
    ana.send(b"xxx\nfine\n")
    oskar.hears("ana: fine")


def test_who_has_given_no_name_yet_gives_one(room):
    (oskar,) = room.enter("oskar")
    silent, slow = room.server.connect("silent"), room.server.connect("slow")
    for peer in (silent, slow):
        peer.hears(GREETING)
    slow.sends_in_pieces(b"lu")
    upgrade(room)
    slow.send(b"zmi\n")
    slow.hears(welcome("luzmi"), users(["oskar"]))
    silent.says("ana")
    silent.hears(welcome("ana"), users(["oskar", "luzmi"]))
    oskar.hears(joined("luzmi"), joined("ana"))


def test_all_rooms_of_a_member_stay_with_what_they_are(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave", password="bats")
    enters(oskar, "cave", "@ana", password="bats")
    ana.hears("oskar has joined the room.")
    ana.says("/topic dark places")
    for peer in (ana, oskar):
        peer.hears("ana changed the topic: dark places")
    room.server.upgrades()
    for peer in (ana, oskar):
        peer.hears_in_any_order(TOLD, f"[lobby] {TOLD}")
    ana.says("here")
    oskar.hears("ana: here")
    oskar.says("/focus lobby", "there", "/who cave")
    oskar.hears("Your lines go to lobby; you are also in cave.")
    ana.hears("[lobby] oskar: there")
    oskar.hears_like("^2 people are in cave: @ana oskar")
    luzmi = room.server.connect("luzmi")
    luzmi.says("luzmi")
    luzmi.hears(GREETING, welcome("luzmi"), users(["ana", "oskar"]), "-- 1 earlier line --", "oskar: there", "-- now --")
    refused(luzmi, "/join cave wrong", "room-password")


def test_what_a_member_has_set_stays(room):
    ana, oskar, bella = room.enter("ana", "oskar", "bella")
    ana.says("/ignore bella", "/away at lunch", "/echo on", "/resume")
    ana.lines_until("You will read your own lines too.")
    ana.hears_like("^Your token is")
    upgrade(room)
    bella.says("you do not hear me")
    oskar.hears("bella: you do not hear me")
    ana.says("I hear myself")
    ana.hears("ana: I hear myself")
    oskar.says("/whois ana")
    oskar.hears("ana: I hear myself")
    oskar.hears_like("^ana has been here since")
    oskar.hears("ana is in: lobby")
    oskar.hears_like("^ana is away: at lunch")


def test_tokens_stay_good_and_what_was_missed_is_exact(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    upgrade(room)
    drops(ana)
    oskar.says("missed", "/who")
    oskar.hears_like("^(1 person is|2 people are) here: ")
    again = comes_back(room.server, token, "ana")
    again.hears("oskar: missed")


def test_who_is_away_comes_back_after_it(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    drops(ana)
    oskar.says("missed")
    room.server.upgrades()
    oskar.hears(TOLD)
    again = comes_back(room.server, token, "ana")
    again.hears("oskar: missed", TOLD)
    again.says("back")
    oskar.hears("ana: back")


def test_a_password_that_was_asked_for_is_not_said_to_the_room(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/register")
    ana.hears_like("^Type a password")
    upgrade(room)
    ana.says("sesame 1")
    ana.hears("The server was upgraded meanwhile: begin that again. [upgraded]")
    ana.says("hello")
    oskar.hears("ana: hello")


@pytest.mark.parametrize("keeping", [(), ("--store", "none")], ids=["store", "no store"])
def test_accounts_bans_and_the_past_stay(grottod, keeping):
    room = Room(grottod("chat", "--rate", "off", "--operator", "ana", *keeping))
    ana = room.server.connect("ana")
    ana.says("ana", "/register sesame 1")
    ana.lines_until("You are logged in as ana, and an operator of this server.")
    oskar = room.server.connect("oskar")
    oskar.says("oskar")
    oskar.lines_until(users(["ana"]))
    ana.hears(joined("oskar"))
    ana.says("/ban bella 1h rude")
    ana.next_line()
    oskar.says("the past")
    ana.lines_until("oskar: the past")
    room.server.upgrades()
    for peer in (ana, oskar):
        peer.hears(TOLD)
    bella = room.server.connect("bella")
    bella.says("bella")
    bella.hears(GREETING)
    assert "[banned]" in bella.next_line()
    luzmi = room.server.connect("luzmi")
    luzmi.says("luzmi")
    luzmi.hears(GREETING, welcome("luzmi"), users(["ana", "oskar"]), "-- 1 earlier line --", "oskar: the past", "-- now --")
    ana.says("/quit")
    assert comes_in(room.server, "ana", operator=True)


# ---- Programs


def test_numbers_of_lines_go_on(room):
    watcher = room.server.connect("watcher")
    watcher.says("/format json", "watcher")
    while json.loads(watcher.next_line())["type"] != "names":  # its own joining has a number too
        pass
    ana = room.server.connect("ana")
    ana.says("ana", "one")
    first = said(watcher)
    room.server.upgrades()
    ana.says("two")
    second = said(watcher)
    assert (first["text"], second["text"]) == ("one", "two")
    assert second["id"] == first["id"] + 2  # the notice is between


def said(peer):
    while (told := json.loads(peer.next_line()))["type"] != "say":
        pass
    return told


def test_who_has_ended_its_input_reads_on(room):
    (ana,) = room.enter("ana")
    reader = room.server.connect("reader", kind=TelnetPeer)
    room.enters("bot", reader)
    token = asks_for_token(reader)
    assert token
    upgrade(room)
    ana.says("kaixo")
    reader.hears("ana: kaixo")


# ---- Doors


def test_a_message_that_is_cut_anywhere_is_whole(room):
    (ana,) = room.enter("ana")
    whole = frame(TEXT, "be", final=False) + frame(CONTINUATION, "tween".encode())
    browsers = []
    for cut in range(1, len(whole)):
        browser = Socket(room.server).enters(f"b{cut}")
        browser.peer.sends_in_pieces(whole[:cut])
        browsers.append(browser)
    ana.lines_until(joined(f"b{len(whole) - 1}"))
    room.server.upgrades()
    ana.hears(TOLD)
    for cut, browser in enumerate(browsers, 1):
        browser.send(whole[cut:])
        ana.hears(f"b{cut}: between")


def test_a_telnet_command_that_is_cut_is_whole(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect("luzmi", kind=TelnetPeer)
    room.enters("luzmi", peer)
    command = bytes([IAC, SB, TTYPE, 0]) + b"XTERM" + bytes([IAC, SE])
    peer.sends_in_pieces(b"one " + command[:6])
    upgrade(room)
    peer.send(command[6:] + b"line\n")
    ana.hears("luzmi: one line")


def test_a_peer_in_character_mode_goes_on_editing(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect("luzmi", kind=lambda sock, label: TelnetPeer(sock, label, {ECHO, SGA, NAWS, TTYPE}))
    room.enters("luzmi", peer)
    peer.says("/telnet")
    peer.hears_command(WILL, ECHO)
    peer.hears_command(WILL, SGA)
    peer.hears_command(DO, NAWS)
    ana.says("now")
    peer.hears("ana: now")
    peer.sends_in_pieces(b"hellp")
    room.server.upgrades()
    ana.hears(TOLD)
    peer.send(b"\x7fo there\r\n")
    ana.hears("luzmi: hello there")


def test_who_is_between_two_requests_asks_on(server):
    peer = server.connect("curl")
    peer.send(get("/healthz"))
    assert read_answer(peer).status == 200
    server.upgrades()
    peer.send(get("/healthz"))
    assert read_answer(peer).status == 200


@pytest.mark.parametrize("unread", [0, 300_000])
def test_every_byte_comes_back_once(grottod, unread):
    """Of an echo whose peer reads nothing while it sends."""
    server = grottod("echo")
    peer = server.connect("peer", receive_buffer=8192)
    bytes_sent = bytes(number % 251 for number in range(unread))
    peer.send(bytes_sent)
    server.upgrades()
    peer.send(b"the end\n")
    peer.half_closes()
    assert peer.read_to_end() == bytes_sent + b"the end\n"


def test_datagrams_are_echoed_by_the_new_one(grottod):
    server = grottod("echo", "--udp", listeners=2)
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(5)
    sock.connect(server.host_and_port())
    server.upgrades()
    sock.send(b"kaixo")
    assert sock.recv(100) == b"kaixo"
    sock.close()


def test_a_reader_who_stalls_gets_every_line_once(room):
    (ana,) = room.enter("ana")
    stalled = room.server.connect("stalled", receive_buffer=4096)
    room.enters("stalled", stalled)
    said_lines = [f"{number:05} " + "x" * 80 for number in range(2000)]
    ana.says(*said_lines[:1000], "/who")
    ana.hears_like("^2 people are here")
    room.server.upgrades()
    ana.hears(TOLD)
    ana.says(*said_lines[1000:])
    expected = [f"ana: {line}" for line in said_lines]
    expected.insert(1000, TOLD)
    for line in expected:
        stalled.hears(line)


def test_a_unix_socket_stays_with_its_file(grottod, tmp_path):
    path = f"unix:{tmp_path}/s"
    room = Room(grottod("chat", listen=(path,)))
    (ana,) = room.enter("ana")
    upgrade(room)
    oskar = room.enters("oskar")
    oskar.says("kaixo")
    ana.hears("oskar: kaixo")


def test_those_who_wait_for_their_turn_wait_on(grottod):
    server = grottod("chat", "--max-clients", 1, "--wait-turn")
    room = Room(server)
    (ana,) = room.enter("ana")
    waiting = server.connect("waiting")
    waiting.hears("1 before you")
    server.upgrades()
    ana.hears(TOLD)
    ana.says("/quit")
    waiting.lines_until(GREETING)
    waiting.says("luzmi")
    waiting.hears(welcome("luzmi"))


@NEEDS_TLS
def test_by_tls_one_comes_back_by_a_token_and_misses_nothing(grottod, tmp_path):
    cert, key = Authority(tmp_path).signs("localhost", "DNS:localhost", "IP:127.0.0.1")
    room = Room(grottod("chat", "--rate", "off", "--tls-cert", cert, "--tls-key", key))
    (ana,) = room.enter("ana")
    secret = room.enters("luzmi", connects(room.server, "luzmi"))
    ana.says("before")
    secret.hears("ana: before")
    room.server.upgrades()
    token = secret.hears_like(r"^The server is upgraded: connect again and say /resume (\S+)$")[1]
    assert secret.read_to_end() == b""
    ana.hears(TOLD)
    ana.says("missed")
    again = connects(room.server, "luzmi")
    again.says(f"/resume {token}")
    again.hears(GREETING, "Welcome back luzmi!")
    again.hears_like("^Your lines go to lobby")
    again.hears(TOLD, "ana: missed")


@NEEDS_TLS
def test_only_one_process_has_the_store_open(grottod, tmp_path):
    """Who came by TLS and does not go keeps the old process for a moment: long enough to look at it."""
    cert, key = Authority(tmp_path).signs("localhost", "DNS:localhost", "IP:127.0.0.1")
    room = Room(grottod("chat", "--rate", "off", "--store", tmp_path / "kept.db", "--tls-cert", cert, "--tls-key", key))
    (ana,) = room.enter("ana")
    stays = room.enters("luzmi", connects(room.server, "luzmi"))
    old = room.server.process.pid
    assert open_stores(old)
    ana.says("just said")  # and still to be written
    looked = []

    def asks():
        room.server.signal(signal.SIGUSR2)
        wait_until(lambda: " upgraded process=" in room.server.log(), "the upgrade")
        looked.append(open_stores(old))
        stays.closes()

    room.server.upgrades(asks)
    assert looked == [[]], "the old process has it too"
    assert open_stores(room.server.process.pid)
    ana.hears(TOLD)
    ana.says("/sync")
    ana.hears_like(r"^-- kept up to line \d+ of lobby --$")
    kept = sqlite3.connect(f"file:{tmp_path}/kept.db?mode=ro", uri=True).execute("SELECT text FROM line").fetchall()
    assert [text for (text,) in kept if text.startswith("ana: ")] == ["ana: just said"]


def open_stores(pid):
    folder = f"/proc/{pid}/fd"
    return [link for link in (os.readlink(f"{folder}/{each}") for each in os.listdir(folder)) if link.endswith("/kept.db")]


# ---- Questions


@pytest.mark.parametrize("answers", ["answers.jsonl", "store"])
def test_who_is_asked_answers_to_the_new_one(grottod, tmp_path, answers):
    server = ask_server(grottod, tmp_path, PLAIN, answers=answers)
    begun, new = server.connect("begun"), server.connect("new")
    begun.hears("One?")
    begun.says("1")
    begun.hears("Two?")
    new.hears("One?")
    begun.sends_in_pieces(b"half ")
    server.upgrades()
    begun.send(b"two\n")
    begun.hears("Three?")
    new.says("eins")
    new.hears("Two?")
    begun.says("3")
    begun.hears_end()
    if answers == "store":
        return
    given = [each for each in records(tmp_path / answers) if each["event"] == "answer"]
    assert [each["answer"] for each in given] == ["1", "half two", "eins", "3"]


def test_whose_answers_are_in_memory_only_is_told(grottod, tmp_path):
    server = ask_server(grottod, tmp_path, PLAIN, answers="none")
    peer = server.connect("peer")
    peer.hears("One?")
    peer.says("1")
    peer.hears("Two?")
    server.upgrades()
    peer.lines_until("The server is upgraded: please connect again.")
    assert peer.read_to_end() == b""
