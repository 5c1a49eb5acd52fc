"""The log: one valid object a line in JSON, in a file that is opened anew when somebody has moved it away."""

import json
import re
import signal

import pytest

from support.room import Room
from support.waiting import wait_until


def objects(text):
    """Each line as an object; a name that comes twice in one is a fault."""

    def once(pairs):
        assert len(dict(pairs)) == len(pairs), pairs
        return dict(pairs)

    return [json.loads(line, object_pairs_hook=once) for line in text.splitlines()]


def test_each_line_of_json_is_one_object_whatever_a_peer_sends(grottod, tmp_path):
    log = tmp_path / "grottod.log"
    server = grottod("chat", "--log-format", "json", "--log-level", "debug", "--log-file", log, "--deny", "127.0.0.2")
    room = Room(server)
    room.enter("ana", "이름")
    refused = server.connect(source="127.0.0.2")
    refused.hears_like("not allowed")
    for hello in (b"\xff\xfe\x00\x1b[31m\"\\\n", b'GET /"\\\x7f HTTP/1.1\r\n\r\n', b"SSH-2.0-\"x\"\r\n"):
        server.connect().send(hello)
    wait_until(lambda: '"event":"refused"' in log.read_text(), "the refusal's line")
    assert server.stops() == 0
    lines = objects(log.read_text())
    assert {"started", "connected", "refused", "stopped"} <= {line["event"] for line in lines}
    for line in lines:
        assert list(line)[:3] == ["time", "level", "event"], line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"]), line
        assert line["level"] in ("debug", "info", "warning", "error"), line


def test_sigusr1_opens_the_file_anew_and_no_line_is_lost_between_the_two(grottod, tmp_path):
    log = tmp_path / "grottod.log"
    server = grottod("chat", "--log-file", log, "--log-level", "debug")
    connected = 0
    for turn in range(5):
        for _ in range(20):
            server.connect().hears_like("Greetings")
            connected += 1
        log.rename(tmp_path / f"grottod.log.{turn}")
        server.signal(signal.SIGUSR1)
        wait_until(lambda: log.exists() and "log opened anew" in log.read_text(), "the new file")
    assert server.stops() == 0
    parts = [tmp_path / f"grottod.log.{turn}" for turn in range(5)] + [log]
    text = "".join(part.read_text() for part in parts)
    assert len(re.findall(r"^\S+ debug connected ", text, re.MULTILINE)) == connected
    assert [part.read_text().count("log opened anew") for part in parts] == [0, 1, 1, 1, 1, 1]
    assert server.log().count("\n") <= 1, "the log went to standard error too"  # `join with:` is for who started it


def test_sigusr1_without_a_file_is_nothing_to_end_for(grottod):
    server = grottod("echo")
    server.signal(signal.SIGUSR1)
    wait_until(lambda: "log opened anew" in server.log(), "the log")
    assert server.connect().says("there") is None


@pytest.mark.parametrize("where", ["missing/grottod.log", "."])
def test_a_log_file_that_cannot_be_had_is_said_at_the_start(where, tmp_path):
    from support.server import run_grottod

    run = run_grottod("echo", "--listen", "127.0.0.1:0", "--log-file", tmp_path / where)
    assert run.returncode == 73
    assert re.fullmatch(rf"grottod: cannot write the log {re.escape(str(tmp_path / where))}: .*\.\n", run.stderr)
