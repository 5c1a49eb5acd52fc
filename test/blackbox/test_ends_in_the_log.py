"""The end of each connection is one line of the log: who it was, how long, what went in and out, and why it is over."""

import json
import re

from support.room import Room
from support.tls import NEEDS_TLS, Authority, connects
from support.waiting import wait_until
from support.web import Socket, get, read_answer

def ends(server):
    """The fields of each such line so far, oldest first."""
    lines = re.findall(r"^\S+ info disconnected (.*)$", server.log(), re.MULTILINE)
    return [dict(re.findall(r"(\w+)=(\S+)", line)) for line in lines]


def next_end(server, count=1):
    """The line of the connection that ends as number `count`."""
    wait_until(lambda: len(ends(server)) >= count, "the line of an end")
    found = ends(server)
    assert len(found) == count, found
    return found[-1]


def untold(server):
    """How many ends had no line of their own, by reason."""
    sums = {}
    for why, count in re.findall(r"disconnected_untold why=(\w+) count=(\d+)", server.log()):
        sums[why] = sums.get(why, 0) + int(count)
    return sums


class Counting:
    """What went over a socket in both directions."""

    def __init__(self, peer):
        self.sent, self.peer = 0, peer

    def sends(self, data):
        self.sent += len(data)
        self.peer.send(data)

    def ends(self):
        """Reads to the end; the bytes that came in all."""
        return len(self.peer.read_to_end())


def test_a_person_who_leaves(grottod):
    server = grottod("chat")
    ana = server.connect()
    address, ana = ana.name, Counting(ana)
    ana.sends(b"ana\nhello\nthere\n/quit\n")
    heard = ana.ends()
    end = next_end(server)
    assert 0 <= int(end.pop("seconds")) < 60
    assert end == {
        "peer": address, "name": "ana", "service": "chat", "door": "plain", "lines_in": "4", "bytes_in": str(ana.sent),
        "bytes_out": str(heard), "why": "quit",
    }  # fmt: skip


def test_who_says_no_name_has_none(grottod):
    server = grottod("chat")
    server.connect().closes()
    end = next_end(server)
    assert "name" not in end and end["why"] in ("peer_closed", "peer_reset")


def test_an_echo_counts_bytes_and_no_lines(grottod):
    server = grottod("echo")
    peer = Counting(server.connect())
    peer.sends(b"a\nb\n" * 50_000)
    peer.peer.half_closes()
    assert peer.ends() == 200_000
    end = next_end(server)
    assert end["bytes_in"] == end["bytes_out"] == "200000" and end["door"] == "bytes" and end["why"] == "peer_closed"
    assert "lines_in" not in end


def test_a_peer_of_a_unix_socket(grottod, tmp_path):
    server = grottod("echo", listen=[f"unix:{tmp_path / 'socket'}"])
    peer = Counting(server.connect())
    peer.sends(b"hello\n")
    peer.peer.half_closes()
    assert peer.ends() == 6
    end = next_end(server)
    assert end["peer"].startswith("unix:") and (end["bytes_in"], end["bytes_out"]) == ("6", "6")


def test_a_browser_counts_requests_then_lines(grottod):
    server = grottod("chat")
    visitor = server.connect()
    for _ in range(3):
        visitor.send(get("/healthz"))
        assert read_answer(visitor).status == 200
    visitor.closes()
    end = next_end(server)
    assert (end["door"], end["requests"]) == ("http", "3") and "lines_in" not in end
    page = Socket(server)
    page.enters("luzmi")
    page.says("hello", "/quit")
    end = next_end(server, 2)
    assert (end["door"], end["name"], end["lines_in"], end["why"]) == ("websocket", "luzmi", "3", "quit")


@NEEDS_TLS
def test_under_tls_bytes_are_those_of_the_wire(grottod, tmp_path):
    cert, key = Authority(tmp_path).signs("localhost")
    server = grottod("echo", "--tls", "only", "--tls-cert", cert, "--tls-key", key)
    peer = connects(server)
    peer.send(b"x" * 1_000)
    assert peer.read_exactly(1_000) == b"x" * 1_000
    peer.closes()
    end = next_end(server)
    assert int(end["bytes_in"]) > 1_000 and int(end["bytes_out"]) > 1_000


def test_who_is_sent_away_and_who_is_gone(grottod):
    server = grottod("chat", "--idle-timeout", "300ms", "--rate", "off")
    server.connect("ana").says("ana")
    assert next_end(server)["why"] == "idle_timeout"
    server = grottod("chat", "--rate", "off")
    (bea,) = Room(server).enter("bea")
    bea.resets()
    end = next_end(server)
    assert (end["name"], end["why"]) == ("bea", "peer_reset")


def test_the_line_of_json_has_numbers(grottod):
    server = grottod("chat", "--log-format", "json")
    ana = server.connect()
    ana.says("ana", "/quit")
    ana.read_to_end()
    wait_until(lambda: '"event":"disconnected"' in server.log(), "the line")
    (line,) = [json.loads(line) for line in server.log().splitlines() if '"disconnected"' in line]
    assert line["level"] == "info" and line["name"] == "ana" and line["lines_in"] == 2 and line["bytes_in"] == 10
    assert isinstance(line["seconds"], int) and isinstance(line["bytes_out"], int)


def test_a_storm_of_ends_is_counted_not_written_out(grottod):
    server = grottod("echo", "--log-ends", "5")
    for _ in range(300):
        server.connect().resets()
    server.waits_until_all_left()

    def told():
        return len(ends(server)) + untold(server).get("peer_reset", 0) + untold(server).get("peer_closed", 0)

    wait_until(lambda: told() >= 300, "all to be told")
    assert told() == 300
    assert len(ends(server)) <= 100, "the limit does not hold"


def test_each_reason_has_its_own_share(grottod):
    server = grottod("chat", "--log-ends", "1", "--rate", "off")
    room = Room(server)
    (ana,) = room.enter("ana")
    for _ in range(50):
        server.connect().resets()
    ana.says("/quit")
    wait_until(lambda: any(end["why"] == "quit" for end in ends(server)), "the line of ana")


def test_above_info_there_is_none(grottod):
    server = grottod("echo", "--log-level", "warning")
    for _ in range(5):
        server.connect().closes()
    assert server.stops() == 0
    assert "disconnected" not in server.log()


def test_those_who_are_here_at_the_end_have_one_too(grottod):
    server = grottod("chat", "--rate", "off")
    room = Room(server)
    room.enter("ana", "oskar")
    assert server.stops() == 0
    assert sorted(end["name"] for end in ends(server)) == ["ana", "oskar"]
    assert {end["why"] for end in ends(server)} == {"server_stopping"}
    assert server.log().index("disconnected") < server.log().index(" stopped")


def test_counts_go_on_over_an_upgrade(grottod):
    server = grottod("chat", "--rate", "off")
    ana = server.connect()
    ana.says("ana", "one", "two")
    ana.says("/time")
    ana.read_past(b"/time is off")
    server.upgrades()
    assert ends(server) == [], "nobody has gone"
    ana.says("three", "/quit")
    ana.read_to_end()
    end = next_end(server)
    assert (end["name"], end["lines_in"]) == ("ana", "6")
    assert end["bytes_in"] == str(len("ana\none\ntwo\n/time\nthree\n/quit\n"))


def test_each_worker_tells_of_its_own(grottod):
    server = grottod("chat", "--rate", "off", "--workers", 2)
    room = Room(server)
    room.enter("ana", "oskar", "luzmi", "jon")
    for name in ("jon", "luzmi", "oskar", "ana"):
        room.leaves(name)
    next_end(server, 4)
    assert sorted(end["name"] for end in ends(server)) == ["ana", "jon", "luzmi", "oskar"]
