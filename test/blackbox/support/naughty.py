"""The list of naughty strings (naughty.txt), as text and, beside it, what others may read of it is `clean.cleaned`."""

import pathlib
import re

_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|t|n|\\)")


def _unescaped(match):
    code = match[1]
    return {"t": "\t", "n": "\n", "\\": "\\"}.get(code) or chr(int(code[1:], 16))


def _read():
    lines = pathlib.Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n")
    return [_ESCAPE.sub(_unescaped, line) for line in lines if line and not line.startswith("#")]


STRINGS = _read()
STRINGS.append("e" + "\u0301" * 256)  # a tower of marks
