"""What systemd asks of a service: its protocol, its sockets, and how its unit is judged. No systemd runs here: the test is the manager."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest

from support.bounds import GROTTOD, WAIT
from support.peer import Peer
from support.room import GREETING, users, welcome
from support.server import child_environment, run_grottod
from support.waiting import wait_until

UNIT = pathlib.Path(GROTTOD).parents[1] / "dist/systemd/grottod.service"
DIST = pathlib.Path(__file__).resolve().parents[2] / "dist/systemd"


class Manager:
    """The reading end of $NOTIFY_SOCKET."""

    def __init__(self, path):
        self.path = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.path)
        self.socket.settimeout(WAIT)

    def hears(self, *expected):
        for each in expected:
            assert self.next() == each

    def next(self):
        return self.socket.recv(4096).decode()


@pytest.fixture
def manager(tmp_path):
    made = Manager(tmp_path / "notify")
    yield made
    made.socket.close()


def test_a_service_tells_its_life(grottod, manager):
    server = grottod("chat", "--workers", 2, env={"NOTIFY_SOCKET": manager.path})
    manager.hears("READY=1", "STATUS=0 members in 1 room, 0 connections")
    server.signal(signal.SIGHUP)
    assert re.fullmatch(r"RELOADING=1\nMONOTONIC_USEC=\d+", manager.next())
    manager.hears("READY=1")
    assert server.stops() == 0
    manager.hears("STOPPING=1")


def test_the_watchdog_is_fed_until_the_server_stands_still(grottod, manager):
    server = grottod("echo", "--workers", 2, env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "100000"})
    manager.hears("READY=1", "STATUS=0 connections", "WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1")
    server.signal(signal.SIGSTOP)
    wait_until(lambda: is_stopped(server), "all threads to stand still")
    manager.socket.setblocking(False)
    with pytest.raises(BlockingIOError):
        while True:
            assert manager.next() == "WATCHDOG=1"
    manager.socket.settimeout(WAIT)
    server.signal(signal.SIGCONT)
    manager.hears("WATCHDOG=1")


def is_stopped(server):
    stats = [pathlib.Path(f"/proc/{server.process.pid}/task/{task}/stat").read_text(encoding="ascii") for task in os.listdir(f"/proc/{server.process.pid}/task")]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def test_a_bot_cannot_speak_for_the_service(grottod, manager):
    bot = 'read -r line; echo "[$NOTIFY_SOCKET$WATCHDOG_USEC$LISTEN_FDS]"; cat > /dev/null'
    server = grottod("chat", "--history", 0, "--bot", "parrot=" + bot, env={"NOTIFY_SOCKET": manager.path, "WATCHDOG_USEC": "60000000"})
    ana = server.connect("ana")
    ana.says("ana")
    ana.hears(GREETING, welcome("ana"), users(["parrot"]), "parrot: []")


# ---- Sockets ----


def is_listening(path):
    """A socket's path is there before it listens: __SO_ACCEPTCON in the kernel's table tells."""
    table = pathlib.Path("/proc/net/unix").read_text(encoding="utf-8", errors="replace")
    return any(line.endswith(f" {path}") and line.split()[3] == "00010000" for line in table.splitlines())


class Activated:
    """A server that systemd-socket-activate starts when somebody comes to one of its sockets."""

    def __init__(self, folder, names, *words):
        self.paths = [folder / f"{number}.sock" for number in range(len(names.split(":")))]
        self.process = subprocess.Popen(
            ["systemd-socket-activate", *[word for path in self.paths for word in ("-l", str(path))], f"--fdname={names}", GROTTOD, *words],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=child_environment({"STATE_DIRECTORY": str(folder)}),
        )  # fmt: skip
        wait_until(lambda: all(is_listening(path) for path in self.paths), "the sockets")

    def connect(self, index):
        sock = socket.socket(socket.AF_UNIX)
        sock.settimeout(WAIT)
        sock.connect(str(self.paths[index]))
        return Peer(sock, f"at {index}")

    def ends(self):
        self.process.send_signal(signal.SIGTERM)
        lines = self.process.communicate(timeout=WAIT)[0].decode().splitlines()
        return self.process.returncode, lines


@pytest.fixture
def activated(tmp_path):
    if shutil.which("systemd-socket-activate") is None:
        pytest.skip("no systemd-socket-activate here")
    made = []

    def start(names, *words):
        made.append(Activated(tmp_path, names, *words))
        return made[-1]

    yield start
    for each in made:
        each.process.kill()
        each.process.wait(WAIT)


def test_sockets_of_the_manager_replace_those_of_the_settings_and_serve_what_they_are_named(activated):
    server = activated("chat:other:echo", "chat", "--listen", "192.0.2.1:1", "--history", "0")
    echo = server.connect(2)
    echo.send(b"kaixo\n")
    assert echo.read_past(b"\n") == b"kaixo\n"
    for index, name in ((0, "ana"), (1, "oskar")):  # what has a name of its own is what the words say
        peer = server.connect(index)
        peer.says(name)
        peer.hears(GREETING, welcome(name))
    status, lines = server.ends()
    assert status == 0
    assert lines == [f"listening {service} unix:{path}" for service, path in zip(("chat", "chat", "echo"), server.paths)]
    assert all(path.exists() for path in server.paths)  # they are the manager's


def test_a_socket_that_cannot_be_served_is_told(tmp_path):
    datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    datagrams.bind(("127.0.0.1", 0))
    run = subprocess.run(
        ["sh", "-c", 'LISTEN_FDS=1 LISTEN_FDNAMES=echo LISTEN_PID=$$ exec "$@"', "sh", GROTTOD, "echo"],
        close_fds=False, preexec_fn=lambda: os.dup2(datagrams.fileno(), 3), env=child_environment({"STATE_DIRECTORY": str(tmp_path)}), capture_output=True, text=True, timeout=WAIT, check=False,
    )  # fmt: skip
    datagrams.close()
    assert (run.returncode, run.stderr) == (69, "grottod: descriptor 3 of the service manager (echo) is no listening stream socket of TCP or of a Unix path.\n")


# ---- The unit ----

HAS_ANALYZE = pytest.mark.skipif(shutil.which("systemd-analyze") is None or not UNIT.exists(), reason="no systemd-analyze, or no unit in this build")


@HAS_ANALYZE
def test_the_unit_is_as_safe_as_promised():
    run = subprocess.run(["systemd-analyze", "security", "--offline=true", "--threshold=20", UNIT], capture_output=True, text=True, timeout=WAIT, check=False)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr
    assert re.search(r"Overall exposure level for grottod.service: [01]\.\d", run.stdout)


@HAS_ANALYZE
def test_systemd_understands_units_user_and_folders(tmp_path):
    service = tmp_path / "grottod.service"
    service.write_text(re.sub(r"ExecStart=\S+", f"ExecStart={GROTTOD}", UNIT.read_text(encoding="utf-8")))
    shutil.copy(DIST / "grottod.socket", tmp_path)
    run = subprocess.run(["systemd-analyze", "verify", "--man=no", service, tmp_path / "grottod.socket"], capture_output=True, text=True, timeout=WAIT, check=False)
    assert "grottod" not in run.stderr, run.stderr
    (tmp_path / "etc").mkdir()
    for program, file in (("systemd-sysusers", "grotto.sysusers"), ("systemd-tmpfiles", "grotto.tmpfiles")):
        words = ["--root", tmp_path, "--create"] if program == "systemd-tmpfiles" else ["--root", tmp_path]
        run = subprocess.run([program, *words, DIST / file], capture_output=True, text=True, timeout=WAIT, check=False)
        assert run.returncode == 0, run.stderr
        if program == "systemd-sysusers":
            assert re.search(r"^grotto:x:\d+:\d+:Grotto line server:/var/lib/grotto:/usr/sbin/nologin$", (tmp_path / "etc/passwd").read_text(encoding="utf-8"), re.MULTILINE)
    assert (tmp_path / "var/lib/grotto").stat().st_mode & 0o777 == 0o700


def test_the_options_of_the_unit_are_options():
    text = (DIST / "grottod.service.in").read_text(encoding="utf-8")
    names = re.findall(r"^Environment=(GROTTO_\w+)=", text, re.MULTILINE)
    assert names == ["GROTTO_SECCOMP"]
    shown = run_grottod("--print-config", env={"GROTTO_SECCOMP": "true"}).stdout
    assert "seccomp = true" in shown
