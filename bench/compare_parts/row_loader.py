"""P9: grotto-load's own CPU per message, beside a bare loop that checks nothing and beside redis-benchmark."""

import dataclasses
import os
import shutil
import subprocess

from compare_parts import peers
from compare_parts.blocks import alternate, commands, fill
from compare_parts.figures import Figure, Row, median_and_spread
from compare_parts.loads import RUN_S, Case, WrongRun
from compare_parts.places import LOAD_LIMIT, LOADER_CORE, in_words
from compare_parts.processes import on_core
from compare_parts.servers import NotStarted, Server

CONNECTIONS = 50
SHAPES = ((1, 100_000), (16, 800_000))  # depth, lines
LINE_BYTES = 64

TEXT = (
    "50 connections echo lines of 64 bytes through Grotto's echo server, or words of 63 bytes through Redis; each has 1 or 16 under way. Counted: "
    "the CPU time of the loader per message. `bench/limit/load` counts bytes and checks nothing; it waits for all 16 before it sends the next 16. "
    "Its CPU and redis-benchmark's are the whole process's (`rusage`), as the difference of a long run and a short one."
)


@dataclasses.dataclass
class LoaderCost:
    loader_us: float


def loader_us(measured):
    return measured.loader_us


def process_cpu_us(command):
    """CPU time of one process on the loader's core. Raises WrongRun."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=on_core(LOADER_CORE),
        start_new_session=True,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise WrongRun(f"{in_words(command)} ended with status {process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1e6


def measure_other(kind, command_for, count):
    """The cost per message of another loader. `command_for(port, count)`: its words."""
    try:
        with Server(kind) as server:
            long_us = process_cpu_us(["timeout", str(RUN_S), *command_for(server.port, count)])
            short_us = process_cpu_us(["timeout", str(RUN_S), *command_for(server.port, count // 10)])
    except NotStarted as error:
        raise WrongRun(str(error)) from error
    return LoaderCost((long_us - short_us) / (count - count // 10))


def bare_command(depth):
    return lambda port, count: [str(LOAD_LIMIT), str(port), str(CONNECTIONS), str(depth), str(count)]


def redis_command(depth):
    def command(port, count):
        words = ["redis-benchmark", "-h", "127.0.0.1", "-p", port, "-c", CONNECTIONS, "-n", count, "-P", depth, "-q"]
        return [*map(str, words), "ECHO", "x" * (LINE_BYTES - 1)]

    return command


def measure_row(settings):
    row = Row("P9", "grotto-load itself: its CPU per message", TEXT, bars_unit="µs of the loader's CPU per message")
    rivals = [(peers.GROTTO_ECHO, "bare loop", bare_command, 1.5)]
    if peers.is_here(peers.REDIS) and shutil.which("redis-benchmark"):
        rivals.append((peers.REDIS, "redis-benchmark", redis_command, 1.0))
    for depth, count in settings.pick(SHAPES, ((16, 20_000),)):
        for kind, name, command_for, target in rivals:
            words = ("echo", "-c", CONNECTIONS, "--depth", depth)
            _compare(row, settings, Case(kind, words, count, settings.pick("200ms", "20ms")), name, command_for(depth), target)
    return row


def _compare(row, settings, ours, name, command_for, target):
    label = f"depth {ours.words[4]}, on {ours.kind.name}"
    settings.tell(f"{row.id} {label}: grotto-load and {name}")
    figure = Figure(label, name, "ours / theirs", None, "<=", target)
    row.figures.append(figure)
    measure_ours = ours.measure
    try:
        noise = None
        if not settings.smoke:
            noise = median_and_spread(alternate(measure_ours, measure_ours, loader_us, settings.blocks).ratios)[1]
        other = lambda: measure_other(ours.kind, command_for, ours.count)  # noqa: E731
        pair = alternate(measure_ours, other, loader_us, settings.blocks)
    except WrongRun as fault:
        figure.note = "a run was wrong"
        row.wrong.append(str(fault))
        return
    fill(figure, pair, noise, loader_us, "µs")
    figure.ours["commands"] = commands(ours)
    figure.theirs["commands"] = {"server": ours.kind.shown(), "load": in_words(command_for("PORT", ours.count))}
    row.add_bar(label, "grotto-load", figure.ours["cost"])
    row.add_bar(label, name, figure.theirs["cost"])
