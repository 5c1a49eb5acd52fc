"""grotto-load: a mistake gets one sentence on standard error and exit status 64, a run that cannot be done exit status 1."""

import re
import signal
import socket

import pytest

from support.bounds import FACTOR, WAIT
from support.load import FAILED, GOOD, USAGE, is_fit_for_a_pipe, is_one_sentence, run_load
from support.waiting import wait_until

pytestmark = pytest.mark.usefixtures("load")

# Port 9 of this machine: a mistake is found before anybody connects.
NOBODY = "127.0.0.1:9"
OPTIONS = """
--dialect --connections --threads --duration --count --rate --depth --burst --publishers --size --connect-rate --ramp --warmup
--timeout --source --pid --udp --readers --slow-readers --interval --quiet --json --csv --hgrm --html --assert --find-max
--yes-i-own-this-server --version --room
""".split()


def is_refused(*words, names=(), **how):
    """Refused as a mistake, with a sentence that names all of `names`."""
    run = run_load(*words, **how).ends_with(USAGE)
    return says(run, *names)


def says(run, *names):
    assert run.out == "", run.story("something on standard output")
    assert is_one_sentence(run.err) and is_fit_for_a_pipe(run.err), run.story("one sentence is expected")
    missing = [name for name in names if name not in run.err]
    assert not missing, run.story(f"the sentence does not name {missing}")
    return run


# Words.


@pytest.mark.parametrize(
    "words, names",
    [
        ([], []),
        (["echo"], []),
        (["telepathy", NOBODY], ["telepathy"]),
        (["echo", NOBODY, "--frobnicate"], ["--frobnicate"]),
        (["echo", NOBODY, "--dialect", "gopher"], ["gopher", "redis"]),
        (["echo", NOBODY, "--depth", "4", "--rate", "100"], ["--depth", "--rate"]),
        (["fanout", NOBODY, "--udp"], ["--udp", "echo"]),
        (["slow", NOBODY, "--readers", "sometimes"], ["sometimes", "drip"]),
        (["echo", NOBODY, "--room", "den"], ["--room", "fanout"]),
        (["fanout", NOBODY, "--dialect", "redis", "--room", "den"], ["--room", "grotto"]),
        (["echo", NOBODY, "-c", "0"], ["0"]),
        (["echo", NOBODY, "-c", "many"], ["many"]),
        (["echo", NOBODY, "-t", "0"], ["0"]),
        (["echo", NOBODY, "--count", "0"], ["0"]),
        (["echo", NOBODY, "--depth", "0"], ["0"]),
        (["echo", NOBODY, "--rate", "0"], ["0"]),
        (["echo", NOBODY, "--rate", "-5"], ["-5"]),
        (["echo", NOBODY, "--rate", "fast"], ["fast"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_mistaken_word_is_named(words, names):
    is_refused(*words, names=names)


@pytest.mark.parametrize("target", ["127.0.0.1", "127.0.0.1:0", "127.0.0.1:70000", "127.0.0.1:http:", ":", "[::1:5001", "unix:"])
def test_a_target_that_is_none_is_named(target):
    is_refused("echo", target, names=[target])


def test_a_target_that_does_not_resolve_is_named():
    is_refused("echo", "no..such..host:5001", names=["no..such..host"])


def test_a_target_of_somebody_else_needs_a_word_for_it():
    is_refused("echo", "192.0.2.1:9", names=["192.0.2.1", "--yes-i-own-this-server"])


@pytest.mark.parametrize("option", ["-d", "--timeout", "--warmup", "--ramp", "--interval"])
@pytest.mark.parametrize("text", ["soon", "-1s", "5parsecs", "1e3s", "ms"])
def test_a_duration_that_is_none_is_named(option, text):
    is_refused("echo", NOBODY, f"{option}{text}" if option == "-d" else f"{option}={text}", names=[text])


@pytest.mark.parametrize("size", ["31", "0", "x", "-64", "16-512", "512-32", "64:90,8:10", "64:", "64-", "64:90,", "1-2-3"])
def test_a_size_that_is_none_or_cannot_hold_the_checks_is_named(size):
    is_refused("echo", NOBODY, f"--size={size}", names=[size])


def test_the_least_size_is_said():
    is_refused("echo", NOBODY, "--size", 31, names=["31", "32"])


@pytest.mark.parametrize("text", ["p99", "p99<", "p99~2ms", "nonsense<3", "lost<many", "<2ms", "p99<2parsecs"])
@pytest.mark.parametrize("option", ["--assert", "--find-max"])
def test_an_assertion_that_is_none_is_named(option, text):
    is_refused("echo", NOBODY, option, text, names=[text])


def test_a_time_in_an_assertion_needs_its_unit():
    run = is_refused("echo", NOBODY, "--assert", "p99<2", names=["p99<2"])
    assert re.search(r"\bms\b", run.err), run.story("a unit is not named")


@pytest.mark.parametrize("source", ["localhorst", "127.0.0.9-127.0.0.2", "127.0.0.2-", "127.0.0.300"])
def test_a_source_that_is_none_is_named(source):
    is_refused("echo", NOBODY, "--source", source, names=[source])


def test_a_result_file_that_cannot_be_written_is_named_before_the_run(tmp_path):
    path = tmp_path / "nowhere" / "run.json"
    run = run_load("echo", NOBODY, "--json", path)
    assert run.status not in (GOOD, FAILED), run.story("the run was begun")
    says(run, str(path))


# The machine's limits.


def test_more_connections_than_descriptors_names_the_limit_and_what_lifts_it():
    run = is_refused("echo", NOBODY, "-c", 500, prefix=["prlimit", "--nofile=100"], names=["500", "100"])
    possible = [int(number) for number in re.findall(r"\d+", run.err) if 0 < int(number) < 100]
    assert possible, run.story("how many are possible is not said")
    assert re.search(r"ulimit|prlimit|LimitNOFILE|RLIMIT_NOFILE", run.err), run.story("what would lift it is not said")


def test_as_many_connections_as_are_possible_are_possible(faulty_server):
    """What the sentence says holds: with that number the run is good."""
    prefix = ["prlimit", "--nofile=100"]
    run = is_refused("echo", NOBODY, "-c", 500, prefix=prefix)
    possible = max(int(number) for number in re.findall(r"\d+", run.err) if int(number) < 100)
    address = faulty_server("echo", "none").address()
    run_load("echo", address, "-c", possible, "--count", 2 * possible, "--warmup", "0s", prefix=prefix).ends_with(GOOD)


def test_more_connections_than_source_ports_names_what_lifts_it():
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first, last = map(int, file.read().split())
    ports = last - first + 1
    prefix = ["prlimit", f"--nofile={ports + 5000}"]
    if run_load("--version", prefix=prefix).status != GOOD:
        pytest.skip("so many descriptors are not allowed here")
    run = is_refused("echo", NOBODY, "--source", "127.0.0.2", "-c", ports + 1, prefix=prefix, names=[str(ports + 1), "--source"])
    assert re.search(r"port", run.err), run.story("ports are not named")


# Servers that are not there, or not what was said.


def test_nobody_at_the_port_is_a_failed_run():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{sock.getsockname()[1]}"
        run = run_load("echo", address, "-c", 3, "--quiet").ends_with(FAILED)
        says(run, address)
        assert run.seconds < 3 * FACTOR, run.story("it took long")


def test_nobody_at_the_path_is_a_failed_run(tmp_path):
    says(run_load("echo", f"unix:{tmp_path}/none", "--quiet").ends_with(FAILED), f"{tmp_path}/none")


@pytest.mark.parametrize("dialect", ["redis", "nats", "irc"])
def test_a_dialect_that_the_server_does_not_speak_is_said_with_its_answer(faulty_server, dialect):
    server = faulty_server("grotto", "refuse")
    run = run_load("fanout", server.address(), "--dialect", dialect, "-c", 2, "--timeout", "1s", "--quiet")
    says(run.ends_with(FAILED, USAGE), "The server is full, try again later.")


def test_redis_is_not_mistaken_for_an_echo_of_its_own_words(faulty_server):
    server = faulty_server("echo", "none")
    run = run_load("echo", server.address(), "--dialect", "redis", "-c", 2, "--timeout", "1s", "--quiet")
    says(run.ends_with(FAILED, USAGE), "redis")


# Interrupting.


def test_the_first_interrupt_gives_the_report_of_what_ran_so_far(faulty_server, running):
    server = faulty_server("echo", "none")
    run = running("echo", server.address(), "-c", 3, "-d", "60s", "--warmup", "0s")
    wait_until(lambda: server.cpu_seconds() > 0.05, "lines to flow")
    run.signal(signal.SIGINT)
    run = run.ends().reads_report().finds().counts(connections=3)
    assert run.report["sent"] > 0 and run.report["measured_s"] < WAIT, run.story("what ran so far")
    assert any("interrupted" in note for note in run.report["notes"]), run.story("it does not say that it was interrupted")


def test_the_second_interrupt_ends_at_once(faulty_server, running):
    server = faulty_server("echo", "never")
    idle = server.descriptors()
    run = running("echo", server.address(), "-c", 3, "-d", "60s", "--timeout", "60s", "--warmup", "0s")
    wait_until(lambda: server.descriptors() == idle + 3, "the connections")
    run.signal(signal.SIGINT)
    run.signal(signal.SIGINT)
    assert run.process.wait(WAIT) != GOOD


# Help.


def test_help_names_every_option_and_fits_a_terminal_of_100_columns():
    run = run_load("--help").ends_with(GOOD)
    missing = [option for option in OPTIONS if not re.search(rf"(^|[\s,]){option}\b", run.out, re.MULTILINE)]
    assert not missing, run.story(f"help lacks {missing}")
    assert max(map(len, run.out.splitlines())) <= 100
    assert all(word in run.out for word in "echo fanout chat idle churn slow compare report".split()), run.story("workloads")
    assert is_fit_for_a_pipe(run.out) and run.err == ""


def test_version_is_said():
    assert re.search(r"grotto-load \d+\.\d+", run_load("--version").ends_with(GOOD).out)
