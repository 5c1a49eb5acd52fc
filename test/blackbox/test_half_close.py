"""Half-close: what was sent counts, what was asked is answered, what is queued is flushed, then it closes."""

import pytest

from support.afterwards import AS_IT_WAS
from support.room import GREETING, Room, joined, left, users, welcome

pytestmark = AS_IT_WAS


def test_the_last_unterminated_line_counts(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.send(b"whole\nunterminated")
    oskar.half_closes()
    ana.hears("oskar: whole", "oskar: unterminated", left("oskar"))
    oskar.read_to_end()


def test_a_whole_visit_in_one_write_and_fin(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.send(b"oskar\nkaixo\nagur")
    peer.half_closes()
    ana.hears(joined("oskar"), "oskar: kaixo", "oskar: agur", left("oskar"))
    assert peer.remaining_lines() == [GREETING, welcome("oskar"), users(["ana"])]


def test_a_visit_of_the_name_alone(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.send(b"oskar")
    peer.half_closes()
    ana.hears(joined("oskar"), left("oskar"))
    assert peer.remaining_lines()[:2] == [GREETING, welcome("oskar")]


def test_all_that_was_asked_is_answered(room):
    room.enter("ana")
    peer = room.server.connect()
    peer.send(b"oskar\n/who\n/help\n/unknown\n/echo on\nown line")
    peer.half_closes()
    text = "\n".join(peer.remaining_lines())
    assert "ana" in text and "/nick" in text and "oskar: own line" in text


def test_the_end_of_input_at_the_first_byte(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.half_closes()
    peer.read_to_end()
    room.enters("oskar").says("next")
    ana.hears("oskar: next")


def test_all_that_is_queued_is_flushed(grottod):
    room = Room(grottod("chat", "--rate", "off"))
    ana, oskar = room.enter("ana", "oskar")
    for number in range(2000):
        ana.says(f"line {number}")
    oskar.hears(*(f"ana: line {number}" for number in range(1000)))
    oskar.half_closes()
    rest = oskar.remaining_lines()
    assert rest == [f"ana: line {number}" for number in range(1000, 1000 + len(rest))]
    ana.hears(left("oskar"))


@pytest.mark.parametrize("names", ["ask", "address", "none"])
def test_a_relay_by_pipe_works_however_one_is_named(grottod, names):
    server = grottod("chat", "--names", names)
    witness = server.connect("witness")
    witness.says("witness", "in")
    witness.read_past(b"connection to the server ok!" if names == "none" else b"room is empty.")  # it is in
    guest = server.connect("guest")
    guest.send(b"guest\nhi")
    guest.half_closes()
    guest.read_to_end()
    while not witness.next_line().endswith("hi"):
        pass


def test_the_reason_line_survives_unread_input(room):
    """The server closes while the peer still sends: no reset may eat what it said."""
    room.enter("ana")
    peer = room.server.connect()
    peer.says("oskar")
    peer.hears(GREETING, welcome("oskar"), users(["ana"]))
    peer.send(b"/quit\n" + b"more that nobody reads\n" * 2000)
    peer.is_reset_or_ended()
    other = room.server.connect()
    other.send(b"GET / HTTP/1.1\r\n" + b"Header: value\r\n" * 500 + b"\r\n")
    answer = other.read_to_end()
    assert answer.startswith(b"HTTP/1.1 431 ") and answer.endswith(b"}\n")
