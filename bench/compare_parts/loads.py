"""Loads: one run of grotto-load on core 1 against a server on core 0, and what it cost."""

import dataclasses
import json
import subprocess
import time

from compare_parts.places import LOAD, LOADER_CORE, in_words
from compare_parts.processes import on_core
from compare_parts.servers import NotStarted, Server

RUN_S = 180  # a run that takes longer hangs


class WrongRun(Exception):
    """A run that lost something or could not be done, in a sentence."""


@dataclasses.dataclass(frozen=True)
class Case:
    """A server and the load on it. `words`: the workload and its options; `count`: the lines sent, or 0 if `words` say how long."""

    kind: object
    words: tuple
    count: int = 0
    warmup: str = "0"  # before the measuring, not measured

    def command(self, address="HOST:PORT"):
        workload, *options = self.words
        count = ["--count", self.count] if self.count else []
        words = [workload, address, "--dialect", self.kind.dialect, *options, *count, "--warmup", self.warmup, *self._connecting()]
        return [str(LOAD), *map(str, words)]

    def measure(self):
        """Starts the server, loads it and stops it. Raises WrongRun."""
        if self.kind.forks:
            return _measure_forking(self)
        try:
            with Server(self.kind) as server:
                report = run_load(self, server)
        except NotStarted as error:
            raise WrongRun(str(error)) from error
        return _measured(report, report["server_cpu_us_per_message"])

    def _connecting(self):
        # ngircd listens with a backlog of 10: who comes too fast waits for TCP's retransmissions.
        return ["--connect-rate", 400] if self.kind.dialect == "irc" else ["--tls"] if self.kind.has_tls else []


@dataclasses.dataclass
class Measured:
    """What one run cost. CPU in microseconds per message (a delivery, in rooms); shares are of one core."""

    server_us: float
    loader_us: float
    rate: float
    server_share: float
    loader_share: float
    service_p50_us: float
    report: dict


def on_loader_core(command):
    """One run of a loader, with what it said. Raises subprocess.TimeoutExpired after RUN_S."""
    return subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_S,
        preexec_fn=on_core(LOADER_CORE),
        check=False,
    )


def run_load(case, server, with_pid=True):
    """The report of one good run. Raises WrongRun."""
    command = [*case.command(server.address), "--assert", "errors==0", "--assert", "skipped==0", "--quiet", "--json", "-"]
    if with_pid:
        command += ["--pid", str(server.pid)]
    story = f"{in_words(case.command())} on {case.kind.name}"
    try:
        done = on_loader_core(command)
    except subprocess.TimeoutExpired as error:
        raise WrongRun(f"{story}: no end after {RUN_S} s") from error
    try:
        report = json.loads(done.stdout)
    except ValueError as error:
        raise WrongRun(f"{story}: no report, status {done.returncode}: {done.stderr.strip()[-300:]}") from error
    if done.returncode != 0:
        raise WrongRun(f"{story}: {report['judgement']} {'; '.join(report['faults'][:3])}".strip())
    return report


def _measured(report, server_us):
    return Measured(
        server_us=server_us,
        loader_us=report["generator_cpu_us_per_message"],
        rate=report["received_per_s"],
        server_share=server_us * report["received_per_s"] / 1e6,
        loader_share=report["generator_cpu_peak"],
        service_p50_us=(report["service_us"] or {}).get("p50", 0.0),
        report={key: value for key, value in report.items() if not key.endswith("_us") or not isinstance(value, dict)},
    )


def _measure_forking(case):
    """A server that forks for each connection: the difference of a long run and a short one, so that forking cancels out."""
    long_us, report = _total_of_life(case)
    short_us, short = _total_of_life(dataclasses.replace(case, count=case.count // 10))
    return _measured(report, max(0.0, (long_us - short_us) / (report["received"] - short["received"])))


def _total_of_life(case):
    # All that is sent counts here, so nothing is sent before the measuring.
    quiet = dataclasses.replace(case, warmup="0")
    try:
        with Server(case.kind) as server:
            report = run_load(quiet, server, with_pid=False)
            end = time.monotonic() + 10
            while not server.is_alone() and time.monotonic() < end:
                time.sleep(0.01)
    except NotStarted as error:
        raise WrongRun(str(error)) from error
    return server.total_cpu_us, report
