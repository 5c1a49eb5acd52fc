"""Servers: one process on core 0, started for one measurement, stopped by its process id."""

import dataclasses
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

from compare_parts import ends
from compare_parts.log_reader import LogReader
from compare_parts.places import SERVER_CORE, in_words
from compare_parts.processes import on_core

START_S = 10
STOP_S = 20
REST_S = 30


class NotStarted(Exception):
    """Why a server does not serve, in a sentence."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """How one server is started. `{port}` and `{folder}` in its words and its files are filled in."""

    name: str  # as tables call it
    words: tuple
    tells_port: bool = False  # prints "… HOST:PORT" when it listens; else it is given a free port
    files: tuple = ()  # (name, text) pairs, written into its folder before it starts
    forks: bool = False  # a process per connection: its CPU is known when all of them have ended
    dialect: str = "line"  # of grotto-load
    has_tls: bool = False  # and nothing else

    def shown(self):
        return in_words(self.words)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


class Server:
    """`with Server(kind) as server:` runs it. With `trace`, under strace -c -f, which writes there when the server ends."""

    def __init__(self, kind, trace=None):
        self.kind = kind
        self.trace = trace
        self.total_cpu_us = None  # when it has ended: with that of all processes that it waited for

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="grotto-compare-")
        os.chmod(self._folder.name, 0o755)  # a server that leaves root behind reads its files there
        self.port = None if self.kind.tells_port else free_port()
        fill = {"port": self.port, "folder": self._folder.name}
        for name, text in self.kind.files:
            path = pathlib.Path(self._folder.name, name)
            path.write_text(text.format(**fill), encoding="utf-8")
        words = [str(word).format(**fill) for word in self.kind.words]
        prefix = ["strace", "-f", "-c", "-o", self.trace] if self.trace else []
        self._log = LogReader()
        try:
            self._start([*prefix, *words])
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self, command):
        with ends.held_back():
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.kind.tells_port else self._log.fd,
                stderr=self._log.fd,
                cwd=self._folder.name,
                preexec_fn=on_core(SERVER_CORE),
            )
            self.pid = self._process.pid
            self._log.handed_over()
        if self.kind.tells_port:
            said = self._process.stdout.readline().decode()
            if ":" not in said:
                raise NotStarted(f"{self.kind.name} did not start: {self._last_words()}")
            self.port = int(said.rsplit(":", 1)[1])
        else:
            self._wait_until_it_listens()
        if self.trace:
            self.pid = int(pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()[0])

    def _wait_until_it_listens(self):
        end = time.monotonic() + START_S
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise NotStarted(f"{self.kind.name} did not start: {self._last_words()}") from error
            time.sleep(0.02)

    def _last_words(self):
        self._stop()
        return self._log.last_words()

    def _stop(self):
        process = getattr(self, "_process", None)
        if process is not None and process.returncode is None:
            os.kill(self.pid, signal.SIGTERM)
            self._reap(process)
        if process is not None and process.stdout is not None:
            process.stdout.close()
        self._log.close()

    def __exit__(self, *_):
        self._stop()
        self._folder.cleanup()

    def _reap(self, process):
        end = time.monotonic() + STOP_S
        while True:
            with ends.held_back():  # who is reaped is signalled no more
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
                if pid != 0:
                    process.returncode = os.waitstatus_to_exitcode(status)
                    self.total_cpu_us = (usage.ru_utime + usage.ru_stime) * 1e6
            if pid != 0:
                return
            if time.monotonic() > end:
                process.kill()
                end += STOP_S
            time.sleep(0.005)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def cpu_us(self):
        """CPU time of all its threads so far."""
        tasks = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1000

    def is_alone(self):
        """Whether no process that it forked is left."""
        return not pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()

    def own_memory_kib(self):
        """Its share of resident memory (Pss)."""
        rollup = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text()
        return int(re.search(r"^Pss:\s+(\d+)", rollup, re.M).group(1))

    def resident_kib(self, what="VmRSS"):
        """Resident memory now, or with VmHWM the most that it was since forget_peak()."""
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+)", status, re.M).group(1))

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def rest(self):
        """Waits until it has had nothing to do for a second: what it holds then is what it keeps. Some look after idle connections
        for ever (Redis, ten times a second): they get as long as is good for everybody."""
        last, end = -1.0, time.monotonic() + REST_S
        while self.cpu_us() - last > 2000 and time.monotonic() < end:
            last = self.cpu_us()
            time.sleep(1.2)
