"""Chat without names: a bare relay."""

import pytest

HELLO = "Hello, connection to the server ok!"


@pytest.fixture
def server(grottod):
    return grottod("chat", "--names", "none")


def enter(server, *names):
    """All are greeted, so all are in."""
    peers = [server.connect(name) for name in names]
    for peer in peers:
        peer.hears(HELLO)
    return peers


def test_lines_go_out_to_all_others_unchanged(server):
    ana, oskar, luzmi = enter(server, "ana", "oskar", "luzmi")
    ana.says("kaixo")
    oskar.hears("kaixo")
    luzmi.hears("kaixo")
    luzmi.says("  two spaces, a\ttab  ")
    ana.hears("  two spaces, a\ttab  ")
    oskar.hears("  two spaces, a\ttab  ")


def test_text_rules_and_line_ends_hold(server):
    ana, oskar = enter(server, "ana", "oskar")
    ana.send(b"\x1b[31mred\x1b[0m \xfe bad\n")
    oskar.hears("red \ufffd bad")


@pytest.mark.parametrize("word", ["{quit}", "exit", "/quit"])
def test_a_quit_word_leaves_and_is_not_relayed(server, word):
    ana, oskar = enter(server, "ana", "oskar")
    ana.says("last words", word)
    ana.hears_end()
    oskar.hears("last words")
    enter(server, "luzmi")[0].says("next")
    oskar.hears("next")


def test_there_are_no_commands(server):
    ana, oskar = enter(server, "ana", "oskar")
    lines = ["/help", "/who", "/nick other", "/me waves", "/echo on", "/time on", "//double", "/nonsense", "/quit now?"]
    ana.says(*lines)
    oskar.hears(*lines)


def test_nobody_is_told_who_came_and_went(server):
    ana, oskar = enter(server, "ana", "oskar")
    for how in ("closes", "resets", "half_closes"):
        (guest,) = enter(server, "guest")
        getattr(guest, how)()
    ana.says("next")
    oskar.hears("next")
    oskar.says("and next")
    ana.hears("and next")


def test_there_is_no_history(server):
    ana, oskar = enter(server, "ana", "oskar")
    ana.says("early")
    oskar.hears("early")
    (luzmi,) = enter(server, "luzmi")
    ana.says("late")
    luzmi.hears("late")


def test_a_line_may_come_before_the_greeting(server):
    (oskar,) = enter(server, "oskar")
    ana = server.connect("ana")
    ana.says("at once")
    oskar.hears("at once")
    ana.hears(HELLO)


def test_the_greeting_is_an_option(grottod):
    server = grottod("chat", "--names", "none", "--greeting", "Kaixo!")
    server.connect().hears("Kaixo!")
