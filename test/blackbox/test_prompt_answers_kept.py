"""No given answer is lost (docs/answers.md): kill -9, full disks, failing ones, files in other hands."""

import os
import random
import resource
import signal
import sqlite3

import pytest

from support.failing_calls import fsync_fails
from support.prompt import PLAIN, events, given, goes_on, has_events, logs, records, stops, table, token_of, unfinished, welcome_back
from support.seed import random_seed
from support.server import run_grottod
from support.waiting import wait_until

KILLS = 20
MANY = "".join(f'[[ask]]\nid = "a{number}"\nprompt = "{number}?"\n' for number in range(40))


def test_what_was_acknowledged_survives_kill_9_and_goes_on(asks, tmp_path):
    """Three people answer; after each kill each goes on where he was, and nothing is missing in the end."""
    chance = random.Random(random_seed())
    path = tmp_path / "answers.jsonl"
    tokens, acknowledged = {}, {name: 0 for name in "abc"}
    for life in range(KILLS):
        server = asks(MANY if life == 0 else None, "--workers", 1 + life % 2, counts_descriptors=False)
        peers = {name: server.connect(name) for name in "abc"}
        for name, peer in peers.items():
            peer.hears("0?")
            if name in tokens and acknowledged[name] > 0:
                peer.says(f"/resume {tokens[name]}")
                # What nobody was told of may have been kept all the same, one answer of it.
                count = int(peer.hears_like(r"^Welcome back! (\d+) questions? (?:is|are) answered\.$")[1])
                assert count in (acknowledged[name], acknowledged[name] + 1)
                peer.hears(f"{count}?")
                acknowledged[name] = count
            else:
                tokens[name] = token_of(peer)
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice("abc")
            if acknowledged[name] < 38:
                number = acknowledged[name]
                peers[name].says(f"{name}{number}")
                peers[name].hears(f"{number + 1}?")
                acknowledged[name] += 1
        for name, peer in peers.items():
            peer.says(f"{name}{acknowledged[name]}")  # of which nobody will hear
        server.signal(signal.SIGKILL)
        server.ends()
        kept = given(path)
        for name in "abc":
            for number in range(acknowledged[name]):
                assert (f"a{number}", f"{name}{number}") in kept, (life, name, number)
    server = asks()
    for name in "abc":
        peer = goes_on(server, tokens[name], ("0?",))
        number = int(peer.hears_like(r"^Welcome back! (\d+) questions? (?:is|are) answered\.$")[1])
        for number in range(number, 40):
            peer.hears(f"{number}?")
            peer.says(f"{name}{number}")
        peer.hears_end()
    done = [each for each in table(path) if each["status"] == "finished"]
    assert len(done) == 3
    for each in done:
        name = each["answers"]["a0"][0]
        assert each["answers"] == {f"a{number}": f"{name}{number}" for number in range(40)}


@pytest.mark.parametrize("where", ["answers.jsonl", "answers.csv", "store"])
def test_a_restart_loses_nothing_wherever_it_is_kept(asks, tmp_path, where):
    store = ("--store", tmp_path / "grotto.db") if where == "store" else ()
    if where == "store" and "--store " not in run_grottod("--help").stdout:
        pytest.skip("built without a store")
    server = asks(PLAIN, *store, answers=where)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says('=1+1, "quoted"\t\u00f1 \U0001f600')
    peer.hears("Two?")
    stops(server, peer)
    server = asks(None, *store, answers=where)
    peer = goes_on(server, token)
    peer.hears(welcome_back(1), "Two?")
    peer.says("b", "'c")
    peer.hears("Three?")
    peer.hears_end()
    stops(server, peer)
    (row,) = table(tmp_path / ("grotto.db" if where == "store" else where))
    assert row["status"] == "finished"
    assert row["answers"] == {"one": '=1+1, "quoted"\t\u00f1 \U0001f600', "two": "b", "three": "'c"}


def test_nothing_is_asked_before_the_last_answer_is_safe_on_a_full_disk(asks, tmp_path):
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    ana, oskar = server.connect("ana"), server.connect("oskar")
    ana.hears("One?")
    long = "a" * 3000  # the log is a file too, and must be the shorter one
    ana.says(long)
    ana.hears("Two?")
    oskar.hears("One?")
    token = token_of(oskar)
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (path.stat().st_size, limits[1]))
    ana.says("b", "c", "/help")
    why = r"^Your answer cannot be kept at the moment \(.*\)\. Please wait: it is tried again every second, and nothing more is asked before it is safe\. \[not-kept\]$"
    ana.hears_like(why)
    oskar.says("x")
    oskar.hears_like(why)
    oskar.closes()
    logs(server, "answers cannot be kept now, they wait")
    assert events(path) == ["start", f"one={long}"]
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
    ana.hears("It is kept now.", "Three?")
    ana.hears_end()
    logs(server, "answers are kept again")
    # He had left before it was safe; it is there, and he goes on.
    peer = goes_on(server, token)
    peer.hears(welcome_back(1), "Two?")
    assert ("one", "x") in given(path) and ("three", "c") in given(path)


def test_what_waits_for_the_disk_is_written_by_a_server_that_is_stopped(asks, tmp_path):
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    peer = server.connect()
    peer.hears("One?")
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    peer.says("a")
    peer.hears_like(r"\[not-kept\]$")
    server.signal(signal.SIGTERM)
    peer.hears_like("^To go on later")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
    peer.closes()
    assert server.ends() == 0
    assert ("one", "a") in given(path)


def test_a_failing_fsync_is_not_taken_for_done(asks, tmp_path):
    server = asks(PLAIN)
    peer = server.connect()
    peer.hears("One?")
    with fsync_fails(server.process.pid, 2):
        peer.says("a")
        peer.hears_like(r"^Your answer cannot be kept at the moment \(.*\)\..* \[not-kept\]$")
        peer.hears("It is kept now.", "Two?")
    server.signal(signal.SIGKILL)
    server.ends()
    assert given(tmp_path / "answers.jsonl") == [("one", "a")]


def test_who_hangs_up_while_the_disk_is_full_loses_nothing(asks, tmp_path):
    """What they answered is written later, though they are gone."""
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    peers = [server.connect(str(number)) for number in range(10)]
    for number, peer in enumerate(peers):
        peer.says(f"x{number}")
    for peer in peers:
        peer.hears("One?")
        peer.hears_like(r"\[not-kept\]$")
        peer.resets()
    server.waits_until_all_left()
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
    wait_until(lambda: events(path).count("unfinished") == 10, "all to be kept")
    assert sorted(given(path)) == [("one", f"x{number}") for number in range(10)]


def test_the_file_is_private_and_only_one_server_writes_to_it(asks, tmp_path):
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    assert os.stat(path).st_mode & 0o777 == 0o600
    done = run_grottod("prompt", tmp_path / "script.toml", "--answers", path, "--listen", "127.0.0.1:0")
    assert done.returncode == 73 and f"process {server.process.pid}" in done.stderr


def test_a_file_that_cannot_be_written_is_told_at_the_start(asks, tmp_path):
    asks(PLAIN, answers="none")
    for where, status in (("no/such/folder.jsonl", 73), (".", 64), ("answers.txt", 64)):
        done = run_grottod("prompt", tmp_path / "script.toml", "--answers", tmp_path / where, "--listen", "127.0.0.1:0")
        assert done.returncode == status and done.stderr.count("\n") == 1, done.stderr
    (tmp_path / "other.jsonl").write_text("this is a letter\n")
    done = run_grottod("prompt", tmp_path / "script.toml", "--answers", tmp_path / "other.jsonl", "--listen", "127.0.0.1:0")
    assert done.returncode == 65 and (tmp_path / "other.jsonl").read_text() == "this is a letter\n"


def test_a_cut_last_line_is_taken_off_and_its_question_asked_again(asks, tmp_path):
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a", "b")
    peer.hears("Two?", "Three?")
    server.signal(signal.SIGKILL)
    server.ends()
    os.truncate(path, path.stat().st_size - 5)
    server = asks()
    logs(server, "the last answer was cut by a crash, and is taken off")
    peer = goes_on(server, token)
    peer.hears(welcome_back(1), "Two?")


def test_the_answers_are_kept_as_they_come(asks, tmp_path):
    server = asks(PLAIN)
    path = tmp_path / "answers.jsonl"
    peer = server.connect()
    peer.hears("One?")
    assert path.read_bytes() == b""
    for answer, question in (("a", "Two?"), ("b", "Three?")):
        peer.says(answer)
        peer.hears(question)
        assert given(path)[-1][1] == answer
    peer.says("/back", "B")
    peer.hears("Two?", "Three?")
    assert given(path) == [("one", "a"), ("two", "b"), ("two", "B")]
    assert [each["place"] for each in records(path) if each["event"] == "answer"] == [0, 1, 1]
    peer.closes()
    has_events(path, "start", "one=a", "two=b", "two=B", "unfinished")
    (row,) = table(path)
    assert row["answers"] == {"one": "a", "two": "B"} and row["status"] == "unfinished"


def test_what_is_not_to_be_kept_is_not_in_the_file(asks, tmp_path):
    server = asks('end = "{code}."\n[[ask]]\nid = "code"\nprompt = "Code?"\nkeep = false\n[[ask]]\nid = "two"\nprompt = "{code}, two?"')
    peer = server.connect()
    peer.hears("Code?")
    peer.says("sesame", "b")
    peer.hears("sesame, two?", "sesame.")
    peer.hears_end()
    assert given(tmp_path / "answers.jsonl") == [("code", None), ("two", "b")]
    assert b"sesame" not in (tmp_path / "answers.jsonl").read_bytes()


def test_without_a_place_answers_go_to_the_store(asks, tmp_path):
    if "--store " not in run_grottod("--help").stdout:
        pytest.skip("built without a store")
    server = asks(PLAIN, "--store", tmp_path / "grotto.db", answers=None)
    peer = server.connect()
    peer.says("a")
    peer.hears("One?", "Two?")
    with sqlite3.connect(f"file:{tmp_path / 'grotto.db'}?mode=ro", uri=True) as database:
        kept = [value for (value,) in database.execute("SELECT value FROM record WHERE kind = 'answer' ORDER BY key")]
    assert len(kept) == 2


def test_an_interrupted_visit_without_an_answer_is_nothing(asks, tmp_path):
    server = asks(PLAIN)
    peer = server.connect()
    peer.hears("One?")
    peer.closes()
    server.waits_until_all_left()
    other = server.connect()
    other.says("a", "/quit")
    other.hears("One?", "Two?", unfinished(1))
    has_events(tmp_path / "answers.jsonl", "start", "one=a", "unfinished")
