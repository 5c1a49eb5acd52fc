"""Accepting that fails: it is tried again, seldom; who cannot be served is told; it hears again at once."""

import re
import resource
import select
import signal
import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR
from support.failing_calls import calls_are
from support.lengths import by_length, not_in_short_calls
from support.room import Room
from support.waiting import wait_until
from support.witness import Witness

TRIES_A_SECOND = 20


@pytest.fixture
def lobby(grottod):
    """Its newcomers are greeted, and nothing else ends them meanwhile."""
    return lambda *words, **how: Room(grottod("chat", "--rate", "off", "--history", 0, "--store", "none", *words, **how))


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_f1_without_a_descriptor_left_it_refuses_with_a_sentence_and_hears_again(lobby):
    """300 clients, and then 128 descriptors are all that there are."""
    room = lobby()
    witness = Witness(room)
    before = Before(room.server)
    pid = room.server.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (128, limits[1]))
    began = time.monotonic()
    clients = [room.server.connect(f"client {number}") for number in range(300)]
    told, served = [], []

    def looks():
        for peer in readable(clients):
            clients.remove(peer)
            (served if "Greetings" in peer.next_line() else told).append(peer)
        return len(told) >= 5 and len(served) >= 50

    wait_until(looks, "some to be served and some to be told")
    for peer in told:
        assert peer.heard == ["The server is full, try again later. [full]"]
        peer.hears_end()
    witness.hears()
    assert len(served) < 128
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    lasted = time.monotonic() - began

    def greets_more():
        looks()
        return len(served) > 128  # it has accepted again

    wait_until(greets_more, "it to hear again", 1 * FACTOR + 0.2)
    failures = sum(int(count) for count in re.findall(r" accept failed .*count=(\d+)", room.server.log()))
    assert 0 < failures <= TRIES_A_SECOND * (1 + lasted), (failures, lasted)
    for peer in clients + served + told:
        peer.closes()
    before.is_as_it_was()
    witness.hears()


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_f1_a_crowd_at_the_door_of_a_full_server_is_told_to_the_last_one(lobby):
    room = lobby("--max-clients", 2)
    witness = Witness(room)
    room.server.signal(signal.SIGSTOP)
    crowd = [room.server.connect(f"client {number}") for number in range(200)]
    room.server.signal(signal.SIGCONT)
    for peer in crowd:
        peer.hears("The server is full, try again later. [full]")
        peer.hears_end()
    witness.hears()


@pytest.mark.parametrize("error", by_length(["EMFILE", "ENOMEM", "EPROTO"], ["EMFILE", "ENFILE", "ENOMEM", "ENOBUFS", "ECONNABORTED", "EPROTO"]))
def test_f1_an_accept_that_goes_on_failing_is_not_tried_all_the_time(lobby, error):
    room = lobby()
    witness = Witness(room)
    before = Before(room.server)
    with calls_are(room.server.process.pid, "accept,accept4", f"error={error}") as tries:
        waiting = [room.server.connect(f"waiting {number}") for number in range(20)]
        wait_until(lambda: len(at := tries()) > 1 and at[-1] - at[0] >= 1, "it to have tried for a second")
        witness.hears()
        at = tries()
    assert busiest_second(at) <= TRIES_A_SECOND, at
    began = time.monotonic()
    for peer in waiting:
        peer.next_line()  # greeted, or told that the server is full
    assert time.monotonic() - began < 1 * FACTOR + 0.2
    witness.hears()
    for peer in waiting:
        peer.closes()
    before.is_as_it_was()


def test_f1_how_seldom_can_be_set(lobby):
    room = lobby("--accept-pause", "400ms", "--accept-pause-max", "400ms")
    with calls_are(room.server.process.pid, "accept,accept4", "error=ENOMEM") as tries:
        waiting = room.server.connect("waiting")
        wait_until(lambda: len(at := tries()) > 1 and at[-1] - at[0] >= 1, "it to have tried for a second")
        at = tries()
    assert busiest_second(at) <= 3, at
    waiting.next_line()


def readable(peers):
    poll = select.poll()
    by_fd = {peer.sock.fileno(): peer for peer in peers}
    for fd in by_fd:
        poll.register(fd, select.POLLIN)
    return [by_fd[fd] for fd, _ in poll.poll(0)]


def busiest_second(times):
    return max(sum(at <= other < at + 1 for other in times) for at in times)
