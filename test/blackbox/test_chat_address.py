"""Chat where the address is the name: no question."""

import os

import pytest


@pytest.fixture
def server(grottod):
    return grottod("chat", "--names", "address")


def talk_and_leave(ana, oskar, ana_name, oskar_name):
    """ana is in; oskar has just connected."""
    ana.hears(f"{oskar_name} has joined the chat!")
    oskar.says("kaixo")
    ana.hears(f"{oskar_name}: kaixo")
    ana.says("bai")
    hear_past_the_greeting(oskar, f"{ana_name}: bai")
    oskar.says("exit")
    ana.hears(f"{oskar_name} has left the chat.")


def hear_past_the_greeting(peer, line):
    lines = peer.lines_until(line)
    assert not [text for text in lines if "joined" in text or "left" in text], lines


def enters(server, name, index=0):
    """Connects and waits until the server has let it in: it has an answer to a command."""
    peer = server.connect(name, index)
    peer.says("/who")
    while not (line := peer.next_line()).split(" ", 1)[0].isdigit():  # "1 person is here: …"
        pass
    assert peer.name in line
    return peer


def test_lines_and_notices_carry_the_address(server):
    ana = enters(server, "ana")
    oskar = server.connect("oskar")
    talk_and_leave(ana, oskar, ana.name, oskar.name)


def test_an_ipv6_address_stands_in_brackets(grottod, ipv6):
    server = grottod("chat", "--names", "address", listen=["[::1]:0"])
    ana = enters(server, "ana")
    oskar = server.connect("oskar")
    assert oskar.name.startswith("[::1]:")
    talk_and_leave(ana, oskar, ana.name, oskar.name)


def test_a_unix_peer_is_named_by_its_process(grottod, tmp_path):
    server = grottod("chat", "--names", "address", listen=["127.0.0.1:0", f"unix:{tmp_path}/grotto.sock"])
    ana = enters(server, "ana")
    oskar = server.connect("oskar", index=1)
    talk_and_leave(ana, oskar, ana.name, f"unix:{os.getpid()}")


def test_what_could_be_a_name_is_said(server):
    ana = enters(server, "ana")
    oskar = server.connect("oskar")
    ana.hears(f"{oskar.name} has joined the chat!")
    oskar.says("luzmi", "server", "a:b")
    ana.hears(*(f"{oskar.name}: {line}" for line in ("luzmi", "server", "a:b")))


def test_commands_work(server):
    ana = enters(server, "ana")
    ana.says("/help")
    while not ana.next_line().lstrip().startswith("/quit"):
        pass
