"""Nobody's name is stuck: who drops out comes back to his name, his rooms and exactly the lines he missed."""

import pytest

from support.accounts import operator_enters, registers
from support.resume import REPLACED, asks_for_token, comes_back, drops, is_seen_away
from support.room import GREETING, Room, enters, founds, joined, left, refused, users, welcome
from support.telnet import DO, ECHO, SGA, TelnetPeer

NAME = "What is your name?"


@pytest.fixture(params=[1, 2])
def server(grottod, request):
    return grottod("chat", "--rate", "off", "--history", 0, "--store", "none", "--workers", request.param)


@pytest.fixture
def room(server):
    return Room(server)


@pytest.fixture
def hasty(grottod):
    """A room whose server waits for nobody."""
    return Room(grottod("chat", "--rate", "off", "--history", 0, "--store", "none", "--resume-grace", "1ms"))


# ---- Within the grace


@pytest.mark.parametrize("drop", ["closes", "drops", "half_closes"])
def test_who_drops_out_comes_back_and_nobody_reads_of_it(room, drop):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    oskar.says("before")
    ana.hears("oskar: before")
    drops(ana) if drop == "drops" else getattr(ana, drop)()
    if drop == "half_closes":
        assert ana.read_to_end() == b""
    oskar.says("one", "/me waves", "three", "/who")
    oskar.hears_like("^(1 person is|2 people are) here: ")
    again = comes_back(room.server, token, "ana")
    again.hears("oskar: one", "* oskar waves", "oskar: three")
    again.says("I am back", "/who")
    oskar.hears("ana: I am back")
    again.hears("2 people are here: oskar ana")


def test_the_name_is_kept_meanwhile(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    drops(ana)
    thief = room.server.connect("thief")
    thief.says("ana")
    thief.hears(GREETING, "The name ana is taken. [name-taken]", NAME)
    refused(oskar, "/nick ana", "name-taken")
    comes_back(room.server, token, "ana")


def test_a_connection_that_only_seems_alive_is_ended(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    again = comes_back(room.server, token, "ana")
    ana.hears(REPLACED)
    assert ana.read_to_end() == b""
    oskar.says("which one?")
    again.hears("oskar: which one?")
    again.says("this one")
    oskar.hears("ana: this one")


def test_the_token_stays_the_same_and_is_good_again(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    assert asks_for_token(ana) == token
    for number in range(10):
        drops(ana)
        oskar.says(f"line {number}")
        ana = comes_back(room.server, token, "ana")
        ana.hears(f"oskar: line {number}")
    assert asks_for_token(ana) == token


def test_rooms_focus_and_preferences_are_as_they_were(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave", password="sesame")
    founds(ana, "den")
    ana.says("/room private")
    ana.hears("ana made this room private: by invitation only.")
    ana.says("/focus cave", "/echo on", "/ignore luzmi")
    ana.hears_like("^Your lines go to cave; ")
    ana.hears("You will read your own lines too.", "You will read nothing of luzmi. To read it again, type /unignore luzmi")
    enters(oskar, "cave", "@ana", password="sesame")
    ana.hears("oskar has joined the room.")
    token = asks_for_token(ana)
    drops(ana)
    oskar.says("in the cave", "/focus lobby", "in the lobby")
    oskar.hears_like("^Your lines go to lobby")
    again = comes_back(room.server, token, "ana", "cave")
    again.hears_in_any_order("oskar: in the cave", "[lobby] oskar: in the lobby")
    again.says("kaixo", "/topic mine")
    again.hears("ana: kaixo", "ana changed the topic: mine")  # still an operator
    again.says("/ignore")
    again.hears("You ignore: luzmi")
    again.says("/focus den", "/who")
    again.hears_like("^Your lines go to den; ")
    again.hears("1 person is here: @ana")


def test_ones_own_lines_are_not_read_again(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    ana.says("mine 1")
    oskar.hears("ana: mine 1")
    oskar.says("his 1")
    ana.hears("oskar: his 1")
    ana.send(b"mine 2\nmine 3\n")
    oskar.hears("ana: mine 2", "ana: mine 3")
    drops(ana)
    oskar.says("his 2")
    again = comes_back(room.server, token, "ana")
    again.hears("oskar: his 2")
    again.says("/who")
    again.hears("2 people are here: oskar ana")


def test_what_the_other_side_has_not_taken_comes_again(room):
    """A reader that stalls: what its kernel has taken and what comes after it are all lines, each once."""
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    text = "x" * 1000
    for number in range(6000):
        oskar.says(f"{number} {text}")
    oskar.says("/who")
    oskar.hears("2 people are here: ana oskar")
    again = comes_back(room.server, token, "ana")
    lines = []
    while not lines or lines[-1] != "oskar: the end":
        if not lines:
            oskar.says("the end")
        lines.append(again.next_line())
    old = ana.is_reset_or_ended().decode().split("\r\n")
    whole = [line for line in old[:-1] if line.startswith("oskar: ")]  # the last may be cut
    expected = [f"oskar: {number} {text}" for number in range(6000)] + ["oskar: the end"]
    skipped = [line for line in lines if line.startswith("-- ")]
    if not skipped:
        assert whole + lines == expected
    else:
        assert expected[-len(lines) + len(skipped):] == [line for line in lines if not line.startswith("-- ")]


def test_a_program_says_what_it_has_read_last(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    oskar.says("one", "two", "three")
    ana.hears("oskar: one", "oskar: two", "oskar: three")
    drops(ana)
    again = comes_back(room.server, token, "ana", "lobby", "lobby=2")  # 0 and 1: who came; 2: one
    again.hears("oskar: two", "oskar: three")


def test_who_reads_his_own_lines_reads_them_again_also_where_nobody_else_said_anything(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    ana.says("/echo on", "mine", "mine too")
    ana.hears("You will read your own lines too.", "ana: mine", "ana: mine too")
    oskar.hears("ana: mine", "ana: mine too")
    drops(ana)
    again = comes_back(room.server, token, "ana", "lobby", "lobby=1")  # 0 and 1: who came
    again.hears("ana: mine", "ana: mine too")


def test_an_account_is_logged_in_again(room):
    ana, _ = room.enter("ana", "oskar")
    registers(ana, "ana", kept=False)
    token = asks_for_token(ana)
    drops(ana)
    again = comes_back(room.server, token, "ana")
    again.says("/password another one")
    again.hears("You have another password now, until the server stops: it keeps no accounts.")


def test_in_a_telnet_too(room):
    ana, oskar = room.enter("ana", "oskar")
    telnet = TelnetPeer(ana.sock, accepts={ECHO, SGA})
    telnet.command(DO, 6)
    token = asks_for_token(telnet)
    oskar.says("one")
    telnet.hears("oskar: one")
    drops(telnet)
    oskar.says("two")
    again = comes_back(room.server, token, "ana")
    again.hears("oskar: two")


def test_who_is_banned_meanwhile_does_not_come_back(grottod):
    words = ("chat", "--rate", "off", "--history", 0, "--store", "none", "--operator", "olatz")
    room = Room(grottod(*words))
    olatz = operator_enters(room)
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    tokens = asks_for_token(ana), asks_for_token(oskar)
    drops(oskar)
    is_seen_away(ana, "oskar")
    ana.says("/ban oskar", "/lock")
    ana.hears("oskar is banned from cave. It hit 0 people.", "ana locked this room: nobody new comes in.")
    drops(ana)
    olatz.says("/lock")
    olatz.hears("olatz locked this room: nobody new comes in.")
    again = room.server.connect("oskar")
    again.says(f"/resume {tokens[1]}")
    again.hears(GREETING, "Welcome back oskar!", "You are banned from cave. [banned]", "You are not in cave any more.")
    again.hears("Your lines go to lobby.", "olatz locked this room: nobody new comes in.")  # which he is not
    comes_back(room.server, tokens[0], "ana", "cave")
    drops(again)
    is_seen_away(olatz, "oskar")
    olatz.says("/ban oskar")
    olatz.hears("oskar is banned from the server. It hit 0 people.")
    peer = room.server.connect()
    peer.says(f"/resume {tokens[1]}")
    peer.hears(GREETING, "oskar is banned. [banned]")
    assert peer.read_to_end() == b""


# ---- Later


def test_after_the_grace_he_has_left_and_may_still_come_back(hasty):
    ana, oskar = hasty.enter("ana", "oskar")
    token = asks_for_token(ana)
    drops(ana)
    oskar.hears(left("ana"))
    oskar.says("one")
    again = comes_back(hasty.server, token, "ana")
    again.hears(left("ana"), "oskar: one")
    oskar.hears(joined("ana"))


def test_after_the_grace_the_name_and_the_rooms_may_be_anybodys(hasty):
    ana, oskar = hasty.enter("ana", "oskar")
    founds(ana, "cave")
    token = asks_for_token(ana)
    drops(ana)
    oskar.hears(left("ana"))
    founds(oskar, "cave")
    other = hasty.server.connect()
    other.says("ana")
    other.hears(GREETING, welcome("ana"), users(["oskar"]))
    peer = hasty.server.connect()
    peer.says(f"/resume {token}")
    peer.hears(GREETING, "The name ana is taken by now. [name-taken]", NAME)
    other.says("/quit")
    other.hears("Goodbye!")
    while True:
        peer.says(f"/resume {token}")
        if (line := peer.next_line()) == "Welcome back ana!":
            break
        assert line.endswith("[name-taken]")
        peer.hears(NAME)
    peer.hears("You are not in cave any more.", "Your lines go to lobby.")


def test_an_operator_who_is_away_for_long_has_an_heir(hasty):
    ana, oskar = hasty.enter("ana", "oskar")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    asks_for_token(ana)
    drops(ana)
    oskar.hears_in_any_order(
        f"[lobby] {left('ana')}", left("ana"), "oskar is the operator of this room now.",
    )  # fmt: skip


# ---- What is no drop, and bad input


@pytest.mark.parametrize("goodbye", ["/quit", "exit", "\x04"])
def test_who_says_that_he_goes_has_gone(room, goodbye):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    ana.says(goodbye)
    oskar.hears(left("ana"))
    peer = room.server.connect()
    peer.says(f"/resume {token}")
    peer.hears(GREETING, "Nobody can come back by that token. [no-such-token]", NAME)


def test_commands_tell_what_is_wrong(room):
    (ana,) = room.enter("ana")
    refused(ana, "/resume xyz", "usage")
    token = asks_for_token(ana)
    peer = room.server.connect()
    peer.hears(GREETING)
    for line, code in (
        ("/resume", "usage"), ("/resume xyz", "no-such-token"), (f"/resume {token}x", "no-such-token"),
        (f"/resume {token} lobby", "usage"), (f"/resume {token} lobby=-1", "usage"),
        (f"/resume {token} lobby=99999999999999999999", "usage"),
    ):  # fmt: skip
        refused(peer, line, code)
        peer.hears(NAME)
    peer.says("oskar")
    peer.hears(welcome("oskar"), users(["ana"]))


def test_a_position_beyond_the_end_is_the_end(room):
    ana, oskar = room.enter("ana", "oskar")
    token = asks_for_token(ana)
    drops(ana)
    oskar.says("one", "/who")
    oskar.hears_like("here: ")  # the line is in the room
    again = comes_back(room.server, token, "ana", "lobby", "lobby=18446744073709551614")
    oskar.says("two")
    again.hears("oskar: two")


def test_a_server_that_stops_waits_for_nobody(room):
    ana, _ = room.enter("ana", "oskar")
    asks_for_token(ana)
    drops(ana)
    assert room.server.stops() == 0


def test_an_empty_room_waits_for_who_is_away(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    token = asks_for_token(ana)
    drops(ana)
    while True:
        oskar.says("/who cave")
        if oskar.next_line() == "Nobody is in cave.":
            break
    enters(oskar, "cave")  # and does not found it anew
    refused(oskar, "/topic mine", "not-operator")
    oskar.says("anybody?")
    again = comes_back(room.server, token, "ana", "cave")
    again.hears("oskar has joined the room.", "oskar: anybody?")


def test_many_come_back_at_once(room):
    names = [f"p{number}" for number in range(30)]
    people = room.enter(*names)
    tokens = [asks_for_token(peer) for peer in people]
    (witness,) = room.enter("witness")
    for peer in people:
        drops(peer)
    witness.says("after the storm")
    again = [room.server.connect(name) for name in names]
    for peer, token in zip(again, tokens):
        peer.says(f"/resume {token}")
    for name, peer in zip(names, again):
        peer.hears(GREETING, f"Welcome back {name}!")
        peer.hears_like("^Your lines go to lobby")
        peer.lines_until("witness: after the storm")  # and who came before they dropped out
    witness.says("/who")
    assert witness.next_line().startswith("31 people are here: ")
