"""grotto tls:HOST:PORT: only to who proves to be the server, and then all is as without TLS."""

import socket

import pytest

from support.client import NO_CONNECTION
from support.room import Room, joined, left
from support.tls import NEEDS_TLS, Authority

pytestmark = NEEDS_TLS


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def room(grottod, authority):
    cert, key = authority.signs("localhost", "DNS:localhost", "IP:127.0.0.1")
    return Room(grottod("chat", "--tls-cert", cert, "--tls-key", key))


def place(room, host="localhost"):
    return f"tls:{host}:{room.server.port}"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_pipe_says_its_lines_by_tls(room, client, authority, host):
    (ana,) = room.enter("ana")
    done = client.pipe(place(room, host), "--tls-ca", authority.file, "--name", "bot", text="kaixo\nagur\n")
    assert done.returncode == 0, done.sentence
    ana.hears(joined("bot"), "bot: kaixo", "bot: agur", left("bot"))


def test_megabytes_go_and_come(grottod, client, authority):
    cert, key = authority.signs("localhost")
    server = grottod("echo", "--tls", "only", "--tls-cert", cert, "--tls-key", key)
    data = bytes(range(256)) * 8_000
    done = client.pipe(f"tls:localhost:{server.port}", "--raw", env={"GROTTO_CLIENT_TLS_CA": str(authority.file)}, text=data)
    assert done.returncode == 0, done.sentence
    assert done.stdout == data


def test_who_does_not_prove_to_be_the_server_hears_nothing(room, client, tmp_path):
    (ana,) = room.enter("ana")
    stranger = Authority(tmp_path, "stranger")
    for words in ([], ["--tls-ca", stranger.file]):  # the system's CAs, and another one
        done = client.pipe(place(room), *words, "--name", "bot", text="secret\n")
        assert done.returncode == NO_CONNECTION
        assert "unable to get local issuer certificate" in done.sentence, done.sentence
        assert done.stdout == b""
    ana.says("only me")
    ana.says("/who")
    assert "bot" not in ana.next_line()


def test_a_certificate_for_another_name_is_not_taken(grottod, client, authority):
    cert, key = authority.signs("other.example")
    server = grottod("chat", "--tls-cert", cert, "--tls-key", key)
    done = client.pipe(f"tls:localhost:{server.port}", "--tls-ca", authority.file, "--name", "bot", text="secret\n")
    assert done.returncode == NO_CONNECTION
    assert "ostname mismatch" in done.sentence
    done = client.pipe(f"tls:127.0.0.1:{server.port}", "--tls-ca", authority.file, "--name", "bot", text="secret\n")
    assert "IP address mismatch" in done.sentence


def test_insecure_is_said(room, client):
    (ana,) = room.enter("ana")
    done = client.pipe(place(room), "--tls-insecure", "--name", "bot", text="kaixo\n")
    assert done.returncode == 0
    assert "nobody has checked whether this is the server" in done.sentence
    ana.hears(joined("bot"), "bot: kaixo", left("bot"))


def test_a_terminal_talks_by_tls(room, client, authority):
    (ana,) = room.enter("ana")
    luzmi = client.terminal(place(room), "--tls-ca", str(authority.file), "--name", "luzmi")
    ana.hears(joined("luzmi"))
    luzmi.enters("kaixo")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    luzmi.shows("ana: bai")


def test_at_a_terminal_insecure_is_on_the_screen(room, client):
    luzmi = client.terminal(place(room), "--tls-insecure", "--name", "luzmi")
    luzmi.shows("-- --tls-insecure: nobody has checked whether this is the server. --")


def test_a_server_without_tls_and_files_that_are_none_are_told(grottod, client, tmp_path):
    plain = grottod("chat")
    done = client.pipe(f"tls:localhost:{plain.port}", "--name", "bot", text="x\n")
    assert done.returncode == NO_CONNECTION
    assert "no TLS" in done.sentence
    missing = tmp_path / "missing.pem"
    done = client.pipe(f"tls:localhost:{plain.port}", "--tls-ca", missing, "--name", "bot", text="x\n")
    assert f"{missing} cannot be read: No such file or directory" in done.sentence
    silent = socket.create_server(("127.0.0.1", 0))
    done = client.pipe(f"tls:127.0.0.1:{silent.getsockname()[1]}", "--timeout", "300ms", "--name", "bot", text="x\n")
    assert done.returncode == NO_CONNECTION
    assert "no answer by TLS in time" in done.sentence
    silent.close()
