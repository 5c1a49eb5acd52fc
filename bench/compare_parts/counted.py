"""Counted: a run of bench/limit/count on core 1 against a server on core 0: fan-out to readers that do nothing but count what ends a delivery."""

import dataclasses
import re
import subprocess

from compare_parts.loads import RUN_S, WrongRun, on_loader_core
from compare_parts.places import COUNT_LIMIT, in_words
from compare_parts.servers import NotStarted, Server

WHY = (
    "The same stands there with readers that do nothing but count what ends a delivery (`bench/limit/count`): on loopback the sender pays for what the reader's work does to "
    "caches and wake-ups, and `grotto-load` looks at each byte, of which WebSocket has twice as many."
)
SAID = re.compile(r"([\d.]+) us per delivery, (\d+) deliveries/s, server ([\d.]+), readers ([\d.]+)")


@dataclasses.dataclass(frozen=True)
class Counted:
    """A server and readers that count. `bursts`: how many of `burst` lines are measured, after `warmup` that are not."""

    kind: object
    readers: int
    burst: int
    bursts: int
    warmup: int

    def command(self, port="PORT", pid="PID"):
        return [str(word) for word in (COUNT_LIMIT, port, self.kind.dialect, self.readers, self.burst, self.bursts, self.warmup, pid)]

    def measure(self):
        """Starts the server, loads it and stops it. Raises WrongRun."""
        story = f"{in_words(self.command())} on {self.kind.name}"
        try:
            with Server(self.kind) as server:
                done = on_loader_core(self.command(server.port, server.pid))
        except NotStarted as error:
            raise WrongRun(str(error)) from error
        except subprocess.TimeoutExpired as error:
            raise WrongRun(f"{story}: no end after {RUN_S} s") from error
        said = SAID.match(done.stdout)
        if done.returncode != 0 or said is None:
            raise WrongRun(f"{story}: {done.stderr.strip()[-300:]}")
        return CountedCost(*map(float, said.groups()))


@dataclasses.dataclass
class CountedCost:
    """CPU in microseconds per delivery; shares are of one core."""

    server_us: float
    rate: float
    server_share: float
    loader_share: float
