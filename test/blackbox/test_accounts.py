"""Accounts: names that are somebody's, passwords, and who is let in."""

import json
import socket
import sqlite3

import pytest

from support.accounts import AGAIN, CHOOSE, NAME, VISIBLE, asks_password, comes_in, logged_in, registers
from support.resume import asks_for_token, comes_back, drops, is_seen_away
from support.room import EMPTY, GREETING, Room, joined, left, refused, users, welcome
from support.server import run_grottod
from support.telnet import DO, ECHO, WILL, WONT, TelnetPeer
from support.waiting import wait_until

SECRET = "correct horse battery staple"
NO_SUCH_COMMAND = (
    "Unknown command /nonsense. Type /help for the commands; "
    "to say a line that begins with a slash, type // first. [unknown-command]"
)


@pytest.fixture
def serve(grottod, tmp_path):
    """Starts a server that keeps its accounts; one at a time."""
    words = ("--store", tmp_path / "grotto.db") if "--store " in run_grottod("--help").stdout else ()
    return lambda *more, **how: grottod("chat", "--rate", "off", "--history", 0, *words, *more, **how)


@pytest.fixture
def room(serve):
    return Room(serve())


@pytest.fixture
def forgetful(grottod):
    """A server that keeps nothing."""
    return lambda *more: grottod("chat", "--rate", "off", "--history", 0, "--store", "none", *more)


# ---- A name of one's own


def test_a_registered_name_is_nobody_elses(room):
    (ana,) = room.enter("ana")
    registers(ana, "ana")
    room.leaves("ana")
    oskar = room.server.connect("oskar")
    oskar.says("ana")
    oskar.hears(GREETING, asks_password("ana"))
    oskar.says("12345678")
    oskar.hears("That is not the password of ana. [wrong-password]", NAME)
    oskar.says("oskar")
    oskar.hears(welcome("oskar"), EMPTY)
    assert "belongs to an account" in refused(oskar, "/nick Ana", "name-taken")
    assert "belongs to an account" in refused(oskar, "/nick \u0430na", "name-taken")  # a Cyrillic a


def test_an_account_is_there_after_a_restart(serve):
    server = serve()
    (ana,) = Room(server).enter("ana")
    registers(ana, "ana", SECRET)
    assert server.stops() == 0
    peer = comes_in(serve(), "ana", SECRET)
    peer.hears(EMPTY)


def test_an_account_is_found_however_its_name_is_written(room):
    (luzmi,) = room.enter("Luzmi")
    registers(luzmi, "Luzmi")
    room.leaves("Luzmi")
    again = room.server.connect()
    again.says("LUZMI")
    again.hears(GREETING, asks_password("LUZMI"))
    again.says("sesame 1")
    again.hears(welcome("Luzmi"), logged_in("Luzmi"), EMPTY)


def test_what_one_has_set_is_remembered(serve):
    server = serve()
    (ana,) = Room(server).enter("ana")
    registers(ana, "ana")
    ana.says("/time on", "/bell mention", "/ignore oskar", "/echo on", "/quit")
    ana.remaining_lines()
    assert server.stops() == 0
    room = Room(serve())
    ana = comes_in(room.server, "ana")
    ana.hears(EMPTY)
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] ana has joined the chat!$")
    ana.says("kaixo")
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] ana: kaixo$")
    ana.says("/ignore", "/bell")
    ana.hears("You ignore: oskar", "Your bell rings when you are mentioned or written to.")


def test_who_logs_in_again_takes_the_place_of_the_other_connection(room):
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    again = comes_in(room.server, "ana")
    ana.hears("You logged in from another connection. Goodbye! [replaced]")
    assert ana.read_to_end() == b""
    again.hears(users(["oskar"]))
    oskar.hears(left("ana"), joined("ana"))
    again.says("it is me")
    oskar.hears("ana: it is me")


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_who_logs_in_again_from_another_worker_too(serve, workers):
    room = Room(serve("--workers", workers))
    (ana,) = room.enter("ana")
    registers(ana, "ana")
    for _ in range(8):
        again = comes_in(room.server, "ana")
        again.hears(EMPTY)
        ana.hears("You logged in from another connection. Goodbye! [replaced]")
        ana = again


@pytest.mark.parametrize("workers", [1, 2])
def test_who_dropped_out_gets_his_name_by_his_password_at_once(serve, workers):
    """Nobody has to wait for the end of the grace (--resume-grace) of himself."""
    room = Room(serve("--workers", workers))
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    for _ in range(4):
        token = asks_for_token(ana)
        drops(ana)
        is_seen_away(oskar, "ana")
        ana = comes_in(room.server, "ana")
        ana.hears(users(["oskar"]))
        oskar.hears(left("ana"), joined("ana"))
    late = room.server.connect()
    late.says(f"/resume {token}")
    late.hears(GREETING, "Nobody can come back by that token. [no-such-token]", NAME)


def test_a_wrong_password_takes_nobodys_place(room):
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    token = asks_for_token(ana)
    drops(ana)
    is_seen_away(oskar, "ana")
    thief = room.server.connect()
    thief.says("ana", "87654321")
    thief.hears(GREETING, asks_password("ana"), "That is not the password of ana. [wrong-password]", NAME)
    comes_back(room.server, token, "ana")
    oskar.says("kaixo")
    oskar.says("/who")
    oskar.hears_like("^2 people are here: ")


def test_who_has_ended_his_input_and_reads_nothing_gives_way_too(room):
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    asks_for_token(ana)
    stuck = comes_in(room.server, "ana", receive_buffer=4096)
    ana.hears("You logged in from another connection. Goodbye! [replaced]")
    oskar.hears(left("ana"), joined("ana"))
    stuck.hears(users(["oskar"]))
    asks_for_token(stuck)
    for _ in range(200):
        oskar.says("x" * 4000)
    stuck.half_closes()
    is_seen_away(oskar, "ana")
    again = comes_in(room.server, "ana")
    again.hears(users(["oskar"]))
    oskar.hears(left("ana"), joined("ana"))


def test_one_can_log_in_under_another_name_first(room):
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    ana.says("/logout")
    ana.hears("You are logged out.")
    guest = ana.hears_like(r"^You are now known as (guest-\d+)\.$")[1]
    oskar.hears(f"ana is now known as {guest}.")
    refused(ana, "/nick ana", "name-taken")
    ana.says("/login ana sesame 1")
    ana.hears("You are now known as ana.", logged_in("ana"))
    oskar.hears(f"{guest} is now known as ana.")


def test_a_password_can_be_changed(room):
    (ana,) = room.enter("ana")
    registers(ana, "ana")
    ana.says("/password", "another one", "another one")
    ana.hears("Type a password, of 6 to 128 bytes:" + VISIBLE, AGAIN, "You have another password now.")
    ana.says("/password", "another one", "yet another")
    ana.hears(CHOOSE, AGAIN, "That was another one: nothing was changed. [bad-password]")
    room.leaves("ana")
    peer = room.server.connect()
    peer.says("/login ana sesame 1")
    peer.hears(GREETING, "That is not the password of ana. [wrong-password]", NAME)
    peer.says("/login ana another one")
    peer.hears(welcome("ana"), logged_in("ana"), EMPTY)


def test_an_account_can_be_given_up(room):
    (ana,) = room.enter("ana")
    registers(ana, "ana")
    refused(ana, "/drop-account nothing like it", "wrong-password")
    ana.says("/drop-account", "sesame 1")
    ana.hears("To drop the account ana, type its password:" + VISIBLE, "The account ana is no more.")
    refused(ana, "/password another one", "not-logged-in")
    room.leaves("ana")
    room.enters("ana")


def test_many_come_in_at_once(room):
    """Two passwords are checked at a time; the others wait and nobody is lost."""
    room.enters("witness")
    names = [f"person{number}" for number in range(12)]
    for name in names:
        peer = room.enters(name)
        registers(peer, name)
        room.leaves(name)
    peers = [room.server.connect(name) for name in names]
    for name, peer in zip(names, peers):
        peer.says(name, "sesame 1", "/who")
    for name, peer in zip(names, peers):
        peer.hears(GREETING, asks_password(name), welcome(name), logged_in(name))


# ---- Passwords are nobody's business


def test_a_password_is_nowhere_but_in_its_hash(serve, tmp_path):
    server = serve("--log-level", "debug")
    (ana,) = Room(server).enter("ana")
    registers(ana, "ana", SECRET)
    ana.says("/password", SECRET + " two", SECRET + " two")
    ana.hears(CHOOSE, AGAIN, "You have another password now.")
    ana.says("kaixo", "/history", "/nonsense")
    ana.lines_until(NO_SUCH_COMMAND)
    assert server.stops() == 0
    assert SECRET not in server.log()
    for file in tmp_path.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file
    if (tmp_path / "grotto.db").exists():
        with sqlite3.connect(tmp_path / "grotto.db") as database:
            ((value,),) = database.execute("SELECT value FROM record WHERE kind = 'account'").fetchall()
        assert '"hash":"$argon2id$' in value


def test_a_password_is_hidden_from_a_telnet_that_has_negotiated(room):
    (ana,) = room.enter("ana")
    registers(ana, "ana", SECRET)
    room.leaves("ana")
    peer = room.server.connect()
    telnet = TelnetPeer(peer.sock, accepts={ECHO})
    telnet.command(DO, 6)
    telnet.hears(GREETING)
    telnet.says("ana")
    telnet.hears("The name ana belongs to an account. Its password:")
    telnet.hears_command(WILL, ECHO)
    telnet.says(SECRET)
    telnet.hears("")  # the end of the line, which its terminal has not shown
    telnet.hears_command(WONT, ECHO)
    telnet.hears(welcome("ana"), logged_in("ana"), EMPTY)


def test_guesses_are_limited(room):
    (ana,) = room.enter("ana")
    registers(ana, "ana", SECRET)
    thief = room.server.connect("thief")
    thief.hears(GREETING)
    for number in range(5):
        thief.says("ana", f"guess number {number}")
        thief.hears(asks_password("ana"), "That is not the password of ana. [wrong-password]", NAME)
    thief.says(f"/login ana {SECRET}")
    assert thief.next_line().endswith("[too-many-attempts]")
    thief.hears(NAME)
    # The log has a thread of its own.
    wait_until(lambda: "too many attempts peer=127.0.0.1 account=ana" in room.server.log(), "the log")
    assert room.server.log().count("wrong password peer=127.0.0.1 account=ana") == 5


# ---- Bad input


@pytest.mark.parametrize("password", ["short", "x" * 129])
def test_a_password_has_a_length(room, password):
    (ana,) = room.enter("ana")
    refused(ana, f"/register {password}", "bad-password")
    refused(ana, f"/password {password}", "not-logged-in")


def test_commands_tell_what_is_wrong(room):
    ana, oskar = room.enter("ana", "oskar")
    refused(ana, "/login", "usage")
    refused(ana, "/login nobody 12345678", "no-such-account")
    refused(ana, "/login : 12345678", "no-such-account")
    refused(ana, "/logout", "not-logged-in")
    refused(ana, "/password", "not-logged-in")
    refused(ana, "/drop-account", "not-logged-in")
    refused(ana, "/allow oskar", "not-operator")
    refused(ana, "/disallow oskar", "not-operator")
    registers(ana, "ana")
    refused(ana, "/register 12345678", "logged-in")
    refused(ana, "/login ana 12345678", "logged-in")
    oskar.says("/register", "")
    oskar.hears(CHOOSE, "Nothing was changed.")
    oskar.says("still here")
    ana.hears("oskar: still here")


def test_who_goes_while_his_password_is_checked_is_gone(room):
    ana, oskar = room.enter("ana", "oskar")
    registers(ana, "ana")
    room.leaves("ana")
    for _ in range(5):
        peer = room.server.connect()
        peer.hears(GREETING)
        peer.says("ana", "sesame 1")
        peer.resets()
    again = comes_in(room.server, "ana")
    again.says("/who")
    assert again.next_line() == users(["oskar"])
    assert again.next_line() == "2 people are here: oskar ana"
    del oskar


def test_where_nobody_is_asked_there_are_no_accounts(grottod):
    peer = grottod("chat", "--names", "address").connect()
    peer.next_line()
    peer.next_line()
    refused(peer, "/register 12345678", "no-names")
    refused(peer, "/login ana 12345678", "no-names")


def own_address():
    """An address of this machine that is not the loopback's, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return None
        return probe.getsockname()[0]


@pytest.mark.skipif(own_address() is None, reason="this machine has the loopback only")
def test_an_operators_name_is_registered_from_the_server_itself_only(grottod):
    server = grottod("chat", "--store", "none", "--operator", "olatz", listen=(f"{own_address()}:0", "127.0.0.1:0"))
    thief = server.connect("thief", 0)
    thief.says("olatz")
    thief.hears(GREETING, "The name olatz is kept for an operator. [name-taken]", NAME)
    thief.says("thief")
    thief.hears(welcome("thief"), EMPTY)
    refused(thief, "/nick olatz", "name-taken")
    olatz = server.connect("olatz", 1)
    olatz.says("olatz")
    olatz.hears(GREETING, welcome("olatz"), users(["thief"]))
    olatz.hears("This is an operator's name: /register it, and you are one.")
    registers(olatz, "olatz", kept=False, operator=True)


# ---- Who is let in


def test_only_who_has_an_account_comes_in(forgetful):
    server = forgetful("--require-login", "--operator", "olatz")
    stranger = server.connect()
    stranger.says("ana")
    stranger.hears(GREETING, "Only who has an account comes in here. [login-required]", NAME)
    olatz = server.connect()
    olatz.says("olatz", "sesame 1", "sesame 1")
    olatz.hears(
        GREETING, "The name olatz is kept for you.", CHOOSE, AGAIN,
        "olatz is your account now, until the server stops: it keeps no accounts.",
        welcome("olatz"), logged_in("olatz", operator=True), EMPTY,
    )  # fmt: skip
    olatz.says("/allow ana she asked")
    olatz.hears("ana may come in; from now on, only who is on this list.")
    stranger.says("ana", "sesame 2", "sesame 2")
    stranger.hears("The name ana is kept for you.", CHOOSE, AGAIN)
    stranger.hears("ana is your account now, until the server stops: it keeps no accounts.", welcome("ana"), logged_in("ana"))
    olatz.hears(joined("ana"))


def test_the_list_of_who_comes_in_is_edited_live_and_kept(serve):
    room = Room(serve("--operator", "olatz"))
    olatz = room.server.connect()
    olatz.says("olatz")
    olatz.hears(GREETING, welcome("olatz"), EMPTY, "This is an operator's name: /register it, and you are one.")
    registers(olatz, "olatz", operator=True)
    olatz.says("/allow")
    olatz.hears("There is no list: everybody may come in.")
    olatz.says("/allow 192.0.2.0/24 the office")
    olatz.hears("192.0.2.0/24 may come in; from now on, only who is on this list.")
    stranger = room.server.connect()
    stranger.says("ana")
    stranger.hears(GREETING, "Only who is on the list of this server comes in. [not-allowed]", NAME)
    olatz.says("/allow 127.0.0.0/8")
    olatz.hears("127.0.0.0/8 may come in.")
    stranger.says("ana")
    stranger.hears(welcome("ana"), users(["olatz"]))
    olatz.hears(joined("ana"))
    stranger.closes()
    olatz.hears(left("ana"))
    olatz.says("/disallow 127.0.0.0/8", "/sync")
    olatz.hears("127.0.0.0/8 is not on the list any more.")
    olatz.next_line()
    assert room.server.stops() == 0
    server = serve("--operator", "olatz")
    stranger = server.connect()
    stranger.says("ana")
    stranger.hears(GREETING, "Only who is on the list of this server comes in. [not-allowed]", NAME)
    olatz = comes_in(server, "olatz", operator=True)
    olatz.hears(EMPTY)
    olatz.says("/allow", "/allow nonsense:here", "/disallow ana")
    olatz.hears("Only these come in, and operators:")
    olatz.hears_like(r"^  192\.0\.2\.0/24: by olatz on \d{4}-\d\d-\d\d \d\d:\d\d: the office$")
    olatz.hears("nonsense:here is no name and no address. [bad-name]", "ana is not on the list. [no-such-entry]")


def test_a_server_can_ask_everybody_for_a_password(forgetful, tmp_path):
    (tmp_path / "password").write_text("sesame\n")
    server = forgetful("--server-password-file", tmp_path / "password")
    ana = server.connect()
    ana.hears("This server asks for its password:" + VISIBLE)
    ana.says("open up")
    ana.hears("That is not it. [wrong-password]", "This server asks for its password:" + VISIBLE)
    ana.says("sesame", "ana")
    ana.hears(GREETING, welcome("ana"), EMPTY)
    thief = server.connect()
    for _ in range(4):
        thief.says("guess")
    lines = [thief.next_line() for _ in range(9)]
    assert lines[1] == "That is not it. [wrong-password]"
    thief.says("sesame")
    assert thief.next_line().endswith("[too-many-attempts]")
    assert thief.read_to_end() == b""


def test_a_program_that_asks_for_json_has_not_tried_a_password(forgetful, tmp_path):
    (tmp_path / "password").write_text("sesame\n")
    server = forgetful("--server-password-file", tmp_path / "password")
    for _ in range(6):  # more than the wrong ones that an address may type
        program = server.connect()
        program.says("/format json", "sesame", "/quit")
        read = [json.loads(line) for line in program.read_to_end().decode().splitlines()]
        assert [each.get("asks") for each in read] == ["password", None, "name", None], read
    person = server.connect()
    person.hears("This server asks for its password:" + VISIBLE)
    person.says("/format json")
    assert [json.loads(person.next_line())["type"] for _ in range(2)] == ["notice", "question"]


def test_a_bad_password_file_is_refused(tmp_path):
    for text in ("", "\n", "x" * 129):
        (tmp_path / "password").write_text(text)
        run = run_grottod("chat", "--server-password-file", tmp_path / "password")
        assert run.returncode == 64
        assert "a file that has a password of at most 128 bytes in its first line" in run.stderr
    assert run_grottod("chat", "--server-password-file", tmp_path / "nowhere").returncode == 64
    (tmp_path / "password").write_text("sesame\n")
    shown = run_grottod("chat", "--server-password-file", tmp_path / "password", "--print-config").stdout
    assert "sesame" not in shown
