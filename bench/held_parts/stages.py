"""Stages: what is measured, one after the other: the crowd alone; the crowd and the storm; both and a second room that has as much to say as it can
carry; the same when it is offered five times as much."""

from held_parts.daemon import ROOM
from held_parts.loads import Backlog, Load, Storm

STALLED = 0.1  # of a room: they read nothing
OVERLOAD = 5
TALKERS = 50  # who read in the second room, the stalled among them
PUBLISHERS = 5  # … and who speak there
DEPTH = 1024  # lines that a sender has out: with more it gets no faster
CONNECT_S = 120
WARM_UP_S = 3


def hold(daemon, settings, seconds, beside=None):
    """The crowd for so long. `beside`: what runs at the same time; its parts are begun when all of the crowd are in."""
    stalled = int(settings.connections * STALLED)
    before = daemon.resident_mib()
    daemon.forget_peak()
    words = ("slow", daemon.address, "-c", settings.connections - stalled - 1, "--slow-readers", stalled, "--size", settings.size, "--rate", 1)
    run = Load(*words, "-d", seconds, "--warmup", WARM_UP_S, "--timeout", "60s", "--source", "127.0.0.2-127.0.0.5", seconds=seconds)
    others = []
    try:
        daemon.holds_within(settings.connections, CONNECT_S)
        idle = daemon.resident_mib()
        cpu = daemon.cpu_s()
        others = [make() for make in beside or []]
        results = [other.report() if isinstance(other, Load) else other.found() for other in others]
        report = run.report()
        cpu = daemon.cpu_s() - cpu
    finally:
        for each in (run, *others):
            each.ends()
    found = {
        "command": " ".join(run.command),
        "connections": settings.connections,
        "stalled": stalled,
        "seconds": report["measured_s"],
        "lines": report["sent"],
        "delivered": report["received"],
        "delivered_per_s": report["received_per_s"],
        "expected": report["expected"],
        "errors": report["errors"],
        "faults": report["faults"],
        "skipped": report["skipped"],
        "latency_ms": _in_ms(report["response_us"]),
        "server_cpu_share": cpu / (report["measured_s"] + WARM_UP_S),
        "idle_kib_per_connection": (idle - before) * 1024 / settings.connections,
        "peak_resident_mib": daemon.resident_mib("VmHWM"),
        "all_left": daemon.is_left_within(CONNECT_S),
    }
    return found, results


def beside_storm(daemon, settings, seconds):
    """The crowd and the storm."""
    backlog = Backlog(daemon.port)
    found, (storm,) = hold(daemon, settings, seconds + 2 * WARM_UP_S, [lambda: Storm(daemon.port, settings.storm, seconds)])
    return {"crowd": found, "storm": _of_storm(storm, settings, backlog)}


def all_at_once(daemon, settings, seconds, most=None):
    """The crowd, the storm and the second room: in a closed loop, or, where `most` is what that brought, offered five times as much."""
    stalled = int(TALKERS * STALLED)
    load = ("--rate", int(OVERLOAD * most["lines_per_s"])) if most else ("--depth", DEPTH)
    words = ("slow", daemon.address, "--room", ROOM, "-c", TALKERS - stalled, "--slow-readers", stalled, "--publishers", PUBLISHERS, *load)
    words += ("-d", seconds, "--warmup", WARM_UP_S, "--timeout", "60s", "--source", "127.0.0.6")
    backlog = Backlog(daemon.port)
    beside = [lambda: Storm(daemon.port, settings.storm, seconds), lambda: Load(*words, seconds=seconds)]
    found, (storm, talk) = hold(daemon, settings, seconds + 2 * WARM_UP_S, beside)
    talk = {
        "command": " ".join(("grotto-load", *map(str, words))),
        "connections": TALKERS + PUBLISHERS,
        "offered_lines_per_s": load[1] if most else None,
        "lines_per_s": talk["sent_per_s"],
        "delivered_per_s": talk["received_per_s"],
        "errors": talk["errors"],
        "faults": talk["faults"],
        "skipped": talk["skipped"],
        "latency_ms": _in_ms(talk["service_us"]),
    }
    return {"crowd": found, "storm": _of_storm(storm, settings, backlog), "talk": talk}


def _of_storm(storm, settings, backlog):
    return storm | {"per_second": settings.storm, "backlog_overflows": backlog.overflows()}


def _in_ms(microseconds):
    return {name: value / 1e3 for name, value in microseconds.items() if name.startswith("p") or name == "max"} if microseconds else None
