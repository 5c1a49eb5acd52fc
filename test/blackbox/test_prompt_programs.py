"""Programs that work on answers: one for each connection or one for all; hanging, flooding, dying, talking nonsense."""

import json
import os
import signal

import pytest

from support.lengths import not_in_short_calls
from support.prompt import given, goes_on, logs, program, records, table, token_of, unfinished, welcome_back
from support.running import is_running
from support.server import children_of
from support.waiting import wait_until

SCRIPT = """
    [run]
    command = ["./program.py", "a word", "it's"]
    {more}
    [[ask]]
    id = "one"
    prompt = "One?"
    [[ask]]
    id = "two"
    prompt = "Two?"
    [[ask]]
    id = "three"
    prompt = "Three?"
    optional = true
"""
READ = "for line in sys.stdin:\n    given = json.loads(line)\n    answer = given['answer']\n    session = given['session']\n"
GOES_ON = "Your answer is kept, and it goes on without it. [program]"


def served(asks, tmp_path, body, more="", *words, script=SCRIPT, **how):
    """A server with a program whose lines `body` see each answer as `given`, `answer`, `session`."""
    text = READ + "".join(f"    {line}\n" for line in body.strip().split("\n")) if not body.startswith("!") else body[1:]
    program(tmp_path, "program.py", "def say(**of): print(json.dumps(of), flush=True)\n" + text)
    # A shared program stays as long as the server.
    return asks(script.replace("{more}", more), *words, counts_descriptors="server" not in more, **how)


def test_it_says_gives_points_asks_and_goes_on(asks, tmp_path):
    body = """
if given["id"] == "one":
    say(say=["First.", "Second.\\nThird."], points=2)
    say(ask={"id": "boxes", "prompt": "How many {boxes}?", "type": "number", "min": 1, "max": 3, "whole": True})
elif given["id"] == "boxes":
    say(say=f"{answer} of {given['answers']}, {given['score']}", points=-0.5, ask="three")
else:
    say(say=repr(answer), end=True)
"""
    server = served(asks, tmp_path, body, 'per = "connection"')
    peer = server.connect()
    peer.hears("One?")
    peer.says("tea", "4", "2", "/back", "/skip")
    peer.hears("First.", "Second.", "Third.", "How many {boxes}? (1-3)")
    peer.hears_like(r"\[too-large\]$")
    peer.hears("2 of {'one': 'tea'}, 2", "Three? (optional)", "The last answer counts already and stays. [counts-already]", "None")
    peer.hears_end()
    path = tmp_path / "answers.jsonl"
    assert given(path) == [("one", "tea"), ("one", "tea"), ("boxes", 2), ("boxes", 2), ("three", None)]
    (row,) = table(path)
    assert row["score"] == 1.5 and row["answers"] == {"one": "tea", "boxes": 2, "three": None}


def test_what_it_gets_and_where_it_runs(asks, tmp_path):
    body = 'say(say=[line.strip(), json.dumps(sys.argv[1:]), os.getcwd(), os.environ["GROTTO_TITLE"], os.environ["GROTTO_SESSION"]], next=True)'
    script = 'title = "It\'s \\"quoted\\" $HOME"\n' + SCRIPT.replace("\n    ", "\n")
    peer = served(asks, tmp_path, body, script=script).connect()
    peer.hears_like("quoted")
    peer.hears("One?")
    peer.says("t\u00e9a \u001b[31m\"\\")
    line = json.loads(peer.next_line())
    session = line.pop("session")
    assert line == {"type": "answer", "round": 1, "id": "one", "answer": "t\u00e9a \"\\", "how": "given", "score": 0, "answers": {"one": "t\u00e9a \"\\"}}
    peer.hears('["a word", "it\'s"]', str(tmp_path), 'It\'s "quoted" $HOME', session, "Two?")
    assert records(tmp_path / "answers.jsonl")[0]["session"] == session


def test_text_rules_hold_for_what_it_says(asks, tmp_path):
    peer = served(asks, tmp_path, 'say(say="\\x1b[31mred\\x07\\r\\u202eback\\x00", next=True)').connect()
    peer.hears("One?")
    peer.says("x")
    peer.hears("redback", "Two?")


@pytest.mark.parametrize(
    "body,sentence,logged",
    [
        ("print('hello', flush=True)", "The program behind the questions answered what makes no sense.", "no JSON object"),
        ("say(what=1)", "The program behind the questions answered what makes no sense.", "there is no key"),
        ("say(ask='nothing')", "The program behind the questions answered what makes no sense.", "names no question"),
        ("say(ask={'prompt': 'P', 'min': 'x'})", "The program behind the questions answered what makes no sense.", "is no number"),
        ("say(ask={'prompt': 'P', 'type': 'number', 'default': 'x'})", "The program behind the questions answered what makes no sense.", "default"),
        ("say(ask={'prompt': 'P', 'id': 'a b\\x1b'})", "The program behind the questions answered what makes no sense.", "id"),
        ("say(points=1e300)", "The program behind the questions answered what makes no sense.", "points"),
        ("print('{\"points\":1e999}', flush=True)", "The program behind the questions answered what makes no sense.", "no JSON object"),
        ("print('[' * 60000, flush=True)", "The program behind the questions answered what makes no sense.", "no JSON object"),
        ("sys.stdout.buffer.write(b'{\"say\":\"\\xff\"}\\n'); sys.stdout.flush()", "The program behind the questions answered what makes no sense.", "no JSON object"),
        ("sys.exit(3)", "The program behind the questions has ended.", "exit status 3"),
        ("os.kill(os.getpid(), 9)", "The program behind the questions has ended.", "signal 9"),
        ("print('x' * 70000, flush=True); time.sleep(60)", "The program behind the questions has ended.", "more than 65536 bytes"),
        pytest.param(
            "while True: say(say='x' * 1000)", "The program behind the questions said too much.", "says too much", marks=not_in_short_calls("its second is over before"),
        ),
        ("while True: print('{}')", "The program behind the questions said too much.", "says too much"),
        ("time.sleep(60)", "The program behind the questions took longer than 1 s.", "takes too long"),
        ("signal.signal(15, signal.SIG_IGN); time.sleep(60)", "The program behind the questions took longer than 1 s.", "takes too long"),
    ],
)
@pytest.mark.parametrize("per", ["connection", "server"])
def test_a_program_that_fails_is_told_and_the_answer_stays(asks, tmp_path, body, sentence, logged, per):
    if per == "server" and ("print" in body or "write" in body):
        sentence, logged = "The program behind the questions took longer than 1 s.", "takes too long"  # whose it is nobody knows
    if per == "server" and ("x' * 70000" in body or "while True: print" in body):
        sentence, logged = "The program behind the questions has ended.", ""
    body = body.replace("say(", "say(session=session, ")
    seconds = 1 if "took longer" in sentence else 30  # which begin before the program has started
    server = served(asks, tmp_path, body, f'per = "{per}"\n    seconds = {seconds}')
    peer = server.connect()
    peer.hears("One?")
    peer.says("a")
    line = peer.next_line()
    while line == "x" * 1000:
        line = peer.next_line()
    assert line == f"{sentence} {GOES_ON}"
    peer.hears("Two?")
    wait_until(lambda: logged in server.log(), f"{logged!r} in the log")
    assert given(tmp_path / "answers.jsonl") == [("one", "a")]


def test_a_program_that_cannot_be_started_fails(asks, tmp_path):
    peer = asks('[run]\ncommand = ["./none.py"]\non-failure = "end"\n[[ask]]\nid = "one"\nprompt = "One?"').connect()
    peer.hears("One?")
    peer.says("a")
    peer.hears("The program behind the questions has ended. Your answers are kept. [program]", unfinished(1))
    peer.hears_like("^To go on later")
    peer.hears("It does not go on without it. Goodbye!")
    peer.hears_end()
    assert given(tmp_path / "answers.jsonl") == [("one", "a")]


def test_it_is_started_again_and_left_out_after_three_failures(asks, tmp_path):
    script = '[run]\ncommand = ["./program.py"]\n' + "".join(f'[[ask]]\nid = "a{number}"\nprompt = "{number}?"\n' for number in range(6))
    body = '!open("starts", "a").write("x")\nsys.stdin.readline()\nsys.exit(1)'
    peer = served(asks, tmp_path, body, script=script).connect()
    for number in range(6):
        peer.hears(f"{number}?")
        peer.says("x")
        if number < 3:
            peer.hears(f"The program behind the questions has ended. {GOES_ON}")
    peer.hears_end()
    assert (tmp_path / "starts").read_text() == "xxx"


def test_what_it_says_out_of_turn_ends_it(asks, tmp_path):
    """Between two answers nobody waits for it: a flood then costs the server nothing for long."""
    server = served(asks, tmp_path, 'say(next=True)\nfor _ in range(10**9): say(say="x" * 1000)')
    peer = server.connect()
    peer.hears("One?")
    peer.says("a")
    peer.hears("Two?")
    logs(server, "says too much")
    wait_until(lambda: not children(server), "the program to be ended")
    peer.says("/again")
    peer.hears("Two?")


def test_a_shared_program_that_floods_for_nobody_is_ended(asks, tmp_path):
    server = served(asks, tmp_path, 'say(session=session, next=True)\nfor _ in range(10**9): say(session="nobody", say="x" * 1000)', 'per = "server"')
    peer = server.connect()
    peer.hears("One?")
    peer.says("a")
    peer.hears("Two?")
    wait_until(lambda: not children(server), "the program to be ended")
    peer.says("/again")
    peer.hears("Two?")


def test_one_program_for_all_works_for_many(asks, tmp_path):
    """Answers come in another order than the questions: each person reads his own."""
    body = """
held.append((session, answer))
if len(held) == 10:
    for who, what in reversed(held):
        say(session=who, say=f"for {what}", next=True)
    held.clear()
"""
    text = "!held = []\n" + READ + "".join(f"    {line}\n" for line in body.strip().split("\n"))
    server = served(asks, tmp_path, text, 'per = "server"', "--workers", 2)
    peers = [server.connect(str(number)) for number in range(10)]
    for word in ("a", "b"):
        for number, peer in enumerate(peers):
            peer.says(f"{word}{number}")
        for number, peer in enumerate(peers):
            if word == "a":
                peer.hears("One?")
            peer.hears(f"for {word}{number}", "Two?" if word == "a" else "Three? (optional)")
    assert len(children(server)) == 1


def test_a_shared_program_that_hangs_is_ended_for_all(asks, tmp_path):
    """Its late words are not taken for an answer to the next question."""
    body = 'time.sleep(60) if answer == "hang" else say(session=session, say=f"heard {answer}", next=True)'
    server = served(asks, tmp_path, body, 'per = "server"\n    seconds = 2')
    ana, oskar = server.connect("ana"), server.connect("oskar")
    ana.hears("One?")
    oskar.hears("One?")
    oskar.says("first")
    oskar.hears("heard first", "Two?")
    before = children(server)
    ana.says("hang")
    ana.hears(f"The program behind the questions took longer than 2 s. {GOES_ON}", "Two?")
    oskar.says("second")
    oskar.hears("heard second", "Three? (optional)")
    assert children(server) != before


def test_who_goes_on_from_another_connection_gets_the_words_of_the_shared_program(asks, tmp_path):
    """The old connection, which ends later, takes nothing with it."""
    body = """
if answer == "wait":
    while not os.path.exists("go"): time.sleep(0.01)
say(session=session, say=f"heard {answer}", next=True)
"""
    server = served(asks, tmp_path, body, 'per = "server"\n    seconds = 60')
    first = server.connect("first")
    first.hears("One?")
    token = token_of(first)
    first.says("a")
    first.hears("heard a", "Two?")
    again = goes_on(server, token)
    again.hears(welcome_back(1), "Two?")
    first.hears_like("replaced")
    first.hears_end()
    again.says("wait")
    wait_until(lambda: ("two", "wait") in given(tmp_path / "answers.jsonl"), "the answer to be kept")
    before = server.descriptors()
    first.closes()
    wait_until(lambda: server.descriptors() < before, "the old connection to be gone")
    (tmp_path / "go").touch()
    again.hears("heard wait", "Three? (optional)")


def test_programs_end_with_their_connections_and_with_the_server(asks, tmp_path):
    server = served(asks, tmp_path, "say(next=True)")
    peers = [server.connect(str(number)) for number in range(5)]
    for peer in peers:
        peer.says("x")
        peer.hears("One?", "Two?")
    wait_until(lambda: len(children(server)) == 5, "five programs")
    peers[0].closes()
    peers[1].says("/quit")
    wait_until(lambda: len(children(server)) == 3, "two programs less")
    left = children(server)
    assert server.stops() == 0
    assert not any(os.path.exists(f"/proc/{pid}") for pid in left)


def test_what_a_program_has_started_ends_with_it(asks, tmp_path):
    """Also if both are deaf to SIGTERM."""
    body = """
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "300")
open("pids", "w").write(f"{os.getpid()} {child}")
say(next=True)
"""
    peer = served(asks, tmp_path, body).connect()
    peer.says("x")
    peer.hears("One?", "Two?")
    pids = (tmp_path / "pids").read_text().split()
    peer.closes()
    wait_until(lambda: not any(is_running(pid) for pid in pids), "both to end")


def test_the_standard_error_is_in_the_log_cleaned(asks, tmp_path):
    server = served(asks, tmp_path, 'sys.stderr.write("\\x1b[31moops\\n"); sys.stderr.flush(); say(next=True)')
    peer = server.connect()
    peer.says("x")
    peer.hears("One?", "Two?")
    wait_until(lambda: "oops" in server.log(), "what the program complained of")
    assert b"\x1b" not in server.log_bytes()


def test_only_the_answers_that_it_is_for_reach_it(asks, tmp_path):
    server = served(asks, tmp_path, 'say(say=f"heard {given[\'id\']}", next=True)', 'for = ["two"]')
    peer = server.connect()
    peer.says("a", "b", "c")
    peer.hears("One?", "Two?", "heard two", "Three? (optional)")
    peer.hears_end()


def test_the_death_between_two_answers_is_told_to_the_log_once(asks, tmp_path):
    server = served(asks, tmp_path, "say(session=session, next=True)", 'per = "server"')
    peers = [server.connect(str(number)) for number in range(5)]
    for peer in peers:
        peer.says("x")
        peer.hears("One?", "Two?")
    (child,) = children(server)
    os.kill(child, signal.SIGKILL)
    logs(server, "program behind the questions has ended")
    peers[0].says("/again")
    peers[0].hears("Two?")


def children(server):
    """The programs that run, whatever their shells are."""
    return children_of(server.launch_helper())
