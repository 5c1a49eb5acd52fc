"""Objects: a peer that reads JSON, and what docs/protocol.md promises of every object."""

import json
import re

from support.clean import FORBIDDEN
from support.peer import Peer

AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
COUNTS = {"id", "next", "head", "count", "more", "joined", "left"}
LISTS = {"names", "operators"}
OF_A_ROOM = {"id", "room", "text"}
# type → what it must have and what it may have, beside `type` and `at`; with an id or without.
WITH_ID = {
    "say": (OF_A_ROOM | {"from"}, set()),
    "me": (OF_A_ROOM | {"from"}, set()),
    "join": (OF_A_ROOM | {"from"}, set()),
    "leave": (OF_A_ROOM | {"from"}, {"reason"}),
    "nick": (OF_A_ROOM | {"from", "to"}, set()),
    "topic": (OF_A_ROOM | {"from", "topic"}, set()),
    "notice": (OF_A_ROOM, {"joined", "left"}),
}
WITHOUT_ID = {
    "private": ({"from", "to", "text"}, set()),
    "notice": ({"text"}, set()),
    "refusal": ({"code", "text"}, set()),
    "question": ({"asks", "text"}, set()),
    "names": ({"room", "names", "operators", "more"}, {"next", "head"}),
    "topic": ({"room", "topic", "text"}, {"from"}),
    "skipped": ({"room", "count"}, set()),
}
ON = {"type": "notice", "text": "You read a JSON object per line."}  # what /format json answers
TYPES = set(WITH_ID) | set(WITHOUT_ID)


def strict(line):
    """The object that stands on a line (bytes without the line end), by the letter of the protocol."""
    text = line.decode()
    # No reader of lines takes anything within for a line end, nor a terminal anything for a command.
    assert len(text.splitlines()) == 1, line
    assert not FORBIDDEN.search(text), line
    made = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse, parse_float=_refuse)
    assert isinstance(made, dict), line
    kind = made.get("type")
    table = WITH_ID if "id" in made else WITHOUT_ID
    assert kind in table, line
    must, may = table[kind]
    keys = set(made) - {"type", "at"}
    assert must <= keys <= must | may, f"{line!r}: keys {sorted(keys)}"
    assert AT.fullmatch(made["at"]), line
    for key, value in made.items():
        if key in COUNTS:
            assert isinstance(value, int) and value >= 0, line
        elif key in LISTS:
            assert isinstance(value, list) and all(_is_text(each) for each in value), line
        else:
            assert _is_text(value), line
    if kind == "names":
        most = 100 if "next" in made else 1000  # who comes in; who asks
        assert set(made["operators"]) <= set(made["names"]) and len(made["names"]) <= most, line
    return made


def plain(made, focus="lobby"):
    """The line that people read where a program reads `made`, which has an id."""
    tag = "" if made["room"] == focus else f"[{made['room']}] "
    return tag + {"say": "{from}: {text}", "me": "* {from} {text}"}.get(made["type"], "{text}").format_map(made)


def timeless(made):
    return {key: value for key, value in made.items() if key != "at"}


class Objects(Peer):
    """A peer that has asked for JSON: every line that it reads must be an object of the protocol."""

    def next_object(self):
        return strict(self.next_raw_line())

    def reads(self, *expected):
        """The very next objects, without their moments."""
        for each in expected:
            made = timeless(self.next_object())
            assert made == each, self._story(f"expected {each!r}, read {made!r}")

    def reads_type(self, kind):
        made = self.next_object()
        assert made["type"] == kind, self._story(f"expected an object of type {kind}, read {made!r}")
        return made

    def objects_until(self, is_last):
        """All objects up to and with the first of which `is_last` is true."""
        objects = [self.next_object()]
        while not is_last(objects[-1]):
            objects.append(self.next_object())
        return objects

    def remaining_objects(self):
        return [strict(line.encode()) for line in self.remaining_lines()]

    def is_refused(self, line, code):
        self.says(line)
        made = self.reads_type("refusal")
        assert made["code"] == code, self._story(f"expected the code {code}, read {made!r}")
        return made["text"]


def comes(server, name):
    """A program comes in and reads objects only; what it has read by then is question, notice, notice, names."""
    peer = server.connect(name, kind=Objects)
    peer.says(f"/format json\n{name}")
    for kind in ("question", "notice", "notice"):
        peer.reads_type(kind)
    names = peer.reads_type("names")
    return peer, names


def _without_doubles(pairs):
    made = dict(pairs)
    assert len(made) == len(pairs), f"a key comes twice: {pairs}"
    return made


def _refuse(word):
    raise AssertionError(f"no number of the protocol: {word}")


def _is_text(value):
    return isinstance(value, str) and not FORBIDDEN.search(value)
