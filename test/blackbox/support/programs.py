"""Program: a real client (nc, ncat, socat, …) as a partner in a dialogue, through pipes or a terminal."""

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import termios
import time

import pytest

from support.bounds import WAIT
from support.dialogue import Dialogue
from support.screen import Screen
from support.server import child_environment


def need(program):
    """The path of a client program, or the test is left out on a system that has none."""
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def one_shot(command, text, seconds=WAIT):
    """`printf text | command`: its output, once it has ended with status 0."""
    done = subprocess.run(command, input=text, capture_output=True, env=child_environment(), timeout=seconds, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}: {done.stderr!r}"
    return done.stdout


class Program(Dialogue):
    """A client whose standard input and output are pipes."""

    def __init__(self, *command):
        super().__init__(" ".join(map(str, command)))
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
        )

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def ends_input(self):
        self.process.stdin.close()

    def ends(self):
        return self.process.wait(WAIT)

    def _receive(self, seconds):
        output = self.process.stdout.fileno()
        readable, _, _ = select.select([output], [], [], max(0, seconds))
        if not readable:
            return None
        data = os.read(output, 1 << 16)
        if not data:
            raise EOFError
        return data

    def closes(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(WAIT)
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass


class Terminal:
    """A client that sits in a terminal of its own, 80 by 24; what it shows is read off the screen."""

    def __init__(self, *command, columns=80, rows=24):
        self.screen = Screen(columns)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=child_environment({"TERM": "xterm"}),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)

    def types(self, text):
        os.write(self._master, text.encode() if isinstance(text, str) else text)

    def shows(self, text):
        """Waits until a row of the screen reads `text` (white space at its end not counted)."""
        self._watch(lambda: text in self.screen.lines(), f"the line {text!r}")

    def shows_like(self, text):
        """Waits until `text` stands anywhere on the screen."""
        self._watch(lambda: any(text in line for line in self.screen.lines()), f"{text!r}")

    def shows_rows(self, *rows):
        """Waits until the last rows of the screen are these."""
        self._watch(lambda: self.screen.lines()[-len(rows) :] == list(rows), f"the rows {rows!r}")

    def goes_raw(self):
        """Waits until the client takes every key at once, so that nothing is echoed by the terminal itself."""
        self._watch(lambda: not termios.tcgetattr(self._master)[3] & termios.ICANON, "the client to go raw")

    def ends(self):
        """Waits for the client to end."""
        self._watch(lambda: self.process.poll() is not None, "the client to end")
        while select.select([self._master], [], [], 0)[0]:  # what it wrote last
            try:
                self.screen.feed(os.read(self._master, 1 << 16))
            except OSError:  # the client has closed the terminal
                break
        return self.process.returncode

    def output_to_the_end(self):
        """All bytes up to the client's end, which the screen does not see."""
        output = bytearray()
        deadline = time.monotonic() + WAIT
        while True:
            readable, _, _ = select.select([self._master], [], [], max(0, deadline - time.monotonic()))
            assert readable, f"the client did not end: {bytes(output[-2000:])!r}"
            try:
                output += os.read(self._master, 1 << 16)
            except OSError:  # the client has closed the terminal
                return bytes(output)

    def closes(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT)
        os.close(self._master)

    def _watch(self, is_so, what):
        deadline = time.monotonic() + WAIT
        while not is_so():
            left = deadline - time.monotonic()
            assert left > 0, f"waited in vain for {what}; the screen:\n" + "\n".join(self.screen.lines())
            readable, _, _ = select.select([self._master], [], [], min(left, 0.05))
            if readable:
                try:
                    self.screen.feed(os.read(self._master, 1 << 16))
                except OSError:  # the client has closed the terminal
                    assert self.process.wait(WAIT) is not None
                    assert is_so(), f"the client ended before {what}; the screen:\n" + "\n".join(self.screen.lines())
