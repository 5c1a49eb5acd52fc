"""tools/serve from outside: it builds if it must, starts the server, and two nc talk through it."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
WAIT = 600  # it may have to build


def line_of(stream):
    return stream.readline().decode().rstrip("\r\n")


def joins(port, name):
    nc = shutil.which("nc.openbsd") or shutil.which("nc")
    client = subprocess.Popen([nc, "127.0.0.1", port], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert line_of(client.stdout).startswith("Greetings")
    client.stdin.write(name.encode() + b"\n")
    client.stdin.flush()
    assert line_of(client.stdout).startswith(f"Welcome {name}!")
    line_of(client.stdout)  # who is there
    return client


def test_the_demo_has_bots_that_talk_and_keeps_nothing(tmp_path):
    server = subprocess.Popen(
        [TOP / "tools/serve", "--no-install", "--demo", "chat", "--listen", "127.0.0.1:0", "--history", "0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path), "ACTOR_PAUSE": "1"},
    )
    client = None
    try:
        listening = line_of(server.stdout)
        assert listening.startswith("listening chat 127.0.0.1:")
        nc = shutil.which("nc.openbsd") or shutil.which("nc")
        client = subprocess.Popen([nc, "127.0.0.1", listening.rsplit(":", 1)[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        client.stdin.write(b"ana\n!time\n")
        client.stdin.flush()
        assert line_of(client.stdout).startswith("Greetings")
        assert line_of(client.stdout).startswith("Welcome ana!")
        assert line_of(client.stdout) == "Connected users: bat drip clock"
        said = set()
        while said != {"bat", "drip", "clock"}:  # all of them, if there is life
            said.add(line_of(client.stdout).split(": ")[0])
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=20) == 0
        assert list(tmp_path.iterdir()) == []
    finally:
        for process in [client, server]:
            if process is not None:
                if process.poll() is None:
                    process.kill()
                process.wait()


def test_serve_starts_a_chat_that_two_nc_talk_in_and_ends_by_sigterm(tmp_path):
    server = subprocess.Popen(
        [TOP / "tools/serve", "--no-install", "chat", "--listen", "127.0.0.1:0"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
    )
    clients = []
    try:
        began = time.monotonic()
        listening = line_of(server.stdout)
        assert time.monotonic() - began < WAIT
        assert listening.startswith("listening chat 127.0.0.1:")
        port = listening.rsplit(":", 1)[1]
        clients = [joins(port, "ana"), joins(port, "oskar")]
        ana, oskar = clients
        assert line_of(ana.stdout) == "oskar has joined the chat!"
        oskar.stdin.write(b"kaixo\n")
        oskar.stdin.flush()
        assert line_of(ana.stdout) == "oskar: kaixo"
        server.send_signal(signal.SIGTERM)
        assert line_of(ana.stdout).startswith("The server is stopping")
        assert server.wait(timeout=20) == 0
    finally:
        for process in [*clients, server]:
            if process.poll() is None:
                process.kill()
            process.wait()
