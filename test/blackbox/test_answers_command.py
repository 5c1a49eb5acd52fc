"""grottod answers: tables of what a server keeps of answers, from files and from a store, also while they are written to."""

import csv
import io
import json
import os
import signal
import sqlite3
import stat
import subprocess
import threading
import time

import pytest

from support.bounds import GROTTOD, WAIT, WRAPPER
from support.server import child_environment, run_grottod

HEAD = "session,time,event,place,round,question,answer,type,how,seconds,points,resume,score\r\n"
SESSIONS = ["session", "round", "started", "ended", "status", "score", "seconds"]
EACH = ["session", "round", "time", "question", "answer", "how", "seconds", "points"]


def has_store():
    return "--store " in run_grottod("--help").stdout


needs_store = pytest.mark.skipif(not has_store(), reason="built without a store")


def at(second):
    return f"2026-11-30T12:{second // 60:02}:{second % 60:02}.500Z"


def start(session, second=0):
    return {"session": session, "at": at(second), "event": "start", "resume": "00ff"}


def answer(session, place, ask, value, second=1, **more):
    told = {"place": place, "round": 1, "ask": ask, "answer": value, "how": "given", "ms": 1500, "points": 0}
    return {"session": session, "at": at(second), "event": "answer", **told, **more}


def end(session, score, second=59):
    return {"session": session, "at": at(second), "event": "end", "score": score}


QUIZ = [
    start("s1"),
    answer("s1", 0, "name", "Ana"),
    start("s2", 2),
    answer("s2", 0, "name", "=HYPERLINK(1)", 3, how="default"),
    answer("s1", 1, "age", 41, 4, points=2.5),
    answer("s1", 2, "mood", None, 5, how="skipped"),
    answer("s1", 2, "ok", True, 6),  # after /back
    end("s1", 2.5),
]

TABLE = [
    SESSIONS + ["name", "age", "ok"],
    ["s1", "1", at(0), at(59), "finished", "2.5", "4.500", "Ana", "41", "yes"],
    ["s2", "1", at(2), "", "unfinished", "0", "1.500", "'=HYPERLINK(1)", "", ""],
]


def lines(records):
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records)


def answers(*args, status=0, told=""):
    done = run_grottod("answers", *args)
    assert (done.returncode, done.stderr) == (status, told)
    assert status == 0 or done.stdout == ""
    return done.stdout


def rows(*args):
    done = subprocess.run(
        [*WRAPPER, GROTTOD, "answers", *map(str, args)], capture_output=True, env=child_environment(), timeout=WAIT, check=False
    )
    assert done.returncode == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout.decode(), newline=""), strict=True))


@pytest.fixture
def kept(tmp_path):
    """A file of answers by its name: `kept("a.jsonl", QUIZ)`."""

    def write(name, records):
        file = tmp_path / name
        file.write_text(lines(records), encoding="utf-8")
        return file

    return write


def make_store(file, records):
    """As a server makes it."""
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
    database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL)")
    database.execute("CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID")
    database.execute(f"PRAGMA application_id = {0x47524F54}")
    database.execute("PRAGMA user_version = 2")
    database.execute("INSERT INTO record VALUES ('account', 'ana', '{}')")
    for number, each in enumerate(records):
        database.execute("INSERT INTO record VALUES ('answer', ?, ?)", (f"{number:015}-0000000000", json.dumps(each)))
    return database


# ---- Tables


def test_a_row_for_each_session(kept):
    file = kept("a.jsonl", QUIZ)
    assert rows(file) == TABLE
    assert rows(file, "--csv") == rows("--csv", file) == TABLE
    command = subprocess.run([*WRAPPER, GROTTOD, "answers", file], capture_output=True, env=child_environment(), timeout=WAIT, check=True)
    assert command.stdout.count(b"\r\n") == command.stdout.count(b"\n") == len(TABLE)


def test_a_row_for_each_answer_that_counts(kept):
    assert rows(kept("a.jsonl", QUIZ), "--each") == [
        EACH,
        ["s1", "1", at(1), "name", "Ana", "given", "1.500", "0"],
        ["s1", "1", at(4), "age", "41", "given", "1.500", "2.5"],
        ["s1", "1", at(6), "ok", "yes", "given", "1.500", "0"],
        ["s2", "1", at(3), "name", "'=HYPERLINK(1)", "default", "1.500", "0"],
    ]


def test_json_has_the_values_as_they_are(kept):
    file = kept("a.jsonl", QUIZ)
    first, second = json.loads(answers(file, "--json"))
    assert first["answers"] == {"name": "Ana", "age": 41, "ok": True} and list(first)[:7] == SESSIONS
    assert second["answers"] == {"name": "=HYPERLINK(1)"} and second["ended"] is None
    each = json.loads(answers("--each", file, "--json"))
    assert [list(row) for row in each] == [EACH] * 4
    assert [row["answer"] for row in each] == ["Ana", 41, True, "=HYPERLINK(1)"]


def test_a_csv_file_is_read_as_well(tmp_path):
    file = tmp_path / "a.csv"
    text = HEAD + (
        f"s1,{at(0)},start,,,,,,,,,00ff,\r\n"
        f's1,{at(1)},answer,0,1,name,"Ana, ""Luz""",text,given,1.500,0,,\r\n'
        f"s1,{at(2)},answer,1,1,age,41,number,timed-out,2.25,1,,\r\n"
        f"s1,{at(3)},answer,2,1,ok,no,yes-no,given,1,0,,\r\n"
        f"s1,{at(4)},answer,3,1,mood,'-_-,text,given,1,0,,\r\n"
        f's1,{at(5)},answer,4,1,poem,"""a\\nb""",json,given,1,0,,\r\n'
        f"s1,{at(6)},answer,5,1,fax,,nothing,tries-out,0.001,0,,\r\n"
        f"s1,{at(9)},end,,,,,,,,,,1\r\n"
    )
    file.write_text(text, encoding="utf-8", newline="")
    (row,) = json.loads(answers(file, "--json"))
    assert row["answers"] == {"name": 'Ana, "Luz"', "age": 41, "ok": False, "mood": "-_-", "poem": "a\nb", "fax": None}
    assert row["seconds"] == 6.751 and row["status"] == "finished"
    assert rows(file)[1][-6:] == ['Ana, "Luz"', "41", "no", "'-_-", "a\nb", ""]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.db"])
def test_an_empty_file_is_a_table_without_rows(kept, name):
    file = kept(name, [])
    if name.endswith(".db") and not has_store():
        pytest.skip("built without a store")
    assert rows(file) == [SESSIONS]
    assert rows(file, "--each") == [EACH]
    assert json.loads(answers(file, "--json")) == []


def test_any_text_comes_through(kept):
    texts = ["ñandú", "日本", "🙂", 'a"b', "a,b", "", " ", "'", "null", "\\n", "1e5", "\u2028", "x" * 50_000]
    file = kept("a.jsonl", [answer("s", place, f"q{place}", text) for place, text in enumerate(texts)])
    assert list(json.loads(answers(file, "--json"))[0]["answers"].values()) == texts
    assert rows(file)[1][len(SESSIONS) :] == texts


# ---- Stores


@needs_store
def test_a_store_is_read_while_somebody_writes_to_it(tmp_path):
    database = make_store(tmp_path / "kept.db", QUIZ)
    assert rows(tmp_path / "kept.db") == TABLE  # from the WAL
    database.execute("BEGIN IMMEDIATE")
    database.execute("DELETE FROM record")
    assert rows(tmp_path / "kept.db") == TABLE
    database.execute("ROLLBACK")
    database.close()
    assert rows(tmp_path / "kept.db") == TABLE
    os.rename(tmp_path / "kept.db", tmp_path / "kept.anything")
    assert rows(tmp_path / "kept.anything") == TABLE


@needs_store
def test_a_store_that_a_server_holds_is_read_and_left_to_it(grottod, tmp_path):
    file = tmp_path / "kept.db"
    make_store(file, QUIZ).close()
    server = grottod("chat", "--store", file)
    assert rows(file) == TABLE
    assert server.stops() == 0
    assert sorted(os.listdir(tmp_path)) == ["kept.db", "kept.db.lock"]
    assert rows(file) == TABLE
    assert rows(file, "--each")[0] == EACH
    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("SELECT count(*) FROM record").fetchone() == (len(QUIZ) + 1,)
    again = grottod("chat", "--store", file)
    assert again.stops() == 0


@needs_store
def test_a_store_without_answers_and_one_of_before_have_none(grottod, tmp_path):
    assert grottod("chat", "--store", tmp_path / "kept.db").stops() == 0
    assert rows(tmp_path / "kept.db") == [SESSIONS]
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.execute("CREATE TABLE room (id INTEGER PRIMARY KEY)")
        database.execute(f"PRAGMA application_id = {0x47524F54}")
        database.execute("PRAGMA user_version = 1")
    assert rows(tmp_path / "old.db") == [SESSIONS]


@needs_store
def test_what_is_no_store_of_ours_is_said(tmp_path):
    foreign, newer, broken = (tmp_path / name for name in ("foreign.db", "newer.db", "broken.db"))
    with sqlite3.connect(foreign) as database:
        database.execute("CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
    database.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL)")
    database.execute("CREATE TABLE record (kind, key, value)")
    answers(foreign, status=65, told=f"grottod: {foreign} is no store of grottod.\n")
    make_store(newer, QUIZ).execute("PRAGMA user_version = 1000")
    answers(newer, status=65, told=f"grottod: cannot read {newer}: it was made by a newer version of this program.\n")
    broken.write_bytes(b"SQLite format 3\0" + bytes(200))
    answers(broken, status=65, told=f"grottod: {broken} is no store of grottod.\n")
    assert broken.read_bytes() == b"SQLite format 3\0" + bytes(200)


@needs_store
def test_a_record_that_is_broken_is_left_out_and_said(tmp_path):
    file = tmp_path / "kept.db"
    make_store(file, [*QUIZ, {"session": "s3"}]).close()
    told = f"grottod: the record 000000000000008-0000000000 of {file} is no answer, and left out.\n"
    assert len(answers(file, told=told).splitlines()) == len(TABLE)


# ---- What a crash or a neighbour leaves


def test_a_last_line_that_is_being_written_is_not_there_yet(kept):
    file = kept("a.jsonl", QUIZ)
    whole = file.read_bytes()
    for size in range(len(whole) - 30, len(whole)):
        file.write_bytes(whole[:size])
        assert rows(file)[1][4] == "unfinished"
    assert file.read_bytes() == whole[:-1]


def test_broken_lines_are_left_out_and_said(kept):
    file = kept("a.jsonl", QUIZ)
    broken = '{"session":"s1"}\n' * 12
    file.write_text(lines(QUIZ[:3]) + broken + lines(QUIZ[3:]), encoding="utf-8")
    told = "".join(f"grottod: line {number} of {file} is no answer, and left out.\n" for number in range(4, 14))
    assert len(answers(file, told=told + "grottod: so are 2 more.\n").splitlines()) == len(TABLE)


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv"])
@pytest.mark.parametrize("content", [b"hello\n", b"hello", b"[1, 2]\n", b"name,age\r\nAna,41\r\n", b"\x7fELF\0\0", b"\n\n{}\n"])
def test_a_foreign_file_is_said_and_not_touched(tmp_path, name, content):
    file = tmp_path / name
    file.write_bytes(content)
    answers(file, status=65, told=f"grottod: what is in {file} are no answers.\n")
    assert file.read_bytes() == content


def test_a_name_that_says_nothing_is_said(kept):
    file = kept("answers.txt", QUIZ)
    told = f"grottod: {file} is no file of answers: it is no store, and its name ends in neither .jsonl nor .csv.\n"
    answers(file, status=65, told=told)


def test_a_file_that_cannot_be_read_is_said(tmp_path):
    missing = tmp_path / "missing.jsonl"
    answers(missing, status=66, told=f"grottod: cannot read {missing}: No such file or directory.\n")
    answers(tmp_path, status=66, told=f"grottod: cannot read {tmp_path}: it is no plain file.\n")
    os.mkfifo(tmp_path / "pipe.jsonl")
    answers(tmp_path / "pipe.jsonl", status=66, told=f"grottod: cannot read {tmp_path / 'pipe.jsonl'}: it is no plain file.\n")


def test_a_file_that_grows_is_read_whole_line_by_whole_line(kept):
    """Somebody appends in portions of any size meanwhile: sessions are only ever more, and never half a line is read."""
    file = kept("a.jsonl", [start("s0")])
    is_over = threading.Event()

    def write():
        with open(file, "ab", buffering=0) as out:
            number = 1
            while not is_over.is_set() and number < 3_000:
                text = lines([start(f"s{number}"), answer(f"s{number}", 0, "q", "x" * (number % 300))]).encode()
                out.write(text[: number % len(text)])
                out.write(text[number % len(text) :])
                number += 1
                time.sleep(0.0002)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        count = 0
        for _ in range(10):
            table = rows(file)
            assert count <= len(table)
            assert [row[0] for row in table[1:]] == [f"s{number}" for number in range(len(table) - 1)]
            count = len(table)
    finally:
        is_over.set()
        writer.join(WAIT)


# ---- The command


@pytest.mark.parametrize(
    "args", [(), ("--json",), ("a.jsonl", "b.jsonl"), ("a.jsonl", "--tsv"), ("a.jsonl", "--csv", "--json"), ("",)]
)
def test_usage_is_said(args):
    done = run_grottod("answers", *args)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.startswith("grottod: ") and done.stderr.endswith(" (see grottod answers --help)\n") and done.stderr.count("\n") == 1


def test_help_is_on_standard_output():
    text = answers("--help")
    assert text.startswith("usage: grottod answers FILE ") and all(flag in text for flag in ("--csv", "--json", "--each"))
    assert answers("-h") == text
    assert max(map(len, text.splitlines())) <= 100


def test_a_table_that_cannot_be_written_is_said(kept):
    file = kept("a.jsonl", QUIZ)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*WRAPPER, GROTTOD, "answers", file], stdout=full, stderr=subprocess.PIPE, env=child_environment(), timeout=WAIT, check=False)
    assert done.returncode == 74
    assert done.stderr == b"grottod: cannot write the table: No space left on device.\n"


def test_a_reader_that_goes_away_ends_it_quietly(kept):
    file = kept("a.jsonl", [answer("s", place, f"q{place}", "x" * 1000) for place in range(2000)])
    command = subprocess.Popen([*WRAPPER, GROTTOD, "answers", "--each", file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=child_environment())
    command.stdout.read(10)
    command.stdout.close()
    assert command.stderr.read() == b""
    command.stderr.close()
    assert command.wait(WAIT) in (-signal.SIGPIPE, 128 + signal.SIGPIPE)


def test_the_file_is_only_read(kept):
    file = kept("a.jsonl", QUIZ)
    os.chmod(file, stat.S_IRUSR)
    before = os.stat(file)
    assert rows(file) == TABLE
    after = os.stat(file)
    assert (before.st_mtime_ns, before.st_ino, before.st_size) == (after.st_mtime_ns, after.st_ino, after.st_size)
    assert os.listdir(file.parent) == ["a.jsonl"]
