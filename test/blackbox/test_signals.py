"""SIGTERM, SIGINT: a notice to everybody, last lines delivered, exit 0; a second one ends at once; SIGSTOP harms nobody."""

import signal
import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR
from support.lengths import by_length, longest
from support.room import GREETING, Room, users, welcome
from support.tls import NEEDS_TLS, Authority, hello
from support.waiting import wait_until
from support.web import Socket, read_answer

NOTICE = r"stop|shut|clos|down"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_tells_everybody_and_exits_0(room, number):
    ana, oskar = room.enter("ana", "oskar")
    nobody = room.server.connect("nobody")
    nobody.hears(GREETING)
    room.server.signal(number)
    for peer in (ana, oskar, nobody):
        peer.hears_like(NOTICE)
        peer.hears_end()
        peer.closes()
    assert room.server.ends() == 0


def test_it_stops_at_once_when_all_have_closed(room):
    room.enter("ana", "oskar")
    for peer in room.members.values():
        peer.closes()
    began = time.monotonic()
    assert room.server.stops() == 0
    assert time.monotonic() - began < 2 * FACTOR


def test_echo_has_no_notice_and_every_byte(echo):
    peer = echo.connect()
    peer.send(b"some bytes")
    assert peer.read_exactly(10) == b"some bytes"
    echo.signal(signal.SIGTERM)
    peer.hears_end()
    peer.closes()
    assert echo.ends() == 0


def test_s1_the_last_accepted_lines_are_delivered(grottod):
    room = Room(grottod("chat", "--rate", "off"))
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    for number in range(3000):
        ana.says(f"line {number}")
    oskar.hears("ana: line 0")
    room.server.signal(signal.SIGTERM)
    first, second = oskar.remaining_lines(), luzmi.remaining_lines()
    for peer in (ana, oskar, luzmi):
        peer.closes()
    assert room.server.ends() == 0
    said = [line for line in first if line.startswith("ana: ")]
    assert said == [f"ana: line {number}" for number in range(1, 1 + len(said))]
    assert [line for line in second if line.startswith("ana: ")] == ["ana: line 0", *said]
    assert len(first) == len(said) + 1


def test_new_peers_are_refused_while_it_stops(room):
    (ana,) = room.enter("ana")
    room.server.signal(signal.SIGTERM)
    ana.hears_like(NOTICE)
    try:
        late = room.server.connect("late")
        assert GREETING.encode() not in late.is_reset_or_ended()
    except OSError:
        pass
    ana.closes()
    assert room.server.ends() == 0


def stalled_room(grottod, readers=20):
    """A server with unsent lines for readers that never read."""
    room = Room(grottod("chat", "--rate", "off", "--names", "none"))
    speaker = room.server.connect("speaker")
    stalled = [room.server.connect(f"stalled {number}", receive_buffer=4096) for number in range(readers)]
    for peer in stalled:
        peer.hears_like("hello")
    witness = room.server.connect("witness")
    witness.hears_like("hello")
    for number in range(4000):
        speaker.says(f"{number} " + "x" * 1000)
        if number % 100 == 99:
            while not witness.next_line().startswith(f"{number} "):
                pass
    return room.server, witness


@pytest.mark.parametrize("readers", by_length([1000], [20, 1000]))
def test_s1_stalled_readers_cannot_keep_it_from_ending(grottod, readers):
    server, witness = stalled_room(grottod, readers)
    began = time.monotonic()
    server.signal(signal.SIGTERM)
    witness.hears_like(NOTICE)
    witness.hears_end()
    assert server.ends(10 * FACTOR + 1) == 0
    assert time.monotonic() - began <= 10 * FACTOR


@pytest.mark.parametrize("second", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_s1_a_second_signal_ends_at_once_with_1(grottod, second):
    server, witness = stalled_room(grottod)
    server.signal(signal.SIGTERM)
    witness.hears_like(NOTICE)
    began = time.monotonic()
    server.signal(second)
    assert server.ends() == 1
    assert time.monotonic() - began <= 1 * FACTOR


def test_a_broken_pipe_is_no_end(grottod):
    server = grottod("chat")
    server.signal(signal.SIGPIPE)
    Room(server).enter("ana", "oskar")


@longest
@pytest.mark.parametrize("seconds", by_length([2.5, 4], [2.5, 4, 10], [2.5, 4, 10, 60]))
def test_f6_who_spoke_while_it_stood_still_is_not_timed_out(grottod, seconds):
    """F6: what came in the meantime counts as in time, however late the server looks at it."""
    room = Room(grottod("chat", "--idle-timeout", "2"))
    ana, oskar, jon = room.enter("ana", "oskar", "jon")
    before = Before(room.server)
    room.server.signal(signal.SIGSTOP)
    ana.says("one")
    oskar.says("two")
    jon.says("three")
    time.sleep(seconds)  # the stop itself is what is tested
    room.server.signal(signal.SIGCONT)
    ana.hears_in_any_order("oskar: two", "jon: three")
    oskar.hears_in_any_order("ana: one", "jon: three")
    jon.hears_in_any_order("ana: one", "oskar: two")
    ana.says("still here")
    oskar.hears("ana: still here")
    before.is_as_it_was()


@longest
@pytest.mark.parametrize("seconds", by_length([3], [3, 10], [3, 10, 60]))
def test_f6_nothing_that_runs_out_meanwhile_is_held_against_anybody(grottod, seconds):
    """The name and the request's head were due while it stood still, and had come; so were pings of a page that is there."""
    server = grottod("chat", "--hello-timeout", "2", "--http-head", "2s", "--websocket-ping", "1s", "--websocket-missed-pings-max", 2)
    page = Socket(server).enters("luzmi")
    before = Before(server)
    newcomer = server.connect("newcomer")
    newcomer.hears_like("greetings")
    browser = server.connect("browser")
    browser.send(b"GET /healthz HTTP/1.1\r\nHost: local")
    wait_until(lambda: browser.unread() == 0, "half a head to be read")
    server.signal(signal.SIGSTOP)
    newcomer.says("ana")
    browser.send(b"host\r\n\r\n")
    time.sleep(seconds)  # the stop itself is what is tested
    server.signal(signal.SIGCONT)
    newcomer.hears(welcome("ana"), users(["luzmi"]))
    assert read_answer(browser).status == 200
    page.says("still here")
    newcomer.hears("luzmi: still here")
    newcomer.closes()
    browser.closes()
    before.is_as_it_was()


@longest
@pytest.mark.parametrize("seconds", by_length([3], [3, 10], [3, 10, 60]))
def test_f6_who_takes_what_was_sent_meanwhile_is_not_closed_as_slow(grottod, seconds):
    server = grottod("echo", "--no-progress", "2s")
    before = Before(server)
    peer = server.connect("slow", receive_buffer=4096)
    sent = sends_until_it_is_read_no_further(peer)
    server.signal(signal.SIGSTOP)
    read = what_the_kernels_hold(peer)
    time.sleep(seconds)  # the stop itself is what is tested
    server.signal(signal.SIGCONT)
    assert read + peer.read_exactly(len(sent) - len(read)) == sent
    peer.closes()
    before.is_as_it_was()


def sends_until_it_is_read_no_further(peer):
    """What went out: more than both kernels and the server hold."""
    sent = bytearray()
    peer.sock.settimeout(0.5)
    try:
        while len(sent) < 256 << 20:
            block = b"%08d" % len(sent) * 8192
            sent += block[: peer.sock.send(block)]
    except TimeoutError:
        return bytes(sent)
    raise AssertionError("it reads on and on")


def what_the_kernels_hold(peer):
    read = bytearray()
    peer.sock.settimeout(0.5)
    try:
        while data := peer.sock.recv(1 << 16):
            read += data
    except TimeoutError:
        return bytes(read)
    raise AssertionError("it is closed already")


@NEEDS_TLS
@longest
@pytest.mark.parametrize("seconds", by_length([3], [3, 10], [3, 10, 60]))
def test_f6_a_handshake_that_was_under_way_goes_on(grottod, tmp_path, seconds):
    cert, key = Authority(tmp_path).signs("localhost")
    server = grottod("chat", "--tls-cert", cert, "--tls-key", key, "--tls-handshake", "2s")
    before = Before(server)
    peer = server.connect("shakes hands")
    greeting = hello()
    peer.send(greeting[:100])
    wait_until(lambda: peer.unread() == 0, "half a hello to be read")
    server.signal(signal.SIGSTOP)
    peer.send(greeting[100:])
    time.sleep(seconds)  # the stop itself is what is tested
    server.signal(signal.SIGCONT)
    assert peer.read_exactly(2) == b"\x16\x03"  # its ServerHello: a record of a handshake (RFC 8446, section 5.1)
    peer.closes()
    before.is_as_it_was()


def test_what_came_while_it_stood_still_is_served(room):
    ana, oskar = room.enter("ana", "oskar")
    room.server.signal(signal.SIGSTOP)
    ana.says("one", "two")
    waiting = room.server.connect("waiting")
    waiting.says("luzmi")
    wait_until(lambda: ana.unread() > 0, "the lines to lie there")
    room.server.signal(signal.SIGCONT)
    waiting.hears_like("greetings")
    heard = [oskar.next_line() for _ in range(3)]
    assert sorted(heard) == ["ana: one", "ana: two", "luzmi has joined the chat!"]


def test_the_idle_limit_ends_who_is_idle_with_a_reason(grottod):
    room = Room(grottod("chat", "--idle-timeout", "1"))
    ana, oskar = room.enter("ana", "oskar")
    ana.hears_like("idle|nothing was heard")
    oskar.read_to_end()
