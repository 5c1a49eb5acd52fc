"""Every bound of one peer and of rooms can be set, and what happens at it is the same as at its default."""

import re
import subprocess
import time
from pathlib import Path

import pytest

from support.bounds import FACTOR, WAIT
from support.room import GREETING, Room, founds, joined, refused, welcome
from support.server import run_grottod
from support.tls import NEEDS_TLS, Authority, hello
from support.waiting import wait_until
from support.web import TEXT, Socket, frame

COUNTED = ("--exempt", "unix")  # so that connections of this machine count too


def settings(*args):
    run = run_grottod(*args, "--print-config")
    assert run.returncode == 0, run.stderr
    return dict(re.findall(r"^(\w+) = (.+?)(?:  # .*)?$", run.stdout, re.MULTILINE))


def log_has(server, text):
    wait_until(lambda: text in server.log(), f"the log to tell {text!r}")


def test_the_defaults_are_those_that_are_promised():
    promised = {
        "line_bytes_max": "4096", "descriptors_reserved": "64", "clients_per_address": "16", "rooms_per_address": "32", "waiting_max": "100", "accepts_per_turn": "64",
        "accept_pause": '"10ms"', "accept_pause_max": '"1s"', "kept_windows": "4",
        "first_bytes": '"150ms"', "hello_timeout": '"60s"', "silent_hello": '"10s"', "tls_handshake": '"10s"', "http_head": '"10s"', "idle_timeout": '"off"', "keep_alive": '"60s"', "vanished": '"30s"',
        "rate": "5", "rate_burst": "20", "rate_bytes": "16384", "no_progress": '"10s"', "outbox_bytes_max": "262144", "outbox_bytes_busy": "16384", "pending_bytes_max": "65536",
        "window_bytes_total": "67108864", "window_bytes_min": "65536", "window_bytes_max": "1048576", "window_lines_max": "2500", "patience": '"2s"', "patience_newcomer": '"200ms"',
        "log_memory": "268435456", "rooms_max": "10000", "rooms_per_person": "16", "members_listed_max": "1000", "arrival_listed_max": "100", "quiet_room_members": "100", "log_ends": "100", "log_refusals": "20",
    }  # fmt: skip
    shown = settings()
    assert {key: shown[key] for key in promised} == promised


def test_a_first_pause_that_is_longer_than_the_longest_is_refused():
    run = run_grottod("--accept-pause", "5s", "--print-config")
    assert run.returncode != 0
    assert "--accept-pause (5000 ms) is more than --accept-pause-max (1000 ms)." in run.stderr


def test_every_bound_is_shown_and_is_in_the_operators_manual():
    shown = run_grottod("--print-config").stdout
    chapters = dict(re.findall(r"^# (.+)\n((?:.+\n)+)", shown, re.MULTILINE))
    manual = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    manual = manual[manual.index("\n## Limits\n") : manual.index("\n## Keeping order\n")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in manual.splitlines() if line.startswith("| `--")]
    reasons = {name: row[3] for row in rows for name in re.findall(r"`--([a-z-]+)", row[0])}
    for chapter in ("Limits", "HTTP and WebSocket", "Rooms and their memory"):
        for key in re.findall(r"^(\w+) = ", chapters[chapter], re.MULTILINE):
            assert len(reasons[key.replace("_", "-")]) > 10, key


# ---- Who comes in ------------------------------------------------------------------------------------------------------------------


def test_networks_that_are_not_counted_are_listed_and_can_be_others(grottod):
    assert settings()["exempt"] == '["127.0.0.0/8", "::1/128", "unix"]'
    server = grottod("chat", *COUNTED, "--clients-per-address", 3)
    for number in range(3):
        server.connect(f"peer {number}").hears_like("greetings")
    fourth = server.connect("fourth")
    fourth.hears("Too many connections from your address. [too-many-connections]")
    fourth.hears_end()
    other = server.connect("other", source="127.0.0.2")
    other.hears_like("greetings")


def test_as_many_descriptors_stay_free_as_are_reserved(grottod):
    for reserved, clients in ((64, 136), (100, 100)):
        server = grottod("chat", "--descriptors-reserved", reserved, "--log-level", "info", nofile=200)
        log_has(server, f"clients_max={clients}")


def test_of_descriptors_it_takes_as_many_as_it_may(grottod):
    """The soft limit is raised to the hard one."""
    log_has(grottod("chat", "--log-level", "info", nofile=(100, 300)), "clients_max=236")


def test_a_listener_gives_way_after_each_connection_and_serves_all(grottod):
    server = grottod("chat", "--accepts-per-turn", 1)
    for peer in [server.connect(f"peer {number}") for number in range(40)]:
        peer.hears_like("greetings")


def test_refusals_have_a_line_each_up_to_the_bound_and_then_a_count(grottod):
    server = grottod("chat", "--deny", "127.0.0.0/8", "--log-refusals", 2)
    for number in range(12):
        server.connect(f"peer {number}").hears_like("not-allowed")

    def told():
        return [int(count) for count in re.findall(r"refused .*count=(\d+)", server.log())]

    wait_until(lambda: sum(told()) == 12, "all refusals to be told of")
    assert len(told()) <= 6, told()


def test_an_attack_that_goes_on_has_one_line_a_second(grottod):
    server = grottod("chat", "--deny", "127.0.0.0/8", "--log-refusals", 20, "--workers", 1)
    began, refused_at_all = time.monotonic(), 0
    while time.monotonic() - began < 4:  # hundreds a second
        for number in range(50):
            peer = server.connect(f"peer {number}")
            peer.hears_like("not-allowed")
            peer.closes()
        refused_at_all += 50

    def told():
        return [int(count) for count in re.findall(r"refused .*count=(\d+)", server.log())]

    wait_until(lambda: sum(told()) == refused_at_all, "all refusals to be told of")
    lasted = time.monotonic() - began
    assert 20 < len(told()) <= 2 * 20 + lasted + 1, (lasted, told())  # twice: this program may stand still for a second


# ---- Times ------------------------------------------------------------------------------------------------------------------------


def keep_alive_timer(server, peer):
    """What ss tells of the server's end: ("keepalive", seconds), or nothing."""
    port = peer.sock.getsockname()[1]
    lines = subprocess.run(["ss", "-tno", f"sport = :{server.port} and dport = :{port}"], capture_output=True, text=True, timeout=WAIT, check=True).stdout
    found = re.search(r"timer:\(keepalive,(?:(\d+)min)?(?:(\d+)sec)?", lines)
    return found and int(found[1] or 0) * 60 + int(found[2] or 0)


def test_tcp_asks_a_silent_peers_machine(grottod):
    for given, least, most in ((), 30, 60), (("--keep-alive", "20s"), 5, 20), (("--keep-alive", "off"), None, None):
        server = grottod("chat", *given)
        peer = server.connect()
        peer.hears_like("greetings")
        seconds = keep_alive_timer(server, peer)
        assert seconds is None if least is None else least <= seconds <= most, (given, seconds)


def test_a_port_for_browsers_waits_only_so_long_for_the_first_bytes(grottod):
    server = grottod("chat", "--doors", "web", "--silent-hello", "300ms")
    began = time.monotonic()
    peer = server.connect()
    assert len(peer.remaining_lines()) <= 1
    assert 0.25 < time.monotonic() - began < 5 * FACTOR


@NEEDS_TLS
def test_a_handshake_that_is_not_over_in_time_is_closed(grottod, tmp_path):
    cert, key = Authority(tmp_path).signs("localhost", "DNS:localhost")
    server = grottod("chat", "--tls-cert", cert, "--tls-key", key, "--tls-handshake", "300ms")
    peer = server.connect()
    peer.send(hello()[:40])
    began = time.monotonic()
    peer.hears_end()
    assert time.monotonic() - began < 5 * FACTOR  # not the 10 s of before


# ---- What waits --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["plain", "WebSocket"])
def test_behind_a_line_that_waits_no_more_is_read(grottod, door):
    server = grottod("chat", "--line-bytes-max", 1024, "--pending-bytes-max", 2048, "--rate", 1, "--rate-burst", 2)
    (oskar,) = Room(server).enter("oskar")
    lines = [b"ana", *[b"x" * 99] * 300]
    if door == "plain":
        ana, sent = server.connect(), b"".join(line + b"\n" for line in lines)
    else:
        ana, sent = Socket(server).peer, b"".join(frame(TEXT, line) for line in lines)
    ana.send(sent)
    oskar.hears(joined("ana"), *["ana: " + "x" * 99] * 2)  # the burst
    assert len(sent) - ana.unread() <= 2048 + 1024  # of the burst, and what has been said since


# ---- Rooms ------------------------------------------------------------------------------------------------------------------------


def test_so_many_rooms_from_an_address(grottod):
    server = grottod("chat", *COUNTED, "--rooms-per-address", 2)
    room = Room(server)
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "cave")
    founds(oskar, "den")
    assert refused(ana, "/join nook", "too-many-rooms") == "There are 2 rooms from your address already, which is the most. [too-many-rooms]"
    ana.says("/join den")  # what is there already may be joined
    ana.hears("You are in den now, and your lines go there.", "Also here: @oskar")
    luzmi = server.connect("luzmi", source="127.0.0.2")  # another address has rooms of its own
    luzmi.says("luzmi")
    luzmi.lines_until("Connected users: ana oskar")
    founds(luzmi, "nook")


def test_a_room_that_is_gone_does_not_count_any_more(grottod):
    server = grottod("chat", *COUNTED, "--rooms-per-address", 1)
    (ana,) = Room(server).enter("ana")
    for name in ("cave", "den", "nook"):
        founds(ana, name)
        refused(ana, "/join other", "too-many-rooms")
        ana.says("/leave")
        ana.hears(f"You left {name}; your lines go to lobby.")


def test_this_machine_may_found_as_many_as_there_may_be(grottod):
    (ana,) = Room(grottod("chat", "--rooms-per-address", 1)).enter("ana")
    founds(ana, "cave")
    founds(ana, "den")


def test_so_many_rooms_of_a_person_and_in_a_list(grottod):
    (ana,) = Room(grottod("chat", "--rooms-per-person", 3, "--rooms-listed-max", 1)).enter("ana")
    founds(ana, "cave")
    founds(ana, "den")
    assert "3 rooms" in refused(ana, "/join nook", "too-many-rooms")
    ana.says("/rooms")
    assert b"2 more" in ana.read_past(b" more")


def test_who_asks_is_told_more_names_than_who_comes_in(grottod):
    room = Room(grottod("chat", "--arrival-listed-max", 2, "--members-listed-max", 4))
    room.enter("ana", "bea")
    for name, others in (("cid", "ana bea"), ("dora", "ana bea and 1 more"), ("edurne", "ana bea and 2 more"), ("fran", "ana bea and 3 more")):
        peer = room.server.connect(name)
        peer.says(name)
        peer.hears(GREETING, welcome(name), f"Connected users: {others}")
    peer.says("/who")
    peer.hears("6 people are here: ana bea cid dora and 2 more")


def test_a_line_to_many_costs_more_and_none_is_lost(grottod):
    """Three hear each line, and one that is heard by more than one counts threefold: two pass at once."""
    room = Room(grottod("chat", "--rate-members", 1, "--rate-burst", 6, "--rate", 6))
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    began = time.monotonic()
    ana.send(b"".join(b"line %d\n" % number for number in range(6)))
    oskar.hears("ana: line 0", "ana: line 1")
    oskar.hears(*(f"ana: line {number}" for number in range(2, 6)))
    assert time.monotonic() - began > 1.5  # four lines more, at two a second
    luzmi.hears(*(f"ana: line {number}" for number in range(6)))


def test_after_a_start_a_room_has_so_many_lines_in_memory(grottod, tmp_path):
    store = ("--store", tmp_path / "grotto.db")
    server = grottod("chat", *store)
    if "built without" in server.log():
        pytest.skip("built without a store")
    (ana,) = Room(server).enter("ana")
    for number in range(10):
        ana.says(f"line {number}")
    ana.says("/sync")
    ana.read_past(b"kept")
    server.stops()
    server = grottod("chat", *store, "--restored-lines-max", 4)
    oskar = server.connect("oskar")
    oskar.says("oskar")
    heard = oskar.lines_until("ana: line 9")
    assert "ana: line 6" in heard and "ana: line 5" not in heard, heard
