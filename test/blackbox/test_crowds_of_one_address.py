"""L7: one address, or one IPv6 /64, holds what is its share; who comes from elsewhere is served as ever. The addresses are told by PROXY headers."""

import collections

import pytest

from support.afterwards import Before
from support.bounds import WAIT
from support.hostile import Hostiles, is_open
from support.lengths import by_length, not_in_short_calls
from support.room import GREETING, Room
from support.waiting import wait_until
from support.witness import Witness
from test_proxy_protocol import version_2

SHARE = 16


@pytest.fixture
def server(grottod):
    return grottod("chat", "--store", "none", "--trusted-proxy", "127.0.0.0/8", "--hello-timeout", "10m")


def comes(server, source):
    peer = server.connect(source)
    peer.send(version_2(source))
    return peer


@pytest.fixture
def witness(server):
    """Two from elsewhere, who hear each other all the while."""
    made = Witness(Room(server), connect=lambda name: comes(server, "203.0.113.7"))
    made.hears_on()
    return made


def is_refused(server, source):
    """With a sentence, once not too many others are being told the same."""
    told = []

    def hears_why():
        peer = comes(server, source)
        told[:] = peer.remaining_lines()
        peer.closes()
        return told

    wait_until(hears_why, "a refusal that is told")
    assert len(told) == 1 and "your address" in told[0], told


def held(crowd, count):
    """Waits until all but `count` were refused."""
    wait_until(lambda: len(crowd.who_is_open()) <= count, f"{count} to be held", 3 * WAIT)
    return len(crowd.who_is_open())


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_l7_one_address_that_opens_a_thousand_holds_its_share(server, witness):
    before = Before(server)
    with Hostiles(server, head=lambda number: version_2("192.0.2.7", 1024 + number)) as crowd:
        crowd.connect(by_length(300, 1000))
        assert held(crowd, SHARE) == SHARE
        is_refused(server, "192.0.2.7")
        others = [comes(server, f"192.0.2.{last}") for last in range(8, 40)]
        for peer in others:
            peer.hears(GREETING)
        crowd.socks.pop(next(number for number, sock in enumerate(crowd.socks) if is_open(sock))).close()
        wait_until(lambda: is_let_in(server, "192.0.2.7"), "a place that became free")
        for peer in others:
            peer.closes()
    witness.saw_all()
    before.is_as_it_was()


def is_let_in(server, source):
    peer = comes(server, source)
    try:
        return peer.next_line() == GREETING
    except AssertionError:
        return False
    finally:
        peer.closes()


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_l7_two_hundred_addresses_of_one_network_hold_one_share(server, witness):
    before = Before(server)
    with Hostiles(server, head=lambda number: version_2(f"2001:db8:7:1::{number % 200 + 1:x}")) as crowd:
        crowd.connect(by_length(400, 2000))
        assert held(crowd, SHARE) == SHARE
        is_refused(server, "2001:db8:7:1:ffff::9")
        neighbour = comes(server, "2001:db8:7:2::1")
        neighbour.hears(GREETING)
        neighbour.closes()
    witness.saw_all()
    before.is_as_it_was()


def test_l7_many_addresses_hold_a_share_each(server, witness):
    before = Before(server)
    addresses = 20
    with Hostiles(server, head=lambda number: version_2(f"198.51.100.{number % addresses}", 1024 + number)) as crowd:
        crowd.connect(addresses * 20)
        assert held(crowd, addresses * SHARE) == addresses * SHARE
        of_address = collections.Counter(number % addresses for number, sock in enumerate(crowd.socks) if is_open(sock))
        assert set(of_address.values()) == {SHARE}
    witness.saw_all()
    before.is_as_it_was()
