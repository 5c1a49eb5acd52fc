"""The host (`--host-key-file`): who becomes one, what he sees, and what nobody else may."""

import re

import pytest

from support.prompt import PLAIN, logs
from support.server import run_grottod
from support.telnet import DO, ECHO, TM, WILL, WONT, TelnetPeer

HOST = "You are the host: nothing is asked of you, and you see how far everybody is. /help lists what you can do."
SCORED = 'name = "who"\n[[ask]]\nid = "who"\nprompt = "Who?"\n[[ask]]\nid = "sum"\nprompt = "1 + 1?"\ncorrect = "2"\n[[ask]]\nid = "last"\nprompt = "Last?"\n'


@pytest.fixture
def hosted(asks, tmp_path):
    (tmp_path / "key").write_text("open sesame\nthis is not the key\n")
    return lambda script=SCORED, *words, **how: asks(script, "--host-key-file", tmp_path / "key", *words, **how)


def becomes_host(server, first=("Who?",), label="host"):
    peer = server.connect(label)
    peer.hears(*first)
    peer.says("/host open sesame")
    peer.hears(HOST)
    return peer


def shows(host, *rows):
    """Reads tables until one has these rows: others may come before, as things happened."""
    while True:
        people = int(host.hears_like(r"^-- (\d+) (?:person|people) --$")[1])
        lines = [host.next_line() for _ in range(people)]
        if len(lines) == len(rows) and all(re.search(row, line) for row, line in zip(rows, lines)):
            return


def test_the_table_is_live(hosted):
    server = hosted(SCORED, "--workers", 2)
    host = becomes_host(server)
    shows(host)
    ana, oskar = server.connect("ana"), server.connect("oskar")
    ana.says("Ana", "2")
    ana.hears("Who?", "1 + 1?", "Last?")
    oskar.says("Oskar \u6f22\u5b57")
    oskar.hears("Who?", "1 + 1?")
    shows(host, "^   1  Ana                        1 points  2 of 3, at last$", "^   2  Oskar \u6f22\u5b57                 0 points  1 of 3, at sum$")
    ana.closes()
    oskar.says("3", "done")
    oskar.hears("Last?", "You have 0 points.")
    oskar.hears_end()
    shows(host, "^   1  Ana .* 1 points  2 of 3, at last, away$", "^   2  Oskar .* 0 points  3 of 3, done$")
    host.says("/table")
    shows(host, "^   1  Ana", "^   2  Oskar")


def test_only_who_has_the_key_is_the_host(hosted):
    server = hosted()
    peer = server.connect()
    peer.hears("Who?")
    peer.says("/table", "/start", "/next")
    for _ in range(3):
        peer.hears_like(r"^There is no command .*\[unknown-command\]$")
    peer.says("/host", "/host sesame", "/host this is not the key")
    peer.hears(*["That is not the host's key. [wrong-key]"] * 3)
    peer.hears_end()
    logs(server, "wrong host key", 3)
    assert "sesame" not in server.log()


def test_wrong_keys_are_counted_over_the_answers(hosted):
    server = hosted()
    peer = server.connect()
    peer.says("/host x", "Ana", "/host y", "2", "/host z")
    peer.hears("Who?", "That is not the host's key. [wrong-key]", "1 + 1?", "That is not the host's key. [wrong-key]", "Last?")
    peer.hears("That is not the host's key. [wrong-key]")
    peer.hears_end()


def test_without_a_key_there_is_no_host(asks):
    peer = asks(PLAIN).connect()
    peer.hears("One?")
    peer.says("/host x", "/host ")
    for _ in range(2):
        peer.hears_like(r"^There is no command /host\.")


def test_nothing_is_asked_of_the_host(hosted):
    server = hosted()
    host = becomes_host(server)
    host.hears("-- 0 people --")
    host.says("an answer", "/skip", "/back", "/again", "/start", "/host open sesame", "/help")
    host.hears("You are the host: /help lists what you can do. [host]")
    host.hears_like("no-question")
    host.hears_like("first-question")
    host.hears_like("no-question")
    host.hears_like("unknown-command")
    host.hears_like(r"\[already\]$")
    host.hears("You are the host. You may type:")
    assert "  /table               how far everybody is" in host.lines_until("  /quit                leave") + [host.next_line()]
    host.says("/quit")
    host.hears("Goodbye!")
    host.hears_end()


def test_the_host_sees_what_he_types_after_a_hidden_question(hosted):
    server = hosted('[[ask]]\nid = "code"\ntype = "hidden"\nprompt = "Code?"')
    telnet = TelnetPeer(server.connect().sock, accepts={ECHO})
    telnet.command(DO, TM)
    telnet.hears("Code?")
    telnet.hears_command(WILL, ECHO)
    telnet.says("/host open sesame")
    telnet.hears("", HOST)
    telnet.hears_command(WONT, ECHO)


@pytest.mark.parametrize("text", ["short\n", "", "x" * 129 + "\n", None])
def test_a_bad_key_file_is_told_at_the_start(tmp_path, text):
    (tmp_path / "script.toml").write_text(SCORED)
    if text is not None:
        (tmp_path / "key").write_text(text)
    done = run_grottod("prompt", tmp_path / "script.toml", "--answers", "none", "--host-key-file", tmp_path / "key", "--listen", "127.0.0.1:0")
    assert done.returncode in (64, 78) and done.stderr.count("\n") == 1 and done.stdout == ""
