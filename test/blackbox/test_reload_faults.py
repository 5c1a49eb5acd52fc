"""F8: SIGHUP a thousand times a second, and certificates that are broken when they are read anew."""

import signal
import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR, SLOWED
from support.crowd import Task
from support.room import GREETING, Room
from support.tls import NEEDS_TLS, Authority, client, connects
from support.waiting import wait_until
from support.witness import Witness

pytestmark = NEEDS_TLS
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

    def signals():
        began = time.monotonic()
        for number in range(SIGNALS):
            server.signal(signal.SIGHUP)
            time.sleep(max(0, began + number / 1000 - time.monotonic()))  # a thousand a second is what is done here

    task = Task(signals)
    while task.is_alive():
        connects(server, "newcomer", client(authority.file)).hears(GREETING)
    task.result()
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
