"""Screen: the little of a terminal that a line server may use, so that a test can see what a person sees.

Knows text with its width, CR, LF, BS, BEL, TAB and the sequences of ECMA-48 for moving (A B C D G H)
and erasing (J K); colours (m) and modes (h l) are skipped. Any other sequence fails the test.
"""

import codecs
import re
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([?0-9;]*)([A-Za-z])|[78=>])")


class Screen:
    def __init__(self, columns=80):
        self.columns = columns
        self.rows = [[]]
        self.row = 0
        self.column = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = ""

    def lines(self):
        """Every row down to the last that was touched, without white space at its end."""
        return ["".join(row).rstrip() for row in self.rows]

    @property
    def cursor(self):
        return self.row, self.column

    def feed(self, data):
        text = self._pending + self._decoder.decode(data)
        self._pending = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._put(text[at])
                at += 1
                continue
            match = SEQUENCE.match(text, at)
            if match is None:
                assert len(text) - at < 16, f"a sequence that is none: {text[at:at + 16]!r}"
                self._pending = text[at:]
                return
            self._sequence(match)
            at = match.end()

    def _put(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self._down(1)
        elif char == "\b":
            self.column = max(0, self.column - 1)
        elif char == "\t":
            self.column = min(self.columns - 1, (self.column // 8 + 1) * 8)
        elif char == "\a":
            pass
        else:
            assert char >= " ", f"a control that nobody asked for: {char!r}"
            self._write(char)

    def _write(self, char):
        if unicodedata.combining(char):
            row = self.rows[self.row]
            row[self.column - 1] += char
            return
        width = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if self.column + width > self.columns:
            self.column = 0
            self._down(1)
        row = self.rows[self.row]
        row.extend(" " * (self.column + width - len(row)))
        row[self.column] = char
        if width == 2:
            row[self.column + 1] = ""
        self.column += width

    def _down(self, count):
        self.row += count
        while len(self.rows) <= self.row:
            self.rows.append([])

    def _sequence(self, match):
        if match.group(2) is None:
            return
        numbers = [int(number) for number in re.findall(r"\d+", match.group(1) or "")]
        count = numbers[0] if numbers else 0
        kind = match.group(2)
        if kind == "A":
            self.row = max(0, self.row - max(1, count))
        elif kind == "B":
            self._down(max(1, count))
        elif kind == "C":
            self.column = min(self.columns - 1, self.column + max(1, count))
        elif kind == "D":
            self.column = max(0, self.column - max(1, count))
        elif kind == "G":
            self.column = max(1, count) - 1
        elif kind == "K":
            self._erase_line(count)
        elif kind == "J":
            self._erase_line(count)
            del self.rows[self.row + 1 :]
        else:
            assert kind in "mhl", f"an unexpected sequence: {match.group(0)!r}"

    def _erase_line(self, how):
        row = self.rows[self.row]
        if how == 0:
            del row[self.column :]
        elif how == 1:
            row[: self.column] = " " * min(self.column, len(row))
        else:
            row.clear()
