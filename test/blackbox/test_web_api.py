"""Programs by HTTP: rooms are listed, a line is said, a room is followed, on the port where people talk."""

import http.client
import json

import pytest

from support.peer import Peer
from support.room import Room, refused

TOKEN = "a token of 24 characters"
LINES = 20_000
PADDING = "x" * 600


@pytest.fixture
def room(grottod, tmp_path):
    token = tmp_path / "token"
    token.write_text(TOKEN + "\n")
    return Room(grottod("chat", "--store", "none", "--api-token-file", token, "--room", "cave=bats"))


class Events(Peer):
    """An event source: reads events as objects."""

    def opens(self, path, *headers):
        self.send("\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *headers, "", ""]).encode())
        head = self.read_past(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        assert b"Content-Type: text/event-stream" in head, head

    def reads(self):
        """The number and the object of the next event."""
        number = None
        while True:
            line = self.read_past(b"\n")[:-1]
            if line.startswith(b"id: "):
                number = int(line[4:])
            elif line.startswith(b"data: "):
                assert self.read_past(b"\n") == b"\n"
                return number, json.loads(line[6:])


def asks(room, method, path, body=None, token=None):
    connection = http.client.HTTPConnection(*room.server.host_and_port(), timeout=10)
    connection.request(method, path, body=body, headers={"Authorization": f"Bearer {token}"} if token else {})
    answer = connection.getresponse()
    assert answer.headers["Content-Type"].startswith("application/json")
    made = answer.status, json.loads(answer.read())
    connection.close()
    return made


def follows(room, path="/rooms/lobby", *headers):
    events = room.server.connect("events", kind=Events)
    events.opens(path, *headers)
    return events


def test_a_line_is_said_by_a_program_and_heard_by_people(room):
    ana, oskar = room.enter("ana", "oskar")
    status, answer = asks(room, "POST", "/rooms/lobby", "kaixo <b>\u00f1</b>\n".encode(), TOKEN)
    assert (status, answer["from"]) == (200, "curl")
    assert asks(room, "POST", "/rooms/lobby?as=sensor", b"/me is no command", TOKEN)[0] == 200
    for who in (ana, oskar):
        who.hears("curl: kaixo <b>\u00f1</b>", "sensor: /me is no command")


@pytest.mark.parametrize(
    "path, body, token, status, code",
    [
        ("/rooms/lobby", b"x", None, 401, "token-required"),
        ("/rooms/lobby", b"x", "not that token of them..", 401, "wrong-token"),
        ("/rooms/nowhere", b"x", TOKEN, 404, "no-such-room"),
        ("/rooms/lobby", b"a\nb", TOKEN, 400, "one-line"),
        ("/rooms/lobby", b"", TOKEN, 400, "usage"),
        ("/rooms/lobby", b"x" * 5000, TOKEN, 413, "too-long"),
        ("/rooms/lobby?as=ana", b"x", TOKEN, 409, "name-taken"),
        ("/rooms/lobby?as=a%20b", b"x", TOKEN, 400, "bad-name"),
        ("/rooms", b"x", TOKEN, 405, "bad-method"),
    ],
)
def test_what_cannot_be_said_is_refused_and_nobody_reads_of_it(room, path, body, token, status, code):
    ana, oskar = room.enter("ana", "oskar")
    got, answer = asks(room, "POST", path, body, token)
    assert (got, answer["type"], answer["code"]) == (status, "refusal", code)
    oskar.says("next")
    ana.hears("oskar: next")


def test_rooms_are_listed_and_private_ones_are_not(room):
    (ana,) = room.enter("ana")
    ana.says("/join secret", "/room private")
    ana.lines_until("ana made this room private: by invitation only.")
    status, answer = asks(room, "GET", "/rooms")
    assert status == 200
    assert {each["room"]: (each["members"], each["topic"]) for each in answer["rooms"]} == {"lobby": (1, ""), "cave": (0, "bats")}
    assert asks(room, "GET", "/rooms/secret")[0] == 404
    assert asks(room, "PUT", "/rooms/lobby", b"x", TOKEN)[0] == 405


def test_a_room_is_followed_and_nobody_sees_who_follows(room):
    (ana,) = room.enter("ana")
    events = follows(room)
    ana.says("one", "/who")
    ana.hears("1 person is here: ana")
    number, line = events.reads()
    assert (number, line["id"], line["from"], line["text"]) == (line["id"], number, "ana", "one")
    # The connection is lost; what was said meanwhile is there after it.
    events.resets()
    ana.says("two", "three")
    again = follows(room, "/rooms/lobby", f"Last-Event-ID: {number}")
    assert [again.reads()[1]["text"] for _ in range(2)] == ["two", "three"]
    (oskar,) = room.enter("oskar")
    assert again.reads()[1]["type"] == "join"
    oskar.says("four")
    assert again.reads()[1]["text"] == "four"


def test_a_follower_who_reads_slowly_is_lapped_and_nobody_loses_a_line(grottod):
    room = Room(grottod("chat", "--store", "none", "--rate", "off"))
    ana, oskar = room.enter("ana", "oskar")
    slow = room.server.connect("slow", receive_buffer=4096, kind=Events)
    slow.opens("/rooms/lobby")
    for start in range(0, LINES, 200):
        ana.send(b"".join(f"{number} {PADDING}\n".encode() for number in range(start, start + 200)))
        oskar.hears(*(f"ana: {number} {PADDING}" for number in range(start, start + 200)))
    ana.says("the end")
    counted, laps = 0, 0
    while (line := slow.reads()[1]).get("text") != "the end":
        counted += line["count"] if line["type"] == "skipped" else 1
        laps += line["type"] == "skipped"
        assert line["type"] == "skipped" or line["text"] == f"{counted - 1} {PADDING}"
    assert counted == LINES and laps > 0


def test_an_account_has_a_token_for_its_programs(room):
    ana, oskar = room.enter("ana", "oskar")
    assert refused(oskar, "/token", "not-logged-in")
    ana.says("/register correct-horse")
    ana.lines_until("You are logged in as ana.")
    ana.says("/token")
    token = ana.hears_like(r"^The token of your programs is (\S{32}) ; the one before is void\. It is not shown again\.$").group(1)
    status, answer = asks(room, "POST", "/rooms/lobby", b"from a script", token)
    assert (status, answer["from"]) == (200, "ana")
    oskar.hears("ana: from a script")
    assert asks(room, "POST", "/rooms/lobby?as=bot", b"x", token)[1]["code"] == "not-yours"
    ana.hears("ana: from a script")
    ana.says("/token off")
    ana.hears("Your programs have no token any more.")
    assert asks(room, "POST", "/rooms/lobby", b"x", token)[1]["code"] == "wrong-token"
