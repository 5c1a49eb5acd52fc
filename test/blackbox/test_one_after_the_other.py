"""`--max-clients N`: with --wait-turn one is served after the other, without it the rest read why not."""

import re
import signal

from support.lengths import not_in_short_calls
from support.waiting import wait_until


def one_at_a_time(grottod, service="echo", count=1):
    return grottod(service, "--max-clients", count, "--wait-turn")


def echoes(peer, data):
    peer.send(data)
    return peer.read_exactly(len(data)) == data


def test_echo_serves_one_connection_after_the_other(grottod):
    server = one_at_a_time(grottod)
    first, second, third = (server.connect(name) for name in ("first", "second", "third"))
    assert echoes(first, b"one")
    second.send(b"two")
    third.send(b"three")
    assert echoes(first, b"again")
    first.half_closes()
    first.hears_end()
    assert second.read_exactly(3) == b"two"
    assert echoes(second, b"more")
    second.closes()
    assert third.read_exactly(5) == b"three"
    third.half_closes()
    third.hears_end()


def test_in_echo_those_who_wait_are_sent_nothing(grottod):
    server = one_at_a_time(grottod)
    first = server.connect("first")
    assert echoes(first, b"one")
    second = server.connect("second")
    second.hears_nothing()


def test_who_gives_up_waiting_is_passed_over(grottod):
    server = one_at_a_time(grottod)
    first, second, third = (server.connect(name) for name in ("first", "second", "third"))
    assert echoes(first, b"one")
    second.closes()
    third.send(b"three")
    first.closes()
    assert third.read_exactly(5) == b"three"


def test_more_than_one_may_be_served(grottod):
    server = one_at_a_time(grottod, count=2)
    first, second, third = (server.connect(name) for name in ("first", "second", "third"))
    assert echoes(first, b"one") and echoes(second, b"two")
    third.send(b"three")
    assert echoes(first, b"uno") and echoes(second, b"dos")
    second.resets()
    assert third.read_exactly(5) == b"three"


def test_waiting_lines_keep_their_bytes_whole(grottod):
    server = one_at_a_time(grottod)
    first = server.connect("first")
    assert echoes(first, b"one")
    second = server.connect("second")
    data = bytes(range(256)) * 100
    second.send(data)
    second.half_closes()
    first.closes()
    assert second.read_to_end() == data


def test_in_chat_those_who_wait_read_how_many_are_before_them(grottod):
    server = one_at_a_time(grottod, "chat")
    ana = server.connect("ana")
    ana.hears_like("greetings")
    places = []
    waiting = []
    for name in ("oskar", "luzmi", "jon"):
        waiting.append(server.connect(name))
        places.append(int(waiting[-1].hears_like(r"^(\d+) before you$").group(1)))
    assert places == [1, 2, 3]
    ana.says("ana")
    ana.hears_like("welcome ana")
    ana.closes()
    oskar = waiting[0]
    oskar.says("oskar")
    line = oskar.next_line()
    while re.match(r"\d+ before you$", line):
        line = oskar.next_line()
    assert line.startswith("Greetings")
    oskar.hears_like("welcome oskar")


def test_without_waiting_the_refused_one_reads_why(grottod):
    for service in ("chat", "echo"):
        server = grottod(service, "--max-clients", 1)
        first = server.connect("first")
        first.send(b"x\n")
        first.read_past(b"\n")
        second = server.connect("second")
        second.hears_like("full")
        second.hears_end()
        first.closes()
        _is_served_again(server)


def _is_served_again(server):
    from support.waiting import wait_until

    def is_served():
        peer = server.connect("later")
        peer.send(b"later\n")
        return b"full" not in peer.read_past(b"\n")

    wait_until(is_served, "the place to be free again")


def test_at_most_a_hundred_wait(grottod):
    server = one_at_a_time(grottod)
    first = server.connect("first")
    assert echoes(first, b"one")
    waiting = [server.connect(f"waiting {number}") for number in range(100)]
    beyond = server.connect("beyond")
    beyond.hears_like("full")
    beyond.hears_end()
    waiting[0].send(b"next")
    first.closes()
    assert waiting[0].read_exactly(4) == b"next"


def test_the_one_served_and_some_who_wait_leave_at_once(grottod):
    """All ends are seen in one round: who has left gets no turn, the next who is there does."""
    server = one_at_a_time(grottod)
    first = server.connect("first")
    assert echoes(first, b"one")
    gone = [server.connect(f"gone {number}") for number in range(20)]
    last = server.connect("last")
    last.send(b"next")
    server.signal(signal.SIGSTOP)
    for peer in (*gone, first):
        peer.closes()
    server.signal(signal.SIGCONT)
    assert last.read_exactly(4) == b"next"


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_where_descriptors_are_the_bound_there_are_some_for_all_who_wait(grottod):
    """400 less the reserve of 64 less 100 who wait: 236 are served, and everybody hears what becomes of him."""
    server = grottod("chat", "--wait-turn", "--workers", 2, "--log-level", "info", nofile=400)
    wait_until(lambda: "clients_max=236" in server.log(), "the log to tell how many are served")
    peers = [server.connect(f"peer {number}") for number in range(380)]
    heard = [peer.next_line() for peer in peers]
    assert all("Greetings" in line for line in heard[:236]), heard[:236]
    assert heard[236:336] == [f"{number} before you" for number in range(1, 101)]
    assert heard[336:] == ["The server is full and too many wait already, try again later. [full]"] * 44
    assert "accept" not in server.log()


@not_in_short_calls("a line of refusal is one send, which a fresh socket takes whole")
def test_a_crowd_that_is_refused_leaves_the_server_its_descriptors(grottod):
    """Who is told that the server is full has a second to read it: they hold 16 of those that are reserved at most."""
    server = grottod("chat", "--workers", 2, "--log-level", "info", nofile=300)
    peers = [server.connect(f"peer {number}") for number in range(236 + 100)]
    assert all("Greetings" in peer.next_line() for peer in peers[:236])
    assert {peer.next_line() for peer in peers[236:]} == {"The server is full, try again later. [full]"}
    assert "accept" not in server.log()
