"""Calls: system calls per delivery (P3) and per life of a connection (P6), by strace, each the difference of two runs."""

import pathlib
import re
import shutil
import socket
import tempfile

from compare_parts import peers
from compare_parts.figures import Figure, Row
from compare_parts.loads import Case, WrongRun, run_load
from compare_parts.servers import NotStarted, Server

WAITS = ("epoll_wait", "epoll_pwait", "epoll_pwait2", "select", "poll", "futex", "nanosleep")
SENDS = ("send", "sendto", "sendmsg", "sendmmsg", "write", "writev")

LIVES_TEXT = (
    "A connection is made, says nothing, and is closed by the client; the server answers with its end. Counted by `strace -c -f`: the server's "
    "system calls per life, as the difference of many lives and few. Waits, and the `accept4` that finds nobody, are counted apart."
)


def counted(kind, work):
    """System calls of one traced life of a server: {name: (calls, errors)}. Raises WrongRun."""
    with tempfile.TemporaryDirectory(prefix="grotto-compare-") as folder:
        trace = pathlib.Path(folder, "trace")
        try:
            with Server(kind, str(trace)) as server:
                work(server)
        except NotStarted as error:
            raise WrongRun(str(error)) from error
        found = {}
        for line in trace.read_text(encoding="utf-8").splitlines():
            fields = line.split()
            if len(fields) >= 5 and re.fullmatch(r"[\d.]+", fields[0]) and fields[-1] != "total":
                found[fields[-1]] = (int(fields[3]), int(fields[4]) if len(fields) > 5 else 0)
        return found


def per_unit(kind, little, much, units):
    """Calls per unit of work by name, and apart: waits, and accepts that found nobody."""
    few, many = counted(kind, little), counted(kind, much)
    per = {name: (many[name][0] - few.get(name, (0, 0))[0]) / units for name in many}
    empty = 0.0
    for name in ("accept", "accept4"):
        if name in per:
            failed = (many[name][1] - few.get(name, (0, 0))[1]) / units
            per[name] -= failed
            empty += failed
    waits = sum(per.pop(name, 0) for name in WAITS)
    return {name: n for name, n in per.items() if abs(n) >= 0.005}, waits, empty


def shown(per):
    return ", ".join(f"{name} {n:.2f}" for name, n in sorted(per.items(), key=lambda item: -item[1]))


def delivery_calls(row, settings):
    """Adds to P3: sends, and other calls, per delivery one line at a time."""
    if shutil.which("strace") is None:
        row.notes.append("strace is missing: system calls were not counted")
        return
    readers, lines = settings.pick(500, 50), settings.pick((20, 120), (10, 30))
    kinds = peers.here(peers.GROTTO_CHAT, *settings.pick((peers.REDIS,), ()))
    for kind in kinds:
        settings.tell(f"P3 system calls of {kind.name}")
        words = ("fanout", "-c", readers)
        little, much = (lambda server, n=n: run_load(Case(kind, words, n), server) for n in lines)
        try:
            per, waits, empty = per_unit(kind, little, much, readers * (lines[1] - lines[0]))
        except WrongRun as fault:
            row.wrong.append(str(fault))
            continue
        sends = sum(per.pop(name, 0) for name in SENDS)
        others = sum(per.values()) + waits + empty
        ours = kind is peers.GROTTO_CHAT
        label, text = f"{readers} readers, one line at a time", f"{kind.name}: {shown(per) or 'none as often as 0.005'}; waits {waits:.3f}"
        for statistic, value, target in (("sends per delivery", sends, 1.02), ("other calls per delivery", others, 0.1)):
            figure = Figure(label, "" if ours else kind.name, statistic, value, "<=" if ours else "", target if ours else None)
            figure.note = "" if statistic.startswith("sends") else text
            row.figures.append(figure)


def connected(server):
    sock = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def end(sock):
    """Ends a connection as a client does, and waits for the server's end; a greeting may come before."""
    sock.shutdown(socket.SHUT_WR)
    while sock.recv(4096):
        pass
    sock.close()


def one_by_one(count):
    def work(server):
        for _ in range(count):
            end(connected(server))

    return work


def at_once(count, together):
    def work(server):
        for _ in range(count // together):
            socks = [connected(server) for _ in range(together)]
            for sock in socks:
                end(sock)

    return work


def measure_lives(settings):
    row = Row("P6", "Connect and disconnect: system calls per life of an echo connection", LIVES_TEXT, bars_unit="system calls per life")
    if shutil.which("strace") is None:
        row.notes.append("strace is missing: system calls were not counted")
        return row
    few, many = settings.pick((100, 1100), (20, 120))
    kinds = [peers.GROTTO_ECHO, peers.BARE_ECHO, *peers.here(*settings.pick((peers.REDIS,), ()))]
    ways = (("one after the other", one_by_one, 5), ("50 at a time", lambda count: at_once(count, min(50, few)), 4))
    for label, work, target in ways:
        for kind in kinds:
            settings.tell(f"P6 {label}: {kind.name}")
            ours = kind is peers.GROTTO_ECHO
            figure = Figure(label, "" if ours else kind.name, "system calls per life", None, "<=" if ours else "", target if ours else None)
            row.figures.append(figure)
            try:
                per, waits, empty = per_unit(kind, work(few), work(many), many - few)
            except (WrongRun, OSError) as fault:
                row.wrong.append(f"P6, {kind.name}: {fault}")
                continue
            figure.value = round(sum(per.values()), 3)
            figure.note = f"{shown(per)}; apart: waits {waits:.2f}, accepts that found nobody {empty:.2f}"
            row.add_bar(label, kind.name, figure.value)
    return row
