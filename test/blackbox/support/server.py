"""Server: one grottod process of a test."""

import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import tempfile
import time

from support.adopted import Adopted, adopts_orphans
from support.bounds import FACTOR, FILTERED, GROTTOD, SANITIZED, SHIM, SHORT_CALLS, WAIT, WORKERS, WRAPPER
from support.peer import Peer
from support.seed import random_seed
from support.waiting import wait_until

FAULTS = re.compile(
    r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|MemorySanitizer|runtime error:|==\d+== |"
    r"CHECK failed|terminate called|Assertion .* failed|is not on the list of --seccomp"
)

# Where a program of a test keeps what it keeps, if it is told nothing else.
_STATE = tempfile.TemporaryDirectory(prefix="grotto-state-")


def child_environment(extra=None):
    """Ours without GROTTO_…: those are options of the server."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("GROTTO") and key not in ("STATE_DIRECTORY", "RUNTIME_DIRECTORY")}
    env["XDG_STATE_HOME"] = env["XDG_RUNTIME_DIR"] = _STATE.name
    env.setdefault("ASAN_OPTIONS", "detect_leaks=1")
    env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1")
    if SANITIZED or os.geteuid() != 0:
        env["GROTTO_CORE"] = "true"  # else neither LeakSanitizer nor a test that is not root's may look into it
    if FILTERED:
        env["GROTTO_SECCOMP"] = "true"
    if WORKERS:
        env["GROTTO_WORKERS"] = WORKERS
    env.update(extra or {})
    return env


def run_grottod(*args, env=None, cwd=None):
    """A run that is to end by itself: --help, --check-config, a usage error."""
    return subprocess.run(
        [*WRAPPER, GROTTOD, *map(str, args)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=child_environment(env),
        cwd=cwd,
        timeout=WAIT,
        check=False,
    )


class Server:
    """`listen`: the endpoints to give with --listen; empty: the arguments or the file say it.

    `counts_descriptors`: whether as many must be open at the end as at the start. `stderr`: a file for its log that is not read here.
    """

    def __init__(self, args, listen=("127.0.0.1:0",), listeners=None, env=None, nofile=None, program=GROTTOD, counts_descriptors=True, stderr=None):
        self.args = [str(arg) for arg in args]
        for endpoint in listen:
            self.args += ["--listen", endpoint]
        self.listeners = listeners if listeners is not None else max(1, len(listen))
        self._state = tempfile.TemporaryDirectory(prefix="grotto-state-")
        self.env = child_environment({"XDG_STATE_HOME": self._state.name, "XDG_RUNTIME_DIR": self._state.name, **(env or {})})
        self.has_shim = SHIM and os.path.basename(program) == "grottod"
        if self.has_shim:
            self.env |= {"LD_PRELOAD": SHORT_CALLS, "SHORT_CALLS_SEED": str(random_seed())}
        self.nofile = nofile
        self.program = program
        self.counts_descriptors = counts_descriptors
        self.listening = []  # (service, address) in the order of the lines
        self.peers = []
        self.process = None
        self._stderr = stderr

    # Life.
    def start(self):
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [*WRAPPER, self.program, *self.args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._stderr or self._log,
            env=self.env,
            start_new_session=True,
            preexec_fn=self._limit if self.nofile else None,
        )
        self._group = self.process.pid
        self.listening = self._read_listening()
        self._descriptors = self.descriptors()
        self._has_short_calls()
        return self

    def _read_listening(self):
        found = []
        while len(found) < self.listeners:
            line = self.next_output_line()
            word, service, address = line.split(" ", 2)
            assert word == "listening", f"unexpected on standard output: {line!r}"
            found.append((service, address))
        return found

    # Upgrades.
    def upgrades(self, asks=None):
        """A new process takes over, on the same addresses, and the old one ends well. `asks`: by what, if not by a signal."""
        adopts_orphans()
        done = self.log().count(" upgraded process=")
        old = self.process
        asks() if asks else self.signal(signal.SIGUSR2)
        assert self._read_listening() == self.listening, "it listens elsewhere"
        wait_until(lambda: self.log().count(" upgraded process=") > done, "the old process to tell")
        self.process = Adopted(int(re.findall(r" upgraded process=(\d+)", self.log())[-1]), old.stdout)
        status = old.wait(WAIT)
        assert status == 0, f"the old process ended with {status}"
        self.process.becomes_ours()
        self._has_short_calls()

    def refuses_to_upgrade(self, why):
        """It tries, says why not, and goes on."""
        done = self.log().count("no upgrade")
        self.signal(signal.SIGUSR2)
        wait_until(lambda: self.log().count("no upgrade") > done, "the server to give the upgrade up", 8 + WAIT)
        told = [line for line in self.log().splitlines() if "no upgrade" in line][-1]
        assert why in told, told
        assert self.process.poll() is None, "it has ended"

    def next_output_line(self):
        deadline = time.monotonic() + WAIT
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))
            byte = os.read(self.process.stdout.fileno(), 1) if ready else b""
            if not byte:
                self.process.kill() if ready == [] else None
                status = self.process.wait(WAIT)
                raise AssertionError(f"no further line on standard output (status {status}): {line!r}\n{self.log()}")
            line += byte
        return line.decode().rstrip("\n")

    def signal(self, number):
        self.process.send_signal(number)

    def ends(self, seconds=WAIT):
        """Waits for the end; returns the exit status."""
        return self.process.wait(seconds)

    def waits_until_all_left(self):
        wait_until(lambda: self.descriptors() <= self._descriptors, "everybody to leave")

    def stops(self):
        """SIGTERM; returns the exit status."""
        self.signal(signal.SIGTERM)
        return self.ends()

    def ends_well(self):
        """Stops it if it runs, and returns what was wrong with its end."""
        problems = []
        self._leave_all()
        if self.process is None:
            return [f"{self.program} could not be started"]
        if self.process.poll() is None:
            if self.counts_descriptors:
                problems += self._descriptor_problems()
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                status = self.ends()
                if status != 0:
                    problems.append(f"exit status {status} after SIGTERM")
            except subprocess.TimeoutExpired:
                problems.append("did not end after SIGTERM")
                self.process.kill()
                self.ends()
        log = self.log()
        if FAULTS.search(log):
            problems.append("a fault in the log:\n" + log[-8000:])
        if self._has_leftovers():
            problems.append("a process of the server is left")
        self.process.stdout.close()
        self._log.close()
        self._state.cleanup()
        return problems

    # Looking at it.
    def log(self):
        """Standard error so far."""
        return self.log_bytes().decode(errors="backslashreplace")

    def log_bytes(self):
        log = self._log.fileno()
        return os.pread(log, os.fstat(log).st_size, 0)  # the server writes at the offset that a seek would move

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def waited_for_cpu_s(self):
        """How long the thread that was kept from running for longest was; 0 where the kernel does not tell."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return max((int(each.read_text(encoding="ascii").split()[1]) / 1e9 for each in tasks), default=0)

    def launch_helper(self):
        """The process that starts programs for it."""
        (helper,) = children_of(self.process.pid)
        return helper

    def descriptor_limit(self):
        with open(f"/proc/{self.process.pid}/limits", encoding="ascii") as limits:
            return int(re.search(r"Max open files\s+(\d+)", limits.read()).group(1))

    def resident_kib(self):
        return int(re.search(r"VmRSS:\s+(\d+)", _status(f"/proc/{self.process.pid}")).group(1))

    def memory_kib(self):
        """What it has of its own (anonymous pages): what it shares with other servers of the same program changes as they come and go."""
        with open(f"/proc/{self.process.pid}/smaps_rollup", encoding="ascii") as rollup:
            return int(re.search(r"^Anonymous:\s+(\d+)", rollup.read(), re.MULTILINE).group(1))

    def wakeups(self):
        """How often its threads have slept."""
        tasks = f"/proc/{self.process.pid}/task"
        return sum(int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", _status(f"{tasks}/{task}"), re.MULTILINE).group(1)) for task in os.listdir(tasks))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # Reaching it.
    def address(self, index=0):
        return self.listening[index][1]

    @property
    def port(self):
        return self.host_and_port()[1]

    def host_and_port(self, index=0):
        host, _, port = self.address(index).rpartition(":")
        return host.strip("[]"), int(port)

    def connect(self, label="peer", index=0, source=None, receive_buffer=None, kind=Peer):
        """A raw socket. `receive_buffer`: set before connecting, so that the window is that small."""
        address = self.address(index)
        if address.startswith("unix:"):
            sock = socket.socket(socket.AF_UNIX)
            end = address[len("unix:") :]
        else:
            end = self.host_and_port(index)
            sock = socket.socket(socket.AF_INET6 if ":" in end[0] else socket.AF_INET)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            sock.bind((source, 0))
        sock.settimeout(WAIT)
        sock.connect(end)
        peer = kind(sock, label)
        self.peers.append(peer)
        return peer

    # Within.
    def _limit(self):
        soft, hard = self.nofile if isinstance(self.nofile, tuple) else (self.nofile, self.nofile)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def _leave_all(self):
        for peer in self.peers:
            peer.closes()
        self.peers.clear()

    def _descriptor_problems(self):
        """Once all have left, as many descriptors are open as at the start."""
        try:
            wait_until(lambda: self.descriptors() <= self._descriptors, "descriptors", 5 * FACTOR)
        except AssertionError:
            return [f"{self.descriptors() - self._descriptors} descriptors more than at the start"]
        return []

    def _has_short_calls(self):
        if not self.has_shim:
            return
        with open(f"/proc/{self.process.pid}/maps", encoding="utf-8") as maps:
            assert SHORT_CALLS in maps.read(), f"{SHORT_CALLS} was not preloaded"

    def _has_leftovers(self):
        try:
            os.killpg(self._group, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True


def children_of(pid):
    """Those that run; not such as nobody has reaped yet."""
    found = []
    for each in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{each}/stat", encoding="utf-8", errors="replace") as stat:
                state, parent = stat.read().rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(each))
    return sorted(found)


def _status(folder):
    with open(f"{folder}/status", encoding="ascii") as status:
        return status.read()
