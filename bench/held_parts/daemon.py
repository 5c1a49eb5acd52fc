"""Daemon: the grottod that is measured, by its own process id."""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GROTTO_BUILD") or TOP / "build")
GROTTOD, LOAD = BUILD / "bin/grottod", BUILD / "bin/grotto-load"
STOP_S = 30
RESERVE = 64  # descriptors that grottod keeps for itself
ROOM = "overload"  # beside the lobby, in which the crowd is


class Daemon:
    WORDS = ("chat", "--listen", "127.0.0.1:0", "--rate", "off", "--history", "0", "--store", "none", "--room", ROOM, "--log-level", "warning")

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="grotto-held-")
        self._log = open(pathlib.Path(self._folder.name, "log"), "w+b")
        environment = {key: value for key, value in os.environ.items() if not key.startswith("GROTTO")}
        self._process = subprocess.Popen(
            [str(GROTTOD), *self.WORDS], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log, env=environment
        )
        self.pid = self._process.pid
        said = self._process.stdout.readline().decode()
        if ":" not in said:
            raise RuntimeError(f"grottod did not start: {self.log()}")
        self.port = int(said.rsplit(":", 1)[1])
        self._descriptors = self.descriptors()
        return self

    def __exit__(self, *_):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self.status = self._process.returncode
        self._process.stdout.close()
        self._log.close()
        self._folder.cleanup()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def log(self):
        self._log.seek(0)
        return self._log.read().decode(errors="replace")[-2000:]

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def connections(self):
        return self.descriptors() - self._descriptors

    def holds_within(self, count, seconds):
        end = time.monotonic() + seconds
        while self.connections() < count:
            if time.monotonic() > end:
                raise RuntimeError(f"{self.connections()} of {count} connections after {seconds} s: {self.log()}")
            time.sleep(0.1)

    def is_left_within(self, seconds):
        end = time.monotonic() + seconds
        while self.connections() > 0 and time.monotonic() < end:
            time.sleep(0.1)
        return self.connections() <= 0

    def cpu_s(self):
        ticks = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self, what="VmRSS"):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+)", status, re.M).group(1)) / 1024

    def forget_peak(self):
        pathlib.Path(f"/proc/{self.pid}/clear_refs").write_text("5")
