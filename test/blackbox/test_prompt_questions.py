"""Questions, answers, and what may be typed in their place (docs/prompts.md), over a socket."""

import re

import pytest

from support.bounds import ROOT
from support.netcats import ONE_SHOTS
from support.programs import one_shot
from support.prompt import PLAIN, STOPPING, Answering, given, has_events, records, stops, unfinished


def manual_script(number):
    """The script that stands in the manual as the how-manieth block of TOML."""
    return re.findall(r"```toml\n(.*?)```", (ROOT / "docs/prompts.md").read_text(), re.DOTALL)[number]


def test_the_dialogue_of_the_manual_is_as_it_is_printed_there(asks, tmp_path):
    manual = (ROOT / "docs/prompts.md").read_text()
    printed = re.search(r"Somebody reads and types:\n\n((?:    .*\n)+)", manual)[1]
    typed = {"luzmi", "cake", "7", "2"}
    peer = asks(manual_script(0)).connect("luzmi")
    for line in re.findall(r"    (.*)\n", printed):
        if line in typed:
            typed.remove(line)
            peer.says(line)
        else:
            peer.hears(line)
    peer.hears_end()
    assert not typed
    assert given(tmp_path / "answers.jsonl") == [("name", "luzmi"), ("dish", "cake"), ("cakes", 2)]


def test_what_leads_back_takes_the_place_of_the_old_answer(asks, tmp_path):
    peer = asks(manual_script(1)).connect()
    peer.hears("Which size? (1-2)", "  1  small", "  2  large")
    peer.says("LARGE")
    peer.hears_like(r"^Which colour\? \[blue\]$")
    peer.says("")
    peer.hears("One large shirt, right? (yes/no)")
    peer.says("n")
    peer.hears("Which size? (1-2)", "  1  small", "  2  large")
    peer.says("1")
    peer.hears("One small shirt, right? (yes/no)")
    peer.says("Y")
    peer.hears_end()
    assert [each["how"] for each in records(tmp_path / "answers.jsonl")[1:-1]] == ["given", "default", "given", "given", "given"]


def test_commands_while_answering(asks):
    server = asks(
        """
        [[ask]]
        id = "one"
        prompt = "One?"
        [[ask]]
        id = "two"
        prompt = "Two?"
        optional = true
        [[ask]]
        id = "three"
        prompt = "Three?"
        default = "x"
        [[ask]]
        id = "four"
        prompt = "Four?"
        """
    )
    peer = server.connect()
    peer.hears("One?")
    peer.says("/back", "/skip", "/score", "/again", "/nothing", "/agin", "/back now", "/Back")
    peer.hears("There is no question before this one. [first-question]", "This question needs an answer. [not-optional]")
    peer.hears("There are no points here. [no-score]", "One?")
    peer.hears_like(r"^There is no command /nothing\. /help lists them; .* \[unknown-command\]$")
    peer.hears_like(r"^There is no command /agin\. Did you mean /again\?.* \[unknown-command\]$")
    peer.hears("/back takes nothing after it. [usage]")
    peer.hears_like(r"^There is no command /Back\. Did you mean /back\?")
    peer.says("//a slash")
    peer.hears("Two? (optional)")
    peer.says("/back")
    peer.hears("One?")
    peer.says("again", "/skip")
    peer.hears("Two? (optional)", "Three? [x]")
    peer.says("/back")
    peer.hears("Two? (optional)")
    peer.says("", "/skip")
    peer.hears("Three? [x]", "Four?")
    peer.says("/help")
    peer.hears_like("^Type your answer and press enter")
    listed = peer.lines_until("  /quit                leave")
    assert [line.split()[0] for line in listed] == ["/back", "/again", "/skip", "/score", "/resume", "/telnet", "/format", "/help"]
    peer.says("/quit")
    peer.hears(unfinished(3))
    peer.hears_like(r"^To go on later, or after a dropped connection: /resume \S{22}$")
    peer.hears("Goodbye!")
    peer.hears_end()


def test_quit_before_the_first_answer_leaves_nothing(asks, tmp_path):
    server = asks(PLAIN)
    peers = []
    for word in ("/quit", "{quit}"):
        peers.append(peer := server.connect())
        peer.hears("One?")
        peer.says(word)
        peer.hears("Goodbye!")
        peer.hears_end()
    stops(server, *peers)
    assert (tmp_path / "answers.jsonl").read_bytes() == b""


def test_the_way_of_tries_seconds_and_otherwise(asks, tmp_path):
    server = asks(
        """
        [[ask]]
        id = "number"
        type = "number"
        prompt = "Number?"
        tries = 2
        otherwise = "last"
        [[ask]]
        id = "between"
        prompt = "Between?"
        [[ask]]
        id = "last"
        prompt = "Last?"
        seconds = 1
        default = "late"
        [[ask]]
        id = "needed"
        type = "email"
        prompt = "Needed?"
        tries = 1
        """
    )
    peer = server.connect()
    peer.hears("Number? (a number)")
    peer.says("x", "1,5")
    peer.hears_like(r"\[not-a-number\]$")
    peer.hears_like(r"point.* \[")
    peer.hears("That was the last of 2 tries. [tries-out]", "Last? [late]")
    peer.hears("The time is up. [timed-out]", "Needed?")
    peer.says("nobody")
    peer.hears_like(r"\[not-an-email\]$")
    peer.hears("That was the last of 1 try. [tries-out]", unfinished(3))
    peer.hears_like("^To go on later")
    peer.hears("Without an answer to this question it does not go on. Goodbye!")
    peer.hears_end()
    kept = [(each["ask"], each["answer"], each["how"]) for each in records(tmp_path / "answers.jsonl") if each["event"] == "answer"]
    assert kept == [("number", None, "tries-out"), ("last", "late", "timed-out"), ("needed", None, "tries-out")]


@pytest.mark.parametrize("data", [b"\xff\xfeabc", b"\x1b[31mred\x1b[0m\x07", "a\u202eb\u0085c".encode(), b"\x00nul", b"\xc3"])
def test_answers_are_cleaned_on_their_way_out_and_in(asks, tmp_path, data):
    peer = asks('[[ask]]\nid = "one"\nprompt = "One?"\nsay = { after = "You said {one}." }').connect()
    peer.hears("One?")
    peer.send(data + b"\n")
    ((_, answer),) = [given(tmp_path / "answers.jsonl") for _ in (peer.hears_like("^You said .*\\.$"),)][0]
    peer.hears_end()
    assert peer.heard[-1] == f"You said {answer.strip()}."
    assert re.fullmatch(r"[a-z\ufffd]+", answer)


def test_long_and_empty_lines(asks):
    peer = asks('[[ask]]\nid = "one"\nprompt = "One?"\n[[ask]]\nid = "two"\nprompt = "Two?"').connect()
    peer.hears("One?")
    peer.says("", "   ", "x" * 4097)
    peer.hears_like(r"\[empty\]$")
    peer.hears_like(r"\[empty\]$")
    peer.hears("Your line is longer than 4096 bytes and was not sent. [too-long]")
    peer.send(b"y" * (1 << 20) + b"\n")
    peer.hears_like(r"\[too-long\]$")
    peer.says("/again", "x" * 4096)
    peer.hears("One?", "Two?")


def test_every_line_of_the_dialogue_is_an_object(asks):
    script = """
        title = "Title"
        start = "First line.\\nSecond line."
        end = "The {score} end."
        tells-token = true
        [[section]]
        id = "part"
        title = "Part"
        [[ask]]
        id = "dish"
        section = "part"
        type = "choice"
        prompt = "What\\ndo you eat?"
        choices = ["soup", "cake"]
        correct = "cake"
        right = "Right."
        [[ask]]
        id = "secret"
        type = "hidden"
        prompt = "Secret?"
        """
    peer = asks(script).connect(kind=Answering)
    peer.says("/format json")
    for text in ("*** Title ***", "First line.", "Second line."):
        peer.reads(type="notice", text=text)
    token = peer.next_object()
    assert token["type"] == "token" and token["token"] in token["text"]
    peer.reads(type="notice", text="== Part ==")
    question = dict(type="question", asks="dish", kind="choice", choices=["soup", "cake"], text="What do you eat?", hint="(1-2)")
    peer.reads(**question)
    peer.reads(type="notice", text="You read a JSON object per line.")
    peer.says("/again", "tea", "x" * 4097, "/format", "/back", "/skip", "/nothing", "/help", "/resume", "/score", "/resume x", "cake")
    peer.reads(**question)
    codes = [peer.next_object() for _ in range(6)]
    assert [each.get("code") for each in codes] == ["not-a-choice", "too-long", "usage", "first-question", "not-optional", "unknown-command"]
    while (each := peer.next_object())["type"] == "notice":
        pass
    assert each["type"] == "token" and each["token"] == token["token"]
    peer.reads(type="score", score=0, text="You have 0 points.")
    assert peer.next_object()["code"] == "no-such-token"
    peer.reads(type="notice", text="Right.")
    peer.reads(type="question", asks="secret", kind="hidden", hidden=True, text="Secret?")
    peer.says("x")
    peer.reads(type="notice", text="The 1 end.")
    peer.reads(type="score", score=1, text="You have 1 point.")
    peer.reads(type="end")
    peer.hears_end()


def test_one_may_change_to_json_and_back(asks):
    peer = asks(PLAIN).connect(kind=Answering)
    peer.hears("One?")
    peer.says("/format json", "/again", "/format plain", "/again", "/format xml")
    peer.reads(type="notice", text="You read a JSON object per line.")
    peer.reads(type="question", asks="one", kind="text", text="One?")
    peer.hears("You read lines of text.", "One?")
    peer.hears_like(r"\[usage\]$")


@pytest.mark.parametrize("netcat", ONE_SHOTS)
def test_a_pipe_answers_all_or_part(asks, tmp_path, netcat):
    server = asks(PLAIN)
    command = ONE_SHOTS[netcat](*map(str, server.host_and_port()))
    assert one_shot(command, b"a\nb\nc").decode().splitlines() == ["One?", "Two?", "Three?"]
    said = one_shot(command, b"a\nb\n").decode().splitlines()
    if "Three?" in said:  # the end of input came that late
        said.remove("Three?")
    assert said[:3] == ["One?", "Two?", unfinished(2)] and len(said) == 4
    has_events(tmp_path / "answers.jsonl", "start", "one=a", "two=b", "three=c", "end", "start", "one=a", "two=b", "unfinished")


def test_rounds_follow_each_other(asks, tmp_path):
    peer = asks('repeat = true\nend = "Round {round}."\n[[ask]]\nid = "one"\nprompt = "One, {round}?"').connect()
    for number in (1, 2, 3):
        peer.hears(f"One, {number}?")
        peer.says(f"answer {number}")
        peer.hears(f"Round {number}.", f"-- round {number + 1} --")
    peer.hears("One, 4?")
    peer.says("/back", "/quit")
    peer.hears("There is no question before this one. [first-question]", unfinished(0))
    peer.hears_like("^To go on later")
    peer.hears("Goodbye!")
    assert [each["round"] for each in records(tmp_path / "answers.jsonl") if each["event"] == "answer"] == [1, 2, 3]


def test_who_is_asked_is_told_when_the_server_stops(asks, tmp_path):
    server = asks(PLAIN)
    ana, oskar = server.connect("ana"), server.connect("oskar")
    ana.hears("One?")
    oskar.hears("One?")
    ana.says("a")
    ana.hears("Two?")
    assert server.stops() == 0
    ana.hears_like("^To go on later")
    ana.hears(STOPPING)
    oskar.hears(STOPPING)
    has_events(tmp_path / "answers.jsonl", "start", "one=a", "unfinished")


def test_one_after_the_other(asks):
    """--wait-turn: who waits is told the place, and is asked when it is his turn."""
    server = asks(PLAIN, "--max-clients", 1, "--wait-turn")
    ana = server.connect("ana")
    ana.hears("One?")
    oskar, luzmi = server.connect("oskar"), server.connect("luzmi")
    oskar.hears("1 before you")
    luzmi.hears("2 before you")
    ana.says("a", "b", "c")
    ana.hears("Two?", "Three?")
    ana.hears_end()
    ana.closes()
    oskar.hears("One?")
    luzmi.hears("1 before you")
    oskar.closes()
    luzmi.hears("One?")
    luzmi.says("x")
    luzmi.hears("Two?")


def test_who_is_not_read_from_in_time_is_held_not_refused(asks):
    """The rate delays; no line is lost, and none is refused."""
    script = "".join(f'[[ask]]\nid = "a{number}"\nprompt = "{number}?"\n' for number in range(30))
    peer = asks(script, rate=None).connect()
    peer.says(*(f"x{number}" for number in range(30)))
    peer.hears(*(f"{number}?" for number in range(30)))
    peer.hears_end()
