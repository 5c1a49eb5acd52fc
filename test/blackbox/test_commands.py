"""The commands of chat."""

import re

import pytest

from support.room import GREETING, joined, left, welcome


def test_help_names_every_command(room):
    (ana,) = room.enter("ana")
    oskar = room.enters("oskar")
    ana.says("/help", "that is all")
    oskar.hears("ana: that is all")
    oskar.says("after")
    help_text = "\n".join(ana.lines_until("oskar: after"))
    for command in ("/help", "/who", "/nick", "/me", "/echo", "/time", "/quit", "/telnet", "//"):
        assert command in help_text


def test_who_tells_everybody_who_is_there_to_who_asked(room):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ana.says("/who", "that is all")
    luzmi.hears("ana: that is all")
    luzmi.says("after")
    lines = ana.lines_until("luzmi: after")
    for name in ("oskar", "luzmi"):
        assert any(name in line for line in lines), lines
    oskar.hears("ana: that is all")
    oskar.hears("luzmi: after")  # and nobody else was told


def test_nick_changes_the_name_and_tells_all(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/nick zuri")
    oskar.hears_like(r"^ana .*\bzuri\b")
    ana.hears_like("zuri")
    ana.says("kaixo")
    oskar.hears("zuri: kaixo")
    room.renamed("ana", "zuri")
    room.enters("luzmi")
    room.leaves("zuri")


def test_the_old_name_is_free_after_nick(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/nick zuri")
    oskar.hears_like("zuri")
    ana.hears_like("zuri")
    peer = room.server.connect()
    peer.says("zuri")
    peer.hears(GREETING, "The name zuri is taken. [name-taken]")
    peer.next_line()
    peer.says("ana")
    peer.hears(welcome("ana"))
    oskar.hears(joined("ana"))


@pytest.mark.parametrize(
    "name,why", [("oskar", "The name oskar is taken. [name-taken]"), ("OSKAR", "taken"), ("a b", "space"), ("server", "."), ("a:b", "colon")]
)
def test_a_refused_nick_says_why_and_changes_nothing(room, name, why):
    ana, oskar = room.enter("ana", "oskar")
    ana.says(f"/nick {name}")
    assert why in ana.next_line()
    ana.says("still me")
    oskar.hears("ana: still me")


def test_nick_to_the_own_name_in_another_case(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/nick Ana", "x")
    line = oskar.next_line()
    while line != "Ana: x":
        line = oskar.next_line()


def test_nick_without_a_name_gets_a_hint(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/nick")
    ana.hears_like("/nick")
    ana.says("still me")
    oskar.hears("ana: still me")


def test_me_is_an_action(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/me waves at all")
    oskar.hears("* ana waves at all")


def test_echo_on_gives_the_own_lines_too_until_off(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/echo on", "one")
    oskar.hears("ana: one")
    ana.lines_until("ana: one")
    ana.says("/echo off", "two")
    oskar.hears("ana: two")
    oskar.says("three")
    assert "ana: two" not in ana.lines_until("oskar: three")


def test_time_on_shows_the_time_until_off(room):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ana.says("/time on")
    ana.hears_like("time")
    luzmi.says("one")
    oskar.hears("luzmi: one")
    while not re.search("luzmi: one", line := ana.next_line()):
        pass
    assert re.match(r"\[?\d\d:\d\d(:\d\d)?\]? luzmi: one$", line), line
    ana.says("/time off")
    ana.hears_like(".")
    luzmi.says("two")
    oskar.hears("luzmi: two")
    ana.hears("luzmi: two")


def test_time_form_of_a_room_in_the_same_order_for_both_forms(room):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    oskar.says("/time on")
    oskar.hears_like("time")
    for number in range(10):
        ana.says(f"from ana {number}")
        luzmi.hears(f"ana: from ana {number}")
        oskar.hears_like(rf"^\S+ ana: from ana {number}$")


def test_quit_with_a_message_lets_the_others_read_it(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.says("/quit see you at noon")
    line = ana.next_line()
    assert line.startswith("oskar has left the chat") and "see you at noon" in line, line
    oskar.read_to_end()


def test_quit_messages_go_by_the_text_rules(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.send(b"/quit \x1b[31mred\x1b[0m\xfe\n")
    line = ana.next_line()
    assert "red\ufffd" in line and "\x1b" not in line


@pytest.mark.parametrize("line", ["/nonsense", "/nonsense with words", "/", "/HELP ME", "/whoever"])
def test_an_unknown_command_gets_a_hint_and_is_not_said(room, line):
    ana, oskar = room.enter("ana", "oskar")
    ana.says(line)
    ana.hears_like("/help")
    ana.says("after")
    oskar.hears("ana: after")


def test_two_slashes_begin_a_line_with_a_slash(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("//quit is a word", "///three")
    oskar.hears("ana: /quit is a word", "ana: //three")


@pytest.mark.parametrize("line", ["/echo", "/echo perhaps", "/time", "/time 12"])
def test_switches_want_on_or_off(room, line):
    (ana,) = room.enter("ana")
    ana.says(line)
    ana.hears_like(r"\b(on|off)\b")


def test_an_empty_action_is_not_said(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/me", "/me   ", "after")
    oskar.hears("ana: after")


def test_replies_go_to_who_asked_only(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("/help", "/who", "/echo on", "/echo off", "/time on", "/time off", "/unknown", "done")
    oskar.hears("ana: done")
    room.leaves("ana", lambda peer: peer.says("/quit"))


def test_left_line_without_a_message_is_the_plain_one(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.says("/quit   ")
    ana.hears(left("oskar"))
