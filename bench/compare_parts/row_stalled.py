"""P4: readers that stall while much is published: what the server and its sockets hold, and whether a healthy reader gets all."""

import re
import shutil
import statistics
import subprocess
import threading

from compare_parts import peers
from compare_parts.figures import Figure, Row
from compare_parts.loads import Case, WrongRun, run_load
from compare_parts.servers import NotStarted, Server

STALLED = 200
LINE_BYTES = 1024
LINES = 65_536  # 64 MiB
LOOK_S = 0.02

TEXT = (
    "200 readers join and read nothing more; one speaks 64 MiB in lines of 1 KiB, in bursts of 64, and one healthy reader reads them all, "
    "each burst before the next. Counted: how far the server's resident memory grew at its peak (`VmHWM`, its connections included), and "
    "what the kernel held for the server's sockets to the stalled readers (`ss -tm`, default receive buffers), in the end and at its worst moment. "
    "The peers hold whatever a stalled reader has not read: where the machine's memory would not do for 64 MiB, they were given less, "
    "and the label says how much."
)


class SocketMemory:
    """Looks at what the kernel holds for a server's sockets until it is told to stop. Stalled are those whose other ends have most to read."""

    def __init__(self, port):
        self._port = port
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._most = {}  # port of the client: bytes that the server's socket had queued, at its worst moment
        self._last = {}  # … in the last look that saw all of them
        self._unread = {}  # port of the client: bytes that it had not read in that look

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._thread.join()

    def _look(self):
        command = ["ss", "-tmnHO", "state", "established", f"( sport = :{self._port} or dport = :{self._port} )"]
        while not self._stopping.wait(LOOK_S):
            shown = subprocess.run(command, capture_output=True, text=True, check=False).stdout
            queued, unread = {}, {}
            for line in shown.splitlines():
                waiting, _, near, far = line.split()[:4]
                held = re.search(r"skmem:\([^)]*,w(\d+),", line)
                if near.endswith(f":{self._port}") and held:
                    queued[far] = int(held.group(1))
                else:
                    unread[near] = int(waiting)
            self._most |= {port: max(held, self._most.get(port, 0)) for port, held in queued.items()}
            if len(queued) > STALLED and len(unread) > STALLED:
                self._last, self._unread = queued, unread

    def of_stalled(self):
        """What is queued to each stalled reader in the end, and what was at its worst moment."""
        stalled = sorted(self._unread, key=self._unread.get)[-STALLED:]
        return [self._last.get(port, 0) for port in stalled], [self._most.get(port, 0) for port in stalled]


def available_bytes():
    with open("/proc/meminfo", encoding="utf-8") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("MemAvailable")) * 1024


def lines_for(kind, settings):
    if settings.smoke:
        return 2048
    if kind is peers.GROTTO_CHAT:
        return LINES
    # A third of the memory: such a server needs more than what it keeps, and others need some too.
    fits = int(available_bytes() / 3 / STALLED / LINE_BYTES)
    return min(LINES, fits // 64 * 64)


def measure_row(settings):
    row = Row("P4", "200 stalled readers, 64 MiB published", TEXT, bars_unit="MiB that the server's resident memory grew")
    if shutil.which("ss") is None:
        row.notes.append("ss is missing: the sockets' memory was not looked at")
    for kind in [peers.GROTTO_CHAT, *settings.pick(peers.here(peers.REDIS, peers.NATS), [])]:
        settings.tell(f"P4 {kind.name}")
        try:
            _measure(row, kind, lines_for(kind, settings))
        except (WrongRun, NotStarted) as fault:
            row.wrong.append(str(fault))
    return row


def _measure(row, kind, lines):
    words = ("slow", "-c", 1, "--slow-readers", STALLED, "--size", LINE_BYTES, "--burst", 64, "--timeout", "120s")
    with Server(kind) as server:
        server.rest()
        before = server.resident_kib()
        server.forget_peak()
        if shutil.which("ss"):
            with SocketMemory(server.port) as sockets:
                report = run_load(Case(kind, words, lines), server)
        else:
            sockets, report = None, run_load(Case(kind, words, lines), server)
        grown = (server.resident_kib("VmHWM") - before) / 1024
    ours = kind is peers.GROTTO_CHAT
    label = f"{lines * LINE_BYTES / 2**20:.0f} MiB published, {STALLED} stalled readers"
    relation = "<=" if ours else ""

    def add(statistic, value, target, unit, note=""):
        target = target if ours else None
        row.figures.append(Figure(label, "" if ours else kind.name, statistic, value, relation, target, unit, note=note))

    add("growth of resident memory", grown, 16, "MiB", f"in {report['measured_s']:.1f} s")
    held, most = sockets.of_stalled() if sockets else ([], [])
    if held:
        note = f"{statistics.mean(held) / 1024:.0f} KiB on average; at the worst moment {max(most) / 1024:.0f} KiB, {statistics.mean(most) / 1024:.0f} on average"
        add("socket memory kept, the fullest stalled reader", max(held) / 1024, 64, "KiB", note)
    if ours:
        share = report["received"] / report["sent"]
        note = f"{report['received']:,} of {report['sent']:,} lines, {report['skipped']} skipped"
        row.figures.append(Figure(label, "", "lines that the healthy reader got", share, ">=", 1, note=note))
    row.add_bar("growth of resident memory", kind.name, grown)
