"""Five hundred people at once in one quiz, each with answers of one's own."""

import collections
import json
import selectors
import socket
import time

import pytest

from support.bounds import WAIT
from support.prompt import EXAMPLES, records, table

PEOPLE = 500


class Person:
    """One who answers each question when it has come: a socket of a crowd in one thread."""

    def __init__(self, number, answers):
        self.number = number
        self.left = collections.deque(answers)  # (the end of the question's last line, the answer)
        self.unread = b""
        self.heard = []
        self.has_ended = False

    def hears(self, sock, data):
        self.unread += data
        *lines, self.unread = self.unread.split(b"\r\n")
        for line in lines:
            self.heard.append(line.decode())
            if self.left and self.heard[-1].endswith(self.left[0][0]):
                sock.sendall(self.left.popleft()[1].encode() + b"\n")


def crowd(server, people):
    """All are connected before anybody answers; then each goes at its own pace, to the end."""
    end = server.host_and_port()
    selector = selectors.DefaultSelector()
    for person in people:
        sock = socket.create_connection(end, WAIT)
        selector.register(sock, selectors.EVENT_READ, person)
    deadline = time.monotonic() + 3 * WAIT
    left = len(people)
    while left:
        ready = selector.select(max(0, deadline - time.monotonic()))
        assert ready, f"{left} have not come to the end; one heard {[each.heard for each in people if not each.has_ended][0][-3:]}"
        for key, _ in ready:
            data = key.fileobj.recv(1 << 16)
            if data:
                key.data.hears(key.fileobj, data)
                continue
            key.data.has_ended = True
            selector.unregister(key.fileobj)
            key.fileobj.close()
            left -= 1
    selector.close()


def quiz(number):
    """The answers of one person, some of them right; what the file must have of them; and the points."""
    planet = number % 4 + 1
    moons = number % 5
    walker = "Armstrong" if number % 2 else ""
    day = "1969-07-20" if number % 3 else "1970-01-01"
    score = (planet == 2) + (moons == 2) + (number % 7 != 0) + 2 * (number % 3 == 1) + 2 * (number % 2) + 2 * (number % 3 != 0) + 1
    typed = [
        ("What is your name?", f"Person {number}"),
        ("  4  Earth", str(planet)),
        ("(0-500)", str(moons)),
        ("(yes/no)", "no" if number % 7 == 0 else "yes"),
        ("  3  8 hours", str(number % 3 + 1)),
        ("walk on the moon? (optional)", walker),
        ("optional)", day),
        ("  3  Whirlpool", "milky"),
        ("  2  harder", "the same"),
    ]
    kept = {
        "player": f"Person {number}",
        "planet": ["Venus", "Mercury", "Mars", "Earth"][planet - 1],
        "moons": moons,
        "star": number % 7 != 0,
        "light": ["8 seconds", "8 minutes", "8 hours"][number % 3],
        "walker": walker or None,
        "landing": day,
        "galaxy": "Milky Way",
    }
    return typed, kept, score


@pytest.mark.parametrize("where", ["answers.jsonl", "answers.csv"])
def test_five_hundred_at_once_are_all_complete_in_the_file(asks, tmp_path, where):
    server = asks(EXAMPLES / "quiz.toml", "--workers", 2, answers=where)
    people = [Person(number, quiz(number)[0]) for number in range(PEOPLE)]
    crowd(server, people)
    for person in people:
        score = quiz(person.number)[2]
        assert person.heard[-3:-1] == [f"That was all, Person {person.number}: {score} of 10 points.", f"You have {score} point{'' if score == 1 else 's'}."]
    rows = table(tmp_path / where)
    assert len(rows) == PEOPLE
    by_name = {row["answers"]["player"]: row for row in rows}
    for number in range(PEOPLE):
        _, kept, score = quiz(number)
        row = by_name[f"Person {number}"]
        row["answers"].pop("praise", None)
        assert row["answers"] == kept and row["status"] == "finished" and row["score"] == score
    if where.endswith("jsonl"):
        assert [each["event"] for each in records(tmp_path / where)].count("end") == PEOPLE


def test_a_crowd_that_hangs_up_in_the_middle_is_kept(asks, tmp_path):
    """Two hundred answer twice and reset; what they were told was taken is there, as unfinished."""
    server = asks(EXAMPLES / "quiz.toml", "--workers", 2)
    peers = [server.connect(str(number)) for number in range(200)]
    for number, peer in enumerate(peers):
        peer.says(f"Person {number}", str(number % 4 + 1))
    for peer in peers:
        peer.lines_until("How many moons has Mars? (0-500)")
    for peer in peers:
        peer.resets()
    server.waits_until_all_left()
    assert server.stops() == 0
    rows = table(tmp_path / "answers.jsonl")
    assert sorted((row["answers"]["player"], row["status"]) for row in rows) == sorted((f"Person {number}", "unfinished") for number in range(200))
    assert all(len(row["answers"]) == 2 for row in rows)
    assert json.dumps(rows)
