"""L8: hours of coming and going, and a fault every half minute: neither memory nor descriptors grow."""

import random
import signal
import time

from support.afterwards import Before
from support.bounds import WAIT, memory_slack_kib
from support.fault_proxy import FaultProxy
from support.hostile import Hostiles
from support.lengths import by_length, longest, only_full
from support.room import Room
from support.seed import random_seed
from support.storm import storm
from support.waiting import wait_until
from support.witness import Witness

SECONDS = by_length(120, 120, 3600)
BETWEEN_FAULTS_S = by_length(10, 10, 30)
MOST_KIB_PER_TURN = 16  # of slope; what a leak of one connection in a hundred would be
GROWTH_SHARE = 0.10


class Soak:
    """Faults, each of which is over when it returns."""

    def __init__(self, server, generator):
        self._server, self._random = server, generator

    def resets(self):
        with FaultProxy(self._server, self._random.getrandbits(32), "reset=1-300") as proxy:
            self._visits(proxy.connect)

    def slices_and_losses(self):
        with FaultProxy(self._server, self._random.getrandbits(32), "slice=1-3", "stall=20-200", "stall_for=0.2") as proxy:
            self._visits(proxy.connect)

    def stops_for_a_while(self):
        self._server.signal(signal.SIGSTOP)
        time.sleep(1.5)  # longer than what counts as late
        self._server.signal(signal.SIGCONT)

    def floods(self):
        with Hostiles(self._server, head=lambda number: b"flood%d\n" % number, receive_buffer=4096) as crowd:
            crowd.connect(10)
            crowd.flood(0.5)

    def huge_lines_and_noise(self):
        with Hostiles(self._server) as crowd:
            crowd.connect(20)
            crowd.huge_lines(0.3)
            crowd.random_bytes(self._random.getrandbits(32))
            crowd.resets()

    def storms(self):
        storm(self._server.host_and_port(), 500, 1)

    def never_reads(self):
        with Hostiles(self._server, head=lambda number: b"mute%d\n/who\n/help\n" % number, receive_buffer=4096) as crowd:
            crowd.connect(50)
            crowd.sends(b"/help\n" * 200)

    def _visits(self, connect):
        for number in range(10):
            peer = connect("visitor")
            try:
                peer.send(b"visitor%d\n" % number + b"said\n" * 10 + b"/quit\n")
            except OSError:
                pass
            peer.is_reset_or_ended()
            peer.closes()

    def all(self):
        return [self.resets, self.slices_and_losses, self.stops_for_a_while, self.floods, self.huge_lines_and_noise, self.storms, self.never_reads]


def slope(values):
    """Of the straight line that fits best (least squares), per step."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    return sum((at - middle) * (value - mean) for at, value in enumerate(values)) / sum((at - middle) ** 2 for at in range(len(values)))


def churns(server, generator, seconds):
    """Comings and goings until a fault is due."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        names = [f"c{generator.getrandbits(40)}" for _ in range(8)]
        peers = [server.connect(name) for name in names]
        for name, peer in zip(names, peers):
            peer.says(name, "kaixo", "/join den", "in the den")
        for peer in peers:
            generator.choice([lambda p: (p.says("/quit"), p.is_reset_or_ended(), p.closes()), lambda p: p.resets(), lambda p: p.closes()])(peer)
        server.peers = [peer for peer in server.peers if peer not in peers]


@longest
@only_full
def test_l8_a_soak_with_churn_and_faults_grows_nothing(grottod):
    seed = random_seed()
    generator = random.Random(seed)
    server = grottod("chat", "--rate", "off", "--history", 0, "--store", "none", "--log-level", "error")
    room = Room(server)
    witness = Witness(room)
    open_before = server.descriptors()
    soak = Soak(server, generator)
    deadline = time.monotonic() + SECONDS
    settled = time.monotonic() + SECONDS / 2  # until then malloc and the rooms' logs take what they need
    memory, descriptors, before = [], [], None
    warm_up = soak.all()
    generator.shuffle(warm_up)
    turn = 0
    while time.monotonic() < deadline or turn < len(warm_up):
        witness.hears_on()
        churns(server, generator, BETWEEN_FAULTS_S if turn >= len(warm_up) else 0.2)
        fault = warm_up[turn] if turn < len(warm_up) else generator.choice(warm_up)
        fault()
        witness.hears_more(1)
        witness.saw_all()
        if turn >= len(warm_up) - 1 and time.monotonic() >= settled:  # each has been once
            wait_until(lambda: server.descriptors() <= open_before, "all to have left", 3 * WAIT)
            memory.append(server.memory_kib())
            descriptors.append(server.descriptors())
            before = before or Before(server)
        turn += 1
    print(f"memory {memory} KiB, descriptors {descriptors}")
    assert len(set(descriptors)) == 1
    assert len(memory) >= 3
    tolerated = max(MOST_KIB_PER_TURN, GROWTH_SHARE * memory[0] / len(memory)) + memory_slack_kib() / len(memory)
    assert slope(memory) <= tolerated, f"memory grows by {slope(memory):.1f} KiB a turn: {memory}"
    before.is_as_it_was(3 * WAIT)
