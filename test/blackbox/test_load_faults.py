"""grotto-load finds and names each fault of a faulty server, and none where there is none."""

import pytest

from support.bounds import FACTOR, SLOWED
from support.fault_proxy import FaultProxy
from support.lengths import not_in_short_calls
from support.load import ASSERTION_FAILED, FAILED, GOOD, Between, at_least, best_of_three, measured

pytestmark = pytest.mark.usefixtures("load")

# The server counts from its first line, so nothing is sent before the measuring.
AT_ONCE = ("--warmup", "0s")
# In both, what is late or lost does not hold up what comes after it.
PACES = pytest.mark.parametrize("pace", [("--depth", 4), ("--rate", 3000)], ids=["closed", "open"])
# Ten hits, and more lines after the last of them.
LINES, EVERY, HITS = 1050, 100, 10


@pytest.fixture
def echo_run(faulty_server):
    """A run against an echo server that does the fault to every hundredth line."""

    def run(fault, *how, pace=("--depth", 4)):
        server = faulty_server("echo", fault, "--every", EVERY, *how)
        # One connection: of several, one might end with the line that is hit. A neighbour takes two.
        connections = 5 if "neighbour" in how else 1
        return measured("echo", server.address(), "-c", connections, "--count", LINES, *AT_ONCE, *pace)

    return run


@pytest.fixture
def fanout_run(faulty_server):
    """A run of one speaker and some listeners; four lines are hit, by default at one listener each."""

    def run(fault, *how, service="grotto"):
        server = faulty_server(service, fault, "--every", 50, *how)
        dialect = "line" if service == "relay" else service
        pace = ("--rate", 2000, "--count", 220)
        return measured("fanout", server.address(), "--dialect", dialect, "-c", 5, *pace, *AT_ONCE).counts(sent=220)

    return run


def listeners(run):
    return run.report["expected"] // run.report["sent"]


# A good server.


@pytest.mark.parametrize("pace", [("--depth", 1), ("--depth", 16), ("--rate", 2000)], ids=["depth1", "depth16", "open"])
def test_a_good_echo_has_no_errors(faulty_server, pace):
    server = faulty_server("echo", "none")
    run = measured("echo", server.address(), "-c", 5, "--count", 1000, *AT_ONCE, *pace)
    run.is_clean().counts(sent=1000, expected=1000, received=1000, connections=5)


@pytest.mark.parametrize("size", [32, "32-512", "64:90,1024:10"])
def test_lines_of_any_size_come_back_whole(faulty_server, size):
    server = faulty_server("echo", "none")
    measured("echo", server.address(), "-c", 3, "--count", 600, "--size", size, *AT_ONCE).is_clean().counts(received=600)


@pytest.mark.parametrize("service", ["relay", "grotto"])
def test_a_good_fanout_has_no_errors(fanout_run, service):
    run = fanout_run("none", service=service).is_clean()
    assert listeners(run) >= 4, run.story("too few listeners")
    run.counts(received=run.report["expected"])


def test_a_good_chat_has_no_errors(faulty_server):
    server = faulty_server("grotto", "none")
    run = measured("chat", server.address(), "-c", 5, "--count", 300, *AT_ONCE)
    run.is_clean().counts(sent=300, expected=1200, received=1200)


def test_lines_in_two_pieces_and_in_heaps_come_whole(faulty_server):
    """Byte by byte, and each is late by as many milliseconds as it has bytes."""
    server = faulty_server("echo", "trickle")
    run = measured("echo", server.address(), "-c", 2, "--count", 6, "--size", 64, *AT_ONCE).is_clean()
    assert 64_000 <= run.report["service_us"]["p50"], run.story("earlier than it was sent")


# Faults of a line, in echo.


@PACES
def test_lost_lines_are_counted(echo_run, pace):
    run = echo_run("lose", pace=pace)
    run.ends_with(ASSERTION_FAILED).finds(lost=HITS).counts(sent=LINES, received=LINES - HITS)


@PACES
def test_duplicated_lines_are_counted(echo_run, pace):
    run = echo_run("duplicate", pace=pace)
    run.ends_with(ASSERTION_FAILED).finds(duplicated=HITS).counts(sent=LINES, received=LINES)


@PACES
def test_reordered_lines_are_counted(echo_run, pace):
    run = echo_run("swap", pace=pace)
    run.ends_with(ASSERTION_FAILED).finds(reordered=Between(HITS, 2 * HITS)).counts(received=LINES)


@PACES
@pytest.mark.parametrize("place", ["middle", "digit"])
def test_a_changed_byte_is_corruption_and_no_loss(echo_run, pace, place):
    run = echo_run("corrupt", "--place", place, pace=pace)
    run.ends_with(ASSERTION_FAILED).finds(corrupted=HITS).counts(received=LINES - HITS)


def test_a_changed_line_end_is_corruption(echo_run):
    """Two lines become one: it is corrupt, and the second of them is in nothing that came."""
    run = echo_run("corrupt", "--place", "end")
    run.ends_with(ASSERTION_FAILED).finds(corrupted=Between(HITS, 2 * HITS), lost=Between(0, HITS))
    run.counts(received=LINES - 2 * HITS)


def test_a_line_end_too_many_is_corruption_and_no_loss(echo_run):
    run = echo_run("corrupt", "--place", "split")
    run.ends_with(ASSERTION_FAILED).finds(corrupted=Between(HITS, 2 * HITS)).counts(received=LINES - HITS)


@PACES
def test_a_line_of_another_connection_is_foreign(echo_run, pace):
    run = echo_run("foreign", "--stranger", "neighbour", pace=pace)
    run.ends_with(ASSERTION_FAILED).finds(foreign=HITS).counts(received=LINES)


def test_a_line_of_an_earlier_run_is_foreign(faulty_server):
    server = faulty_server("echo", "foreign", "--every", EVERY)
    measured("echo", server.address(), "-c", 1, "--count", 50, *AT_ONCE).is_clean()
    server.waits_until_all_left()
    run = measured("echo", server.address(), "-c", 1, "--count", 1040, *AT_ONCE)
    run.ends_with(ASSERTION_FAILED).finds(foreign=HITS).counts(received=1040)


def test_a_line_that_nobody_sent_is_noticed(echo_run):
    run = echo_run("foreign", "--foreign", "Maintenance at noon, please log out.").ends_with(ASSERTION_FAILED)
    assert run.report["corrupted"] + run.report["foreign"] == HITS, run.story("lines that nobody sent")
    run.counts(received=LINES, lost=0, duplicated=0, reordered=0, closed=0, timed_out=0)


def test_the_last_line_lost_has_timed_out(faulty_server):
    server = faulty_server("echo", "lose", "--every", 10)
    run = measured("echo", server.address(), "-c", 1, "--count", 10, "--timeout", "300ms", *AT_ONCE)
    run.ends_with(ASSERTION_FAILED).finds(timed_out=1).counts(received=9)


def test_the_first_faults_are_told_in_words(echo_run):
    run = echo_run("lose")
    assert 1 <= len(run.report["faults"]) <= 20, run.story("how many faults are told")
    assert all("lost" in fault for fault in run.report["faults"]), run.story("each is a loss")


# Faults of a line, at one listener of a room or at all.


def test_a_line_lost_at_one_listener_is_counted_there(fanout_run):
    run = fanout_run("lose")
    run.ends_with(ASSERTION_FAILED).finds(lost=4).counts(received=run.report["expected"] - 4)


def test_a_line_lost_at_all_listeners_is_counted_for_each(fanout_run):
    run = fanout_run("lose", "--all")
    run.ends_with(ASSERTION_FAILED).finds(lost=4 * listeners(run))


# Lines that the server says it has left out.


@pytest.mark.parametrize("whom", [(), ("--all",)], ids=["one", "all"])
@pytest.mark.parametrize("left_out", [2, 30, 250])
@pytest.mark.parametrize("workload", [("fanout", "--publishers", 3), ("fanout",), ("chat",)], ids=["speakers", "speaker", "chat"])
def test_announced_gaps_are_no_faults_and_counted_to_the_line(faulty_server, workload, left_out, whom):
    """Of one reader, and of all at once, each another gap: nobody knows for sure then what came between."""
    server = faulty_server("grotto", "lap", "--every", 500, "--left-out", left_out, *whom)
    run = measured(workload[0], server.address(), *workload[1:], "-c", 6, "--rate", 4000, "--count", 2990, *AT_ONCE).is_clean()
    assert run.report["skipped"] >= 5 * left_out, run.story("gaps")
    run.counts(received=run.report["expected"] - run.report["skipped"])


@pytest.mark.parametrize("whom", [(), ("--all",)], ids=["one", "all"])
def test_what_is_missing_beside_an_announced_gap_is_lost(faulty_server, whom):
    server = faulty_server("grotto", "lap", "--every", 500, "--left-out", 30, "--unannounced", 1, *whom)
    run = measured("fanout", server.address(), "-c", 6, "--rate", 4000, "--count", 2990, *AT_ONCE)
    run.ends_with(ASSERTION_FAILED).finds(lost=5 * (listeners(run) if whom else 1))
    run.counts(received=run.report["expected"] - run.report["skipped"] - run.report["lost"])


def test_a_relay_needs_no_handshake_to_be_checked(fanout_run):
    fanout_run("lose", service="relay").ends_with(ASSERTION_FAILED).finds(lost=4)


def test_a_line_twice_at_one_listener_is_counted_there(fanout_run):
    run = fanout_run("duplicate")
    run.ends_with(ASSERTION_FAILED).finds(duplicated=4).counts(received=run.report["expected"])


def test_a_changed_byte_at_one_listener_is_counted_there(fanout_run):
    run = fanout_run("corrupt", "--place", "digit")
    run.ends_with(ASSERTION_FAILED).finds(corrupted=4).counts(received=run.report["expected"] - 4)


@pytest.mark.parametrize("whom", [(), ("--all",)], ids=["one", "all"])
def test_lines_of_one_speaker_swapped_are_reordered(fanout_run, whom):
    run = fanout_run("swap", *whom)
    # Where the one that is hit reads first, its order is the room's, and the others are said to differ.
    hits = 4 * (listeners(run) if whom else 1)
    run.ends_with(ASSERTION_FAILED).finds(reordered=Between(hits, 2 * 4 * listeners(run))).counts(received=run.report["expected"])


def test_one_listener_with_another_order_of_speakers_is_found(faulty_server):
    """Each speaker's own lines are in order: only the room's one order is broken, six times."""
    server = faulty_server("grotto", "swap", "--every", 53)
    run = measured("chat", server.address(), "-c", 5, "--rate", 500, "--count", 320, *AT_ONCE)
    run.ends_with(ASSERTION_FAILED).finds(reordered=at_least(1)).counts(received=run.report["expected"])


def test_a_line_of_an_earlier_room_is_foreign(faulty_server):
    server = faulty_server("grotto", "foreign", "--every", 100)
    words = ("chat", server.address(), "-c", 3, *AT_ONCE)
    measured(*words, "--count", 50).is_clean()
    server.waits_until_all_left()
    measured(*words, "--count", 540).ends_with(ASSERTION_FAILED).finds(foreign=5)


# Time.


in_true_time = pytest.mark.skipif(SLOWED, reason="a slowed-down program keeps no times")


@in_true_time
@pytest.mark.parametrize(
    "pace, series", [(("--depth", 1), "service_us"), (("--rate", 200), "response_us")], ids=["closed", "open"]
)
@not_in_short_calls("a time is measured")
def test_a_known_delay_is_measured_within_five_percent(faulty_server, pace, series):
    server = faulty_server("echo", "delay", "--delay-ms", 10)

    def attempt():
        run = measured("echo", server.address(), "-c", 4, "-d", "600ms", *AT_ONCE, *pace).finds()
        assert run.report[series]["count"] >= 50, run.story("too few lines")
        assert 10_000 <= run.report[series]["p50"] <= 10_500, run.story(f"{series} p50: {run.report[series]['p50']}")
        return run.ends_with(GOOD)

    best_of_three(attempt)


@in_true_time
def test_a_freeze_is_seen_by_all_who_would_have_spoken(faulty_server):
    """Half a second in three: a sixth of the lines waits, evenly from 500 ms down to 0. Who counts only what was sent sees ten."""

    def attempt():
        server = faulty_server("echo", "freeze", "--freeze-at-ms", 1500, "--freeze-ms", 500)
        run = measured("echo", server.address(), "-c", 10, "--rate", 1000, "-d", "3s", *AT_ONCE).finds()
        late = run.report["response_us"]
        assert late["count"] == Between(2900, 3100), run.story(f"{late['count']} lines")
        assert 475_000 <= late["max"] <= 600_000, run.story(f"max {late['max']}")
        assert 470_000 <= late["p999"], run.story(f"p999 {late['p999']}")
        assert 170_000 <= late["p90"] <= 260_000, run.story(f"p90 {late['p90']}")
        assert late["p50"] <= 50_000, run.story(f"p50 {late['p50']}")
        return run

    best_of_three(attempt)


# Faults of a connection.


@pytest.mark.parametrize("end", ["reset", "close"])
@PACES
def test_a_connection_that_the_server_ends_is_closed_and_its_lines_lost(faulty_server, end, pace):
    server = faulty_server("echo", end, "--every", 700)
    run = measured("echo", server.address(), "-c", 5, "--count", LINES, *AT_ONCE, *pace)
    run.ends_with(ASSERTION_FAILED).finds(closed=1, lost=at_least(1))
    assert run.report["received"] + run.report["lost"] == run.report["expected"], run.story("lines that are nowhere")


def test_a_listener_that_is_cut_off_loses_what_the_others_get(faulty_server):
    server = faulty_server("grotto", "reset", "--every", 150)
    run = measured("fanout", server.address(), "-c", 5, "--rate", 2000, "--count", 220, *AT_ONCE)
    run.ends_with(ASSERTION_FAILED).finds(closed=1, lost=Between(1, 71))


def test_lives_that_could_not_begin_are_told_as_such(grottod, running):
    """They are no lines that did not come in time, and nobody waits for them."""
    server = grottod("chat", "--rate", "off")
    witness = server.connect("witness")
    witness.says("witness")
    words = ("churn", server.address(), "-c", 5, "--rate", 100, "-d", "3s", "--timeout", "30s", *AT_ONCE)
    storm = running(*words, "--dialect", "grotto")
    for _ in range(20):
        while "has joined" not in witness.next_line():
            pass
    witness.closes()
    server.stops()
    run = storm.ends().reads_report().ends_with(FAILED)
    assert "lives could not begin: cannot connect to " in run.report["failure"], run.story("what kept them")
    run.counts(timed_out=0, connect_failures=at_least(2))  # each tries again
    assert run.seconds < 15 * FACTOR, run.story("it waited for them")


def test_a_life_is_over_when_the_server_has_ended_it(grottod):
    """Until then its name may be taken: who says goodbye over a slow network is not gone when he has said so."""
    server = grottod("chat", "--rate", "off")
    one_way = 0.4
    with FaultProxy(server, 1, f"delay={one_way}") as proxy:
        run = measured("churn", f"127.0.0.1:{proxy.port}", "--dialect", "grotto", "-c", 2, "--count", 4, *AT_ONCE)
    run.ends_with(GOOD).counts(connect_failures=0, timed_out=0, closed=0)
    assert run.report["lives"] == 4, run.story("lives")
    assert run.report["service_us"]["min"] >= 2 * one_way * 1_000_000, run.story("over before the server's goodbye came")


def test_a_server_that_never_answers_times_out(faulty_server):
    server = faulty_server("echo", "never")
    run = measured("echo", server.address(), "-c", 2, "--count", 2, "--timeout", "300ms", *AT_ONCE)
    run.ends_with(ASSERTION_FAILED, FAILED).finds(timed_out=2).counts(received=0)


def test_a_server_that_does_not_read_holds_nobody_for_longer_than_the_timeout(faulty_server):
    server = faulty_server("echo", "deaf")
    words = ("-c", 1, "--rate", 4000, "--size", 4096, "-d", "500ms", "--timeout", "500ms", *AT_ONCE)
    run = measured("echo", server.address(), *words).ends_with(ASSERTION_FAILED, FAILED)
    run.counts(received=0, timed_out=at_least(1))
    assert run.seconds < 4 * FACTOR, run.story("it took long")


@pytest.mark.parametrize("dialect", ["grotto", "redis", "nats", "irc"])
def test_a_handshake_without_an_answer_fails_within_the_timeout(faulty_server, dialect):
    server = faulty_server("grotto", "never")
    words = ("--dialect", dialect, "-c", 3, "--timeout", "300ms", *AT_ONCE)
    run = measured("fanout", server.address(), *words).ends_with(FAILED)
    assert run.seconds < 3 * FACTOR, run.story("it took long")


def test_a_server_that_dies_leaves_a_valid_report_of_what_was(faulty_server):
    server = faulty_server("echo", "die", "--every", 500)
    run = measured("echo", server.address(), "-c", 5, "-d", "30s", "--timeout", "1s", *AT_ONCE)
    run.ends_with(FAILED).counts(closed=5, received=Between(480, 499))
    assert "ended all 5 connections" in run.report["failure"], run.story("the failure says what happened")
    assert run.seconds < 5 * FACTOR, run.story("it took long")
    server.ends()


def test_a_server_that_dies_in_a_room_leaves_a_valid_report_of_what_was(faulty_server):
    server = faulty_server("grotto", "die", "--every", 200)
    run = measured("chat", server.address(), "-c", 5, "--rate", 1000, "-d", "30s", "--timeout", "1s", *AT_ONCE)
    run.ends_with(FAILED).counts(closed=5, received=Between(1, 199 * 4))
    assert run.seconds < 5 * FACTOR, run.story("it took long")
    server.ends()
