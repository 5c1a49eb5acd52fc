"""Between two people: private words and answers to them, who somebody is, being away."""

import re

import pytest

from support.room import Room, enters, founds, joined, left, refused

SINCE = r"^oskar has been here since \d{4}-\d\d-\d\d \d\d:\d\d \(\d+s\), idle for \d+s\.$"


@pytest.fixture
def three(room):
    return room.enter("ana", "oskar", "luzmi")


def writes(peer, name, text, *answers):
    peer.says(f"/msg {name} {text}")
    peer.hears(f"you -> {name}: {text}", *answers)


# ---- Private words


def test_a_private_word_is_read_by_one_and_by_nobody_else(three):
    ana, oskar, luzmi = three
    writes(ana, "oskar", "kaixo, only you")
    oskar.hears("ana -> you: kaixo, only you")
    ana.says("to all")
    luzmi.hears("ana: to all")
    oskar.hears("ana: to all")


def test_a_name_is_found_however_it_is_written(three):
    ana, oskar, _ = three
    ana.says("/msg   OSKAR   egun on")
    ana.hears("you -> oskar: egun on")
    oskar.hears("ana -> you: egun on")


def test_a_private_word_reaches_who_is_in_no_common_room(three):
    ana, oskar, luzmi = three
    founds(oskar, "cave")
    oskar.says("/leave lobby")
    oskar.hears("You left lobby; your lines go to cave.")
    ana.hears("oskar has left the room.")
    luzmi.hears("oskar has left the room.")
    writes(ana, "oskar", "where are you?")
    oskar.hears("ana -> you: where are you?")


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_private_words_cross_workers_in_order(grottod, workers):
    room = Room(grottod("chat", "--history", 0, "--workers", workers, "--rate", "off"))
    people = room.enter("ana", "oskar", "luzmi", "miren")
    names = list(room.members)
    for number in range(50):
        for sender, peer in zip(names, people):
            for name in names:
                if name != sender:
                    peer.says(f"/msg {name} word {number}")
    for me, peer in zip(names, people):
        lines = [peer.next_line() for _ in range(50 * 6)]
        for other in names:
            if other != me:
                words = [f"word {number}" for number in range(50)]
                assert [line.split(": ", 1)[1] for line in lines if line.startswith(f"{other} -> you: ")] == words
                assert [line.split(": ", 1)[1] for line in lines if line.startswith(f"you -> {other}: ")] == words


def test_private_words_are_in_no_history(grottod):
    room = Room(grottod("chat"))
    ana, oskar = room.enter("ana", "oskar")
    writes(ana, "oskar", "secret")
    oskar.hears("ana -> you: secret")
    ana.says("open")
    oskar.hears("ana: open")
    luzmi = room.server.connect("luzmi")
    luzmi.says("luzmi")
    lines = luzmi.lines_until("-- now --")
    assert "ana: open" in lines and not any("secret" in line for line in lines)


@pytest.mark.parametrize(
    "line,code",
    [
        ("/msg", "usage"),
        ("/msg oskar", "usage"),
        ("/msg nobody kaixo", "no-such-name"),
        ("/msg a:b kaixo", "no-such-name"),
        ("/msg " + "x" * 3000 + " kaixo", "no-such-name"),
        ("/msg ana kaixo", "yourself"),
        ("/reply", "usage"),
        ("/reply kaixo", "no-such-name"),
        ("/whois", "usage"),
        ("/whois nobody", "no-such-name"),
        ("/away " + "x" * 201, "too-long"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_reads_anything(three, line, code):
    ana, oskar, _ = three
    refused(ana, line, code)
    ana.says("after")
    oskar.hears("ana: after")


def test_who_has_gone_gets_no_private_word(room):
    ana, _ = room.enter("ana", "oskar")
    room.leaves("oskar")
    assert refused(ana, "/msg oskar kaixo", "no-such-name") == "Nobody here is called oskar. [no-such-name]"


def test_who_reads_nothing_gets_no_more_private_words_and_the_sender_is_told(grottod):
    room = Room(grottod("chat", "--history", 0, "--rate", "off"))
    ana, _ = room.enters("ana"), room.enters("oskar", room.server.connect(receive_buffer=4096))

    text = "x" * 4000
    for _ in range(3000):
        ana.says(f"/msg oskar {text}")
        answer = ana.next_line()
        if answer != f"you -> oskar: {text}":
            break
    assert answer == "oskar has too much unread to get private lines. [not-read]"


# ---- Answers


def test_reply_goes_to_who_wrote_last(three):
    ana, oskar, luzmi = three
    writes(ana, "oskar", "from ana")
    writes(luzmi, "oskar", "from luzmi")
    oskar.hears("ana -> you: from ana", "luzmi -> you: from luzmi")
    oskar.says("/reply to you")
    oskar.hears("you -> luzmi: to you")
    luzmi.hears("oskar -> you: to you")
    ana.says("nothing else")
    luzmi.hears("ana: nothing else")


def test_reply_to_who_has_gone_is_refused(room):
    ana, oskar = room.enter("ana", "oskar")
    writes(ana, "oskar", "kaixo")
    oskar.hears("ana -> you: kaixo")
    room.leaves("ana")
    refused(oskar, "/reply kaixo", "no-such-name")


def test_reply_does_not_go_to_who_has_taken_the_name(room):
    ana, oskar = room.enter("ana", "oskar")
    writes(oskar, "ana", "kaixo")
    ana.hears("oskar -> you: kaixo")
    room.leaves("oskar")
    stranger = room.enters("oskar")
    answer = refused(ana, "/reply my secret answer", "no-such-name")
    assert answer.startswith("The oskar who wrote to you has gone")
    ana.says("to all")
    stranger.hears("ana: to all")


def test_answers_come_in_the_order_of_the_questions(three):
    ana, oskar, _ = three
    ana.says("/whois oskar", "/focus", "/msg oskar one", "/focus", "two", "/msg oskar three")
    ana.hears_like(SINCE)
    ana.hears("oskar is in: lobby", "Your lines go to lobby.", "you -> oskar: one", "Your lines go to lobby.", "you -> oskar: three")
    oskar.hears_in_any_order("ana -> you: one", "ana: two", "ana -> you: three")


def test_all_that_was_asked_is_answered_before_the_end(room):
    (oskar,) = room.enter("oskar")
    bot = room.server.connect("bot")
    bot.send(b"bot\n/msg oskar from a pipe\n/whois oskar")
    bot.half_closes()
    oskar.hears_in_any_order(joined("bot"), "bot -> you: from a pipe", left("bot"))
    lines = bot.remaining_lines()
    assert lines[3] == "you -> oskar: from a pipe"
    assert re.search(SINCE, lines[4]) and lines[5] == "oskar is in: lobby"


def test_a_question_dies_with_who_asked_it(room):
    ana, oskar = room.enter("ana", "oskar")
    for number in range(20):
        bot = room.server.connect("bot")
        bot.send(f"bot{number}\n".encode())
        oskar.hears(joined(f"bot{number}"))
        ana.hears(joined(f"bot{number}"))
        bot.send(b"/whois oskar\n/whois ana\n")
        bot.resets()
        oskar.hears(left(f"bot{number}"))
        ana.hears(left(f"bot{number}"))


# ---- Who is somebody


def test_whois_tells_since_when_and_which_rooms(three):
    ana, oskar, _ = three
    founds(oskar, "cave")
    oskar.says("/focus lobby")
    oskar.hears("Your lines go to lobby; you are also in cave.")
    ana.says("/whois oskar")
    ana.hears_like(SINCE)
    ana.hears("oskar is in: @cave, lobby")


def test_whois_tells_of_private_rooms_only_who_is_in_them_too(three):
    ana, oskar, luzmi = three
    founds(oskar, "cave")
    enters(luzmi, "cave", "@oskar")
    oskar.hears("luzmi has joined the room.")
    oskar.says("/room private")
    oskar.hears("oskar made this room private: by invitation only.")
    luzmi.hears("oskar made this room private: by invitation only.")
    ana.says("/whois oskar")
    ana.hears_like(SINCE)
    ana.hears("oskar is in: lobby")
    luzmi.says("/whois oskar")
    luzmi.hears_like(SINCE)
    luzmi.hears("oskar is in: lobby, @cave")


def test_whois_of_oneself_and_no_address(three):
    ana, oskar, _ = three
    oskar.says("/whois Oskar")
    oskar.hears_like(SINCE)
    oskar.hears("oskar is in: lobby")
    ana.says("/whois oskar")
    heard = [ana.next_line(), ana.next_line()]
    assert not any("127.0.0.1" in line for line in heard)


# ---- Away


def test_who_is_away_is_told_to_who_writes_or_asks(three):
    ana, oskar, luzmi = three
    oskar.says("/away at lunch")
    oskar.hears("You are away, as whoever writes to you is told. To be back, type /away.")
    writes(ana, "oskar", "there?", "oskar is away: at lunch")
    oskar.hears("ana -> you: there?")
    luzmi.says("/whois oskar")
    luzmi.hears_like(SINCE)
    luzmi.hears("oskar is in: lobby", "oskar is away: at lunch")
    oskar.says("/away")
    oskar.hears("You are back.")
    writes(ana, "oskar", "and now?")
    oskar.hears("ana -> you: and now?")
    oskar.says("/away")
    oskar.hears("You are away, as whoever writes to you is told. To be back, type /away.")
    writes(ana, "oskar", "again?", "oskar is away.")


# ---- How it looks


def test_private_words_show_their_time_to_who_wants_times(three):
    ana, oskar, _ = three
    for peer in (ana, oskar):
        peer.says("/time on")
        peer.hears("Lines will show their time.")
    ana.says("/msg oskar kaixo")
    ana.hears_like(r"^\[\d\d:\d\d:\d\d\] you -> oskar: kaixo$")
    oskar.hears_like(r"^\[\d\d:\d\d:\d\d\] ana -> you: kaixo$")


def test_a_private_word_carries_no_escape_sequence(three):
    ana, oskar, _ = three
    ana.says("/msg oskar red \x1b[31mred\x07")
    oskar.hears_like("^ana -> you: red [^\x1b\x07]*$")
