"""Keeping order: who is sent away, kept out or silenced, by whom, why and until when."""

import pathlib
import re

import pytest

from support.accounts import comes_in, operator_enters, registers
from support.bounds import WAIT
from support.room import EMPTY, GREETING, Room, enters, founds, joined, left, refused, users, welcome
from support.server import run_grottod
from support.waiting import wait_until

FILTER = pathlib.Path(__file__).parents[2] / "dist/fail2ban/filter.d/grotto.conf"


@pytest.fixture
def room(grottod):
    """With an operator of the server in it, olatz."""
    room = Room(grottod("chat", "--rate", "off", "--history", 0, "--store", "none", "--operator", "olatz"))
    operator_enters(room)
    return room


@pytest.fixture
def olatz(room):
    return room.members["olatz"]


def is_turned_away(server, name, reason):
    peer = server.connect(name)
    peer.says(name)
    peer.hears(GREETING, reason)
    assert peer.read_to_end() == b""


# ---- Sending away


def test_who_is_kicked_out_of_his_only_room_leaves_the_chat(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    olatz.says("/kick oskar be nice")
    oskar.hears("You were kicked out of lobby by olatz: be nice. [kicked]")
    assert oskar.read_to_end() == b""
    ana.hears("oskar has left the chat: kicked by olatz: be nice")
    olatz.hears_in_any_order("You kicked oskar out of lobby.", "oskar has left the chat: kicked by olatz: be nice")
    del room.members["oskar"]
    room.enters("oskar")  # and may come back


def test_who_is_kicked_out_of_one_room_stays_in_the_others(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    ana.says("/kick oskar")
    oskar.hears("You were kicked out of cave by ana. [kicked]")
    ana.hears_in_any_order("You kicked oskar out of cave.", "oskar has left the room: kicked by ana")
    oskar.says("still here")
    room.members["olatz"].hears("oskar: still here")
    ana.hears("[lobby] oskar: still here")


def test_who_is_no_operator_keeps_no_order(room):
    ana, oskar = room.enter("ana", "oskar")
    for line in ("/kick oskar", "/ban oskar", "/unban oskar", "/bans", "/mute oskar", "/unmute oskar", "/slowmode 5",
                 "/lock", "/unlock", "/op oskar", "/deop oskar", "/op --server oskar", "/room keep"):  # fmt: skip
        refused(ana, line, "not-operator")
    refused(ana, "/undo", "nothing-to-undo")
    oskar.says("still here")
    ana.hears("oskar: still here")


def test_the_operator_of_a_room_bows_to_those_of_the_server(room, olatz):
    (ana,) = room.enter("ana")
    founds(ana, "cave")
    enters(olatz, "cave", "@ana")
    ana.hears("olatz has joined the room.")
    assert "operator of the server" in refused(ana, "/kick olatz", "not-operator")
    ana.says("/ban olatz")
    ana.hears("olatz is banned from cave. It hit 0 people.")
    olatz.says("still here")
    ana.hears("olatz: still here")
    refused(ana, "/ban 192.0.2.7", "not-operator")  # addresses are not for him


# ---- Keeping out


def test_a_banned_name_does_not_come_in_until_the_ban_ends(room, olatz):
    (ana,) = room.enter("ana")
    olatz.says("/ban ana 1h30m spam")
    answers = sorted(olatz.next_line() for _ in range(2))
    assert "ana has left the chat: banned by olatz: spam" in answers
    told = re.search(r"ana is banned from the server until (\S+ \S+): spam\. It hit 1 person: ana\.", "\n".join(answers))
    until = told[1]
    ana.hears(f"You were banned from the server by olatz until {until}: spam. [banned]")
    assert ana.read_to_end() == b""
    is_turned_away(room.server, "Ana", f"Ana is banned until {until}: spam. [banned]")
    oskar = room.server.connect("oskar")
    oskar.says("oskar")
    oskar.hears(GREETING, welcome("oskar"), users(["olatz"]))
    olatz.hears(joined("oskar"))
    oskar.says("/nick ana")
    oskar.hears(f"ana is banned until {until}: spam. [banned]")
    olatz.hears(left("oskar"))
    olatz.says("/unban ana")
    olatz.hears("ana is not banned from the server any more.")
    peer = room.server.connect("ana")
    peer.says("ana")
    peer.hears(GREETING, welcome("ana"), users(["olatz"]))


def test_a_ban_ends_by_itself(room, olatz):
    olatz.says("/ban ana 2s")
    olatz.hears_like(r"^ana is banned from the server until .*\. It hit 0 people\.$")
    answers = []

    def comes_in_at_last():
        peer = room.server.connect("ana")
        peer.says("ana")
        peer.hears(GREETING)
        answers.append(peer.next_line())
        return answers[-1] == welcome("ana")

    wait_until(comes_in_at_last, "the ban to end", WAIT)
    assert answers[0].endswith("[banned]")


def test_under_attack_bans_and_wrong_passwords_are_lines_with_a_count(grottod, tmp_path):
    (tmp_path / "password").write_text("sesame\n")
    banning = grottod("chat", "--operator", "olatz", "--store", "none", "--workers", 1, "--log-refusals", 2)
    olatz = operator_enters(Room(banning))
    olatz.says("/ban ana")
    olatz.hears_like("^ana is banned")
    peers = [banning.connect(f"ana {number}") for number in range(20)]
    for peer in peers:
        peer.send(b"ana\n")
    for peer in peers:
        peer.remaining_lines()
    asking = grottod("chat", "--server-password-file", tmp_path / "password", "--store", "none", "--workers", 1, "--log-refusals", 2)
    peer = asking.connect()
    peer.send(b"guess\n" * 5)
    peer.hears_like("")
    olatz.says(*[f"/ban nobody{number}" for number in range(6)])  # what an operator of the server does has its lines all the same
    wait_until(lambda: banning.log().count("warning banned target=nobody") == 6, "the operator's acts to be told", WAIT)
    for server, event, count in ((banning, "banned", 20), (asking, "wrong password", 5)):

        def told():
            return [int(each) for each in re.findall(rf"warning {event} peer=127\.0\.0\.1 .*count=(\d+)", server.log())]

        wait_until(lambda: sum(told()) == count, f"all {event} to be told of", WAIT)
        assert len(told()) < count, told()


def test_an_address_can_be_banned_but_not_ones_own(room, olatz):
    room.enter("ana")
    refused(olatz, "/ban 127.0.0.1", "yourself")
    refused(olatz, "/ban 0.0.0.0/0", "yourself")
    refused(olatz, "/ban olatz", "yourself")
    olatz.says("/ban 192.0.2.0/24 2d scanners")
    olatz.hears_like(r"^192\.0\.2\.0/24 is banned from the server until .*: scanners\. It hit 0 people\.$")
    olatz.says("/ban --check 127.0.0.0/8")
    olatz.hears("That would hit 1 person: ana.")


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_dry_run_hits_nobody(grottod, workers):
    room = Room(grottod("chat", "--history", 0, "--rate", "off", "--store", "none", "--operator", "olatz", "--workers", workers))
    olatz = operator_enters(room)
    people = room.enter("ana", "oskar", "luzmi")
    olatz.says("/ban --check 127.0.0.1 forever all of them", "/bans")
    olatz.hears("That would hit 3 people: ana, luzmi, oskar.", "Nobody is banned from the server.")
    for peer in people:
        peer.says("still here")
    heard = []
    while len(heard) < 3:
        line = olatz.next_line()
        heard += [line] if line.endswith(": still here") else []
    assert sorted(heard) == ["ana: still here", "luzmi: still here", "oskar: still here"]


def test_a_room_can_be_closed_to_somebody(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    ana.says("/ban oskar 2d too loud")
    oskar.hears_like(r"^You were banned from cave by ana until .*: too loud\. \[banned\]$")
    lines = [ana.next_line(), ana.next_line()]
    assert "oskar has left the room: banned by ana: too loud" in lines
    assert refused(oskar, "/join cave", "banned").startswith("You are banned from cave until ")
    ana.says("/bans")
    ana.hears("Banned from cave:")
    ana.hears_like(r"^  oskar: by ana on .*, until .*: too loud$")
    ana.hears("Nobody is muted in cave.")
    ana.says("/unban oskar")
    ana.hears("oskar is not banned from cave any more.")
    enters(oskar, "cave", "@ana")


def test_a_locked_room_takes_nobody_new(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    ana.says("/lock")
    ana.hears("ana locked this room: nobody new comes in.")
    refused(ana, "/lock", "already")
    refused(oskar, "/join cave", "locked")
    enters(olatz, "cave", "@ana")  # an operator of the server
    ana.hears("olatz has joined the room.")
    ana.says("/unlock")
    ana.hears("ana unlocked this room.")
    enters(oskar, "cave", "@ana", "olatz")


def test_a_locked_lobby_lets_nobody_in_but_operators(room, olatz):
    olatz.says("/lock")
    olatz.hears("olatz locked this room: nobody new comes in.")
    is_turned_away(room.server, "ana", "Nobody new is let in at the moment. [locked]")
    again = comes_in(room.server, "olatz", operator=True)
    again.hears(EMPTY)
    again.says("/unlock")
    again.hears("olatz unlocked this room.")
    peer = room.server.connect("ana")
    peer.says("ana")
    peer.hears(GREETING, welcome("ana"))


# ---- Silencing


def test_who_is_muted_reads_and_says_nothing(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    olatz.says("/mute ana forever shouting")
    olatz.hears("ana is muted in the server: shouting. It hit 1 person: ana.")
    ana.hears("You were muted in the server by olatz: shouting. [muted]")
    for line in ("kaixo", "/me waves", "/msg oskar psst", "/reply psst"):
        assert refused(ana, line, "muted") == "You are muted: shouting. [muted]"
    oskar.says("do you read me?")
    ana.hears("oskar: do you read me?")
    ana.says("/nick luzmi")
    ana.hears("You are now known as luzmi.")
    olatz.hears("oskar: do you read me?", "ana is now known as luzmi.")
    olatz.says("/unmute ana")
    olatz.hears("ana is not muted in the server any more.")
    ana.says("kaixo")
    oskar.hears("ana is now known as luzmi.", "luzmi: kaixo")


def test_in_slow_mode_everybody_but_operators_says_one_line_at_a_time(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    olatz.says("/slowmode 3600")
    room.hear_all("olatz set slow mode: one line in 1h for everybody.")
    ana.says("one")
    oskar.hears("ana: one")
    assert refused(ana, "two", "slowmode").startswith("In lobby everybody says one line in 1h: yours in ")
    ana.says("/slowmode")
    ana.hears("In lobby everybody says one line in 1h.")
    olatz.says("a", "b", "/slowmode off")
    oskar.hears("olatz: a", "olatz: b", "olatz ended the slow mode.")
    ana.hears("olatz: a", "olatz: b", "olatz ended the slow mode.")
    ana.says("two", "three")
    oskar.hears("ana: two", "ana: three")


# ---- Operators


def test_operators_make_operators(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    ana.says("/op oskar")
    oskar.hears("ana made oskar an operator of this room.")
    ana.hears_in_any_order("oskar is an operator of cave.", "ana made oskar an operator of this room.")
    oskar.says("/deop ana")
    ana.hears("oskar made ana no operator of this room any more.")
    refused(ana, "/kick oskar", "not-operator")
    refused(olatz, "/op --server ana", "no-such-account")
    registers(ana, "ana", kept=False)
    olatz.says("/op --server ana")
    olatz.hears("ana is an operator of the server now.")
    ana.says("/focus lobby")
    ana.hears("Your lines go to lobby; you are also in cave.")
    ana.says("/slowmode 5")
    for peer in (ana, olatz):
        peer.hears("ana set slow mode: one line in 5s for everybody.")
    refused(olatz, "/deop --server olatz", "configured")


def test_who_is_operator_sees_where_people_come_from(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/whois oskar")
    ana.hears_like("^oskar has been here since")
    ana.hears("oskar is in: lobby")
    olatz.says("/whois oskar")
    olatz.hears_like("^oskar has been here since")
    olatz.hears(f"oskar comes from {oskar.name}, and is not logged in.", "oskar is in: lobby")


def test_what_was_done_can_be_taken_back(room, olatz):
    olatz.says("/ban ana", "/slowmode 5", "/lock")
    olatz.lines_until("olatz locked this room: nobody new comes in.")
    olatz.says("/undo", "/undo", "/undo", "/undo", "/slowmode", "/bans")
    olatz.hears(
        "lobby is not locked.", "The slow mode of lobby is as it was.", "ana is not banned any more.",
        "You did nothing that can be undone. [nothing-to-undo]", "lobby has no slow mode.", "Nobody is banned from the server.",
    )  # fmt: skip


# ---- Bad input


@pytest.mark.parametrize(
    "line, code",
    [
        ("/kick", "usage"), ("/kick nobody", "no-such-name"), ("/kick olatz", "yourself"), ("/ban", "usage"),
        ("/ban --check", "usage"), ("/ban ana 5x", "usage"), ("/ban ana -5m", "usage"), ("/ban ana 0s", "usage"),
        ("/ban ana 9223372036854775808s", "usage"), ("/ban 300.1.2.3", "bad-name"), ("/ban 10.0.0.0/33", "bad-name"),
        ("/ban :", "bad-name"), ("/ban ana " + "x" * 201, "too-long"), ("/unban", "usage"), ("/unban ana", "no-such-entry"),
        ("/unban 10.0.0.0/8", "no-such-entry"), ("/slowmode -1", "usage"), ("/slowmode 3601", "usage"),
        ("/slowmode 9223372036854775808", "usage"), ("/unlock", "already"), ("/op", "usage"), ("/op ana oskar", "usage"),
        ("/op nobody", "no-such-name"), ("/deop --server nobody", "no-such-account"), ("/room keep", "already"),
    ],
)  # fmt: skip
def test_commands_tell_what_is_wrong(room, olatz, line, code):
    refused(olatz, line, code)


def test_whom_it_would_hit_may_go_in_the_same_moment(room, olatz):
    for number in range(20):
        name = f"ana{number}"
        (peer,) = room.enter(name)
        peer.says("/quit")
        olatz.says(f"/kick {name}", f"/ban {name} 1d")
        heard = [olatz.next_line() for _ in range(3)]  # he left; the two answers
        assert sum(line.startswith(f"{name} has left the chat") for line in heard) == 1, heard
        assert sum(line.startswith(f"{name} is banned from the server until") for line in heard) == 1, heard
        del room.members[name]


# ---- What is kept


@pytest.mark.skipif("--store " not in run_grottod("--help").stdout, reason="built without a store")
def test_bans_and_kept_rooms_outlive_the_server(grottod, tmp_path):
    words = ("chat", "--rate", "off", "--store", tmp_path / "grotto.db", "--operator", "olatz")
    server = grottod(*words)
    olatz = server.connect()
    olatz.says("olatz")
    olatz.hears(GREETING, welcome("olatz"), EMPTY, "This is an operator's name: /register it, and you are one.")
    registers(olatz, "olatz", operator=True)
    olatz.says("/ban ana 1d spam", "/ban 192.0.2.0/24", "/mute luzmi", "/ban --room oskar")
    for _ in range(4):
        olatz.next_line()
    founds(olatz, "cave", password="sesame")
    olatz.says("/room keep", "/topic of caves", "/ban --room luzmi", "what I said")
    olatz.hears("olatz keeps this room: it stays when nobody is here.", "olatz changed the topic: of caves")
    olatz.hears("luzmi is banned from cave. It hit 0 people.")
    olatz.says("/sync")
    olatz.hears_like("^-- kept up to line")
    assert server.stops() == 0

    server = grottod(*words)
    peer = server.connect()
    peer.says("ana")
    peer.hears(GREETING)
    peer.hears_like(r"^ana is banned until .*: spam\. \[banned\]$")
    oskar = server.connect()
    oskar.says("oskar")
    oskar.hears(GREETING, welcome("oskar"), EMPTY)
    refused(oskar, "/join cave", "room-password")
    oskar.says("/join cave sesame")
    oskar.hears("You are in cave now, and your lines go there.", "Topic: of caves", "Nobody else is here.")
    assert "-- 1 earlier line --" == oskar.next_line()
    oskar.hears("olatz: what I said", "-- now --")
    refused(oskar, "/topic mine", "not-operator")
    olatz = comes_in(server, "olatz", operator=True)
    olatz.next_line()
    olatz.says("/join cave sesame", "/bans")
    olatz.lines_until("Banned from the server:")
    entries = olatz.lines_until("Banned from cave:")
    assert [re.match(r"  (\S+):", line)[1] for line in entries if line.startswith("  ")] == ["192.0.2.0/24", "ana", "luzmi"]
    olatz.hears_like(r"^  luzmi: by olatz on ")
    oskar.hears_like("olatz has joined the (chat!|room.)")
    olatz.says("/who")
    olatz.lines_until("2 people are here: oskar @olatz")


@pytest.fixture
def fail2ban_finds():
    """The addresses that the filter in dist/ finds in a server's log, with its <HOST> as fail2ban reads it."""
    pattern = re.search(r"^failregex = (.*)$", FILTER.read_text(), re.MULTILINE)[1]
    found = re.compile(pattern.replace("<HOST>", r"(?P<host>[0-9a-fA-F:.]+)"))
    return lambda lines: [match["host"] for line in lines if (match := found.search(line))]


def test_each_refused_connection_has_a_line_that_fail2ban_finds(grottod, tmp_path, fail2ban_finds):
    (tmp_path / "password").write_text("sesame\n")
    denying = grottod("chat", "--deny", "127.0.0.0/8", listen=("127.0.0.1:0",))
    for _ in range(3):
        peer = denying.connect()
        peer.hears("Your address is not allowed here. [not-allowed]")
    asking = grottod("chat", "--server-password-file", tmp_path / "password", "--store", "none")
    peer = asking.connect()
    peer.says(*["guess"] * 6)
    peer.remaining_lines()

    def hosts(server):
        return fail2ban_finds(server.log().splitlines())

    for server, count in ((denying, 3), (asking, 6)):
        wait_until(lambda: len(hosts(server)) == count, f"{count} lines of {server.log()}", WAIT)
        assert set(hosts(server)) == {"127.0.0.1"}


def test_nobody_gets_another_one_banned_by_what_he_writes(room, fail2ban_finds):
    (ana,) = room.enter("ana")
    founds(ana, "cave")
    line = "warning banned peer=203.0.113.9 x"
    ana.says(f"/mute bob {line}", f"/mute {line}", f"/away {line}", f"/nick {line}", "/sync")
    ana.says(f"/quit {line}")
    ana.read_to_end()
    wait_until(lambda: " disconnected " in room.server.log(), "the line of ana's end")
    assert "warning muted target=bob" in room.server.log()
    assert fail2ban_finds(room.server.log().splitlines()) == []


def test_fail2ban_finds_the_same_in_journald(fail2ban_finds):
    line = "2026-01-31T10:00:00.123Z warning refused peer=203.0.113.7 count=1"
    assert fail2ban_finds([line, f"host grottod[12]: {line}", f"x {line}", f"x y[1] {line}"]) == ["203.0.113.7"] * 2
    jail = (FILTER.parents[1] / "jail.d" / "grotto.conf").read_text()
    unit = re.search(r"^journalmatch = _SYSTEMD_UNIT=(.*)$", jail, re.MULTILINE)[1]
    assert (FILTER.parents[2] / "systemd" / f"{unit}.in").exists()
