"""What a chat keeps on the disk, as its people and the file tell it. The fixtures `store` and `keeps` are conftest's."""

import re
import sqlite3

import pytest

from support.bounds import WAIT
from support.server import run_grottod
from support.waiting import wait_until


def has_store():
    return "--store " in run_grottod("--help").stdout


NEEDS_STORE = pytest.mark.skipif(not has_store(), reason="built without a store")


def syncs(peer, room="lobby"):
    """The number up to which all is on the disk."""
    peer.says("/sync")
    return int(peer.hears_like(rf"^-- kept up to line (\d+) of {room} --$")[1])


def syncs_at_last(peer):
    """The same, of a disk that fails for a while."""
    answers = []

    def is_kept():
        peer.says("/sync")
        answers.append(peer.next_line())
        return answers[-1].startswith("-- kept up to line ")

    wait_until(is_kept, "history to be kept again", WAIT)
    return int(re.search(r"line (\d+)", answers[-1])[1])


def logs_once(server, text):
    """The log is written by a thread of its own."""
    wait_until(lambda: text in server.log(), f"the log to tell {text!r}")
    assert server.log().count(text) == 1


def kept_lines(store):
    """What the file has of what was said, as (number, text), and whether the file is sound."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute("SELECT id & 0xffffffffff, text FROM line WHERE kind < 2 ORDER BY id").fetchall()
