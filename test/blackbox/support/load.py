"""Load: runs of grotto-load, and what must be true of every result file."""

import json
import os
import re
import subprocess
import time

from support.bounds import LOAD, WAIT, WRAPPER
from support.clean import FORBIDDEN
from support.server import FAULTS, child_environment

GOOD, FAILED, ASSERTION_FAILED, INCONCLUSIVE, USAGE = 0, 1, 3, 4, 64
ERRORS = "lost duplicated reordered corrupted foreign closed timed_out".split()
COUNTS = ["sent", "expected", "received", *ERRORS, "skipped"]
KEYS = """
schema workload dialect target loop options environment started_at command measured_s connections connect_failures lives
sent expected received lost duplicated reordered corrupted foreign closed timed_out skipped errors bytes_sent bytes_received
response_us service_us lag_us connect_us sent_per_s received_per_s generator_cpu_us_per_message generator_cpu_peak
server_cpu_us_per_message server_cpu_us server_bytes_before server_bytes_after server_bytes_per_connection steal_share
samples faults notes failure asserts verdict judgement exit_status
""".split()
VERDICTS = {GOOD: "good", FAILED: "failed", ASSERTION_FAILED: "assertion_failed", INCONCLUSIVE: "inconclusive"}
COLOURS_AND_MOVES = re.compile(r"\x1b\[[?0-9;]*[ABCDGHJKhlm]|\x1b[78]")


class Between:
    """A count that is not known to the last one."""

    def __init__(self, least, most=float("inf")):
        self._least, self._most = least, most

    def __eq__(self, count):
        return self._least <= count <= self._most

    def __repr__(self):
        return f"at least {self._least}" if self._most == float("inf") else f"{self._least} to {self._most}"


def at_least(count):
    return Between(count)


def command_of(*words):
    return [*WRAPPER, LOAD, *map(str, words)]


class Run:
    """A run that has ended. `report`: the result file, if the run was to write one to standard output."""

    def __init__(self, command, status, out, err, seconds):
        self.command, self.status, self.out, self.err, self.seconds = command, status, out, err, seconds
        self.report = None
        assert not FAULTS.search(err), self.story("a fault of the program")
        assert status >= 0, self.story(f"killed by signal {-status}")

    def reads_report(self):
        try:
            self.report = json.loads(self.out)
        except ValueError as fault:
            raise AssertionError(self.story(f"standard output is no JSON ({fault})")) from fault
        check_report(self)
        return self

    def finds(self, **expected):
        """Each kind of error as often as is said here; those that are not named: never."""
        for name in ERRORS:
            wanted = expected.pop(name, 0)
            found = self.report[name]
            assert wanted == found, self.story(f"{name}: expected {wanted!r}, found {found}")
        return self.counts(**expected)

    def counts(self, **expected):
        for name, wanted in expected.items():
            found = self.report[name]
            assert wanted == found, self.story(f"{name}: expected {wanted!r}, found {found}")
        return self

    def ends_with(self, *statuses):
        assert self.status in statuses, self.story(f"exit status {self.status}, expected {' or '.join(map(str, statuses))}")
        return self

    def is_clean(self):
        # On a busy machine an open loop may run late: that is said, and is no fault of the server's.
        may_be_late = self.report["loop"] == "open"
        return self.ends_with(GOOD, *([INCONCLUSIVE] if may_be_late else [])).finds()

    def story(self, fault):
        """What a person needs to see when a test has failed."""
        lines = [fault, "  " + " ".join(self.command), f"  ended with {self.status} after {self.seconds:.2f} s"]
        if self.report is not None:
            lines.append("  " + " ".join(f"{name}={self.report.get(name)}" for name in COUNTS))
            for name in ("verdict", "judgement", "failure", "faults", "notes", "asserts"):
                lines.append(f"  {name}: {self.report.get(name)}")
        else:
            lines.append(f"  standard output: {self.out[:2000]!r}")
        lines.append(f"  standard error: {self.err[:2000]!r}")
        return "\n".join(lines)


def run_load(*words, seconds=None, prefix=()):
    """Waits for the end of one run; `prefix`: words before the command (prlimit …)."""
    command = [*prefix, *command_of(*words)]
    began = time.monotonic()
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=child_environment(),
        timeout=seconds or 3 * WAIT,
        check=False,
    )
    took = time.monotonic() - began
    return Run(command, done.returncode, decoded(done.stdout), decoded(done.stderr), took)


def measured(*words, **how):
    """A run whose result file is checked and kept: `measured("echo", server.address(), "-c", 5).is_clean()`."""
    return run_load(*words, "--quiet", "--json", "-", **how).reads_report()


class Running:
    """A run that goes on while the test does something else."""

    def __init__(self, *words):
        self._command = command_of(*words, "--quiet", "--json", "-")
        self._began = time.monotonic()
        self.process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment(),
        )

    def signal(self, number):
        self.process.send_signal(number)

    def ends(self, seconds=WAIT):
        out, err = self.process.communicate(timeout=seconds)
        took = time.monotonic() - self._began
        return Run(self._command, self.process.returncode, decoded(out), decoded(err), took)

    def is_over(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def most_memory_kib(*words):
    """The most resident memory of a run that is to end by itself, and its exit status."""
    with open(os.devnull, "wb") as nothing:
        process = subprocess.Popen(
            command_of(*words), stdin=subprocess.DEVNULL, stdout=nothing, stderr=nothing, env=child_environment()
        )
    # Not ru_maxrss: that begins with what this process had when it forked.
    most = 0
    with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
        while process.poll() is None:
            file.seek(0)
            high = re.search(r"^VmHWM:\s+(\d+) kB", file.read(), re.MULTILINE)
            most = max(most, int(high.group(1)) if high else 0)
            time.sleep(0.01)
    assert most > 0, "its memory was never seen"
    return most, process.returncode


def best_of_three(attempt):
    """For what is measured: the machine may be busy with something else; not three times."""
    for _ in range(2):
        try:
            return attempt()
        except AssertionError:
            pass
    return attempt()


def decoded(data):
    """Output must be UTF-8, whatever the server has sent."""
    try:
        return data.decode()
    except UnicodeDecodeError as fault:
        at = data[max(0, fault.start - 40) : fault.end + 40]
        raise AssertionError(f"output that is no UTF-8: {at!r}") from fault


def is_fit_for_a_pipe(text):
    """Nothing but text in lines: no colours, no moves of the cursor, no carriage returns."""
    return not FORBIDDEN.search(text) and "\r" not in text


def is_fit_for_a_terminal(text):
    """Colours and moves are ours; titles, clipboards, C1 controls, backspaces and the like are not."""
    return not FORBIDDEN.search(COLOURS_AND_MOVES.sub("", text))


def is_one_sentence(text):
    """One line, of a length that is read, with an end."""
    return re.fullmatch(r"\S[^\n]{10,400}\.\n", text) is not None


# What must be true of every result file.


def check_report(run):
    report = run.report
    missing = [key for key in KEYS if key not in report]
    assert not missing, run.story(f"the result file lacks {missing}")
    assert report["schema"] == 1, run.story("schema")
    assert report["errors"] == sum(report[name] for name in ERRORS), run.story(f"errors: {report['errors']} is not the sum")
    assert report["loop"] in ("open", "closed"), run.story(f"loop: {report['loop']!r}")
    assert report["exit_status"] == run.status, run.story(f"exit_status: {report['exit_status']}")
    assert report["verdict"] == VERDICTS.get(run.status), run.story(f"verdict: {report['verdict']!r}")
    assert report["judgement"], run.story("no judgement")
    assert bool(report["failure"]) == (run.status == FAILED), run.story(f"failure: {report['failure']!r}")
    for name in ("response_us", "service_us", "lag_us", "connect_us"):
        check_series(run, name)
    if report["loop"] == "closed":
        assert report["response_us"] is None and report["lag_us"] is None, run.story("response and lag are of open loop only")


def check_series(run, name):
    series = run.report[name]
    if series is None:
        return
    for key in "p50 p90 p99 p999 max mean count overflow buckets".split():
        assert key in series, run.story(f"{name} lacks {key}")
    steps = [series[key] for key in ("p50", "p90", "p99", "p999", "max")]
    assert steps == sorted(steps), run.story(f"{name}: percentiles that do not rise: {steps}")
    buckets = series["buckets"]
    assert sum(times for _, times in buckets) == series["count"], run.story(f"{name}: buckets do not add up to {series['count']}")
    assert [us for us, _ in buckets] == sorted({us for us, _ in buckets}), run.story(f"{name}: buckets in disorder")
