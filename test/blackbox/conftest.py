"""Fixtures: a server that is started for one test, checked when it ends, and never left behind."""

import os
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(__file__))

import pytest

from support import bounds
from support.afterwards import Before
from support.client import Clients
from support.load import Running
from support.prompt import ask_server
from support.room import Room
from support.server import Server


def pytest_report_header(config):
    return [
        f"grottod: {bounds.GROTTOD} (waits x{bounds.FACTOR:g}, sanitized: {bounds.SANITIZED})",
        f"grotto-load: {bounds.LOAD}" + ("" if os.path.exists(bounds.LOAD) else " (is not built)"),
        f"grotto: {bounds.CLIENT}" + ("" if os.path.exists(bounds.CLIENT) else " (is not built)"),
    ]


@pytest.fixture
def grottod():
    """Starts servers: `server = grottod("echo", "--udp")`. All of them are stopped and checked."""
    servers = []

    def start(*args, **how):
        server = Server(args, **how)
        servers.append(server)
        server.start()
        start.has_started(server)
        return server

    start.has_started = lambda server: None
    yield start
    problems = [text for server in servers for text in server.ends_well()]
    assert not problems, "\n".join(problems)


@pytest.fixture
def as_it_was(grottod):
    """What must hold of each server of the test when it is over and all have left: `pytestmark = AS_IT_WAS` of `support.afterwards`."""
    befores = []
    grottod.has_started = lambda server: befores.append(Before(server))
    yield
    for before in befores:
        before.is_as_it_was_without_peers()


@pytest.fixture
def store(tmp_path):
    return tmp_path / "kept" / "grotto.db"


@pytest.fixture
def keeps(grottod, store):
    """Starts a chat that keeps its history in `store`; one at a time."""
    return lambda *words, **how: grottod("chat", "--store", store, "--rate", "off", *words, **how)


@pytest.fixture
def faulty_server(grottod):
    """Starts servers with one fault: `server = faulty_server("echo", "lose", "--every", 100)`."""
    assert os.path.exists(bounds.FAULTY_SERVER), f"build the tests: {bounds.FAULTY_SERVER} is not there"
    # A deaf one cannot know that somebody has left.
    how = {"listen": (), "listeners": 1, "program": bounds.FAULTY_SERVER, "counts_descriptors": False}
    return lambda *args: grottod(*args, **how)


@pytest.fixture
def load():
    """Where grotto-load was not built, its tests are left out; where it was promised, that is a failure."""
    if os.path.exists(bounds.LOAD):
        return
    assert "GROTTO_LOAD" not in os.environ, f"{bounds.LOAD} is not there"
    pytest.skip("grotto-load is not built")


@pytest.fixture
def client(tmp_path):
    """Starts clients, each of which is ended: `client.pipe(…)`, `client.terminal(…)`, `client.tmux(…)`."""
    if not os.path.exists(bounds.CLIENT):
        assert "GROTTO_CLIENT" not in os.environ, f"{bounds.CLIENT} is not there"
        pytest.skip("grotto is not built")
    clients = Clients(tmp_path)
    yield clients
    clients.end()


@pytest.fixture
def running(load):
    """Starts runs of grotto-load that go on: `run = running("echo", …)`. None is left behind."""
    runs = []

    def start(*words):
        runs.append(Running(*words))
        return runs[-1]

    yield start
    for run in runs:
        run.is_over()


@pytest.fixture
def room(grottod):
    """The lobby of a chat server without history: a newcomer reads greeting, welcome and list, no more."""
    return Room(grottod("chat", "--history", 0))


@pytest.fixture
def echo(grottod):
    """An echo server with default options."""
    return grottod("echo")


@pytest.fixture
def ipv6():
    """Leaves the test out where the machine has no IPv6."""
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 loopback here")


@pytest.fixture
def asks(grottod, tmp_path):
    """Starts a server that asks: `server = asks(script)`, or again on the same script and answers: `asks()`."""
    return lambda *words, **how: ask_server(grottod, tmp_path, *words, **how)
