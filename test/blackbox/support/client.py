"""Clients: the console client in a pipe, in a terminal, and under tmux, as a person would look at it."""

import json
import os
import pathlib
import signal
import subprocess
import time

from support.bounds import CLIENT, WAIT
from support.programs import Terminal, need
from support.server import FAULTS, child_environment
from support.waiting import wait_until

GOOD, USAGE, NO_CONNECTION, CONFIG, PROTOCOL, REFUSED = 0, 64, 69, 78, 76, 77
ESCAPE, ENTER, CTRL_C, CTRL_D = "\x1b", "\r", "\x03", "\x04"


class Clients:
    """Each test has a home of its own, where history and tokens are kept."""

    def __init__(self, home):
        self.home = home
        self._started = []

    def environment(self, extra=None):
        home = str(self.home)
        homes = {"HOME": home, "XDG_STATE_HOME": home + "/state", "XDG_CONFIG_HOME": home + "/config", "TERM": "xterm"}
        env = child_environment({**homes, **(extra or {})})
        for name in ("NO_COLOR", "EDITRC"):
            if name not in (extra or {}):
                env.pop(name, None)
        return env

    def pipe(self, *words, text=b"", env=None):
        """`printf text | grotto words`: how it ended."""
        text = text.encode() if isinstance(text, str) else text
        done = subprocess.run([CLIENT, *map(str, words)], input=text, capture_output=True, env=self.environment(env), timeout=2 * WAIT, check=False)
        assert not FAULTS.search(done.stderr.decode(errors="replace")), done.stderr
        done.lines = done.stdout.decode(errors="replace").split("\n")[:-1]
        done.sentence = done.stderr.decode()
        return done

    def opens_pipe(self, *words):
        """A pipe that stays open."""
        process = subprocess.Popen([CLIENT, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.environment())
        self._started.append(process)
        return process

    def terminal(self, *words, env=None, columns=80, rows=24):
        made = ClientTerminal(["env", "-i", *(f"{key}={value}" for key, value in self.environment(env).items()), CLIENT, *words], columns, rows)
        self._started.append(made)
        return made

    def tmux(self, *words, columns=60, rows=14, env=None, shell=False):
        made = Tmux(self.home, self.environment(env), columns, rows)
        self._started.append(made)
        command = " ".join([CLIENT, *map(str, words)])
        made.starts(command, shell)
        return made

    def end(self):
        for each in self._started:
            if isinstance(each, subprocess.Popen):
                if each.poll() is None:
                    each.kill()
                each.communicate(timeout=WAIT)
            else:
                each.closes()


class ClientTerminal(Terminal):
    def __init__(self, command, columns, rows):
        super().__init__(*command, columns=columns, rows=rows)

    def presses(self, *keys):
        self.types("".join(keys))

    def enters(self, line):
        self.types(line + ENTER)

    def signals(self, number):
        self.process.send_signal(number)


class Tmux:
    """A terminal that is a terminal: what stands on it is what a person sees."""

    def __init__(self, home, environment, columns, rows):
        need("tmux")
        self._socket = str(home / f"tmux-{time.monotonic_ns()}")
        self._environment = environment
        self._size = (columns, rows)
        self._home = home
        self._status = pathlib.Path(f"{self._socket}.status")

    def starts(self, command, shell):
        columns, rows = self._size
        config = self._home / "tmux.conf"
        config.write_text("set -g remain-on-exit on\nset -g escape-time 0\n")
        what = ["env", "PS1=$ ", "bash", "--norc", "--noprofile"] if shell else ["sh", "-c", f"{command}; echo $? >{self._status}"]
        self._tmux("-f", str(config), "new-session", "-d", "-x", columns, "-y", rows, *what)
        if shell:
            self.shows("$")
            self.keys(command, "Enter")

    def keys(self, *keys):
        self._tmux("send-keys", *keys)

    def text(self, text):
        self._tmux("send-keys", "-l", text)

    def resizes(self, columns, rows):
        self._tmux("resize-window", "-x", columns, "-y", rows)

    def lines(self, history=False):
        rows = self._tmux("capture-pane", "-p", *(["-S", "-"] if history else [])).split("\n")
        while rows and not rows[-1]:
            rows.pop()
        return [row.rstrip() for row in rows]

    def cursor(self):
        x, y = self._tmux("display", "-p", "#{cursor_x},#{cursor_y}").strip().split(",")
        return int(x), int(y)

    def shows(self, text):
        """Waits until `text` stands anywhere on the screen."""
        self._waits(lambda: any(text in line for line in self.lines()), repr(text))

    def ends_with(self, *rows):
        """Waits until these are the last rows of the screen."""
        self._waits(lambda: self.lines()[-len(rows) :] == list(rows), f"the rows {rows!r}")

    def cursor_comes_to(self, x, y):
        self._waits(lambda: self.cursor() == (x, y), f"the cursor at {x},{y}, it is at {self.cursor()}")

    def status(self):
        """Waits for the end of the program; its exit status."""
        # tmux 3.3 forgets it now and then: the shell writes it down.
        self._waits(lambda: self._status.exists() and self._status.read_text().endswith("\n"), "the end")
        return int(self._status.read_text())

    def closes(self):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], capture_output=True, env=self._environment, timeout=WAIT, check=False)

    def _waits(self, is_so, what):
        try:
            wait_until(is_so, what)
        except AssertionError as fault:
            raise AssertionError(f"{fault}; the screen:\n" + "\n".join(self.lines())) from None

    def _tmux(self, *words):
        done = subprocess.run(["tmux", "-u", "-S", self._socket, *map(str, words)], capture_output=True, env=self._environment, timeout=WAIT, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.decode()


def objects_of(done):
    return [json.loads(line) for line in done.lines]


def logged(path):
    """The lines of a log, without their times; nothing before there is one."""
    if not os.path.exists(path):
        return []
    return [line.split(" ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(WAIT)
