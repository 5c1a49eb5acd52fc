"""Rooms: entering, founding and leaving them, being in several, and who may enter."""

import pytest

from support.room import YOUR_LINES, Room, enters, founds, left, refused
from support.server import run_grottod


@pytest.fixture
def cave(room):
    """ana has founded a cave and oskar is in it too; luzmi is in the lobby only."""
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    return ana, oskar, luzmi


# ---- Several rooms


def test_plain_lines_go_to_the_room_in_focus_and_other_rooms_lines_carry_its_name(cave):
    ana, oskar, luzmi = cave
    ana.says("kaixo cave")
    oskar.hears("ana: kaixo cave")
    luzmi.says("kaixo lobby")
    ana.hears("[lobby] luzmi: kaixo lobby")
    oskar.hears("[lobby] luzmi: kaixo lobby")
    ana.says("/focus lobby")
    ana.hears("Your lines go to lobby; you are also in cave.")
    ana.says("egun on")
    luzmi.hears("ana: egun on")
    oskar.hears("[lobby] ana: egun on")
    oskar.says("is anybody here?")
    ana.hears("[cave] oskar: is anybody here?")
    luzmi.says("done")
    ana.hears("luzmi: done")


def test_join_moves_the_focus_there_and_leave_back_to_the_last(cave):
    ana, oskar, _ = cave
    founds(ana, "den")
    ana.says("/focus cave")
    ana.hears("Your lines go to cave; you are also in lobby, den.")
    ana.says("/leave")
    ana.hears("You left cave; your lines go to den.")
    oskar.hears("ana has left the room.", "oskar is the operator of this room now.")
    ana.says("/leave")
    ana.hears("You left den; your lines go to lobby.")
    refused(ana, "/leave", "only-room")
    ana.says("kaixo")
    oskar.hears("[lobby] ana: kaixo")


def test_a_room_may_be_left_that_is_not_in_focus_even_the_lobby(cave):
    ana, oskar, luzmi = cave
    ana.says("/leave lobby")
    ana.hears("You left lobby; your lines go to cave.")
    luzmi.hears("ana has left the room.")
    oskar.hears("[lobby] ana has left the room.")
    luzmi.says("without ana")
    oskar.hears("[lobby] luzmi: without ana")
    oskar.says("with ana")
    ana.hears("oskar: with ana")
    ana.says("/join #lobby")
    ana.hears(YOUR_LINES.format("lobby"), "Also here: oskar luzmi")
    luzmi.hears("ana has joined the room.")
    oskar.hears("[lobby] ana has joined the room.")
    oskar.says("still in the cave")
    ana.hears("[cave] oskar: still in the cave")


def test_what_one_does_in_two_rooms_at_once_is_read_in_the_order_of_the_rooms(grottod):
    room = Room(grottod("chat", "--history", 0, "--workers", 1))  # another worker may look into the lobby before, and into the cave after
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    luzmi.send(b"to the lobby\n/join cave\nto the cave\n")
    ana.hears("[lobby] luzmi: to the lobby", "luzmi has joined the room.", "luzmi: to the cave")
    oskar.hears("[lobby] luzmi: to the lobby", "luzmi has joined the room.", "luzmi: to the cave")


def test_joining_a_room_one_is_in_moves_the_focus_only(cave):
    ana, oskar, luzmi = cave
    ana.says("/join #Lobby")
    ana.hears("You are in lobby already: your lines go there now.")
    ana.says("kaixo")
    luzmi.hears("ana: kaixo")
    oskar.hears("[lobby] ana: kaixo")


def test_who_leaves_the_chat_is_told_in_every_room_he_was_in(cave):
    ana, oskar, luzmi = cave
    ana.says("/quit agur")
    ana.hears("Goodbye!")
    ana.hears_end()
    oskar.hears_in_any_order(
        "[lobby] ana has left the chat: agur", "ana has left the chat: agur", "oskar is the operator of this room now."
    )
    luzmi.hears("ana has left the chat: agur")


def test_a_new_name_is_told_in_every_room(cave):
    ana, oskar, luzmi = cave
    ana.says("/nick zuri")
    ana.hears("You are now known as zuri.")
    oskar.hears_in_any_order("[lobby] ana is now known as zuri.", "ana is now known as zuri.")
    luzmi.hears("ana is now known as zuri.")
    luzmi.says("/who cave")
    luzmi.hears("2 people are in cave: @zuri oskar")


def test_times_and_own_lines_are_for_all_rooms(cave):
    ana, _, luzmi = cave
    ana.says("/time on", "/echo on")
    ana.hears("Lines will show their time.", "You will read your own lines too.")
    luzmi.says("kaixo")
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] \[lobby\] luzmi: kaixo$")
    ana.says("mine")
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] ana: mine$")
    ana.says("/join lobby")
    ana.hears("You are in lobby already: your lines go there now.")
    luzmi.says("again")
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] luzmi: again$")


def test_earlier_lines_are_read_on_joining_and_are_of_that_room(grottod):
    room = Room(grottod("chat"))
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    ana.says("one", "two", "/focus lobby")
    ana.hears("Your lines go to lobby; you are also in cave.")
    ana.says("three")
    oskar.hears("ana: three")
    oskar.says("/join cave")
    oskar.hears(YOUR_LINES.format("cave"), "Also here: @ana", "-- 2 earlier lines --", "ana: one", "ana: two", "-- now --")
    ana.hears("[cave] oskar has joined the room.")


# ---- Rooms that come and go


def test_a_room_vanishes_when_the_last_has_left(cave):
    ana, oskar, luzmi = cave
    luzmi.says("/rooms")
    luzmi.hears("Rooms:", "  lobby: 3 people", "  cave: 2 people")
    ana.says("/leave")
    ana.hears("You left cave; your lines go to lobby.")
    oskar.hears("ana has left the room.", "oskar is the operator of this room now.")
    oskar.says("/leave")
    oskar.hears("You left cave; your lines go to lobby.")
    luzmi.says("/who cave")
    luzmi.hears("There is no room cave. [no-such-room]")
    luzmi.says("/rooms")
    luzmi.hears("Rooms:", "  lobby: 3 people")
    founds(luzmi, "cave")


def test_rooms_of_the_configuration_are_always_there(grottod):
    room = Room(grottod("chat", "--history", 0, "--room", "help=Ask anything", "--room", "quiet"))
    (ana,) = room.enter("ana")
    ana.says("/rooms")
    ana.hears("Rooms:", "  lobby: 1 person", "  help: 0 people: Ask anything", "  quiet: 0 people")
    ana.says("/join help")
    ana.hears(YOUR_LINES.format("help"), "Topic: Ask anything", "Nobody else is here.")
    refused(ana, "/topic mine", "not-operator")
    ana.says("/leave")
    ana.hears("You left help; your lines go to lobby.")
    ana.says("/who help")
    ana.hears("Nobody is in help.")


def test_a_room_has_one_name_whatever_it_looks_like(cave):
    _, _, luzmi = cave
    luzmi.says("/join CAVE")
    luzmi.hears(YOUR_LINES.format("cave"), "Also here: @ana oskar")


# ---- Who may enter


def test_a_password_room_asks_for_it(room):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave", password="open sesame")
    refused(oskar, "/join cave", "room-password")
    refused(oskar, "/join cave sesame", "room-password")
    enters(oskar, "cave", "@ana", password="open sesame")
    ana.hears("oskar has joined the room.")
    ana.says("/rooms")
    ana.hears("Rooms:", "  cave: 2 people, with a password", "  lobby: 2 people")
    ana.says("/room open")
    ana.hears("ana opened this room to everybody.")
    oskar.hears("ana opened this room to everybody.")


def test_a_private_room_is_unlisted_and_open_to_the_invited_once(cave):
    ana, oskar, luzmi = cave
    ana.says("/room private")
    ana.hears("ana made this room private: by invitation only.")
    oskar.hears("ana made this room private: by invitation only.")
    luzmi.says("/rooms", "/who cave")
    luzmi.hears("Rooms:", "  lobby: 3 people", "There is no room cave. [no-such-room]")
    ana.says("/rooms")
    ana.hears("Rooms:", "  lobby: 3 people", "  cave: 2 people, private")
    refused(luzmi, "/join cave", "invitation-only")
    refused(oskar, "/invite luzmi", "not-operator")
    ana.says("/invite Luzmi")
    ana.hears("You invited luzmi to cave.")
    luzmi.hears("ana invites you to cave: type /join cave")
    enters(luzmi, "cave", "@ana", "oskar")
    ana.hears("luzmi has joined the room.")
    oskar.hears("luzmi has joined the room.")
    luzmi.says("/leave")
    luzmi.hears("You left cave; your lines go to lobby.")
    refused(luzmi, "/join cave", "invitation-only")


def test_only_an_operator_changes_what_a_room_is_like(cave):
    ana, oskar, luzmi = cave
    for line in ("/topic mine", "/room private", "/room password x", "/room open"):
        refused(oskar, line, "not-operator")
    ana.says("/topic stalactites")
    for peer in (ana, oskar):
        peer.hears("ana changed the topic: stalactites")
    oskar.says("/topic")
    oskar.hears("Topic of cave, by ana: stalactites")
    luzmi.says("/join cave")
    luzmi.hears(YOUR_LINES.format("cave"), "Topic: stalactites", "Also here: @ana oskar")
    ana.hears("luzmi has joined the room.")
    ana.says("/topic -")
    ana.hears("ana removed the topic.")
    ana.says("/topic")
    ana.hears("cave has no topic.")
    ana.says("/room")
    ana.hears("cave: 3 people, open to everybody.")


# ---- Bad input


@pytest.mark.parametrize(
    "line,code",
    [
        ("/join", "usage"),
        ("/join a:b", "bad-name"),
        ("/join server", "bad-name"),
        ("/join " + "x" * 33, "bad-name"),
        ("/join cave " + "x" * 129, "too-long"),
        ("/join #", "bad-name"),
        ("/leave cave", "not-in-room"),
        ("/leave", "only-room"),
        ("/focus cave", "not-in-room"),
        ("/who cave", "no-such-room"),
        ("/topic x", "not-operator"),
        ("/invite", "usage"),
        ("/invite nobody", "no-such-name"),
        ("/invite ana", "yourself"),
        ("/invite a b c", "no-such-name"),
        ("/room closed", "usage"),
        ("/room password", "usage"),
        ("/room open door", "usage"),
        ("/room private", "not-operator"),
    ],
)
def test_wrong_use_is_one_sentence_with_a_code_and_changes_nothing(room, line, code):
    ana, oskar = room.enter("ana", "oskar")
    refused(ana, line, code)
    ana.says("kaixo")
    oskar.hears("ana: kaixo")


def test_a_topic_has_a_bound(cave):
    ana, _, _ = cave
    refused(ana, "/topic " + "x" * 401, "too-long")
    ana.says("/topic " + "x" * 400)
    ana.hears("ana changed the topic: " + "x" * 400)


def test_nobody_is_in_more_than_sixteen_rooms(grottod):
    room = Room(grottod("chat", "--rate", "off"))
    (ana,) = room.enter("ana")
    for number in range(15):
        founds(ana, f"r{number}")
    refused(ana, "/join onemore", "too-many-rooms")
    ana.says("/leave r3")
    ana.hears("You left r3; your lines go to r14.")
    founds(ana, "onemore")


def test_the_server_has_no_more_rooms_than_it_may(grottod):
    room = Room(grottod("chat", "--history", 0, "--rooms-max", 2))
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    refused(oskar, "/join den", "too-many-rooms")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")


def test_a_room_of_the_configuration_needs_a_name_that_is_one():
    run = run_grottod("chat", "--room", "a b=topic", "--check-config")
    assert run.returncode == 64 and "without spaces" in run.stderr, run.stderr
    run = run_grottod("chat", "--room", "help=Ask = anything", "--room", "den", "--print-config")
    assert run.returncode == 0 and '"help=Ask = anything"' in run.stdout and '"den"' in run.stdout, run.stdout


def test_in_a_room_of_addresses_people_have_rooms_too(grottod):
    server = grottod("chat", "--names", "address", "--history", 0)
    ana = server.connect()
    ana.hears_like("^Welcome 127.0.0.1:")
    ana.hears("The room is empty.")
    founds(ana, "cave")
    ana.says("/help", "/focus")
    listed = ana.lines_until("Your lines go to cave; you are also in lobby.")
    assert any("/join" in line for line in listed)
    assert not any("/invite" in line or "/nick" in line for line in listed), "there are no names to give"


def test_rooms_that_lose_their_last_member_by_a_reset_vanish_too(cave):
    ana, oskar, luzmi = cave
    ana.resets()
    oskar.hears_in_any_order("[lobby] " + left("ana"), left("ana"), "oskar is the operator of this room now.")
    luzmi.hears(left("ana"))
    oskar.resets()
    luzmi.hears(left("oskar"))
    founds(luzmi, "cave")


# ---- Slow readers


def test_who_reads_late_reads_the_lines_of_all_his_rooms_whole_and_in_order(grottod):
    room = Room(grottod("chat", "--rate", "off", "--history", 0))
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    ana.hears("oskar has joined the room.")
    count, filler = 300, "x" * 1000
    for number in range(count):
        luzmi.says(f"{number} {filler}")
        oskar.says(f"{number} {filler}")
    heard = [ana.next_line() for _ in range(2 * count)]
    assert [line for line in heard if line.startswith("[")] == [f"[lobby] luzmi: {number} {filler}" for number in range(count)]
    assert [line for line in heard if not line.startswith("[")] == [f"oskar: {number} {filler}" for number in range(count)]
