"""Character mode: the server echoes and edits, and redraws the half-typed line under arriving ones."""

import pytest

from support.afterwards import AS_IT_WAS
from support.room import joined, left
from support.screen import Screen
from support.telnet import ECHO, NAWS, SGA, TTYPE, WILL, TelnetPeer
from support.waiting import wait_until

pytestmark = AS_IT_WAS

CHARACTER_MODE = {ECHO, SGA, NAWS, TTYPE}


class Typist(TelnetPeer):
    """A telnet in character mode: what it reads is drawn on a screen."""

    def __init__(self, sock, label="typist"):
        super().__init__(sock, label, CHARACTER_MODE)
        self.screen = None

    def begins(self):
        """After the negotiation; what is sent from here on is echoed by the server."""
        self.hears_command(WILL, ECHO)
        self.hears_command(WILL, SGA)
        self.screen = Screen(self.size[0])

    def types(self, text):
        self.send(text.encode())

    def sees(self, *rows, cursor=None):
        """Waits until these are the last rows of the screen."""

        def is_so():
            data = self._receive(0)
            if data:
                self.screen.feed(data)
            if self.screen.lines()[-len(rows) :] != list(rows):
                return False
            return cursor is None or self.screen.cursor[1] == cursor

        try:
            wait_until(is_so, "the screen")
        except AssertionError:
            seen = "\n".join(self.screen.lines())
            raise AssertionError(f"expected {rows!r} with the cursor at {cursor}, saw at {self.screen.cursor}:\n{seen}") from None


@pytest.fixture
def typist(room):
    """luzmi at a telnet in character mode, in the room where ana is."""
    room.enter("ana")
    return begins(room, "luzmi")


def begins(room, name, size=(80, 24)):
    peer = room.enters(name, room.server.connect(name, kind=Typist))
    peer.size = size
    peer.says("/telnet")
    peer.begins()
    return peer


def ana_of(room):
    return room.members["ana"]


def test_what_is_typed_is_echoed(room, typist):
    typist.types("kaixo")
    typist.sees("kaixo", cursor=5)
    typist.types("\r\0")
    ana_of(room).hears("luzmi: kaixo")
    typist.sees("kaixo", "", cursor=0)


def test_the_half_typed_line_is_redrawn_under_an_arriving_one(room, typist):
    typist.types("half a li")
    typist.sees("half a li", cursor=9)
    ana_of(room).says("an arriving line")
    typist.sees("ana: an arriving line", "half a li", cursor=9)
    ana_of(room).says("short")
    typist.sees("ana: an arriving line", "ana: short", "half a li", cursor=9)
    typist.types("ne\r\n")
    ana_of(room).hears("luzmi: half a line")
    typist.sees("ana: short", "half a line", "", cursor=0)


def test_several_lines_at_once_are_drawn_once_each(room, typist):
    typist.types("typing")
    typist.sees("typing")
    ana_of(room).send(b"one\ntwo\nthree\n")
    typist.sees("ana: one", "ana: two", "ana: three", "typing", cursor=6)


def test_replies_and_joins_leave_the_half_typed_line_whole(room, typist):
    typist.types("typing")
    typist.sees("typing")
    room.members.pop("luzmi")
    jon = room.server.connect("jon")
    jon.says("jon")
    ana_of(room).hears(joined("jon"))
    typist.sees(joined("jon"), "typing", cursor=6)
    jon.says("/quit")
    ana_of(room).hears(left("jon"))
    typist.sees(joined("jon"), left("jon"), "typing", cursor=6)


@pytest.mark.parametrize("erase", ["\x7f", "\b"], ids=["DEL", "BS"])
def test_backspace_erases_one_code_point(room, typist, erase):
    typist.types("añ€")
    typist.sees("añ€", cursor=3)
    typist.types(erase)
    typist.sees("añ", cursor=2)
    typist.types(erase * 2 + erase * 3 + "b\r\n")
    ana_of(room).hears("luzmi: b")


def test_backspace_over_a_wide_character(room, typist):
    typist.types("a小明")
    typist.sees("a小明", cursor=5)
    typist.types("\x7f")
    typist.sees("a小", cursor=3)
    typist.types("\r\n")
    ana_of(room).hears("luzmi: a小")


def test_ctrl_U_erases_the_line_and_ctrl_W_a_word(room, typist):
    typist.types("one two three")
    typist.sees("one two three")
    typist.types("\x17")
    typist.sees("one two", cursor=8)
    typist.types("\x17\x17")
    typist.sees("", cursor=0)
    typist.types("all wrong\x15right\r\n")
    ana_of(room).hears("luzmi: right")


def test_ctrl_D_alone_on_a_line_leaves_and_within_one_does_not(room, typist):
    typist.types("text\x04 more\r\n")
    ana_of(room).hears("luzmi: text more")
    typist.types("\x04")
    ana_of(room).hears(left("luzmi"))


@pytest.mark.parametrize("end", ["\r\n", "\r\0", "\r", "\n"], ids=["CR LF", "CR NUL", "CR", "LF"])
def test_every_line_end_is_one_in_character_mode(room, typist, end):
    typist.types(f"one{end}two{end}")
    ana_of(room).hears("luzmi: one", "luzmi: two")
    typist.sees("one", "two", "")


def test_keys_that_send_sequences_put_nothing_into_the_line(room, typist):
    """Arrows, Home, F5, Delete: no editing by them here, and no junk in what is said."""
    typist.types("a\x1b[Ab\x1b[D\x1bOHc\x1b[15~\x1b[3~d")
    typist.types("\r\n")
    ana_of(room).hears("luzmi: abcd")


def test_a_half_typed_line_longer_than_the_screen_is_wide(room):
    room.enter("ana")
    luzmi = begins(room, "luzmi", size=(40, 24))
    text = "0123456789" * 7
    luzmi.types(text)
    luzmi.sees(text[:40], text[40:])
    ana_of(room).says("an arriving line")
    luzmi.sees("ana: an arriving line", text[:40], text[40:])
    luzmi.types("!\r\n")
    ana_of(room).hears(f"luzmi: {text}!")


def test_a_line_may_not_grow_past_the_limit(room, typist):
    typist.types("x" * 5000)
    typist.types("\r\nafter\r\n")
    ana_of(room).hears("luzmi: after")


def test_two_typists_see_each_other(room):
    room.enter("ana")
    luzmi, jon = begins(room, "luzmi"), begins_quietly(room, "jon")
    luzmi.types("from luz")
    luzmi.sees("from luz")
    jon.types("from jon\r\n")
    luzmi.sees("jon: from jon", "from luz", cursor=8)
    luzmi.types("mi\r\n")
    jon.sees("from jon", "luzmi: from luzmi", "")
    ana_of(room).hears("jon: from jon", "luzmi: from luzmi")


def begins_quietly(room, name):
    """Like begins(), while luzmi sits at a screen that is not read as lines."""
    luzmi = room.members.pop("luzmi")
    peer = room.server.connect(name, kind=Typist)
    peer.says(name)
    while "Connected users" not in peer.next_line():
        pass
    ana_of(room).hears(joined(name))
    luzmi.sees(joined(name), "")
    peer.says("/telnet")
    peer.begins()
    return peer
