"""Limits of descriptors and clients: refused with a sentence, never deaf, never spinning."""

import select
import time

import pytest

from support.bounds import FACTOR
from support.waiting import wait_until


def echoes(peer):
    """Whether it is served; False if it was refused or dropped."""
    try:
        peer.send(b"ping")
        return peer.read_exactly(4) == b"ping"
    except (OSError, AssertionError):
        return False


@pytest.mark.parametrize("extra", [(), ("--max-clients", "1000")], ids=["by the reserve", "told to take more"])
def test_more_clients_than_descriptors(grottod, extra):
    """F1: 128 descriptors, 200 clients: those that cannot be served are told, and it hears again at once."""
    server = grottod("echo", *extra, nofile=128)
    served, refused = [], []
    for number in range(200):
        peer = server.connect(f"peer {number}")
        (served if echoes(peer) else refused).append(peer)
        if len(refused) > 4:
            break
    assert 30 <= len(served) < 128
    assert refused
    cpu, began = server.cpu_seconds(), time.monotonic()
    assert echoes(served[0])
    for peer in refused:
        peer.closes()
    time.sleep(1)  # the time in which a server that spins is seen to spin
    assert server.cpu_seconds() - cpu < 0.3 * (time.monotonic() - began) * FACTOR
    for peer in served[:10]:
        peer.closes()
    again = []
    wait_until(lambda: again.append(server.connect("again")) or echoes(again[-1]), "it to hear again", 2 * FACTOR)
    assert echoes(served[20])


def test_the_refused_read_why(grottod):
    server = grottod("chat", "--max-clients", "2")
    members = [server.connect() for _ in range(2)]
    for peer in members:
        peer.hears_like("greetings")
    for _ in range(5):
        peer = server.connect()
        peer.hears_like("full")
        peer.hears_end()


def test_a_real_lack_of_descriptors_is_told_with_a_sentence(grottod):
    server = grottod("echo", "--max-clients", "1000", nofile=100)
    peers = [server.connect(f"peer {number}") for number in range(110)]
    told = []

    def is_one_told():
        ready = select.select([peer.sock for peer in peers], [], [], 0)[0]
        told.extend(peer for peer in peers if peer.sock in ready)
        return bool(told)

    wait_until(is_one_told, "somebody to be told")
    assert len(told[0].remaining_lines()) == 1


def test_many_idle_clients_do_not_disturb_a_good_one(grottod):
    server = grottod("chat")
    idle = [server.connect(f"idle {number}") for number in range(300)]
    began = time.monotonic()
    good = server.connect("good")
    good.says("luzmi")
    good.hears_like("greetings")
    assert time.monotonic() - began < 1 * FACTOR
    assert len(idle) == 300


def test_dripping_clients_do_not_disturb_a_good_one(grottod):
    server = grottod("chat")
    dripping = [server.connect(f"drip {number}") for number in range(200)]
    for byte in b"drip":
        for peer in dripping:
            peer.send(bytes([byte]))
    good = server.connect("good")
    good.says("luzmi")
    good.hears_like("greetings")
    good.hears_like("welcome luzmi")


def test_an_idle_server_is_idle(grottod):
    server = grottod("chat", "--workers", "4")
    peers = [server.connect() for _ in range(20)]
    for peer in peers:
        peer.hears_like("greetings")
    cpu = server.cpu_seconds()
    time.sleep(1)  # what it does in a second in which nothing happens
    assert server.cpu_seconds() - cpu <= 0.03 * FACTOR
