"""Chat that asks for a name: the dialogue of the greeting, the lines, and the leaving."""

import pytest

from support.room import EMPTY, GREETING, joined, left, users, welcome


def test_the_whole_dialogue_of_two_people(room):
    ariana = room.server.connect("ariana")
    ariana.hears(GREETING)
    ariana.says("ariana")
    ariana.hears(welcome("ariana"), EMPTY)
    luzmi = room.server.connect("luzmi")
    luzmi.hears(GREETING)
    luzmi.says("luzmi")
    luzmi.hears("Welcome luzmi! Type /quit, exit or {quit} to leave, /help for more.", "Connected users: ariana")
    ariana.hears("luzmi has joined the chat!")
    luzmi.says("kaixo")
    ariana.hears("luzmi: kaixo")
    ariana.says("kaixo, luzmi")
    luzmi.hears("ariana: kaixo, luzmi")
    luzmi.says("/quit")
    ariana.hears("luzmi has left the chat.")
    luzmi.read_to_end()


def test_the_greeting_comes_to_who_says_nothing(room):
    peer = room.server.connect()
    peer.hears(GREETING)


def test_the_list_is_in_the_order_of_joining_without_oneself(room):
    room.enter("ariana", "oskar", "zuri")
    room.leaves("oskar")
    room.enter("bat", "oskar")
    peer = room.server.connect()
    peer.says("luzmi")
    peer.hears(GREETING, welcome("luzmi"), "Connected users: ariana zuri bat oskar")


def test_nobody_gets_the_own_lines_back(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.says("one", "two")
    oskar.hears("ana: one", "ana: two")
    oskar.says("three")
    ana.hears("oskar: three")


def test_everybody_else_hears_a_line_and_in_order(room):
    members = room.enter("ana", "oskar", "luzmi", "jon")
    for number in range(5):
        members[0].says(f"line {number}")
    for member in members[1:]:
        member.hears(*(f"ana: line {number}" for number in range(5)))


@pytest.mark.parametrize("word", ["/quit", "exit", "{quit}"])
def test_a_quit_word_leaves(room, word):
    ana, oskar = room.enter("ana", "oskar")
    room.leaves("oskar", lambda peer: peer.says(word))
    oskar.read_to_end()
    ana.says("alone?")
    room.enters("luzmi").says("no")
    ana.hears("luzmi: no")


@pytest.mark.parametrize("line", ["exit now", "please exit", "{quit} or not", "an exit"])
def test_a_quit_word_within_a_line_is_said(room, line):
    ana, oskar = room.enter("ana", "oskar")
    ana.says(line)
    oskar.hears(f"ana: {line}")


@pytest.mark.parametrize(
    "how",
    [lambda peer: peer.closes(), lambda peer: peer.half_closes(), lambda peer: peer.resets()],
    ids=["closing", "half-closing", "resetting"],
)
def test_who_is_gone_has_left_once(room, how):
    ana, _ = room.enter("ana", "oskar")
    room.leaves("oskar", how)
    room.enters("luzmi").says("first line after")
    ana.hears("luzmi: first line after")


def test_who_gave_no_name_joined_nothing_and_left_nothing(room):
    ana, oskar = room.enter("ana", "oskar")
    nobody = room.server.connect("nobody")
    nobody.hears(GREETING)
    nobody.half_closes()
    nobody.read_to_end()
    oskar.says("next")
    ana.hears("oskar: next")


@pytest.mark.parametrize("word", ["/quit", "exit", "{quit}"])
def test_a_quit_word_at_the_question_leaves(room, word):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.hears(GREETING)
    peer.says(word)
    peer.read_to_end()
    room.enters("oskar").says("next")
    ana.hears("oskar: next")


def test_help_at_the_question_helps_and_asks_on(room):
    peer = room.server.connect()
    peer.hears(GREETING)
    peer.says("/help", "luzmi")
    assert peer.lines_until(welcome("luzmi"))
    peer.hears(EMPTY)


def test_a_taken_name_is_told_and_asked_again(room):
    (ariana,) = room.enter("ariana")
    peer = room.server.connect("second")
    peer.says("ariana")
    peer.hears(GREETING, "The name ariana is taken. [name-taken]")
    peer.hears_like("name")  # the question again
    peer.says("luzmi")
    peer.hears(welcome("luzmi"), users(["ariana"]))
    ariana.hears(joined("luzmi"))


def test_a_name_is_free_again_once_its_owner_is_gone(room):
    ana, _ = room.enter("ana", "oskar")
    for how in (lambda peer: peer.resets(), lambda peer: peer.closes(), lambda peer: peer.says("/quit")):
        room.leaves("oskar", how)
        room.enters("oskar")
    room.members["oskar"].says("it is me")
    ana.hears("oskar: it is me")


def test_name_and_lines_may_come_in_one_piece(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect("oskar")
    peer.send(b"oskar\nkaixo\nagur\nexit\n")
    ana.hears(joined("oskar"), "oskar: kaixo", "oskar: agur", left("oskar"))
    assert peer.remaining_lines()[:3] == [GREETING, welcome("oskar"), users(["ana"])]


def test_at_most_a_hundred_are_listed_then_a_count(grottod):
    server = grottod("chat")
    peers = []
    for number in range(104):
        peer = server.connect(f"n{number}")
        peer.says(f"n{number}")
        peer.hears(GREETING, welcome(f"n{number}"))
        peers.append((peer, peer.next_line()))
    names = " ".join(f"n{number}" for number in range(100))
    assert peers[100][1] == f"Connected users: {names}"
    assert peers[103][1] in (f"Connected users: {names}, and 3 more", f"Connected users: {names} and 3 more")


def test_the_greeting_and_the_quit_words_are_options(grottod):
    server = grottod("chat", "--greeting", "Ongi etorri!", "--quit-word", "agur", "--quit-word", "bye")
    ana, oskar = server.connect("ana"), server.connect("oskar")
    for name, peer in (("ana", ana), ("oskar", oskar)):
        peer.hears("Ongi etorri!")
        peer.says(name)
        peer.hears_like(rf"^Welcome {name}! Type (?=.*\bagur\b).*\bbye\b.* to leave")
        peer.next_line()
    ana.hears(joined("oskar"))
    ana.says("exit")
    oskar.hears("ana: exit")
    ana.says("bye")
    oskar.hears(left("ana"))


def test_the_message_of_the_day_is_shown(grottod, tmp_path):
    motd = tmp_path / "motd.txt"
    motd.write_text("Gaur: zopa\nBihar: \x1b[31mpasta\x1b[0m\n", encoding="utf-8")
    server = grottod("chat", "--motd", motd)
    peer = server.connect()
    peer.says("ana")
    lines = peer.lines_until(EMPTY)
    assert "Gaur: zopa" in lines
    assert "Bihar: pasta" in lines  # a file's text goes through the text rules too


def test_a_missing_message_of_the_day_is_told_at_start(tmp_path):
    from support.server import run_grottod

    run = run_grottod("chat", "--listen", "127.0.0.1:0", "--motd", tmp_path / "none.txt", "--check-config")
    assert run.returncode in (64, 78)
    assert "none.txt" in run.stderr
