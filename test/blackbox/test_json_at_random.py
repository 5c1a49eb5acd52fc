"""Random sessions in JSON: whatever is said, every line that is read is one object."""

import random

from support.objects import ON, Objects, strict
from support.room import Room
from support.seed import random_seed

WORDS = [
    "/format json", "/format plain", "/help", "/who", "/who cave", "/nick", "/me waves", "/rooms", "/join cave", "/join r2 pass", "/focus", "/focus lobby",
    "/leave", "/leave cave", "/topic", "/topic bats \"x\"", "/invite p1", "/room private", "/room open", "/room password x", "/msg p2 psst", "/reply \\o/",
    "/whois p3", "/away \"out\"", "/away", "/ignore p4", "/unignore p4", "/quiet", "/quiet off", "/bell on", "/history", "/history 3 before 9", "/last 5",
    "/sync", "/echo on", "/echo off", "/time on", "/color on", "/telnet", "//slash", "/", "/whp", "", "kaixo", "\"quoted\" \\ 🦇", "/last x", "x" * 5000,
]  # fmt: skip


def random_line(rng):
    kind = rng.random()
    if kind < 0.1:
        return f"/nick n{rng.randrange(30)}".encode()
    if kind < 0.7:
        return rng.choice([word for word in WORDS if word not in ("/format plain", "/telnet")]).encode()
    line = bytes(rng.choice((rng.randrange(256), rng.choice(b'"\\{}:/ \xe2\x80\xa8\xc2\x85'))) for _ in range(rng.randrange(60)))
    # Telnet commands get telnet's answers, and 0x04 alone on a line leaves.
    return b"x" + line.replace(b"\n", b"").replace(b"\r", b"").replace(b"\xff", b"")


def test_every_line_of_random_sessions_is_an_object(grottod):
    rng = random.Random(random_seed())
    server = grottod("chat", "--rate", "off")
    seen = set()
    for _ in range(6):
        peers = []
        for number in range(8):
            peer = server.connect(f"p{number}", kind=Objects)
            peer.says(f"/format json\np{number}")
            peers.append(peer)
        for _ in range(40):
            rng.choice(peers).send(b"".join(random_line(rng) + b"\n" for _ in range(rng.randrange(1, 6))))
        for peer in peers:
            peer.half_closes()
        for peer in peers:
            objects = peer.remaining_objects()
            assert len(objects) >= 4, peer.label
            seen.update((made["type"], "id" in made) for made in objects)
    # Chance need not bring about every type: those that it always does. The dialogues above have all.
    assert {kind for kind, _ in seen} >= {"say", "me", "join", "leave", "names", "notice", "refusal"}, seen


def test_who_changes_back_and_forth_reads_whole_lines_of_one_or_the_other(grottod):
    """Between the answers to /format every line is of the format that was asked for last."""
    rng = random.Random(random_seed())
    server = grottod("chat", "--rate", "off", "--history", 0)
    ana, bot = Room(server).enter("ana", "bot")
    is_json, asked = False, 0
    for _ in range(200):
        ana.says(*(f"line {rng.random()}" for _ in range(rng.randrange(5))))
        if rng.random() < 0.5:
            asked += 1
            bot.says("/format " + ("json" if asked % 2 else "plain"))
    bot.says("/format plain", "/whois nobody")
    while (line := bot.next_raw_line()) != b"Nobody here is called nobody. [no-such-name]":
        if line == b"You read plain lines.":
            is_json = False
        elif line.startswith(b"{"):
            made = strict(line)
            is_json = is_json or made["text"] == ON["text"]
            assert is_json, line
        else:
            assert not is_json and line.startswith(b"ana: line "), line
