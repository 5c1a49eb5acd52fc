"""The example scripts as whole dialogues, with real clients."""

import pytest

from support.netcats import TALKERS
from support.programs import Program, Terminal, need, one_shot
from support.prompt import EXAMPLES, given, table
from support.waiting import wait_until

REGISTRATION = [
    ("Registration for the weekend of workshops.", None),
    ("Your name?", "Luzmi \u00d1"),
    ("Your e-mail address, Luzmi \u00d1?", "luzmi@example.org"),
    ("  3  helper", "sp"),
    ("When were you born? (YYYY-MM-DD", "2010-02-29"),
    ("", "2010-02-28"),
    ("You are not of age yet. Who comes with you?", "ana"),
    ("== Your stay ==", None),
    ("  4  none", "terminals"),
    ("terminals: noted.", None),
    ("How many seats?", "2"),
    ("When do you arrive?", ""),
    ("Do you dine with us on the first evening?", ""),
    ("What do you not eat?", ""),
    ("== Your talk ==", None),
    ("What is the title of your talk?", "IAC WILL ECHO"),
    ("How many minutes is it?", ""),
    ("IAC WILL ECHO, 20 minutes.", None),
    ("Choose a code of 4 to 8 digits, to change all this later:", "1234"),
    ("The code once more:", "4321"),
    ("The two codes differ.", ""),
    ("Choose a code of 4 to 8 digits, to change all this later:", "1234"),
    ("The code once more:", "1234"),
    ("Is all of this right, Luzmi \u00d1?", "y"),
    ("You are registered, Luzmi \u00d1, for terminals.", None),
    ("See you there.", None),
]
QUIZ = [
    ("Seven questions about the sky.", None),
    ("What is your name?", "ana"),
    ("Good luck, ana.", None),
    ("  4  Earth", "merc"),
    ("Right.", None),
    ("How many moons has Mars?", "two"),
    ("", "2"),
    ("Is the sun a star?", "true"),
    ("  3  8 hours", "2"),
    ("Right, and that is worth two points.", None),
    ("Who was the first to walk on the moon?", " neil armstrong "),
    ("On which day did he land there", "1969-07-20"),
    ("  3  Whirlpool", "Milky Way"),
    ("Nine points or more!", None),
    ("  2  harder", ""),
    ("That was all, ana: 10 of 10 points.", None),
    ("Thank you for playing.", None),
]
SUPPORT = [
    ("Help desk.", None),
    ("What is your name?", "oskar"),
    ("Where can we write to you?", "oskar@example.org"),
    ("== Your report, oskar ==", None),
    ("  4  something else", "client"),
    ("Which version?", "0.0.9"),
    ("There is a newer one: 0.1.0. It may help already.", None),
    ("What happens, in one line?", "The DISK is slow"),
    ("Is the disk full? `df -h` tells.", None),
    ("Operators see who is slow with /slow.", None),
    ("  3  always", "3"),
    ("Does it keep you from working?", "y"),
    ("Under which number do we reach you?", "+34 94 000 00 00"),
    ("Your report is with us, oskar. We write to oskar@example.org.", None),
    ("Thank you.", None),
]
DIALOGUES = {"registration": REGISTRATION, "quiz": QUIZ, "support": SUPPORT}


def holds(partner, dialogue):
    """Each expected beginning comes in its turn; other lines may stand between."""
    for begin, answer in dialogue:
        while begin and not partner.next_raw_line().decode().startswith(begin):
            pass
        if answer is not None:
            partner.says(answer)


@pytest.mark.parametrize("client", TALKERS)
@pytest.mark.parametrize("name", DIALOGUES)
def test_a_whole_dialogue(asks, tmp_path, name, client):
    if name != "support" and client not in ("nc.openbsd", "ncat"):
        pytest.skip("one dialogue is enough for the others")
    server = asks(EXAMPLES / f"{name}.toml")
    partner = Program(*TALKERS[client](*map(str, server.host_and_port())))
    try:
        holds(partner, DIALOGUES[name])
    finally:
        partner.closes()
    wait_until(lambda: table(tmp_path / "answers.jsonl")[0]["status"] == "finished", "the end")
    (row,) = table(tmp_path / "answers.jsonl")
    expected = {
        "registration": {"role": "speaker", "guardian": "ana", "seats": 2, "dinner": True, "food": None, "code": "1234", "minutes": 20, "again": None},
        "quiz": {"player": "ana", "walker": "neil armstrong", "landing": "1969-07-20", "praise": None},
        "support": {"product": "client", "version": "0.0.9", "often": "always", "urgent": True, "phone": "+34 94 000 00 00"},
    }[name]
    assert expected.items() <= row["answers"].items()
    assert row["score"] == (10 if name == "quiz" else 0)


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_whole_dialogue_with_telnet(asks, tmp_path, name):
    server = asks(EXAMPLES / f"{name}.toml")
    terminal = Terminal(need("inetutils-telnet"), "127.0.0.1", server.port, rows=60)
    seen = 0
    try:
        if name == "registration":  # it has hidden questions
            terminal.shows("Your name?")
            terminal.types("/telnet\r")
            terminal.goes_raw()
        for begin, answer in DIALOGUES[name]:
            if not begin:
                terminal.types(f"{answer}\r")
                continue

            def comes():
                nonlocal seen
                lines = terminal.screen.lines()
                for number in range(seen, len(lines)):
                    if lines[number].startswith(begin):
                        seen = number + 1
                        return True
                return False

            terminal._watch(comes, begin)
            if answer is not None:
                terminal.types(f"{answer}\r")
        terminal.ends()
        assert not any("1234" in line for line in terminal.screen.lines())
    finally:
        terminal.closes()
    assert table(tmp_path / "answers.jsonl")[0]["status"] == "finished"


def test_a_whole_dialogue_from_a_pipe(asks, tmp_path):
    server = asks(EXAMPLES / "support.toml")
    typed = "".join(f"{answer}\n" for _, answer in SUPPORT if answer is not None)
    said = one_shot([need("nc.openbsd"), "-N", *map(str, server.host_and_port())], typed.encode()).decode()
    assert said.splitlines()[-1] == "Thank you." and "Is the disk full?" in said


def test_the_calculator(asks, tmp_path):
    need("jq")
    peer = asks(EXAMPLES / "calculator.toml").connect()
    peer.lines_until("?")
    for typed, said in (("(3 + 4) * 2", "= 14"), ("1/4", "= 0.25"), ("2 2 -", None)):
        peer.says(typed)
        line = peer.next_line()
        assert said is None or line == said
        peer.hears("?")
    peer.says("system(\"touch x\")")
    peer.hears("A sum has digits, blanks and + - * / . ( ) [mismatch]")
    assert given(tmp_path / "answers.jsonl")[:2] == [("sum", "(3 + 4) * 2"), ("sum", "1/4")]


def test_the_word_game_plays_with_many_at_once(asks, tmp_path):
    server = asks(EXAMPLES / "word_game.toml", "--workers", 2, counts_descriptors=False)
    peers = [server.connect(str(number)) for number in range(10)]
    for peer in peers:
        peer.lines_until("Your guess")
    for turn in range(6):
        for peer in peers:
            peer.says("zzzzz" if turn else "zz")
        for peer in peers:
            if turn == 0:
                peer.hears("Five letters, please.", "Your guess")
            else:
                peer.hears_like(rf"^[.?+]{{5}}  \({6 - turn} more\)$")
                peer.hears("Your guess")
    for peer in peers:
        peer.says("zzzzz")
        peer.hears_like(r"^It was [a-z]{5}\.$")
        assert "Thank you for playing." in peer.remaining_lines()
