"""An upgrade of a server that may do little: another user, no capabilities, the system-call filter on, told by a service manager."""

import signal
import socket
import sys

import pytest

from support.bounds import GROTTOD
from support.confined import NEEDS_FILTER, UNIT, Folder, has_no_privileges, is_nobody, is_root, threads_of
from support.prompt import program
from support.room import Room
from support.waiting import wait_until

TOLD = "The server was upgraded."
PARROT = 'while read -r line; do case $line in *"ana: "*) echo "I heard ana";; esac; done'


@pytest.fixture
def folder():
    made = Folder()
    yield made
    made.remove()


@NEEDS_FILTER
def test_a_bot_questions_a_reload_and_upgrades_under_the_settings_of_the_unit(grottod, folder):
    script = folder.path / "sums.toml"
    judge = "for line in sys.stdin:\n    print(json.dumps({'say': 'right', 'next': True}), flush=True)\n"
    program(folder.path, "judge.py", judge)
    (folder.path / "judge.py").chmod(0o755)
    script.write_text('[run]\ncommand = ["./judge.py"]\n[[ask]]\nid = "sum"\nprompt = "1 + 1?"\n', encoding="utf-8")
    config = folder.path / "grotto.toml"
    listeners = "".join(f"[[listener]]\nservice = '{each}'\nlisten = '127.0.0.1:0'\n" for each in ("chat", "prompt"))
    config.write_text(f"script = '{script}'\n{listeners}", encoding="utf-8")
    room = Room(
        grottod("--config", config, *UNIT, "--rate", "off", "--workers", 2, "--bot", "parrot=" + PARROT,
                listen=(), listeners=2, counts_descriptors=False, env={"STATE_DIRECTORY": str(folder.state)})
    )  # fmt: skip
    server = room.server
    wait_until(lambda: "bot started" in server.log(), "the bot")
    ana = server.connect("ana")
    ana.says("ana", "hello")
    ana.lines_until("parrot: I heard ana")
    for number in range(2):
        server.signal(signal.SIGHUP)
        server.upgrades()
        ana.lines_until(TOLD)
        wait_until(lambda: server.log().count("bot started") == number + 2, "the bot of the new process")
        ana.says("hello")
        ana.lines_until("parrot: I heard ana")
        guest = server.connect("guest", index=1)
        guest.hears("1 + 1?")
        guest.says("2")
        guest.hears("right")
        guest.read_to_end()
        for status in threads_of(server.process.pid):
            assert has_no_privileges(status), status
            assert status["Seccomp"] == "2", "the new process has no filter"
            assert not is_root() or is_nobody(status), status
    assert "is not on the list of --seccomp" not in server.log()


def test_the_service_manager_is_told_of_the_new_process(grottod, tmp_path):
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(tmp_path / "notify"))
    manager.settimeout(10)
    server = grottod("chat", env={"NOTIFY_SOCKET": str(tmp_path / "notify")})
    said = []

    def hears(text):
        while text not in said:
            said.extend(manager.recv(4096).decode().splitlines())

    hears("READY=1")
    said.clear()
    server.upgrades()
    hears(f"MAINPID={server.process.pid}")
    hears("READY=1")  # by the new one: nobody else has the socket's name
    assert said.index(f"MAINPID={server.process.pid}") < said.index("READY=1")
    assert "STOPPING=1" not in said, "the service does not stop"
    manager.close()


ACTIVATES = f"""#!{sys.executable}
import os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
os.dup2(listener.fileno(), 3)  # sd_listen_fds(3)
os.set_inheritable(3, True)
os.environ |= {{"LISTEN_FDS": "1", "LISTEN_FDNAMES": "chat", "LISTEN_PID": str(os.getpid())}}
os.execv({GROTTOD!r}, [{GROTTOD!r}, *sys.argv[1:]])
"""


def test_sockets_of_the_service_manager_stay_the_listeners(grottod, tmp_path):
    activates = tmp_path / "activates"
    activates.write_text(ACTIVATES, encoding="utf-8")
    activates.chmod(0o755)
    room = Room(grottod("chat", program=str(activates), listen=(), listeners=1))
    (ana,) = room.enter("ana")
    for _ in range(2):
        room.server.upgrades()
        ana.hears(TOLD)
    oskar = room.enters("oskar")
    oskar.says("kaixo")
    ana.hears("oskar: kaixo")
