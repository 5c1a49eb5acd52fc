"""What operators see: who is here and from where, who is slow, and why somebody went."""

import re

import pytest

from support.accounts import operator_enters
from support.room import Room, founds, left, refused
from support.waiting import wait_until


@pytest.fixture(params=[1, 2])
def room(grottod, request):
    words = ("--rate", "off", "--history", 0, "--store", "none", "--operator", "olatz", "--workers", request.param)
    room = Room(grottod("chat", *words))
    operator_enters(room)
    return room


@pytest.fixture
def olatz(room):
    return room.members["olatz"]


def listed(peer, command, title):
    """The entries that the command tells, without their indent."""
    peer.says(command, "/msg nobody end")
    lines = peer.lines_until("Nobody here is called nobody. [no-such-name]")
    assert re.match(title, lines[0]), lines
    assert all(line.startswith("  ") for line in lines[1:]), lines
    return [line[2:] for line in lines[1:]]


def test_it_is_for_operators_of_the_server(room):
    (ana,) = room.enter("ana")
    founds(ana, "cave")
    for command in ("/conns", "/slow", "/why", "/why ana", "/limits"):
        refused(ana, command, "not-operator")


def test_who_is_here_and_from_where(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    entries = listed(olatz, "/conns", r"^3 in the chat, the newest first:$")
    found = {re.match(r"(\S+): (\S+), since \S+ \S+ \(\d+s\), idle \d+s, (\d) rooms?(.*)$", entry).groups() for entry in entries}
    assert found == {
        ("ana", ana.name, "2", ""),
        ("oskar", oskar.name, "1", ""),
        ("olatz", olatz.name, "1", ", logged in as olatz, operator"),
    }


def test_a_list_has_a_bound_and_says_how_many_more_there_are(room, olatz):
    room.enter(*(f"p{number}" for number in range(60)))
    entries = listed(olatz, "/conns", r"^61 in the chat")
    assert len(entries) == 51 and entries[-1] == "and 11 more"


def test_who_is_slow_and_how_far_behind(room, olatz):
    ana, oskar = room.enter("ana", "oskar")
    olatz.says("/slow")
    olatz.hears("Everybody has been sent everything.")
    text = "x" * 4000

    def is_behind():
        for _ in range(50):
            oskar.says(text)
            olatz.hears(f"oskar: {text}")
        entries = listed(olatz, "/slow", r"^(Everybody|1 behind their rooms, the latest first:$)")
        return entries and re.match(r"ana in lobby: [1-9]\d* lines, \d+ ms behind; [1-9]\d* bytes not taken yet$", entries[0])

    wait_until(is_behind, "a reader that never reads to be behind")
    del ana


def test_why_somebody_went(room, olatz):
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    ana.says("/quit")
    olatz.hears(left("ana"))
    oskar.resets()
    olatz.hears(left("oskar"))
    olatz.says("/kick luzmi")
    olatz.hears_in_any_order("You kicked luzmi out of lobby.", "luzmi has left the chat: kicked by olatz")
    luzmi.read_to_end()

    def reasons(name):
        entries = listed(olatz, f"/why {name}", "^(Gone lately|Nobody called)")
        return [re.match(rf"\S+ \S+: {name} from 127\.0\.0\.1:\d+, (\w+), after \d+s$", entry)[1] for entry in entries]

    for name, reason in (("ana", "quit"), ("oskar", "peer_reset"), ("luzmi", "kicked")):
        wait_until(lambda: reasons(name) == [reason], f"{name} to be gone by {reason}")
    assert reasons("nobody") == []
    assert len(listed(olatz, "/why", "^Gone lately, the newest first:$")) == 3
    refused(olatz, "/why :", "bad-name")


def test_the_limits_are_told(room, olatz):
    entries = dict(entry.split(": ", 1) for entry in listed(olatz, "/limits", r"^Limits \("))
    assert entries["line"] == "4 KiB"
    assert entries["flood control"] == "off"
    assert entries["accounts"] == "1 of 100000"
    assert entries["time to come back by /resume"] == "30s"
