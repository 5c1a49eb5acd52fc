"""Flood control: a paste of 20 lines passes at once, later lines are delayed, none is lost; echo has none."""

import time

from support.bounds import FACTOR
from support.room import Room


def test_a_paste_of_twenty_lines_passes_at_once(room):
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    ana.send(b"".join(b"line %d\n" % number for number in range(20)))
    oskar.hears(*(f"ana: line {number}" for number in range(20)))
    assert time.monotonic() - began < 0.5 * FACTOR


def test_what_comes_after_the_burst_is_delayed_and_nothing_is_lost(room):
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    ana.send(b"".join(b"line %d\n" % number for number in range(30)))
    oskar.hears(*(f"ana: line {number}" for number in range(30)))
    passed = time.monotonic() - began
    assert 1.5 < passed < 4 + 4 * (FACTOR - 1), passed  # 10 lines more at 5 a second


def test_others_are_not_delayed_by_one_who_floods(room):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ana.send(b"".join(b"line %d\n" % number for number in range(25)))
    luzmi.hears(*(f"ana: line {number}" for number in range(20)))
    began = time.monotonic()
    oskar.says("in between")
    while luzmi.next_line() != "oskar: in between":
        pass
    assert time.monotonic() - began < 0.5 * FACTOR


def test_commands_are_metered_too_and_none_is_lost(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.send(b"/me waves\n" * 22)
    oskar.hears(*["* ana waves"] * 22)


def test_what_was_delayed_is_said_after_the_end_of_input(room):
    ana, oskar = room.enter("ana", "oskar")
    ana.send(b"".join(b"line %d\n" % number for number in range(24)) + b"last")
    ana.half_closes()
    oskar.hears(*(f"ana: line {number}" for number in range(24)), "ana: last", "ana has left the chat.")


def test_the_rate_is_an_option(grottod):
    room = Room(grottod("chat", "--rate", "100"))
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    ana.send(b"x\n" * 120)
    oskar.hears(*["ana: x"] * 120)
    assert 0.5 < time.monotonic() - began < 5 * FACTOR


def test_long_lines_are_metered_by_their_bytes(grottod):
    """A burst of lines as long as they may be passes: 20 KiB; about 9,500 bytes more take 2.4 s at 4,000 a second."""
    room = Room(grottod("chat", "--line-bytes-max", 1024, "--rate", 100, "--rate-burst", 20, "--rate-bytes", 4000))
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    ana.send((b"x" * 999 + b"\n") * 30)
    oskar.hears(*["ana: " + "x" * 999] * 30)
    assert 1.5 < time.monotonic() - began < 10 * FACTOR


def test_off_is_off(grottod):
    room = Room(grottod("chat", "--rate", "off"))
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    ana.send(b"x\n" * 5000)
    oskar.hears(*["ana: x"] * 5000)
    assert time.monotonic() - began < 5 * FACTOR


def test_echo_has_none(echo):
    peer = echo.connect()
    began = time.monotonic()
    peer.send(b"x\n" * 5000)
    assert peer.read_exactly(10_000) == b"x\n" * 5000
    assert time.monotonic() - began < 2 * FACTOR
