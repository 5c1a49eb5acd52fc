"""Dialogue: one end of a conversation with the server, whatever carries it.

Reading is strict: hears() compares the very next line, so a line that should not be there fails
the test that meets it, and nobody has to sleep to see that nothing came.
"""

import re
import time

from support.bounds import QUIET, WAIT


class Silence(AssertionError):
    """Nothing came in the time that was given."""


class Dialogue:
    def __init__(self, label):
        self.label = label
        self.heard = []  # every line so far, for the message of a failure
        self._buffer = bytearray()
        self._ended = False

    # What a carrier implements.
    def send(self, data):
        raise NotImplementedError

    def _receive(self, seconds):
        """What came (a filter may leave nothing of it), None if nothing came within `seconds`; EOFError at the end."""
        raise NotImplementedError

    # Speaking.
    def says(self, *lines):
        for line in lines:
            self.send(line.encode() + b"\n")

    # Hearing.
    def hears(self, *lines):
        for expected in lines:
            line = self.next_line()
            assert line == expected, self._story(f"expected {expected!r}, heard {line!r}")

    def hears_like(self, pattern):
        """The next line must match all of `pattern` (case matters not); returns the match."""
        line = self.next_line()
        match = re.search(pattern, line, re.IGNORECASE)
        assert match, self._story(f"expected something like {pattern!r}, heard {line!r}")
        return match

    def hears_in_any_order(self, *lines):
        heard = [self.next_line() for _ in lines]
        assert sorted(heard) == sorted(lines), self._story(f"expected {lines!r} in any order, heard {heard!r}")

    def next_line(self):
        line = self.next_raw_line()
        assert b"\r" not in line and b"\n" not in line, self._story(f"line ends out must be CR LF: {line!r}")
        return line.decode()

    def next_raw_line(self):
        line = self.read_past(b"\r\n")[:-2]
        self.heard.append(line.decode(errors="backslashreplace"))
        return line

    def lines_until(self, last):
        """All lines up to and without `last`."""
        lines = []
        while (line := self.next_line()) != last:
            lines.append(line)
        return lines

    def read_past(self, mark):
        """Bytes up to and with `mark`."""
        deadline = time.monotonic() + WAIT
        searched = 0
        while (at := self._buffer.find(mark, searched)) < 0:
            searched = max(0, len(self._buffer) - len(mark) + 1)
            self._more(deadline, f"{mark!r}")
        return self._take(at + len(mark))

    def read_exactly(self, count):
        deadline = time.monotonic() + WAIT
        while len(self._buffer) < count:
            self._more(deadline, f"{count} bytes")
        return self._take(count)

    def read_to_end(self):
        """Bytes up to the end that the server makes."""
        deadline = time.monotonic() + WAIT
        while not self._ended:
            self._fill(deadline, "the end")
        return self._take(len(self._buffer))

    def remaining_lines(self):
        """The lines up to the end that the server makes; each ends with CR LF."""
        text = self.read_to_end()
        assert text == b"" or text.endswith(b"\r\n"), self._story(f"cut line before the end: {text[-80:]!r}")
        lines = text.decode().split("\r\n")[:-1]
        self.heard += lines
        return lines

    def hears_end(self):
        rest = self.read_to_end()
        assert rest == b"", self._story(f"expected the end, heard {rest[:200]!r}")

    def hears_nothing(self, seconds=QUIET):
        """For the few cases where silence itself is the matter and no later line can prove it."""
        if not self._buffer and not self._ended:
            try:
                self._buffer += self._receive(seconds) or b""
            except EOFError:
                self._ended = True
        if not self._buffer and not self._ended:
            return
        raise AssertionError(self._story(f"expected silence, heard {bytes(self._buffer[:200])!r}"))

    # Within.
    def _take(self, count):
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _more(self, deadline, what):
        assert not self._ended, self._story(f"waited for {what}, but the server ended: {bytes(self._buffer[-200:])!r}")
        self._fill(deadline, what)

    def _fill(self, deadline, what):
        left = deadline - time.monotonic()
        try:
            data = self._receive(left) if left > 0 else None
        except EOFError:
            self._ended = True
            return
        if data is None:
            raise Silence(self._story(f"waited {WAIT:g} s for {what}; so far {bytes(self._buffer[-200:])!r}"))
        self._buffer += data

    def _story(self, fault):
        last = "\n".join(f"    {line}" for line in self.heard[-12:])
        return f"{self.label}: {fault}\n  heard last:\n{last}"
