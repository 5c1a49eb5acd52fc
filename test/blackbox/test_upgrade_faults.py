"""An upgrade that cannot be: the new program never gets ready, refuses, dies; the old one goes on and nobody notices."""

import os
import pathlib
import re
import shutil
import stat
import sys

import pytest

from support import bounds
from support.lengths import by_length, not_in_short_calls
from support.room import Room
from support.server import run_grottod

STATE_H = pathlib.Path(__file__).parents[2] / "include/grotto/state.h"
FORMAT = re.search(r"kStateFormat = (\d+)", STATE_H.read_text(encoding="ascii")).group(1)
SPEAKS = f"""#!{sys.executable}
import array, os, socket, sys, time
channel = socket.socket(fileno=int(os.environ["GROTTO_UPGRADE_CHANNEL"]))
HELLO = b"hello {FORMAT} 9.9.9"
def hears():
    return channel.recvmsg(4096, socket.CMSG_SPACE(253 * 4))[0].decode()
"""
NEW_PROGRAMS = {
    "ends at once": ("#!/bin/sh\nexit 3\n", "the new process ended"),
    "speaks of another state": (SPEAKS + 'channel.send(b"hello 999 9.9.9"); time.sleep(60)\n', "does not understand"),
    "refuses the state": (SPEAKS + 'channel.send(HELLO); hears(); channel.send(b"refused I do not like it"); time.sleep(60)\n', "I do not like it"),
    "dies with the state": (SPEAKS + 'channel.send(HELLO); hears(); hears()\n', "ended, or stands still"),
    "stands still with the state": (SPEAKS + 'channel.send(HELLO); time.sleep(60)\n', "ended, or stands still"),
    "never says a word": ("#!/bin/sh\nexec sleep 60\n", "did not get ready in 5 s"),
}


class Installed:
    """A program's file that newer ones are put in place of."""

    def __init__(self, folder):
        self.path = folder / "grottod"
        self.puts(None)

    def puts(self, text):
        """A script, or the real one again."""
        new = self.path.with_suffix(".new")
        if text is None:
            shutil.copy(bounds.GROTTOD, new)
        else:
            new.write_text(text, encoding="utf-8")
        os.chmod(new, stat.S_IRWXU)
        os.replace(new, self.path)


@pytest.fixture
def installed(tmp_path):
    return Installed(tmp_path)


@pytest.mark.parametrize("kind", NEW_PROGRAMS)
def test_the_old_one_goes_on(grottod, installed, kind):
    text, why = NEW_PROGRAMS[kind]
    room = Room(grottod("chat", "--rate", "off", "--workers", 2, program=str(installed.path)))
    ana, oskar = room.enter("ana", "oskar")
    ana.sends_in_pieces(b"before\nha")
    oskar.hears("ana: before")
    installed.puts(text)
    room.server.refuses_to_upgrade(why)
    ana.send(b"lf a line\n/sync\n")
    oskar.hears("ana: half a line")
    assert "[" not in ana.next_line(), "the store is not its own any more"
    installed.puts(None)
    room.server.upgrades()
    for peer in (ana, oskar):
        peer.hears("The server was upgraded.")
    ana.says("and on")
    oskar.hears("ana: and on")


def test_who_asks_by_the_command_is_told_what_came_of_it(grottod, installed, tmp_path):
    pid_file = tmp_path / "grottod.pid"
    room = Room(grottod("chat", "--pid-file", pid_file, program=str(installed.path)))
    (ana,) = room.enter("ana")
    asked = []
    old = room.server.process.pid
    room.server.upgrades(lambda: asked.append(run_grottod("upgrade", "--pid-file", pid_file)))
    new = room.server.process.pid
    assert (asked[0].returncode, asked[0].stdout) == (0, f"process {old} goes on as process {new}\n")
    assert pid_file.read_text(encoding="ascii") == f"{new}\n"
    ana.hears("The server was upgraded.")
    installed.puts("#!/bin/sh\nexit 3\n")
    refused = run_grottod("upgrade", "--pid-file", pid_file)
    assert (refused.returncode, refused.stdout, refused.stderr) == (78, "", "grottod: not upgraded: the new process ended\n")
    assert pid_file.read_text(encoding="ascii") == f"{new}\n"


def test_a_configuration_that_is_broken_by_now_changes_nothing(grottod, tmp_path):
    config = tmp_path / "grotto.toml"
    config.write_text('rate = "off"\n', encoding="utf-8")
    room = Room(grottod("chat", "--config", config))
    ana, oskar = room.enter("ana", "oskar")
    config.write_text("rate = {", encoding="utf-8")
    room.server.refuses_to_upgrade("the new process ended")
    ana.says("kaixo")
    oskar.hears("ana: kaixo")
    config.write_text('rate = "off"\n', encoding="utf-8")
    room.server.upgrades()
    room.hear_all("The server was upgraded.")


@not_in_short_calls("200 lines a second to 20, three bytes at a time")
def test_s2_upgrades_under_connects_and_a_room_that_talks(grottod, running):
    """Nobody is refused or reset, no line is lost or comes twice."""
    server = grottod("chat", "--rate", "off", "--workers", 2)
    upgrades = by_length(3, 20)
    seconds = f"{by_length(10, 40)}s"
    # A process that takes over is a session of its own, and a busy machine may let it wait for long (autogroups): only
    # that time is forgiven, beyond the 20 and 10 s that anybody may wait for the server.
    patient = ("--warmup", "0s", "--timeout", "60s")
    storm = running("churn", server.address(), "--dialect", "grotto", "-c", 50, "--rate", 500, "-d", seconds, *patient)
    talk = running("chat", server.address(), "-c", 20, "--room", "talk", "--rate", 200, "-d", seconds, *patient)
    hears_talk(server)
    kept_waiting_s, under_load = 0, 0
    for _ in range(upgrades):
        kept_waiting_s += server.waited_for_cpu_s()
        server.upgrades()
        under_load += storm.process.poll() is None and talk.process.poll() is None
    assert under_load >= by_length(1, 10), "the load was over too soon"  # a new process that gets no turn outlasts it
    runs = [run.ends(120).reads_report() for run in (talk, storm)]
    kept_waiting_s += server.waited_for_cpu_s()
    for ended, patience_s in zip(runs, (20, 10)):
        assert ended.status in (0, 4), ended.story("errors")
        longest_s = ended.report["service_us"]["max"] / 1e6
        assert longest_s <= patience_s + kept_waiting_s, ended.story(f"{longest_s} s, of which {kept_waiting_s} s without a turn")
        ended.counts(lost=0, duplicated=0, reordered=0, corrupted=0, closed=0, timed_out=0, connect_failures=0)


def hears_talk(server):
    witness = server.connect("witness")
    witness.says("witness", "/join talk")
    while ": " not in witness.next_line():
        pass
    witness.closes()


def test_a_stranger_cannot_hand_over_a_server():
    """Who sets the variable by hand gets a sentence."""
    done = run_grottod("chat", "--listen", "127.0.0.1:0", env={"GROTTO_UPGRADE_CHANNEL": "0"})
    assert done.returncode == 64 and "names no channel" in done.stderr
