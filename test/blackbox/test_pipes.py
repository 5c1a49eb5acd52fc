"""Pipes: one-shots with real netcats, and the very commands that docs/chat.md shows."""

import os
import re
import signal
import subprocess

import pytest

from support.bounds import ROOT, WAIT
from support.dialogue import Dialogue
from support.netcats import ONE_SHOTS, TALKERS, words
from support.objects import strict
from support.programs import Program, need, one_shot
from support.room import EMPTY, GREETING, Room, founds, joined, left, users, welcome
from support.server import child_environment

QUIET = "You will not read who joins and leaves. To read it again, type /quiet off."
one_shots = pytest.mark.parametrize("client", ONE_SHOTS.values(), ids=ONE_SHOTS.keys())
# OpenBSD's stays until its own end of input is told too.
QUITTERS = {name: client for name, client in TALKERS.items() if name != "nc.openbsd"}
quitters = pytest.mark.parametrize("client", QUITTERS.values(), ids=QUITTERS.keys())


def lines_of(output):
    assert output.endswith(b"\r\n"), output[-80:]
    return output.decode().split("\r\n")[:-1]


@pytest.fixture
def said(grottod):
    """A lobby in which ana has said twelve lines; who comes in reads none of them unasked."""
    room = Room(grottod("chat", "--history", 0, "--rate", "off"))
    (ana,) = room.enter("ana")
    ana.says(*(f"line {number}" for number in range(11)), "/me waves", "/last 1")
    ana.hears("* ana waves")
    return room


# ---- With each netcat


@one_shots
def test_the_last_lines_and_nothing_after_them(said, client):
    output = one_shot(words(client("127.0.0.1", said.server.port)), b"bot\n/quiet\n/last 3\n")
    assert lines_of(output) == [GREETING, welcome("bot"), users(["ana"]), QUIET, "ana: line 9", "ana: line 10", "* ana waves"]
    said.hear_all(joined("bot"), left("bot"))


@one_shots
def test_the_last_lines_as_objects(said, client):
    output = one_shot(words(client("127.0.0.1", said.server.port)), b"/format json\nbot\n/last 3\n")
    objects = [strict(line.encode()) for line in lines_of(output)]
    assert [made["type"] for made in objects] == ["question", "notice", "notice", "names", "say", "say", "me"]
    assert [made["id"] for made in objects[4:]] == [10, 11, 12]


@quitters
def test_quit_as_the_last_line_ends_a_netcat(said, client):
    """Also one that tells nobody of the end of its input."""
    output = one_shot(words(client("127.0.0.1", said.server.port)), b"bot\n/last 1\n/quit bye\n")
    assert lines_of(output)[-2:] == ["* ana waves", "Goodbye!"]
    said.hear_all(joined("bot"), "bot has left the chat: bye")


@one_shots
def test_a_line_of_each_command_is_answered_before_the_end(said, client):
    """Answers that wait for others' workers or for the log come in the order of the questions."""
    text = b"bot\n/whois ana\n/last 1\n/msg ana psst\n/history 1\n/who"
    lines = lines_of(one_shot(words(client("127.0.0.1", said.server.port)), text))[3:]
    assert re.match("ana has been here since ", lines[0])
    assert lines[1:3] == ["ana is in: lobby", "* ana waves"]
    assert lines[3:6] == ["you -> ana: psst", "-- 1 line of lobby, 12 to 12 --", "* ana waves"]
    assert lines[7:] == ["2 people are here: ana bot"]


# ---- /last


def test_last_is_of_the_room_in_focus_and_without_who_is_ignored(said):
    ana = said.members["ana"]
    oskar = said.enters("oskar")
    oskar.says("mine")
    ana.hears("oskar: mine")
    founds(oskar, "cave")
    oskar.says("/last", "in the cave", "/last 5", "/focus lobby", "/last 2", "/ignore ana", "/last 2", "/last 1")
    oskar.hears("oskar: in the cave", "Your lines go to lobby; you are also in cave.", "* ana waves", "oskar: mine")
    oskar.hears("You will read nothing of ana. To read it again, type /unignore ana", "oskar: mine", "oskar: mine")


def test_last_has_the_looks_that_were_asked_for(said):
    oskar = said.enters("oskar")
    oskar.says("/time on", "/last 1")
    oskar.hears("Lines will show their time.")
    oskar.hears_like(r"^\[\d\d:\d\d:\d\d\] \* ana waves$")


def test_last_shows_as_many_as_there_are_and_twenty_if_no_number_is_given(said):
    oskar = said.enters("oskar")
    oskar.says("/last 1000", "/who")
    oskar.hears(*(f"ana: line {number}" for number in range(11)), "* ana waves", "2 people are here: ana oskar")
    for number in range(30):
        oskar.says(f"more {number}")
    oskar.says("/last", "/who")
    oskar.hears(*(f"oskar: more {number}" for number in range(10, 30)), "2 people are here: ana oskar")


@pytest.mark.parametrize("line", ["/last 0", "/last -1", "/last many", "/last 3 before 7", "/last 9223372036854775808999"])
def test_what_is_no_number_is_refused(said, line):
    oskar = said.enters("oskar")
    oskar.says(line)
    oskar.hears("Type /last [N]. [usage]")


def test_a_name_that_is_taken_says_nothing_of_what_follows(said):
    """docs/chat.md warns of it: the next line is read as another name."""
    lines = lines_of(one_shot([need("nc.openbsd"), "-N", "127.0.0.1", str(said.server.port)], b"ana\nhello\n"))
    assert lines == [GREETING, "The name ana is taken. [name-taken]", "What is your name?", welcome("hello"), users(["ana"])]
    said.hear_all(joined("hello"), left("hello"))


# ---- What docs/chat.md shows


def documented():
    """The commands of its chapter on pipes, each whole."""
    text = (ROOT / "docs/chat.md").read_text(encoding="utf-8")
    chapter = text.split("\n## Pipes\n")[1].split("\n## ")[0]
    return [block.strip() for block in re.findall(r"(?:^    .*\n)+", chapter, re.MULTILINE)]


SAY, LAST, LAST_JSON, STATUS, FOLLOW, ANSWER = documented()


def at(command, server):
    """The command as somebody would type it, with OpenBSD's netcat."""
    assert "nc -N 127.0.0.1 5001" in command or "nc 127.0.0.1 5001" in command
    return command.replace("127.0.0.1 5001", f"127.0.0.1 {server.port}").replace("| nc ", f"| {need('nc.openbsd')} ")


class Shell(Program):
    """A pipeline in a shell; its processes end with it."""

    def __init__(self, command, folder):
        Dialogue.__init__(self, command)
        self.process = subprocess.Popen(
            ["sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            cwd=folder,
            start_new_session=True,
        )

    def next_line(self):
        line = self.read_past(b"\n")[:-1].decode()
        self.heard.append(line)
        return line

    def closes(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        super().closes()


@pytest.fixture
def shell(tmp_path):
    started = []

    def start(command):
        started.append(Shell(command, tmp_path))
        return started[-1]

    yield start
    for each in started:
        each.closes()


def output_of(command):
    done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, env=child_environment(), timeout=WAIT, check=False)
    return done.returncode, done.stdout.decode()


def test_documented_say_a_line(room):
    status, output = output_of(at(SAY, room.server))
    assert (status, output) == (0, f"{GREETING}\r\n{welcome('bot')}\r\n{EMPTY}\r\n")
    assert output_of(at(LAST, room.server))[1].splitlines()[-1] == "bot: the build is green"


def test_documented_last_lines(said):
    status, output = output_of(at(LAST, said.server))
    assert (status, output.split("\r\n")[:-1]) == (0, [*(f"ana: line {number}" for number in range(2, 11)), "* ana waves"])


def test_documented_last_lines_by_jq(grottod):
    """Each once, although who comes in reads them as history too."""
    need("jq")
    server = grottod("chat", "--rate", "off")
    (ana,) = Room(server).enter("ana")
    ana.says(*(f"line {number}" for number in range(4)), "/last 1")
    ana.hears("ana: line 3")
    status, output = output_of(at(LAST_JSON, server))
    assert status == 0
    assert [line.split(" ", 1)[1] for line in output.splitlines()] == [f"ana: line {number}" for number in range(4)]


def test_documented_status(room):
    need("jq")
    assert output_of(at(STATUS, room.server)) == (0, "said\n")
    room.enter("bot")
    assert output_of(at(STATUS, room.server)) == (1, "")


def test_documented_follow(room, shell):
    need("jq")
    (ana,) = room.enter("ana")
    bot = shell(at(FOLLOW, room.server))
    ana.hears(joined("bot"))
    ana.says("one", "/me two", "three")
    bot.hears("ana: one", "ana: three")
    bot.says("kaixo")
    ana.hears("bot: kaixo")


def test_documented_answer(room, shell):
    need("jq")
    (ana,) = room.enter("ana")
    shell(at(ANSWER, room.server))
    ana.hears(joined("clock"))
    ana.says("!date")
    ana.hears_like(r"^clock -> you: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
