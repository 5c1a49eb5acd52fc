"""Servers that ask, who is asked, and what is kept of it (docs/prompts.md, docs/answers.md)."""

import json
import pathlib
import re
import stat
import textwrap

from support.clean import FORBIDDEN
from support.objects import AT, _refuse, _without_doubles
from support.peer import Peer
from support.server import run_grottod
from support.waiting import wait_until

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples/prompts"
VISIBLE = "(Your answer can be seen as you type it; in a telnet client, type /telnet first.)"
STOPPING = "The server is stopping. Goodbye!"
REPLACED = "You went on from another connection. Goodbye! [replaced]"
NO_SUCH_TOKEN = "Nobody can go on by that token: it is not one, or all is answered already. [no-such-token]"
PLAIN = """
    [[ask]]
    id = "one"
    prompt = "One?"
    [[ask]]
    id = "two"
    prompt = "Two?"
    [[ask]]
    id = "three"
    prompt = "Three?"
"""


def ask_server(grottod, folder, script=None, *words, answers="answers.jsonl", rate="off", **how):
    """`script`: its text, the path of one, or None: the one that was served before."""
    path = folder / "script.toml"
    if isinstance(script, pathlib.Path):
        path = script
    elif script is not None:
        path.write_text(textwrap.dedent(script))
    where = answers if answers in ("none", "store", None) else folder / answers
    kept = ("--answers", where) if where is not None else ()
    pace = ("--rate", rate) if rate is not None else ()
    return grottod("prompt", path, *kept, *pace, *words, **how)


def program(folder, name, text):
    """A program behind questions, in Python."""
    path = folder / name
    path.write_text("#!/usr/bin/python3\nimport json, os, signal, sys, time\n" + textwrap.dedent(text))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return f"./{name}"


def records(path):
    """All records of a .jsonl file, each by the letter of docs/answers.md; a cut last line is not one."""
    lines = pathlib.Path(path).read_bytes().split(b"\n")[:-1]
    made = [json.loads(line.decode(), object_pairs_hook=_without_doubles, parse_constant=_refuse) for line in lines]
    for each in made:
        assert AT.fullmatch(each["at"]), each
        assert re.fullmatch("[0-9a-z]{10}", each["session"]), each
        assert set(each) - {"session", "at", "event"} == {
            "start": {"resume"},
            "answer": {"place", "round", "ask", "answer", "how", "ms", "points"},
            "unfinished": set(),
            "resumed": set(),
            "end": {"score"},
        }[each["event"]], each
    return made


def given(path, **of):
    """(ask, answer) of all answers that have these values, in order."""
    return [
        (each["ask"], each["answer"])
        for each in records(path)
        if each["event"] == "answer" and all(each[key] == value for key, value in of.items())
    ]


def events(path):
    """What the file has, as words: start, one=a, unfinished, resumed, end."""
    return [f"{each['ask']}={each['answer']}" if each["event"] == "answer" else each["event"] for each in records(path)]


def has_events(path, *expected):
    """Waits: what is kept after the last word is not told to anybody."""
    wait_until(lambda: path.exists() and events(path) == list(expected), f"{expected} in {path}")


def table(path):
    """What `grottod answers FILE --json` makes of it."""
    done = run_grottod("answers", path, "--json")
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return json.loads(done.stdout)


def token_of(peer):
    peer.says("/resume")
    token = peer.hears_like(r"^Your token is (\S+)\. If your connection drops, connect again and type /resume \1$")[1]
    assert re.fullmatch("[A-Za-z0-9_-]{22}", token)
    return token


def unfinished(count):
    return f"{count} question{' is' if count == 1 else 's are'} answered; this is not finished."


def welcome_back(count):
    return f"Welcome back! {count} question{' is' if count == 1 else 's are'} answered."


def goes_on(server, token, first_lines=("One?",), label="again"):
    """Somebody who comes back; what he is asked first is read already."""
    peer = server.connect(label)
    peer.label = label
    peer.says(f"/resume {token}")
    peer.hears(*first_lines)
    return peer


def logs(server, text, times=1):
    """The log is written by a thread of its own."""
    wait_until(lambda: server.log().count(text) >= times, f"the log to tell {text!r}")
    assert server.log().count(text) == times, server.log()


def stops(server, *peers):
    """These hang up first, so that the server has nobody to wait for."""
    for peer in peers:
        peer.closes()
    assert server.stops() == 0


class Answering(Peer):
    """Who reads JSON: each line must be an object of the questions."""

    KEYS = {
        "notice": ({"text"}, set()),
        "refusal": ({"code", "text"}, set()),
        "question": ({"asks", "kind", "text"}, {"choices", "hidden", "hint"}),
        "token": ({"token", "text"}, set()),
        "score": ({"score", "text"}, set()),
        "end": (set(), set()),
    }

    def next_object(self):
        line = self.next_raw_line().decode()
        assert len(line.splitlines()) == 1 and not FORBIDDEN.search(line), line
        made = json.loads(line, object_pairs_hook=_without_doubles, parse_constant=_refuse)
        must, may = self.KEYS[made["type"]]
        assert AT.fullmatch(made.pop("at")), line
        assert must <= set(made) - {"type"} <= must | may, line
        assert not any(FORBIDDEN.search(value) for value in made.values() if isinstance(value, str)), line
        return made

    def reads(self, **expected):
        made = self.next_object()
        assert made == expected, self._story(f"expected {expected!r}, read {made!r}")
