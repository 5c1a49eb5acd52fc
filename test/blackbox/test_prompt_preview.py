"""`grottod prompt --preview FILE`: the questions at one's own terminal, or from a pipe, without a network."""

import fcntl
import os
import pty
import select
import signal
import subprocess
import termios
import time

import pytest

from support.bounds import GROTTOD, WAIT, WRAPPER
from support.prompt import PLAIN, program, unfinished
from support.running import is_running
from support.server import FAULTS, child_environment
from support.waiting import wait_until

HIDDEN = '[[ask]]\nid = "name"\nprompt = "Name?"\n[[ask]]\nid = "code"\ntype = "hidden"\nprompt = "Code?"\n[[ask]]\nid = "last"\nprompt = "Last?"\n'


def script(folder, text):
    path = folder / "script.toml"
    path.write_text(text.replace("\n    ", "\n"))
    return path


def preview(path, data, *words):
    done = subprocess.run(
        [*WRAPPER, GROTTOD, "prompt", "--preview", path, *words], input=data, capture_output=True, env=child_environment(), timeout=WAIT, check=False
    )
    assert not FAULTS.search(done.stderr.decode()), done.stderr
    return done.returncode, done.stdout.decode().splitlines(), done.stderr.decode()


def test_a_pipe_answers_all_or_part(tmp_path):
    path = script(tmp_path, PLAIN)
    assert preview(path, b"a\nb\nc") == (0, ["One?", "Two?", "Three?"], "")
    assert preview(path, b"a\n/back\n/again\nx\n") == (0, ["One?", "Two?", "One?", "One?", "Two?", unfinished(1)], "")
    assert preview(path, b"") == (0, ["One?"], "")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["script.toml"]


def test_a_long_pipe_is_taken_in_pieces(tmp_path):
    path = script(tmp_path, "".join(f'[[ask]]\nid = "a{number}"\nprompt = "{number}?"\n' for number in range(1000)))
    status, lines, _ = preview(path, b"".join(b"%d " % number + b"x" * 50 + b"\n" for number in range(1000)))
    assert status == 0 and lines == [f"{number}?" for number in range(1000)]


def test_what_is_no_text_does_no_harm(tmp_path):
    path = script(tmp_path, '[[ask]]\nid = "one"\nprompt = "One?"\nsay = { after = "You said {one}." }')
    assert preview(path, b"\xff\x1b[31mred\x00\n")[1] == ["One?", "You said \ufffdred."]
    status, lines, _ = preview(path, b"x" * 100_000 + b"\nred\n")
    assert status == 0 and "[too-long]" in lines[1] and lines[-1] == "You said red."


def test_a_program_works_in_a_preview_and_does_not_outlive_it(tmp_path):
    program(tmp_path, "p.py", 'open("pid", "w").write(str(os.getpid()))\nfor line in sys.stdin: print(json.dumps({"say": "heard", "next": True}), flush=True)')
    path = script(tmp_path, '[run]\ncommand = ["./p.py"]\n' + PLAIN)
    assert preview(path, b"a\nb\nc\n")[1] == ["One?", "heard", "Two?", "heard", "Three?", "heard"]
    pid = int((tmp_path / "pid").read_text())
    wait_until(lambda: not is_running(pid), "the program to end")


@pytest.mark.parametrize("text,status", [("nonsense", 78), (None, 66)])
def test_a_script_with_a_fault_is_not_asked(tmp_path, text, status):
    path = tmp_path / "script.toml"
    if text:
        path.write_text(text)
    code, lines, errors = preview(path, b"a\n")
    assert code == status and lines == [] and "script.toml" in errors


class Pty:
    """The preview in a terminal whose settings can be looked at."""

    def __init__(self, path):
        self.master, slave = pty.openpty()
        self.slave = slave
        self.before = termios.tcgetattr(slave)
        self.process = subprocess.Popen(
            [*WRAPPER, GROTTOD, "prompt", "--preview", path],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=child_environment(),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        self.shown = b""

    def types(self, data):
        os.write(self.master, data)

    def shows(self, text):
        deadline = time.monotonic() + WAIT
        while text not in self.shown:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            assert ready, self.shown
            self.shown += os.read(self.master, 4096)

    def has_echo(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def ends(self):
        status = self.process.wait(WAIT)
        while select.select([self.master], [], [], 0)[0]:
            self.shown += os.read(self.master, 4096)
        assert not FAULTS.search(self.shown.decode(errors="replace")), self.shown
        return status

    def closes(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT)
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(tmp_path):
    made = Pty(script(tmp_path, HIDDEN))
    yield made
    made.closes()


def test_a_hidden_answer_is_not_shown_and_the_echo_comes_back(terminal):
    terminal.shows(b"Name?")
    assert terminal.has_echo()
    terminal.types(b"ana\n")
    terminal.shows(b"Code?")
    wait_until(lambda: not terminal.has_echo(), "the echo to be off")
    terminal.types(b"sesame\n")
    terminal.shows(b"Last?")
    wait_until(terminal.has_echo, "the echo to be on")
    terminal.types(b"visible\n")
    assert terminal.ends() == 0
    assert b"sesame" not in terminal.shown and b"visible" in terminal.shown and b"can be seen" not in terminal.shown
    assert termios.tcgetattr(terminal.slave) == terminal.before


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-D", "Ctrl-\\", "/quit", "SIGTERM", "SIGHUP"])
def test_the_terminal_is_as_before_however_it_ends(terminal, how):
    terminal.shows(b"Name?")
    terminal.types(b"ana\n")
    terminal.shows(b"Code?")
    wait_until(lambda: not terminal.has_echo(), "the echo to be off")
    if how in ("SIGTERM", "SIGHUP"):
        terminal.process.send_signal(getattr(signal, how))
    else:
        terminal.types({"Ctrl-C": b"\x03", "Ctrl-D": b"\x04", "Ctrl-\\": b"\x1c", "/quit": b"/quit\n"}[how])
    assert terminal.ends() in (0, -signal.SIGHUP, -signal.SIGQUIT)
    assert termios.tcgetattr(terminal.slave) == terminal.before
