"""What one wants to read, and how: ignoring, quiet, the bell, colours."""

import re

import pytest

from support.room import Room, enters, founds, joined, left, refused

NO_JOINS = "You will not read who joins and leaves. To read it again, type /quiet off."


@pytest.fixture
def three(room):
    return room.enter("ana", "oskar", "luzmi")


def ignores(peer, name):
    peer.says(f"/ignore {name}")
    peer.hears(f"You will read nothing of {name}. To read it again, type /unignore {name}")


# ---- Ignoring


def test_who_is_ignored_is_not_read_by_that_one_only(three):
    ana, oskar, luzmi = three
    ignores(ana, "oskar")
    oskar.says("one", "/me two")
    luzmi.hears("oskar: one", "* oskar two")
    luzmi.says("three")
    ana.hears("luzmi: three")
    oskar.hears("luzmi: three")


def test_in_a_burst_of_both_each_line_of_the_other_is_read(grottod):
    room = Room(grottod("chat", "--history", 0, "--rate", "off"))
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ignores(ana, "oskar")
    for number in range(500):
        oskar.says(f"{number}")
        luzmi.says(f"{number}")
    ana.hears(*(f"luzmi: {number}" for number in range(500)))
    ana.says("seen")
    luzmi.lines_until("ana: seen")


def test_private_words_and_invitations_of_who_is_ignored_are_not_read_and_he_is_not_told(three):
    ana, oskar, luzmi = three
    ignores(ana, "Oskar")
    oskar.says("/msg ana kaixo", "/invite ana")
    oskar.hears("you -> ana: kaixo")
    oskar.hears("ana is in lobby already. [in-room]")
    founds(oskar, "cave")
    oskar.says("/invite ana")
    oskar.hears("You invited ana to cave.")
    luzmi.says("only this")
    ana.hears("luzmi: only this")


def test_who_is_ignored_stays_so_under_another_name_and_when_he_comes_back(room):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ignores(ana, "oskar")
    oskar.says("/nick zuri")
    oskar.hears("You are now known as zuri.")
    room.renamed("oskar", "zuri")
    for peer in (ana, luzmi):
        peer.hears("oskar is now known as zuri.")
    oskar.says("do you read me?")
    luzmi.hears("zuri: do you read me?")
    room.leaves("zuri")
    again = room.enters("OSKAR")
    again.says("and now?")
    luzmi.hears("OSKAR: and now?")
    luzmi.says("after")
    ana.hears("luzmi: after")
    ana.says("/ignore")
    ana.hears("You ignore: oskar")


def test_the_goodbye_of_who_is_ignored_is_not_read(three):
    ana, oskar, luzmi = three
    ignores(ana, "oskar")
    oskar.says("/quit read this")
    luzmi.hears("oskar has left the chat: read this")
    luzmi.says("after")
    ana.hears("luzmi: after")


def test_who_takes_a_name_that_somebody_had_hides_nothing_that_was_said_under_it(room):
    ana, oskar, yves = room.enter("ana", "oskar", "yves")
    ignores(ana, "oskar")
    for number in range(20):
        yves.says(f"{number}")
    room.members.pop("yves")
    yves.says("/quit see you")
    ana.hears(*(f"yves: {number}" for number in range(20)), "yves has left the chat: see you")
    oskar.hears(*(f"yves: {number}" for number in range(20)), "yves has left the chat: see you")
    oskar.says("/nick yves", "unread", "/quit")
    ana.hears("oskar is now known as yves.", left("yves"))
    room.members.pop("oskar")
    again = room.server.connect("yves")
    again.says("yves")
    ana.hears(joined("yves"))
    again.says("I am another one")
    ana.hears("yves: I am another one")


def test_unignore_ends_it(three):
    ana, oskar, luzmi = three
    ignores(ana, "oskar")
    oskar.says("one")
    luzmi.hears("oskar: one")
    luzmi.says("behind it")
    ana.hears("luzmi: behind it")  # so that she is past it, on whichever worker
    ana.says("/unignore OSKAR")
    ana.hears("You will read OSKAR again.")
    oskar.says("two")
    ana.hears("oskar: two")
    ana.says("/ignore")
    ana.hears("You ignore nobody.")


def test_ignoring_holds_in_every_room_also_in_those_joined_later_and_in_their_history(grottod):
    room = Room(grottod("chat"))
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    founds(oskar, "cave")
    enters(luzmi, "cave", "@oskar")
    oskar.hears("luzmi has joined the room.")
    oskar.says("unread")
    luzmi.hears("oskar: unread")
    luzmi.says("read")
    oskar.hears("luzmi: read")
    ignores(ana, "oskar")
    ana.says("/join cave")
    assert ana.lines_until("-- now --")[-1] == "luzmi: read"
    oskar.hears("ana has joined the room.")
    oskar.says("later")
    luzmi.says("after")
    ana.hears("luzmi: after")


def test_where_addresses_are_names_an_address_is_ignored(grottod):
    server = grottod("chat", "--names", "address", "--history", 0)
    ana = server.connect("ana")
    ana.hears("Welcome " + ana.name + "! Type /quit, exit or {quit} to leave, /help for more.", "The room is empty.")
    oskar = server.connect("oskar")
    ana.hears(joined(oskar.name))
    luzmi = server.connect("luzmi")
    ana.hears(joined(luzmi.name))
    ignores(ana, oskar.name)
    oskar.says("one")
    luzmi.lines_until(f"{oskar.name}: one")
    luzmi.says("two")
    ana.hears(f"{luzmi.name}: two")


def test_at_most_100_are_ignored(three):
    ana, *_ = three
    for number in range(100):
        ana.says(f"/ignore troll{number}")
    for number in range(100):
        ana.hears_like(f"^You will read nothing of troll{number}[.]")
    refused(ana, "/ignore one-more", "too-many")
    ana.says("/ignore")
    assert ana.next_line().count("troll") == 100


@pytest.mark.parametrize(
    "line,code",
    [
        ("/ignore ana", "yourself"),
        ("/ignore a:b", "bad-name"),
        ("/unignore", "usage"),
        ("/unignore oskar", "no-such-name"),
        ("/bell loud", "usage"),
        ("/bell mention please", "usage"),
        ("/quiet maybe", "usage"),
        ("/color red", "usage"),
        ("/time 9", "usage"),
    ],
)
def test_what_is_wrong_is_said(three, line, code):
    refused(three[0], line, code)


# ---- Quiet


def test_quiet_hides_joins_and_leaves_and_nothing_else(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/quiet")
    ana.hears(NO_JOINS)
    luzmi = room.server.connect("luzmi")
    luzmi.says("luzmi")
    oskar.hears(joined("luzmi"))
    luzmi.says("kaixo", "/nick zuri")
    ana.hears("luzmi: kaixo", "luzmi is now known as zuri.")
    oskar.hears("luzmi: kaixo", "luzmi is now known as zuri.")
    luzmi.closes()
    oskar.hears(left("zuri"))
    oskar.says("alone")
    ana.hears("oskar: alone")
    ana.says("/quiet off")
    ana.hears("You will read who joins and leaves.")
    room.enters("miren")  # and all hear of it


def test_quiet_holds_in_rooms_that_are_joined_later(three):
    ana, oskar, luzmi = three
    ana.says("/quiet on")
    ana.hears(NO_JOINS)
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    oskar.says("/leave", "kaixo")
    oskar.hears("You left cave; your lines go to lobby.")
    ana.hears("[lobby] oskar: kaixo")
    luzmi.hears("oskar: kaixo")


# ---- The bell


def test_there_is_no_bell_unless_asked_for(three):
    ana, oskar, _ = three
    oskar.says("ana!")
    ana.hears("oskar: ana!")
    oskar.says("/msg ana ana")
    ana.hears("oskar -> you: ana")
    ana.says("/bell")
    ana.hears("Your bell is off.")


def test_a_bell_for_every_line_of_others(three):
    ana, oskar, _ = three
    ana.says("/bell on")
    ana.hears("Your bell rings for every line that somebody says.")
    ana.says("mine")
    oskar.hears("ana: mine")
    oskar.says("kaixo")
    ana.hears("\aoskar: kaixo")
    oskar.says("/msg ana psst")
    ana.hears("\aoskar -> you: psst")
    oskar.says("/nick zuri")
    ana.hears("oskar is now known as zuri.")


@pytest.mark.parametrize("text", ["ana", "Ana, come here", "ask @ANA!", "it is ana's", "(ana)", "kaixo ana."])
def test_a_bell_for_a_mention(three, text):
    ana, oskar, _ = three
    ana.says("/bell mention")
    ana.hears("Your bell rings when you are mentioned or written to.")
    oskar.says("an anagram of banana")
    ana.hears("oskar: an anagram of banana")
    oskar.says(text)
    ana.hears(f"\aoskar: {text}")


def test_a_bell_for_names_of_any_script_and_for_private_words(room):
    nere, oskar = room.enter("Ñere", "oskar")
    nere.says("/bell mention")
    nere.next_line()
    for line, heard in (
        ("kaixo ÑERE", "\aoskar: kaixo ÑERE"),
        ("/me looks at ñere", "\a* oskar looks at ñere"),
        ("/msg ñere kaixo", "\aoskar -> you: kaixo"),
        ("nothing", "oskar: nothing"),
    ):
        oskar.says(line)
        nere.hears(heard)


def test_no_bell_for_who_is_ignored(three):
    ana, oskar, luzmi = three
    ana.says("/bell on")
    ana.next_line()
    ignores(ana, "oskar")
    oskar.says("ana", "/msg ana ana")
    luzmi.hears("oskar: ana")
    oskar.hears("you -> ana: ana")
    luzmi.says("kaixo")
    ana.hears("\aluzmi: kaixo")


def test_a_bell_in_a_room_that_is_not_in_focus(three):
    ana, oskar, _ = three
    ana.says("/bell mention")
    ana.next_line()
    founds(ana, "cave")
    oskar.says("ana?")
    ana.hears("\a[lobby] oskar: ana?")


# ---- Colours


def test_colors_are_for_who_asked_and_names_keep_theirs(three):
    ana, oskar, luzmi = three
    ana.says("/color on")
    ana.hears("Names will have colors.")
    oskar.says("one", "/me two")
    luzmi.hears("oskar: one", "* oskar two")
    first = ana.hears_like("^(\x1b\\[[0-9;]+m)oskar\x1b\\[0m: one$")
    second = ana.hears_like("^\\* (\x1b\\[[0-9;]+m)oskar\x1b\\[0m two$")
    assert first[1] == second[1]
    luzmi.closes()
    ana.hears("\x1b[2mluzmi has left the chat.\x1b[0m")
    oskar.hears(left("luzmi"))
    ana.says("/color off")
    ana.hears("Lines will have no colors.")
    oskar.says("three")
    ana.hears("oskar: three")


def test_colors_times_and_rooms_together(three):
    ana, oskar, _ = three
    ana.says("/color on", "/time on")
    ana.hears("Names will have colors.", "Lines will show their time.")
    ana.says("/join cave")
    ana.lines_until("Nobody else is here.")
    oskar.says("kaixo")
    plain = re.sub("\x1b\\[[0-9;]*m", "", ana.next_line())
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] \[lobby\] oskar: kaixo", plain), plain
    oskar.says("/msg ana psst")
    ana.hears_like("^\\[\\d\\d:\\d\\d:\\d\\d\\] \x1b\\[[0-9;]+moskar\x1b\\[0m -> you: psst$")
