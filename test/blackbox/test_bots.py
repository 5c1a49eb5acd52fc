"""Bots: programs that are members. They listen, talk, die and come again, and never outlive the server."""

import os
import re
import shlex
import signal
import time

import pytest

from support.bounds import FACTOR, ROOT, memory_slack_kib
from support.crowd import Task
from support.lengths import not_in_short_calls
from support.room import GREETING, Room, enters, joined, left, users, welcome
from support.running import is_running
from support.server import run_grottod
from support.waiting import wait_until

# Among several bots the first line may be that another has joined.
UNTIL_ANA = "while read -r line; do [ \"$line\" = 'ana has joined the chat!' ] && break; done; "
PARROT = "while read -r line; do echo \"I heard $line\"; done"


@pytest.fixture
def cave(grottod):
    """A room whose bots are named: `ana = cave(parrot="cat").enters("ana")`."""

    def start(*options, **bots):
        return Cave(grottod("chat", "--history", 0, *options, *bot_options(bots)), bots)

    return start


class Cave(Room):
    def __init__(self, server, bots):
        super().__init__(server)
        self.bots = [name for name in bots if "__" not in name]

    def enters(self, name, peer=None, index=0):
        peer = peer or self.server.connect(name, index)
        peer.label = name
        peer.says(name)
        peer.hears(GREETING, welcome(name), users([*self.bots, *self.members]))
        self.hear_all(joined(name))
        self.members[name] = peer
        return peer


def bot_options(bots):
    """`parrot__cave="cat"` is the bot parrot of the room cave."""
    return [word for name, command in bots.items() for word in ("--bot", f"{name.replace('__', ':')}={command}")]


def pids(server, bot):
    """The processes that were started for the bot, so far."""
    return [int(pid) for pid in re.findall(rf"bot started bot={bot} pid=(\d+)", server.log())]


def pid_of(server, bot):
    wait_until(lambda: pids(server, bot), f"{bot} in the log, which is written by a thread")
    return pids(server, bot)[-1]


def is_gone(pid):
    """Not even a zombie."""
    return not os.path.exists(f"/proc/{pid}")


# Talking and listening.
def test_it_hears_what_is_said_and_what_it_prints_is_said(cave):
    ana = cave(parrot=PARROT).enters("ana")
    ana.hears("parrot: I heard ana has joined the chat!")
    ana.says("kaixo")
    ana.hears("parrot: I heard ana: kaixo")


def test_it_is_there_before_anybody_and_counted_as_everybody(cave):
    ana = cave(one="cat > /dev/null", two="cat > /dev/null").enters("ana")
    ana.says("/who")
    ana.hears("3 people are here: one two ana")
    ana.says("/whois two")
    ana.hears_like("two has been here since")
    ana.hears("two is in: lobby")


def test_it_reads_joins_leaves_and_private_words_and_nothing_else_of_the_server(cave, tmp_path):
    heard = tmp_path / "heard"
    room = cave(parrot=f"cat > {heard}")
    ana = room.enters("ana")
    room.enters("oskar")
    ana.says("kaixo", "/me waves", "/msg parrot just for you")
    ana.hears("you -> parrot: just for you")
    room.leaves("oskar")
    ana.says("the end")
    wait_until(lambda: heard.exists() and heard.read_text().endswith("the end\n"), "the last line")
    assert heard.read_bytes() == (
        b"ana has joined the chat!\noskar has joined the chat!\nana: kaixo\n* ana waves\n"
        b"ana -> you: just for you\noskar has left the chat.\nana: the end\n"
    )


def test_it_knows_its_name_and_its_room_and_is_in_no_other(cave):
    room = cave(parrot__cave="read -r go; echo $GROTTO_BOT in $GROTTO_ROOM; cat > /dev/null")
    ana = room.enters("ana")
    enters(ana, "cave", "parrot")
    ana.hears("parrot: parrot in cave")
    ana.says("/who", "/whois parrot")
    ana.hears("2 people are here: parrot ana")
    ana.hears_like("parrot has been here")
    ana.hears("parrot is in: cave")


def test_a_room_of_a_bot_is_there_whether_anybody_is_in_it(cave):
    ana = cave(parrot__cave="exit 0").enters("ana")
    ana.says("/rooms")
    ana.hears("Rooms:")
    rooms = sorted(ana.next_line() for _ in range(2))
    assert rooms[0] in ("  cave: 0 people", "  cave: 1 person")
    assert rooms[1] == "  lobby: 1 person"


@pytest.mark.parametrize("line", ["/quit", "/nick ana", "//x", "/msg ana psst", "exit", "{quit}", "server: hello"])
def test_what_it_prints_is_said_as_it_stands(cave, line):
    room = cave(parrot=f"read go; printf '%s\\n' {shlex.quote(line)}; cat > /dev/null")
    ana = room.enters("ana")
    ana.hears(f"parrot: {line}")


def test_a_parrot_runs_no_command_for_others(cave):
    ana = cave(parrot="while IFS=: read -r name text; do echo \"${text# }\"; done").enters("ana")
    ana.says("//quit")  # of her joining it has made an empty line, which is not said
    ana.hears("parrot: /quit")
    ana.says("still there?")
    ana.hears("parrot: still there?")


def test_bot_commands_makes_its_commands_run(cave):
    script = "read -r go; echo /me waves; echo /nick other; echo /msg ana psst; echo //said; echo /nonsense; cat > /dev/null"
    ana = cave("--bot-commands", "--log-level", "debug", parrot=script).enters("ana")
    ana.hears("* parrot waves", "parrot -> you: psst", "parrot: /said")
    ana.says("/who")
    ana.hears("2 people are here: parrot ana")


def test_a_bot_that_quits_by_a_command_ends_and_comes_again(cave):
    room = cave("--bot-commands", parrot="read -r go; echo /quit agur; trap '' TERM; sleep 1000")
    ana = room.enters("ana")
    ana.hears("parrot has left the chat: agur")
    first = pid_of(room.server, "parrot")
    ana.hears(joined("parrot"))
    assert is_gone(first)


def test_answers_to_it_go_to_the_log_at_debug(cave, tmp_path):
    heard = tmp_path / "heard"
    room = cave("--bot-commands", "--log-level", "debug", parrot=f"read -r go; echo /nonsense; echo done; cat > {heard}")
    ana = room.enters("ana")
    ana.hears("parrot: done")
    ana.says("the end")
    wait_until(lambda: heard.exists() and heard.read_text().endswith("the end\n"), "the last line")
    assert heard.read_text() == "ana: the end\n"
    wait_until(lambda: "[unknown-command]" in room.server.log(), "the answer in the log")


# Its name.
def test_its_name_is_nobody_elses_even_while_it_is_down(cave):
    room = cave(parrot="read -r go; exit 1")
    ana = room.enters("ana")
    ana.hears(left("parrot"))
    jon = room.server.connect("jon")
    jon.says("Parrot")
    jon.hears(GREETING)
    jon.hears_like(r"the name Parrot is taken\. \[name-taken\]")
    ana.says("/nick parrot", "/msg parrot kaixo")
    ana.hears_like(r"\[name-taken\]")
    ana.hears("Nobody here is called parrot. [no-such-name]", joined("parrot"))


# Death.
@pytest.mark.parametrize("death, why", [("exit 0", "status=0"), ("exit 3", "status=3"), ("kill -9 $$", "signal=9")])
def test_one_that_dies_is_started_again(cave, death, why):
    room = cave(parrot=f"while read -r line; do case $line in *die) {death} ;; *) echo here ;; esac; done")
    ana = room.enters("ana")
    ana.hears("parrot: here")
    for _ in range(2):
        ana.says("die")
        ana.hears(left("parrot"), joined("parrot"))
        ana.says("are you there?")
        ana.hears("parrot: here")
    wait_until(lambda: len(re.findall(f"bot ended bot=parrot {why}", room.server.log())) == 2, "the reason in the log")
    wait_until(lambda: len(pids(room.server, "parrot")) == 3, "all starts in the log")
    assert all(is_gone(pid) for pid in pids(room.server, "parrot")[:-1])


def test_a_program_that_is_not_there_counts_as_ended(cave):
    room = cave(parrot="/nowhere/no-such-program")
    wait_until(lambda: "bot ended bot=parrot status=127" in room.server.log(), "the reason in the log")
    wait_until(lambda: len(pids(room.server, "parrot")) == 2, "another start")
    assert "no-such-program" in room.server.log()  # what the shell says on standard error


def test_its_last_line_counts_without_an_end(cave):
    ana = cave(parrot="read -r go; printf 'one\\nlast words'").enters("ana")
    ana.hears("parrot: one", "parrot: last words", left("parrot"))


def test_helpers_of_a_dead_program_are_ended(cave):
    room = cave(parrot="read -r go; sleep 1000 & echo $!; read -r go; exit 0")
    ana = room.enters("ana")
    helper = int(ana.hears_like(r"parrot: (\d+)").group(1))
    ana.says("die")
    ana.hears(left("parrot"))
    wait_until(lambda: not is_running(helper), "the helper's end")


def test_twenty_deaths_leave_no_descriptor(grottod):
    """Twenty bots that die at once, each: a start, an end, and nothing is left between them and their next start."""
    dies = "while read -r line; do [ \"$line\" = 'ana: die' ] && break; done; echo done >&2; exit 0"
    bots = {f"bot{number}": dies for number in range(20)}
    server = grottod("chat", "--history", 0, *bot_options(bots), counts_descriptors=False)
    ana = server.connect("ana")
    for count in (1, 2, 3):
        wait_until(lambda: all(len(pids(server, bot)) == count for bot in bots), f"start {count} of all", 30 * FACTOR)
        running = server.descriptors()
        if count == 1:
            first = running
            ana.says("ana")
            ana.hears(GREETING, welcome("ana"), users(bots))
        assert running <= first + 1, f"{running - first} more after {count} starts of each"
        if count < 3:
            ana.says("die")
    everyone = [pid for bot in bots for pid in pids(server, bot)[:-1]]
    assert len(everyone) == 40
    assert all(is_gone(pid) for pid in everyone)


# Limits: those of a person.
def test_one_that_floods_is_slowed_as_a_person(cave):
    ana = cave(parrot="read -r go; seq 0 29; cat > /dev/null").enters("ana")
    ana.hears(*(f"parrot: {number}" for number in range(20)))
    began = time.monotonic()
    ana.hears(*(f"parrot: {number}" for number in range(20, 30)))
    passed = time.monotonic() - began
    assert 1.5 < passed < 4 * FACTOR, passed


def test_one_that_floods_for_ever_delays_nobody(cave):
    room = cave(parrot="while read -r line; do [ \"$line\" = 'oskar: go' ] && exec yes; done")
    ana, oskar = room.enter("ana", "oskar")
    oskar.says("go")
    cpu = room.server.cpu_seconds()
    for number in range(10):
        oskar.says(f"line {number}")
        while ana.next_line() != f"oskar: line {number}":
            pass
    assert room.server.cpu_seconds() - cpu < 1 * FACTOR


def test_one_that_never_reads_costs_nothing(cave):
    room = cave("--rate", "off", parrot="exec sleep 1000")
    ana, oskar = room.enter("ana", "oskar")
    before = room.server.resident_kib()
    padding = "x" * 1000
    for block in range(20):
        lines = [f"{number} {padding}" for number in range(1000 * block, 1000 * (block + 1))]
        sender = Task(ana.says, *lines)
        oskar.hears(*(f"ana: {line}" for line in lines))
        sender.result()
    oskar.heard.clear()
    grown = room.server.resident_kib() - before
    assert grown < 40 * 1024 + memory_slack_kib(), f"{grown} KiB for 20 MB said and a bot that does not read"
    answers = []
    while len(answers) < 6 and not (answers and answers[-1].endswith(" [not-read]")):
        ana.says("/msg parrot " + "x" * 4000)
        answers.append(ana.next_line())
    assert answers[-1] == "parrot has too much unread to get private lines. [not-read]"


def test_one_that_reads_late_is_told_how_much_it_missed(cave, tmp_path):
    heard, go = tmp_path / "heard", tmp_path / "go"
    room = cave("--rate", "off", parrot=f"while [ ! -e {go} ]; do sleep 0.05; done; exec cat > {heard}")
    ana, oskar = room.enter("ana", "oskar")
    padding = "x" * 1000
    for block in range(20):
        lines = [f"{number} {padding}" for number in range(1000 * block, 1000 * (block + 1))]
        sender = Task(ana.says, *lines)
        oskar.hears(*(f"ana: {line}" for line in lines))
        sender.result()
    oskar.heard.clear()
    ana.says("the end")
    go.touch()
    wait_until(lambda: heard.exists() and heard.read_bytes().endswith(b"ana: the end\n"), "all that is left")
    lines = heard.read_text().splitlines()
    skipped = [int(match.group(1)) for line in lines if (match := re.match(r"-- (\d+) lines? skipped", line))]
    said = [line for line in lines if line.startswith("ana: ") and line.endswith("x")]
    assert skipped
    assert sum(skipped) + len(said) == 20_000
    assert b"\r" not in heard.read_bytes()


# What it prints.
def test_escape_codes_binary_and_bad_bytes_reach_nobody(cave):
    script = r"read -r go; printf '\033[31mred\033[0m\n\026\003\001\n\377\374x\n\004\nGET / HTTP/1.1\nSSH-2.0-x\nlast\n'; cat > /dev/null"
    ana = cave(parrot=script).enters("ana")
    ana.hears("parrot: red", "parrot: \ufffd\ufffdx", "parrot: GET / HTTP/1.1", "parrot: SSH-2.0-x", "parrot: last")


def test_a_line_that_is_too_long_is_not_said_and_the_log_says_so(cave):
    script = "read -r go; head -c 5000 /dev/zero | tr '\\0' a; echo; head -c 4096 /dev/zero | tr '\\0' b; echo; cat > /dev/null"
    room = cave(parrot=script)
    ana = room.enters("ana")
    ana.hears("parrot: " + "b" * 4096)
    wait_until(lambda: "a bot's line is too long and was not said bot=parrot" in room.server.log(), "the log")


@not_in_short_calls("megabytes, three bytes at a time")
def test_bytes_without_an_end_of_line_cost_nothing(cave):
    room = cave(parrot="read -r go; head -c 50000000 /dev/zero | tr '\\0' a; echo; echo done; cat > /dev/null")
    ana = room.enters("ana")
    before = room.server.resident_kib()
    ana.hears("parrot: done")
    assert room.server.resident_kib() - before < 4 * 1024 + memory_slack_kib()


def test_standard_error_goes_to_the_log_clean_and_thinned_out(cave):
    script = r"read -r go; printf '\033[2Jwarn\033[0m\n' >&2; seq 1 200 >&2; printf 'no end' > /dev/stderr; echo done; exit 0"
    room = cave(parrot=script)
    ana = room.enters("ana")
    ana.hears("parrot: done", left("parrot"))
    wait_until(lambda: "bot ended bot=parrot" in room.server.log(), "the end in the log")
    log = room.server.log()
    assert "bot says on standard error bot=parrot text=warn\n" in log
    assert "\033" not in log
    assert 15 <= log.count("bot says on standard error") <= 40
    dropped = sum(map(int, re.findall(r"too much on standard error bot=parrot dropped_lines=(\d+)", log)))
    assert dropped + log.count("bot says on standard error") == 202


# The end of the server.
def stops(server, *processes):
    assert server.stops() == 0
    for pid in processes:
        wait_until(lambda: not is_running(pid), f"the end of {pid}")


def test_a_stop_ends_them_with_their_helpers(cave):
    room = cave(deaf="exec sleep 1000", parrot=UNTIL_ANA + "sleep 1000 & echo $!; cat > /dev/null")
    ana = room.enters("ana")
    helper = int(ana.hears_like(r"parrot: (\d+)").group(1))
    stops(room.server, helper, pid_of(room.server, "parrot"), pid_of(room.server, "deaf"))
    assert ana.remaining_lines() == ["The server is stopping. Goodbye!"]


def test_a_stop_gives_them_the_end_of_their_input(cave, tmp_path):
    mark = tmp_path / "mark"
    room = cave(parrot=f"trap '' TERM; echo ready >&2; cat > /dev/null; echo ended > {mark}")
    wait_until(lambda: "text=ready" in room.server.log(), "the trap")
    stops(room.server, pid_of(room.server, "parrot"))
    assert mark.read_text() == "ended\n"
    assert "bot ended bot=parrot status=0" in room.server.log()


def test_a_stop_does_not_hang_on_one_that_ignores_all(cave):
    room = cave(parrot="trap '' TERM INT HUP; echo ready >&2; while :; do sleep 0.1; done")
    wait_until(lambda: "text=ready" in room.server.log(), "the trap")
    began = time.monotonic()
    stops(room.server, pid_of(room.server, "parrot"))
    assert time.monotonic() - began < 6 * FACTOR
    assert "bot ended bot=parrot signal=9" in room.server.log()


def test_a_stop_while_one_waits_for_its_next_start_is_at_once(cave):
    room = cave(parrot="exit 0")
    wait_until(lambda: "bot ended" in room.server.log(), "its end")
    began = time.monotonic()
    assert room.server.stops() == 0
    assert time.monotonic() - began < 2 * FACTOR


def test_when_the_server_is_killed_they_read_the_end_of_their_input(cave):
    room = cave(parrot="cat > /dev/null")
    ana = room.enters("ana")
    pid = pid_of(room.server, "parrot")
    room.server.signal(signal.SIGKILL)
    room.server.ends()
    wait_until(lambda: not is_running(pid), "its end")
    ana.closes()


# Options.
@pytest.mark.parametrize(
    "words, status, named",
    [
        (["--bot", "ana"], 64, "--bot: expected NAME=COMMAND or NAME:ROOM=COMMAND"),
        (["--bot", "ana="], 64, "a command behind the ="),
        (["--bot", "a b=cat"], 64, "one word"),
        (["--bot", "ana:a:b=cat"], 64, "colon"),
        (["--bot", "exit=cat"], 64, "That word is for leaving"),
        (["--bot", "ana=cat", "--bot", "ANA=cat"], 64, "Two bots are called ana and ANA"),
        (["--bot", "ana=cat"] * 33, 64, "at most 32 bots"),
        (["echo", "--bot", "ana=cat"], 64, "chat service only"),
        (["--names", "none", "--bot", "ana=cat"], 64, "--names ask only"),
        (["--names", "address", "--bot", "ana=cat"], 64, "--names ask only"),
    ],
)
def test_a_bad_value_is_refused_with_a_sentence(words, status, named):
    run = run_grottod(*words, "--check-config")
    assert run.returncode == status, run.stderr
    assert named in run.stderr
    assert run.stderr.count("\n") == 1


def test_the_file_and_the_environment_have_it_too(tmp_path):
    file = tmp_path / "grotto.toml"
    file.write_text('bot = ["parrot:cave=cat", "clock=sed -e s,a,b,"]\nbot_commands = true\n', encoding="utf-8")
    run = run_grottod("--config", file, "--print-config")
    assert 'bot = ["parrot:cave=cat", "clock=sed -e s,a,b,"]' in run.stdout
    assert "bot_commands = true" in run.stdout
    again = tmp_path / "again.toml"
    again.write_text(run.stdout, encoding="utf-8")
    assert run_grottod("--config", again, "--print-config").stdout == run.stdout
    run = run_grottod("--print-config", env={"GROTTO_BOT": "one=cat,two=cat"})
    assert 'bot = ["one=cat", "two=cat"]' in run.stdout
    run = run_grottod(env={"GROTTO_BOT": "ana"})
    assert (run.returncode, run.stderr.startswith("grottod: GROTTO_BOT: expected NAME=COMMAND")) == (78, True)
    assert run_grottod("--config", file, "--check-config").returncode == 0


# The examples.
def test_the_example_answers_the_time(cave):
    ana = cave(clock=shlex.quote(str(ROOT / "examples/bots/clock"))).enters("ana")
    ana.says("what is !time", "!time")
    ana.hears_like(r"clock: It is \d\d:\d\d:\d\d on \w+\.")


def test_the_example_has_five_lines_of_shell():
    lines = (ROOT / "examples/bots/clock").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 5
    assert os.access(ROOT / "examples/bots/clock", os.X_OK)


def test_the_actors_talk_in_turn_and_answer_who_names_them(cave, tmp_path):
    play = tmp_path / "play"
    play.write_text("bat: one\ndrip: two\nbat: three\ndrip: four\n", encoding="utf-8")
    actor = f"{shlex.quote(str(ROOT / 'examples/bots/actor'))} {play}"
    room = cave(drip=f"ACTOR_PAUSE=1 exec {actor}", bat=f"{UNTIL_ANA} ACTOR_PAUSE=1 exec {actor}")
    ana = room.enters("ana")
    ana.hears("bat: one", "drip: two", "bat: three", "drip: four", "bat: one")
    ana.says("Drip, are you wet?")
    heard = ana.lines_until("drip: ana, I am a program of a few lines: examples/bots/actor.")
    assert set(heard) <= {"drip: two", "bat: three", "drip: four", "bat: one"}
