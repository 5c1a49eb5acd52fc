"""examples/shout.cc: a service of about twenty lines is a whole server."""

import os

import pytest

from support.bounds import SHOUT
from support.programs import need, one_shot


@pytest.fixture
def shout(grottod):
    assert os.path.exists(SHOUT), f"build the examples: {SHOUT} is not there"
    return grottod(program=SHOUT)


def test_it_shouts_back(shout):
    assert shout.listening[0][0] == "shout"
    peer = shout.connect()
    peer.says("kaixo")
    while peer.next_line() != "KAIXO":
        pass
    peer.says("and again")
    peer.hears("AND AGAIN")


def test_it_has_the_line_rules_of_every_service(shout):
    peer = shout.connect()
    peer.send(b"one\r\ntwo\rthree\n\x1b[31mred\x1b[0m\nunended")
    peer.half_closes()
    assert peer.remaining_lines()[-5:] == ["ONE", "TWO", "THREE", "RED", "UNENDED"]


def test_a_pipe_works(shout):
    output = one_shot([need("nc.openbsd"), "-N", "127.0.0.1", str(shout.port)], b"hi\n")
    assert output.endswith(b"HI\r\n")


def test_many_at_once(shout):
    peers = [shout.connect() for _ in range(50)]
    for number, peer in enumerate(peers):
        peer.says(f"peer {number}")
    for number, peer in enumerate(peers):
        while peer.next_line() != f"PEER {number}":
            pass
