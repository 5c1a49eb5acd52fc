"""grotto-load echo --udp: what becomes of datagrams is counted as what becomes of lines."""

import socket

import pytest

from support.bounds import FACTOR
from support.faulty_datagrams import FaultyDatagrams
from support.load import ASSERTION_FAILED, FAILED, GOOD, INCONCLUSIVE, USAGE, Between, at_least, is_one_sentence, measured, run_load

pytestmark = pytest.mark.usefixtures("load")

AT_ONCE = ("--udp", "--warmup", "0s")
PACES = pytest.mark.parametrize("pace", [("--depth", 4), ("--rate", 2000)], ids=["closed", "open"])
LINES, EVERY, HITS = 1050, 50, 10  # in the first half: connections may end at different times, and some faults need two lines


@pytest.fixture
def faulty():
    """Starts datagram servers with one fault: `server = faulty("lose", every=5)`."""
    servers = []

    def start(*how, **named):
        servers.append(FaultyDatagrams(*how, **named))
        return servers[-1]

    yield start
    for server in servers:
        server.is_over()


@pytest.fixture
def hit_run(faulty):
    """A run against an echo that does the fault to ten lines."""

    def run(fault, pace):
        server = faulty(fault, EVERY, HITS)
        return measured("echo", server.address(), "-c", 5, "--count", LINES, *AT_ONCE, *pace)

    return run


# A good server.


@pytest.mark.parametrize("pace", [(), ("--depth", 8), ("--depth", 2, "--burst", 4), ("--rate", 2000), ("-t", 2)])
def test_a_good_echo_has_no_errors(faulty, pace):
    run = measured("echo", faulty().address(), "-c", 5, "--count", 1000, *AT_ONCE, *pace)
    run.ends_with(GOOD, INCONCLUSIVE).finds(sent=1000, expected=1000, received=1000, connections=5)
    assert run.report["bytes_sent"] == run.report["bytes_received"] == 64_000, run.story("bytes")
    assert run.report["options"]["transport"] == "udp", run.story("that it was UDP is not said")


@pytest.mark.parametrize("size", [64, "64-1400", 65_507])
def test_lines_of_any_size_come_back_whole(faulty, size):
    measured("echo", faulty().address(), "-c", 2, "--count", 100, "--size", size, *AT_ONCE).is_clean().counts(received=100)


def test_a_run_for_a_time_is_warmed_up_and_ends_in_time(faulty):
    run = measured("echo", faulty().address(), "-c", 5, "--udp", "-d", "500ms", "--warmup", "100ms").is_clean()
    assert 0.5 <= run.report["measured_s"] < 1 * FACTOR, run.story("it took long")
    assert run.report["received"] >= 100, run.story("hardly anything was done")


def test_each_source_address_is_used(faulty):
    run = measured("echo", faulty().address(), "-c", 4, "--source", "127.0.0.2-127.0.0.5", "--count", 40, *AT_ONCE)
    run.is_clean().counts(received=40)


# Faults of a datagram.


@PACES
def test_lost_datagrams_are_counted(hit_run, pace):
    hit_run("lose", pace).ends_with(ASSERTION_FAILED).finds(lost=HITS).counts(sent=LINES, received=LINES - HITS)


@PACES
def test_duplicated_datagrams_are_counted(hit_run, pace):
    hit_run("duplicate", pace).ends_with(ASSERTION_FAILED).finds(duplicated=HITS).counts(received=LINES)


@PACES
def test_reordered_datagrams_are_counted(hit_run, pace):
    hit_run("swap", pace).ends_with(ASSERTION_FAILED).finds(reordered=HITS).counts(received=LINES)


@PACES
@pytest.mark.parametrize("fault", ["corrupt", "endless", "double"])
def test_a_datagram_that_is_not_what_was_sent_is_corruption_and_no_loss(hit_run, pace, fault):
    hit_run(fault, pace).ends_with(ASSERTION_FAILED).finds(corrupted=HITS).counts(received=LINES - HITS)


@PACES
def test_a_datagram_of_another_connection_is_foreign(hit_run, pace):
    hit_run("foreign", pace).ends_with(ASSERTION_FAILED).finds(foreign=at_least(HITS)).counts(received=LINES)


def test_a_lost_datagram_holds_a_closed_loop_for_the_timeout(faulty):
    """Four of twenty; after the last nothing comes, so it has timed out."""
    words = ("-c", 1, "--count", 20, "--timeout", "200ms", *AT_ONCE)
    run = measured("echo", faulty("lose", 5).address(), *words)
    run.ends_with(ASSERTION_FAILED).finds(lost=3, timed_out=1).counts(sent=20, received=16)
    assert 0.8 <= run.seconds < 4 * FACTOR, run.story("how long it took")
    assert run.report["service_us"]["max"] >= 200_000, run.story("the lost ones are in no series")


# Servers that are not there.


def test_a_port_that_nobody_has_is_refused_at_once():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % sock.getsockname()[1]
    run = measured("echo", address, "-c", 3, *AT_ONCE).ends_with(FAILED).counts(connections=0, connect_failures=3)
    assert "refused" in run.report["failure"], run.story("it was refused")
    assert run.seconds < 3 * FACTOR, run.story("it took long")


def test_a_server_that_never_answers_fails_within_the_timeout(faulty):
    run = measured("echo", faulty("never").address(), "-c", 3, "--timeout", "400ms", *AT_ONCE).ends_with(FAILED)
    assert "timeout" in run.report["failure"], run.story("the timeout is not named")
    assert run.seconds < 3 * FACTOR, run.story("it took long")


def test_a_server_that_goes_away_leaves_a_valid_report_of_what_was(faulty):
    run = measured("echo", faulty("die", 500).address(), "-c", 5, "-d", "30s", "--timeout", "1s", *AT_ONCE)
    run.ends_with(FAILED).counts(closed=5, received=Between(480, 499))
    assert run.seconds < 5 * FACTOR, run.story("it took long")


def test_who_answers_something_else_is_no_echo(faulty):
    run = run_load("echo", faulty("rude").address(), *AT_ONCE).ends_with(USAGE)
    assert is_one_sentence(run.err) and "go away" in run.err, run.story("one sentence with its answer is expected")


# Mistakes.


@pytest.mark.parametrize(
    "words, name",
    [
        (("127.0.0.1:9", "--dialect", "redis"), "redis"),
        (("unix:/tmp/nowhere",), "unix:/tmp/nowhere"),
        (("127.0.0.1:9", "--size", 65_508), "65507"),
    ],
)
def test_what_does_not_go_with_datagrams_is_refused(words, name):
    run = run_load("echo", *words, "--udp").ends_with(USAGE)
    assert is_one_sentence(run.err) and name in run.err and "--udp" in run.err, run.story("one sentence is expected")


# grottod, which answers at most ten datagrams of an address in a second.


def test_grottods_echo_is_clean_below_its_limit(grottod):
    server = grottod("echo", "--udp")
    run = measured("echo", f"127.0.0.1:{server.port}", "-c", 1, "--rate", 20, "--count", 8, *AT_ONCE)
    run.ends_with(GOOD, INCONCLUSIVE).finds(received=8)


def test_grottods_echo_serves_each_address(grottod):
    server = grottod("echo", "--udp")
    words = ("-c", 8, "--source", "127.0.0.2-127.0.0.9", "--count", 64)
    measured("echo", f"127.0.0.1:{server.port}", *words, *AT_ONCE).is_clean().counts(received=64)


def test_what_grottod_does_not_answer_is_counted(grottod):
    server = grottod("echo", "--udp")
    words = ("-c", 1, "--rate", 100, "--count", 50, "--timeout", "300ms")
    run = measured("echo", f"127.0.0.1:{server.port}", *words, *AT_ONCE).ends_with(ASSERTION_FAILED)
    run.counts(received=Between(1, 20), errors=Between(30, 49))
    assert run.report["lost"] + run.report["timed_out"] == run.report["errors"], run.story("other errors than loss")
