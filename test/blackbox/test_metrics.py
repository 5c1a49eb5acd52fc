"""/metrics and /healthz: what they tell, to whom, and that nobody who asks for them costs the others anything."""

import random
import shutil
import subprocess

import pytest

from support import bounds
from support.lengths import not_in_short_calls
from support.metrics import Metrics
from support.room import Room, founds
from support.seed import random_seed
from support.server import run_grottod
from support.waiting import wait_until
from support.web import Socket, ask, ask_at, get, read_answer, request

ADMIN = ("--admin", "127.0.0.1:0")
SCRAPERS = 16  # AdminListener::kConnectionsMax


@pytest.fixture
def watched(grottod):
    """A chat with an admin listener, which is its second one."""
    return lambda *args, **how: Room(grottod("chat", "--history", 0, *ADMIN, *args, listeners=2, **how))


def is_turned_away(peer, sentence):
    peer.hears(sentence)
    peer.hears_end()


def test_people_are_counted_by_what_they_speak_and_by_how_they_leave(watched):
    room = watched("--store", "none")
    metrics = Metrics(room.server, 1)
    assert metrics.value("grotto_accepted_total", service="chat") == 0
    ana, oskar = room.enter("ana", "oskar")
    telnet = room.server.connect("telnet")
    telnet.send(b"\xff\xfd\x01")  # IAC DO ECHO
    browser = Socket(room.server)
    spare = room.server.connect("program")
    spare.send(get("/healthz"))
    assert read_answer(spare).status == 200
    doors = {"plain": 2, "telnet": 1, "websocket": 1, "http": 1, "hello": 0, "events": 0, "bytes": 0, "program": 0}
    for door, count in doors.items():
        metrics.becomes(count, "grotto_connections", service="chat", door=door)
    assert metrics.value("grotto_accepted_total", service="chat") == 5
    room.leaves("ana", lambda peer: (peer.says("/quit"), peer.lines_until("Goodbye!"), peer.hears_end(), peer.closes()))
    metrics.becomes(1, "grotto_closed_total", reason="quit")
    room.leaves("oskar", lambda peer: peer.resets())
    metrics.becomes(1, "grotto_closed_total", reason="peer_reset")
    metrics.becomes(0, "grotto_connections", service="chat", door="plain")
    for peer in (telnet, browser.peer, spare):
        peer.closes()
    for door in doors:
        metrics.becomes(0, "grotto_connections", service="chat", door=door)


def test_lines_and_deliveries_are_counted_exactly(watched):
    room = watched("--store", "none")
    metrics = Metrics(room.server, 1)
    ana, oskar, luzmi = room.enter("ana", "oskar", "luzmi")
    metrics.becomes(3, "grotto_deliveries_total")  # who came later, to those who were there
    before = {name: metrics.value(f"grotto_{name}_total") for name in ("lines_received", "room_lines", "deliveries", "sent_bytes", "received_bytes")}
    assert before["lines_received"] == 3  # the names
    ana.says("one", "two")
    room.hear_all("ana: one", "ana: two", but=ana)
    oskar.says("three")
    room.hear_all("oskar: three", but=oskar)
    metrics.becomes(before["deliveries"] + 6, "grotto_deliveries_total")
    assert metrics.value("grotto_lines_received_total") == before["lines_received"] + 3
    assert metrics.value("grotto_room_lines_total") == before["room_lines"] + 3
    told = metrics.value("grotto_lines_sent_total") - metrics.value("grotto_deliveries_total")
    oskar.says("/who")
    oskar.next_line()
    metrics.becomes(metrics.value("grotto_deliveries_total") + told + 1, "grotto_lines_sent_total")
    assert metrics.value("grotto_sent_bytes_total") >= before["sent_bytes"] + len("ana: one\r\nana: two\r\noskar: three\r\n") * 2
    assert metrics.value("grotto_received_bytes_total") >= before["received_bytes"] + len("one\ntwo\nthree\n/who\n")


def test_who_is_refused_is_counted_by_the_reason(watched):
    room = watched("--deny", "127.0.0.3", "--max-clients", 1)
    metrics = Metrics(room.server, 1)
    is_turned_away(room.server.connect(source="127.0.0.3"), "Your address is not allowed here. [not-allowed]")
    metrics.becomes(1, "grotto_refused_total", reason="not_allowed")
    room.enter("ana")
    is_turned_away(room.server.connect(), "The server is full, try again later. [full]")
    metrics.becomes(1, "grotto_refused_total", reason="full")
    assert metrics.value("grotto_clients_max") == 1
    assert metrics.value("grotto_closed_total", reason="server_full") == 0  # those were never served


def test_flood_control_tells_how_often_and_how_long_somebody_waited(watched):
    room = watched("--rate", 50, "--rate-burst", 1)
    metrics = Metrics(room.server, 1)
    ana, oskar = room.enter("ana", "oskar")
    ana.says(*(str(number) for number in range(10)))
    oskar.hears(*(f"ana: {number}" for number in range(10)))
    metrics.read()
    delays = metrics.value("grotto_flood_delays_total")
    assert delays >= 8
    assert 0.001 * delays <= metrics.value("grotto_flood_delay_seconds_total") <= 0.021 * delays


def test_what_people_call_themselves_is_never_a_label(watched):
    room = watched("--store", "none")
    metrics = Metrics(room.server, 1)
    series = set(metrics.samples)
    (ana,) = room.enter("zarzamora")
    founds(ana, "guarida")
    metrics.becomes(2, "grotto_rooms")
    for word in ("zarzamora", "guarida", "lobby", "127.0.0.1"):
        assert word not in metrics.text
    assert set(metrics.samples) == series


def test_the_store_tells_its_commits_and_that_nothing_waits(watched):
    room = watched()
    metrics = Metrics(room.server, 1)
    ana, oskar = room.enter("ana", "oskar")
    before = metrics.read().value("grotto_store_commit_duration_seconds_count")
    ana.says("kept", "/sync")
    oskar.hears("ana: kept")
    ana.next_line()
    metrics.becomes(0, "grotto_store_queue_lines")
    assert metrics.value("grotto_store_commit_duration_seconds_count") > before
    assert metrics.value("grotto_store_up") == 1
    assert metrics.value("grotto_store_lost_lines_total") == 0


@pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
def test_prometheus_own_judge_finds_nothing_to_say(watched):
    metrics = Metrics(watched().server, 1)
    judged = subprocess.run(["promtool", "check", "metrics"], input=metrics.text, capture_output=True, text=True, timeout=bounds.WAIT, check=False)
    assert (judged.returncode, judged.stdout, judged.stderr) == (0, "", "")


# Who may read them.


def test_an_admin_listener_has_two_pages_and_the_others_keep_one(watched):
    room = watched()
    assert ask_at(room.server, 1, get("/healthz")).json == {"status": "ok", "service": "chat"}
    for path in ("/", "/ws", "/rooms", "/main.js", "/metrics/x"):
        assert ask_at(room.server, 1, get(path)).code == "not-found"
    assert ask_at(room.server, 1, request("POST /metrics HTTP/1.1", "Content-Length: 0")).status == 405
    assert ask(room.server, get("/metrics")).code == "not-found"
    assert ask(room.server, get("/healthz")).status == 200


def test_without_one_the_metrics_are_on_the_web_door_for_this_machine(grottod):
    server = grottod("chat", "--trusted-proxy", "127.0.0.2", "--store", "none")
    assert Metrics(server).value("grotto_up") == 1

    def from_afar(data):
        peer = server.connect(source="127.0.0.2")
        peer.send(b"PROXY TCP4 203.0.113.7 127.0.0.1 4711 5001\r\n" + data)
        return read_answer(peer)

    refused = from_afar(get("/metrics"))
    assert (refused.status, refused.code) == (403, "not-allowed")
    assert from_afar(get("/healthz")).status == 200
    assert ask(server, get("/metrics", "X-Forwarded-For: 203.0.113.7")).status == 403


def test_others_read_them_if_they_are_named(grottod):
    server = grottod("chat", "--trusted-proxy", "127.0.0.2", "--metrics-readers", "203.0.113.0/24", "--store", "none")
    peer = server.connect(source="127.0.0.2")
    peer.send(b"PROXY TCP4 203.0.113.7 127.0.0.1 4711 5001\r\n" + get("/metrics"))
    assert read_answer(peer).status == 200
    assert ask(server, get("/metrics")).status == 403


def test_a_unix_socket_and_an_echo_have_an_admin_listener_too(grottod, tmp_path):
    server = grottod("echo", "--admin", f"unix:{tmp_path}/admin", listeners=2)
    echo = server.connect()
    echo.send(b"GET /metrics HTTP/1.1\r\n\r\n")
    assert echo.read_exactly(25) == b"GET /metrics HTTP/1.1\r\n\r\n"
    metrics = Metrics(server, 1)
    assert metrics.value("grotto_connections", service="echo", door="bytes") == 1
    assert "grotto_rooms" not in metrics.names()


@pytest.mark.parametrize("bad", ["localhost", "127.0.0.1:65536", "65536", "::1:9101", "unix:", "http://127.0.0.1:9101"])
def test_a_place_that_is_none_is_told_so(bad):
    ran = run_grottod("chat", "--admin", bad)
    expected = "HOST:PORT, [IPV6]:PORT, unix:PATH, or a port of this machine, from 0 to 65535"
    assert ran.returncode == 64
    assert ran.stderr == f'grottod: --admin: expected {expected}, not "{bad}".\n'


def test_a_port_that_is_taken_is_told_before_anybody_is_served(grottod):
    taken = grottod("chat", "--store", "none").address()
    ran = run_grottod("chat", "--store", "none", "--listen", "127.0.0.1:0", "--admin", taken)
    assert ran.returncode == 69 and taken in ran.stderr and ran.stdout == ""


# Scrapers that mean no good.


def test_a_full_server_still_tells_how_full_it_is(watched):
    room = watched("--max-clients", 1)
    room.enter("ana")
    metrics = Metrics(room.server, 1)
    assert metrics.value("grotto_connections", service="chat", door="plain") == metrics.value("grotto_clients_max") == 1


@not_in_short_calls("a refusal is one send, which a fresh socket takes whole")
def test_scrapers_that_stall_take_no_more_than_their_places(watched):
    room = watched("--http-head", "10m", "--http-keep-alive", "10m")
    ana, oskar = room.enter("ana", "oskar")
    idle = [room.server.connect("scraper", 1) for _ in range(SCRAPERS)]
    for number, peer in enumerate(idle):
        peer.send(b"GET /metrics HTTP/1.1\r\nHo" if number % 2 else get("/healthz"))
    for peer in idle[::2]:
        assert read_answer(peer).status == 200  # all before it were accepted
    more = room.server.connect("one more", 1)
    assert read_answer(more).status == 503
    more.hears_end()
    ana.says("kaixo")
    oskar.hears("ana: kaixo")
    idle.pop().resets()
    wait_until(lambda: ask_at(room.server, 1, get("/metrics")).status == 200, "the place of one who has gone")
    for peer in idle:
        peer.closes()


def test_a_scraper_that_stalls_is_ended_by_the_deadlines(watched):
    room = watched("--http-head", "300ms", "--http-keep-alive", "300ms")
    silent, half, satisfied = (room.server.connect("scraper", 1) for _ in range(3))
    half.send(b"GET /metrics HTTP/1.1\r\nHost: local")
    satisfied.send(get("/metrics"))
    assert read_answer(satisfied).status == 200
    assert read_answer(half).status == 408
    for peer in (silent, half, satisfied):
        peer.hears_end()


def test_a_scraper_that_asks_and_never_reads_is_served_no_further_and_closed(watched):
    room = watched("--no-progress", "500ms")
    ana, oskar = room.enter("ana", "oskar")
    deaf = room.server.connect("deaf", 1, receive_buffer=4096)
    for _ in range(100):
        try:
            deaf.send(get("/metrics") * 100)
        except (OSError, AssertionError):
            break  # it is closed already
        ana.says("kaixo")
        oskar.hears("ana: kaixo")
    metrics = Metrics(room.server, 1)
    assert metrics.value("grotto_connections", service="chat", door="plain") == 2
    assert metrics.value("process_resident_memory_bytes") < 200e6
    deaf.resets()


def test_rubbish_is_answered_once_and_closed(watched):
    room = watched()
    chance = random.Random(random_seed())
    ana, oskar = room.enter("ana", "oskar")
    for rubbish in (b"\x16\x03\x01\x02\x00\x01", b"SSH-2.0-x\r\n\r\n", b"\xff" * 2000, b"kaixo\r\n\r\n", *(chance.randbytes(300) + b"\r\n\r\n" for _ in range(20))):
        peer = room.server.connect("rubbish", 1)
        peer.send(rubbish)
        peer.half_closes()
        answer = peer.is_reset_or_ended()
        assert answer == b"" or answer.startswith(b"HTTP/1.1 "), answer
        peer.closes()
    ana.says("kaixo")
    oskar.hears("ana: kaixo")
    assert ask_at(room.server, 1, get("/metrics")).status == 200


def test_a_stop_ends_a_scraper_that_waits_for_its_next_time(watched):
    room = watched("--close-drain", "100ms")
    scraper = room.server.connect("scraper", 1)
    scraper.send(get("/metrics"))
    assert read_answer(scraper).status == 200
    assert room.server.stops() == 0
    scraper.hears_end()


def test_an_upgrade_takes_the_admin_listener_along_and_counts_who_is_there_anew(watched):
    room = watched("--store", "none", "--workers", 2)
    room.enter("ana", "oskar")
    telnet = room.server.connect("telnet")
    telnet.send(b"\xff\xfd\x01")
    browser = Socket(room.server)
    metrics = Metrics(room.server, 1)
    metrics.becomes(1, "grotto_connections", service="chat", door="telnet")
    began = metrics.value("process_start_time_seconds")
    scraper = room.server.connect("scraper", 1)
    scraper.send(get("/healthz"))
    assert read_answer(scraper).status == 200
    room.server.upgrades()
    room.hear_all("The server was upgraded.")
    scraper.hears_end()
    for door, count in {"plain": 2, "telnet": 1, "websocket": 1, "http": 0, "hello": 0}.items():
        metrics.becomes(count, "grotto_connections", service="chat", door=door)
    assert metrics.value("process_start_time_seconds") > began
    assert metrics.value("grotto_accepted_total", service="chat") == 0
    for peer in (telnet, browser.peer):
        peer.closes()
    metrics.becomes(0, "grotto_connections", service="chat", door="telnet")
    metrics.becomes(0, "grotto_connections", service="chat", door="websocket")
