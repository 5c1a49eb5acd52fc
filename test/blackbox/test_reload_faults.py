"""F8: SIGHUP a thousand times a second, and certificates that are broken when they are read anew."""

import signal
import subprocess
import sys

import pytest

from support.afterwards import Before
from support.bounds import FACTOR, SLOWED
from support.room import GREETING, Room
from support.tls import NEEDS_TLS, Authority, client, connects
from support.waiting import wait_until
from support.witness import Witness

pytestmark = NEEDS_TLS
NEWCOMERS = 100  # at most: what malloc keeps of a crowd is none of this test's
# A program of its own: a thread would take turns with those who shake hands, and a hello that comes after 150 ms is a person's.
RELOADS = """
import os, signal, sys, time
began = time.monotonic()
for number in range(int(sys.argv[2])):
    os.kill(int(sys.argv[1]), signal.SIGHUP)
    time.sleep(max(0, began + number / 1000 - time.monotonic()))
"""
SIGNALS = 300 if SLOWED else 2000  # a sanitizer keeps for a while what was freed, a context each time


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def server(grottod, authority):
    cert, key = authority.signs("localhost", "DNS:localhost")
    return grottod("chat", "--rate", "off", "--tls-cert", cert, "--tls-key", key)


def test_f8_a_thousand_reloads_a_second_drop_nobody(server, authority):
    room = Room(server)
    witness = Witness(room)
    by_tls = [connects(server, f"t{number}", client(authority.file)) for number in range(3)]
    for peer in by_tls:
        peer.hears(GREETING)
    before = Before(server)
    witness.hears_on()

    newcomers = 0
    with subprocess.Popen([sys.executable, "-c", RELOADS, str(server.process.pid), str(SIGNALS)]) as reloads:
        while reloads.poll() is None:
            if newcomers < NEWCOMERS:
                connects(server, "newcomer", client(authority.file)).hears(GREETING)
                newcomers += 1
    assert reloads.returncode == 0
    # Signals that come while one is carried out are one.
    wait_until(lambda: server.log().count(" reloaded ") >= 3, "some of them to be carried out")
    assert witness.saw_all() < 2 * FACTOR
    for number, peer in enumerate(by_tls):
        peer.says(f"tls{number}")
        peer.hears_like(f"Welcome tls{number}")
    for peer in server.peers:
        if peer.label == "newcomer":
            peer.closes()
    before.is_as_it_was()


def test_f8_a_broken_certificate_leaves_the_old_one_and_says_why(server, authority, tmp_path):
    (cert,) = [path for path in tmp_path.iterdir() if path.name == "localhost.pem"]
    good = cert.read_bytes()
    witness = Witness(Room(server))
    witness.hears_on()
    cert.write_bytes(good[: len(good) // 2])
    server.signal(signal.SIGHUP)
    wait_until(lambda: str(cert) in server.log() and "PEM" in server.log(), "the log to tell why")
    connects(server, context=client(authority.file)).hears(GREETING)
    cert.write_bytes(good)
    server.signal(signal.SIGHUP)
    connects(server, context=client(authority.file)).hears(GREETING)
    witness.saw_all()
