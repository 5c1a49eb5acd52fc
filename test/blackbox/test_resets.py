"""Resets, wherever they fall: one leave notice each, and nothing leaks."""

import shutil
import signal
import subprocess

import pytest

from support.afterwards import Before
from support.bounds import WAIT
from support.crowd import Task
from support.fault_proxy import FaultProxy
from support.lengths import by_length, longest
from support.room import GREETING, Room, joined, left, welcome
from support.seed import random_seed
from support.waiting import wait_until

LIVES = by_length(200, 1000, 10_000)
AT_ONCE = 4
MEMBERS = 20


@pytest.fixture
def free(grottod):
    return Room(grottod("chat", "--rate", "off", "--history", "0", "--store", "none", "--log-level", "warning"))


class Notices:
    """What a witness hears of who comes and goes, and that each is said once and in turn."""

    def __init__(self, witness, *others):
        self._witness = witness
        self.here, self.been = set(others), set()
        self.said = 0

    def hears_until(self, last):
        while (line := self._witness.next_line()) != last:
            self.takes(line)

    def hears_until_nobody_is_here(self):
        while self.here:
            self.takes(self._witness.next_line())

    def takes(self, line):
        name, _, rest = line.partition(" ")
        if line == joined(name):
            assert name not in self.here and name not in self.been, f"came twice: {line}"
            self.here.add(name)
        elif line == left(name):
            assert name in self.here, f"left without being here: {line}"
            self.here.remove(name)
            self.been.add(name)
        else:
            speaker = name.rstrip(":")
            assert speaker in self.here and rest.startswith("line "), f"unexpected: {line}"
            self.said += 1


def lives(proxy, names):
    """Each comes, says much and reads all, until it is reset or has left."""
    for name in names:
        peer = proxy.connect(name)
        try:
            peer.send(f"{name}\n".encode() + b"".join(b"line %d\n" % number for number in range(20)) + b"/who\n/quit\n")
        except OSError:
            pass
        peer.is_reset_or_ended()
        peer.closes()


@longest
def test_f4_a_reset_at_a_random_byte_is_one_leave_notice_and_leaves_nothing(free):
    seed = random_seed()
    witness, helper = free.enter("witness", "helper")
    notices = Notices(witness)
    half = by_length(0, LIVES // 2)  # so many lines fill the room's log, which is kept
    if half:
        lives_through_the_proxy(free.server, seed, helper, notices, "first", half)
    before = Before(free.server)
    lives_through_the_proxy(free.server, seed + 1, helper, notices, "m", LIVES - half)
    assert LIVES // 4 < len(notices.been) <= LIVES
    assert notices.said > LIVES
    before.is_as_it_was()


def lives_through_the_proxy(server, seed, helper, notices, stem, count):
    # A whole life is 400 to 500 bytes: so some are reset before the name, some within a line, and some leave by themselves.
    with FaultProxy(server, seed, "reset=1-520", "slice=1-60") as proxy:
        tasks = [Task(lives, proxy, [f"{stem}{which}x{number}" for number in range(count // AT_ONCE)]) for which in range(AT_ONCE)]
        reader = Task(notices.hears_until, f"helper: all of {stem} were here")
        for task in tasks:
            task.result(6 * WAIT + count / 10)
        helper.says(f"all of {stem} were here")
        reader.result()
    notices.hears_until_nobody_is_here()


def test_f4_slices_of_one_to_three_bytes_change_nothing(free):
    (witness,) = free.enter("witness")
    with FaultProxy(free.server, random_seed(), "slice=1-3") as proxy:
        peer = proxy.connect("drop by drop")
        peer.says("ana")
        peer.hears(GREETING, welcome("ana"), "Connected users: witness")
        witness.hears(joined("ana"))
        peer.says("kaixo ñ 漢字", "x" * 2000)
        witness.hears("ana: kaixo ñ 漢字", "ana: " + "x" * 2000)
        witness.says("y" * 2000)
        peer.hears("witness: " + "y" * 2000)
        proxy.cuts()
        witness.hears(left("ana"))


def test_f4_who_was_reset_in_the_backlog_is_nobody(free):
    witness, helper = free.enter("witness", "helper")
    before = Before(free.server)
    free.server.signal(signal.SIGSTOP)
    peers = [free.server.connect(f"backlog {number}") for number in range(60)]
    for number, peer in enumerate(peers):
        if number % 3:
            peer.says(f"b{number}")
        if number % 3 == 2:
            peer.half_closes()
        peer.resets()
    free.server.signal(signal.SIGCONT)
    before.is_as_it_was()
    helper.says("line of the living")
    notices = Notices(witness, "helper")
    notices.hears_until("helper: line of the living")
    assert notices.here == {"helper"}  # a name may still have been read, but whoever came has left


@pytest.mark.parametrize("whose", ["theirs", "the server's"])
def test_f4_half_of_the_sockets_are_destroyed_by_the_kernel(free, whose):
    names = [f"m{number}" for number in range(MEMBERS)]
    (witness,) = free.enter("witness")
    before = Before(free.server)
    ports = {name: free.enters(name).sock.getsockname()[1] for name in names}
    open_before = free.server.descriptors()
    gone = names[::2]
    destroys(whose, free.server.port, [ports[name] for name in gone])
    witness.hears_in_any_order(*(left(name) for name in gone))
    staying = [name for name in names if name not in gone]
    free.members[staying[0]].says("the end")
    witness.hears(f"{staying[0]}: the end")
    wait_until(lambda: free.server.descriptors() <= open_before - len(gone), "the descriptors of those who are gone")
    for name in staying:
        free.members[name].closes()
    witness.hears_in_any_order(*(left(name) for name in staying))
    before.is_as_it_was()


def destroys(whose, server_port, client_ports):
    if not shutil.which("ss"):
        pytest.skip("ss is not installed")
    near, far = ("sport", "dport") if whose == "theirs" else ("dport", "sport")
    those = " or ".join(f"{near} = :{port}" for port in client_ports)
    done = subprocess.run(["ss", "-K", "-tnH", f"{far} = :{server_port} and ( {those} )"], capture_output=True, text=True, check=False)
    if len(done.stdout.splitlines()) != len(client_ports):
        pytest.skip(f"this kernel or user may not destroy sockets: {done.stdout} {done.stderr}")
