"""The client in a pipe: line in, line out, nothing else, and exit statuses that a script can use."""

import os
import signal
import socket
import subprocess
import threading

import pytest

from support.bounds import WAIT
from support.client import CONFIG, GOOD, NO_CONNECTION, PROTOCOL, REFUSED, USAGE, objects_of
from support.programs import need
from support.room import EMPTY, GREETING, joined, left, users, welcome
from support.waiting import wait_until


def test_a_script_says_a_line_and_reads_what_a_member_reads(room, client):
    (ana,) = room.enter("ana")
    done = client.pipe(room.server.address(), text="bot\nkaixo\n")
    assert (done.returncode, done.stderr) == (GOOD, b"")
    assert done.lines == [GREETING, welcome("bot"), users(["ana"])]
    ana.hears(joined("bot"), "bot: kaixo", left("bot"))


def test_the_last_line_needs_no_end_and_what_was_asked_is_answered(room, client):
    room.enter("ana")
    done = client.pipe(room.server.address(), "--name", "bot", text="kaixo\n/whois ana\n/last 1")
    assert done.returncode == GOOD
    assert done.lines[-1] == "bot: kaixo"


def test_a_file_as_input(room, client, tmp_path):
    (ana,) = room.enter("ana")
    path = tmp_path / "lines"
    path.write_text("one\ntwo\n")
    with open(path, "rb") as file:
        process = client.opens_pipe(room.server.address(), "--name", "bot")
        process.stdin.write(file.read())
        process.communicate(timeout=WAIT)
    ana.hears(joined("bot"), "bot: one", "bot: two", left("bot"))


def test_a_name_and_a_room(room, client):
    (ana,) = room.enter("ana")
    ana.says("/join cave")
    ana.hears("You founded the room cave and are its operator.", "Nobody else is here.")
    done = client.pipe(room.server.address(), "--name", "bot", "--room", "cave", text="hello\n")
    assert done.returncode == GOOD
    # Each room has an order of its own, and there is none between rooms.
    heard = [ana.next_line() for _ in range(5)]
    assert [line for line in heard if not line.startswith("[lobby] ")] == ["bot has joined the room.", "bot: hello", left("bot")], heard


def test_objects_pass_through(room, client):
    done = client.pipe(room.server.address(), "--name", "bot", "--json", text="kaixo\n/last 1\n")
    assert done.returncode == GOOD
    assert [made["type"] for made in objects_of(done)] == ["question", "notice", "notice", "names", "say"]


def test_a_name_that_is_taken_is_a_refusal_and_nothing_is_said(room, client):
    (ana,) = room.enter("ana")
    for form in ([], ["--json"]):
        done = client.pipe(room.server.address(), "--name", "ana", *form, text="hello\n")
        assert done.returncode == REFUSED
        assert done.sentence.startswith("grotto: The name ana is taken.")
        assert done.sentence.count("\n") == 1
    ana.says("/who")
    ana.hears("1 person is here: ana")


def test_a_closed_room_is_a_refusal_and_nothing_is_said_in_the_lobby(room, client):
    (ana,) = room.enter("ana")
    ana.says("/join cave secret")
    ana.hears("You founded the room cave and are its operator.", "Nobody else is here.")
    done = client.pipe(room.server.address(), "--name", "bot", "--room", "cave wrong", text="hello\n")
    assert done.returncode == REFUSED
    ana.hears("[lobby] bot has joined the chat!", "[lobby] bot has left the chat.")


def test_nobody_there(client):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        done = client.pipe(f"127.0.0.1:{port}", text="x\n")
    assert done.returncode == NO_CONNECTION
    assert done.sentence == f"grotto: 127.0.0.1:{port}: Connection refused.\n"
    assert client.pipe("unix:/no/such/socket").returncode == NO_CONNECTION
    assert client.pipe("no-such-host.invalid").returncode == NO_CONNECTION


def serve_once(*answers, reads=True):
    """A server of another kind, for one connection; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(WAIT)

    def serve():
        with listener, listener.accept()[0] as peer:
            peer.settimeout(WAIT)
            for answer in answers:
                peer.sendall(answer)
            if reads:
                while peer.recv(65536):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH_9.2\r\n", b"220 mail ESMTP\r\n"])
def test_a_server_of_another_kind(client, answer):
    done = client.pipe(serve_once(answer), "--name", "bot", text="x\n")
    assert done.returncode == PROTOCOL
    assert "--raw" in done.sentence
    done = client.pipe(serve_once(answer), "--json", text="x\n")
    assert done.returncode == PROTOCOL


def test_a_server_that_never_answers(client):
    done = client.pipe(serve_once(), "--name", "bot", "--timeout", "200ms", text="x\n")
    assert done.returncode == PROTOCOL
    assert "within 0.2 s" in done.sentence


def test_a_connection_that_breaks_is_told(client):
    listener = socket.create_server(("127.0.0.1", 0))
    process = client.opens_pipe(f"127.0.0.1:{listener.getsockname()[1]}")
    peer, _ = listener.accept()
    peer.sendall(b"hello\r\n")
    assert process.stdout.readline() == b"hello\n"
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    peer.close()
    assert process.wait(WAIT) == NO_CONNECTION
    assert b"was lost" in process.stderr.read()
    listener.close()


def test_usage_and_configuration(client, tmp_path):
    for words in (["--nosuch"], ["--timeout", "x"], ["a", "b"], ["tls:unix:/tmp/x"], ["--raw", "--json"], ["--room", "cave"]):
        done = client.pipe(*words)
        assert (done.returncode, done.stdout) == (USAGE, b""), words
        assert done.sentence.startswith("grotto: ") and done.sentence.count("\n") == 1
    folder = tmp_path / "config/grotto"
    folder.mkdir(parents=True)
    (folder / "client.toml").write_text('server = "127.0.0.1:1"\nname = 3\n')
    done = client.pipe()
    assert done.returncode == CONFIG
    assert done.sentence == f"grotto: {folder}/client.toml:2: name has a value of another type.\n"
    (folder / "client.toml").write_text('server = "127.0.0.1:1"\n')
    assert client.pipe().sentence == "grotto: 127.0.0.1:1: Connection refused.\n"
    assert client.pipe(env={"GROTTO_CLIENT_SERVER": "127.0.0.1:2"}).sentence.startswith("grotto: 127.0.0.1:2: ")
    assert client.pipe("--version").stdout.startswith(b"grotto 0.")
    assert b"--reconnect" in client.pipe("--help").stdout


def test_escape_sequences_of_a_server_are_text_or_nothing(client):
    done = client.pipe(serve_once(b"a\x1b[2Jb\x1b]0;title\x07c\xff\x9b31m\r\n", reads=False))
    assert done.stdout == "abc\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}31m\n".encode()


def test_raw_is_every_byte_in_both_directions(echo, client):
    data = bytes(range(256)) * 4096 + b"no end"
    done = client.pipe(echo.address(), "--raw", text=data)
    assert (done.returncode, done.stderr) == (GOOD, b"")
    assert done.stdout == data


def test_a_unix_socket(grottod, client, tmp_path):
    path = tmp_path / "socket"
    grottod("chat", listen=(f"unix:{path}",))
    assert client.pipe(f"unix:{path}", "--name", "bot", text="x\n").returncode == GOOD


def test_the_reader_of_a_pipe_may_leave_first(room, client):
    (ana,) = room.enter("ana")
    process = client.opens_pipe(room.server.address(), "--name", "bot")
    process.stdout.close()
    ana.says("hello")
    assert process.wait(WAIT) in (74, -signal.SIGPIPE)


def test_a_slow_reader_loses_nothing(grottod, client):
    echo = grottod("echo")
    process = client.opens_pipe(echo.address(), "--raw")
    data = os.urandom(1 << 20) * 4
    writer = threading.Thread(target=lambda: (process.stdin.write(data), process.stdin.close()))
    writer.start()
    read = process.stdout.read(1)  # one byte, then everything stands still until we go on
    read += process.stdout.read()
    writer.join(WAIT)
    assert read == data
    process.stdin = None
    assert process.wait(WAIT) == GOOD


def test_a_server_that_comes_late_is_tried_again(grottod, client):
    with socket.socket() as place:
        place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    process = client.opens_pipe(f"127.0.0.1:{port}", "--name", "bot", "--reconnect", 20)
    server = grottod("chat", listen=(f"127.0.0.1:{port}",))
    out, _ = process.communicate(b"kaixo\n/last 1\n/quit\n", timeout=3 * WAIT)
    assert out.decode().splitlines()[-2:] == ["bot: kaixo", "Goodbye!"]
    assert server is not None


# ---- --exec


def test_a_program_in_the_place_of_the_pipe(room, client):
    (ana,) = room.enter("ana")
    process = client.opens_pipe(
        room.server.address(), "--name", "bot", "--exec", "echo ready; while read -r line; do case $line in 'ana: ping'*) echo pong;; *bye*) exit 0;; esac; done"
    )
    ana.hears(joined("bot"), "bot: ready")
    ana.says("ping")
    ana.hears("bot: pong")
    ana.says("bye")
    ana.hears(left("bot"))
    assert process.wait(WAIT) == GOOD
    assert process.stdout.read() == b""


def test_a_program_that_fails_says_so_by_its_status(room, client):
    done = client.pipe(room.server.address(), "--name", "bot", "--exec", "echo broken >&2; exit 7")
    assert (done.returncode, done.stderr) == (7, b"broken\n")
    assert client.pipe(room.server.address(), "--name", "bot", "--exec", "/no/such/program").returncode == 127


def test_a_program_is_told_of_the_end_and_ended(grottod, client, tmp_path):
    server = grottod("chat")
    mark = tmp_path / "ended"
    peer = server.connect()
    peer.says("ana")
    peer.hears(GREETING, welcome("ana"), EMPTY)
    process = client.opens_pipe(server.address(), "--name", "bot", "--exec", f"cat >/dev/null; touch {mark}")
    peer.hears(joined("bot"))
    server.stops()
    assert process.wait(2 * WAIT) == GOOD
    wait_until(mark.exists, "the program's end")


def test_lines_are_logged(room, client, tmp_path):
    log = tmp_path / "log"
    client.pipe(room.server.address(), "--name", "bot", "--log", log, text="x\n")
    lines = log.read_text().splitlines()
    assert lines[-1].endswith(f"Z {EMPTY}")
    assert client.pipe("--log", "/no/such/folder/log").returncode == 73


def test_as_a_netcat_among_netcats(client, tmp_path):
    """A socket that a netcat listens on: what one types the other reads, both ways."""
    path = tmp_path / "socket"
    nc = subprocess.Popen([need("nc.openbsd"), "-lU", "-N", str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        wait_until(path.exists, "netcat to listen")
        process = client.opens_pipe(f"unix:{path}", "--raw")
        process.stdin.write(b"from grotto\n")
        process.stdin.flush()
        assert nc.stdout.readline() == b"from grotto\n"
        nc.stdin.write(b"from nc\n")
        nc.stdin.close()
        out, _ = process.communicate(timeout=WAIT)
        assert out == b"from nc\n"
        assert nc.wait(WAIT) == 0
    finally:
        nc.kill()
        nc.wait(WAIT)
        nc.stdout.close()
