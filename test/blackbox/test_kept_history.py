"""History that is kept: over a restart, over kill -9, on disks that fail, and what of it is read."""

import os
import random
import re
import resource
import signal
import sqlite3
import stat
import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR, WAIT
from support.failing_calls import calls_are, fsync_fails
from support.lengths import by_length, longest
from support.room import GREETING, Room, founds, joined, refused, welcome
from support.seed import random_seed
from support.server import run_grottod
from support.waiting import wait_until
from support.witness import Witness

KILLS = by_length(10, 10, 200)


def has_store():
    return "--store " in run_grottod("--help").stdout


pytestmark = pytest.mark.skipif(not has_store(), reason="built without a store")


@pytest.fixture
def store(tmp_path):
    return tmp_path / "kept" / "grotto.db"


@pytest.fixture
def serve(grottod, store):
    """Starts a server on the store; one at a time."""
    return lambda *words, **how: grottod("chat", "--store", store, "--rate", "off", *words, **how)


def syncs(peer, room="lobby"):
    """The number up to which all is on the disk."""
    peer.says("/sync")
    return int(peer.hears_like(rf"^-- kept up to line (\d+) of {room} --$")[1])


def syncs_at_last(peer):
    """The same, of a disk that fails for a while."""
    answers = []

    def is_kept():
        peer.says("/sync")
        answers.append(peer.next_line())
        return answers[-1].startswith("-- kept up to line ")

    wait_until(is_kept, "history to be kept again", WAIT)
    return int(re.search(r"line (\d+)", answers[-1])[1])


def logs_once(server, text):
    """The log is written by a thread of its own."""
    wait_until(lambda: text in server.log(), f"the log to tell {text!r}")
    assert server.log().count(text) == 1


def kept_lines(store):
    """What the file has of what was said, as (number, text), and whether the file is sound."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return database.execute("SELECT id & 0xffffffffff, text FROM line WHERE kind < 2 ORDER BY id").fetchall()


def arrives(server, name):
    """Somebody comes in; returns the peer and the history that it reads first."""
    peer = server.connect(name)
    peer.label = name
    peer.says(name)
    peer.hears(GREETING, welcome(name))
    peer.next_line()  # who is there
    first = peer.next_line()
    return (peer, peer.lines_until("-- now --")) if re.match(r"-- \d+ earlier lines? --", first) else (peer, [first])


# ---- Over a restart


def test_what_was_said_is_read_after_a_restart_and_numbers_go_on(serve):
    server = serve()
    (ana,) = Room(server).enter("ana")
    ana.says("one", "/me waves", "three")
    assert syncs(ana) == 3
    assert server.stops() == 0
    again, history = arrives(serve(), "oskar")
    assert history == ["ana: one", "* ana waves", "ana: three"]
    again.says("four")
    assert syncs(again) == 5
    again.says("/history 2")
    again.hears("-- 2 lines of lobby, 3 to 5 --")
    again.hears("ana: three", "oskar: four", "-- earlier ones: /history 2 before 3 --")


def test_the_last_line_before_sigterm_is_kept(serve, store):
    server = serve()
    people = Room(server).enter("ana", "oskar", "luzmi")
    for number, peer in enumerate(people * 20):
        peer.says(f"line {number}")
    wait_until(lambda: any("line 59" in line for line in (people[0].next_line(),)), "the last line")
    assert server.stops() == 0
    texts = [text for _, text in kept_lines(store)]
    assert sorted(texts) == sorted(f"{('ana', 'oskar', 'luzmi')[number % 3]}: line {number}" for number in range(60))


def test_rooms_of_the_configuration_are_kept_apart_and_founded_ones_are_not_kept(serve):
    server = serve("--room", "den=about dens")
    (ana,) = Room(server).enter("ana")
    ana.says("in the lobby", "/join den")
    ana.lines_until("Nobody else is here.")
    ana.says("in the den")
    syncs(ana, "den")
    founds(ana, "cave")
    ana.says("in the cave")
    assert refused(ana, "/sync", "not-kept") == "What is said in cave is not kept on disk. [not-kept]"
    ana.says("/history")
    ana.hears_like(r"^-- 1 line of cave, \d+ to \d+ --$")
    ana.hears("ana: in the cave", "-- that is all --")
    server.stops()
    again, history = arrives(serve("--room", "den"), "oskar")
    assert history == ["ana: in the lobby"]
    again.says("/join den")
    assert "ana: in the den" in again.lines_until("-- now --")
    founds(again, "cave")


def test_old_history_is_read_from_the_disk(serve):
    server = serve()
    (ana,) = Room(server).enter("ana")
    for number in range(5000):
        ana.says(f"{number}")
    assert syncs(ana) == 5000
    server.stops()
    peer, history = arrives(serve("--history", 5), "oskar")
    assert history == [f"ana: {number}" for number in range(4995, 5000)]
    peer.says("/history 3 before 101")
    peer.hears("-- 3 lines of lobby, 98 to 100 --", "ana: 97", "ana: 98", "ana: 99", "-- earlier ones: /history 3 before 98 --")
    peer.says("/history 1000 before 3001")  # half of it in memory
    peer.hears("-- 1000 lines of lobby, 2001 to 3000 --", *(f"ana: {number}" for number in range(2000, 3000)))
    peer.hears("-- earlier ones: /history 1000 before 2001 --")
    peer.says("/history 10 before 3")
    peer.hears("-- 2 lines of lobby, 1 to 2 --", "ana: 0", "ana: 1", "-- that is all --")
    peer.says("/history before 0")
    peer.hears("-- nothing was said in lobby then --")
    peer.says("/history since 1h")
    peer.hears("-- 1000 lines of lobby, 4001 to 5000 --", *(f"ana: {number}" for number in range(4000, 5000)))
    peer.hears("-- earlier ones: /history 1000 before 4001 --")


def test_an_answer_is_at_most_128_kib(serve):
    (ana,) = Room(serve()).enter("ana")
    for number in range(50):
        ana.says(f"{number} " + "x" * 4000)
    syncs(ana)
    ana.says("/history 50", "/sync")
    lines = []
    while not lines or not lines[-1].startswith("-- kept"):
        lines.append(ana.next_line())
    assert 30 <= len(lines) <= 36 and lines[-2].startswith("-- earlier ones: /history 50 before ")


def test_history_is_ignored_and_cleaned_as_live_lines_are(serve, store):
    server = serve()
    ana, oskar = Room(server).enter("ana", "oskar")
    ana.says("mine")
    oskar.hears("ana: mine")
    oskar.says("his")
    ana.hears("oskar: his")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        database.execute("UPDATE line SET text = ? WHERE text = 'ana: mine'", ("ana: \x1b[31mred\r\nfaked: line\x07",))
    luzmi, history = arrives(serve(), "luzmi")
    assert history == ["ana: redfaked: line", "oskar: his"]
    luzmi.says("/ignore oskar")
    luzmi.next_line()
    luzmi.says("/history")
    luzmi.next_line()
    luzmi.hears("ana: redfaked: line", "-- that is all --")


@pytest.mark.parametrize(
    "arguments,code",
    [
        ("0", "usage"),
        ("-5", "usage"),
        ("1.5", "usage"),
        ("9223372036854775808", "too-many"),
        ("1001", "too-many"),
        ("5 6", "usage"),
        ("before", "usage"),
        ("before x", "usage"),
        ("5 before 3 4", "usage"),
        ("since", "usage"),
        ("since tomorrow", "usage"),
        ("5 since 30m1h", "usage"),
        ("99999999999999999999", "usage"),
    ],
)
def test_what_is_wrong_is_said(room, arguments, code):
    refused(room.enters("ana"), f"/history {arguments}", code)


# ---- The worst end


@longest
def test_d1_what_was_acknowledged_survives_kill_9(serve, store):
    """The last acknowledged number never gets lost, numbers never repeat, and the file is sound."""
    chance = random.Random(random_seed())
    acknowledged = {}
    for life in range(KILLS):
        server = serve("--history", 0, "--workers", 1 + life % 2, **{"counts_descriptors": False})
        (ana,) = Room(server).enter("ana")
        for number in range(chance.randrange(1, 40)):
            text = f"life {life} line {number}"
            ana.says(text)
            if chance.random() < 0.3:
                acknowledged[syncs(ana)] = f"ana: {text}"
        server.signal(signal.SIGKILL)
        server.ends()
        kept = kept_lines(store)
        numbers = [number for number, _ in kept]
        assert len(set(numbers)) == len(numbers)
        assert acknowledged.items() <= dict(kept).items()
        said = [tuple(map(int, re.findall(r"\d+", text))) for _, text in kept]
        assert said == sorted(said)


# ---- Whose store


def test_a_store_that_another_process_holds_refuses_to_start(serve, store):
    server = serve()
    done = run_grottod("chat", "--listen", "127.0.0.1:0", "--store", store)
    assert done.returncode == 73
    assert done.stderr.endswith(f"grottod: the store {store} is in use by process {server.process.pid}.\n")


def test_a_store_is_one_whatever_name_it_is_given(serve, store, tmp_path):
    serve()
    (tmp_path / "link.db").symlink_to(store)
    done = run_grottod("chat", "--listen", "127.0.0.1:0", "--store", tmp_path / "link.db")
    assert done.returncode == 73 and "in use by process" in done.stderr


def test_the_default_store_if_taken_means_history_in_memory_and_one_warning(grottod, tmp_path):
    env = {"XDG_STATE_HOME": str(tmp_path)}
    first = grottod("chat", env=env)
    (ana,) = Room(first).enter("ana")
    ana.says("kept")
    syncs(ana)
    assert (tmp_path / "grotto/grotto.db").exists()
    second = grottod("chat", env=env)
    peer = second.connect()
    peer.says("oskar")
    peer.hears(GREETING, welcome("oskar"), "The room is empty.")
    refused(peer, "/sync", "not-kept")
    peer.says("kaixo", "/history")
    peer.hears("-- 1 line of lobby, 1 to 1 --", "oskar: kaixo", "-- that is all --")
    logs_once(second, "history is kept in memory only")
    assert f"process {first.process.pid}" in second.log()


def test_the_state_directory_of_a_service_is_used(grottod, tmp_path):
    server = grottod("chat", env={"STATE_DIRECTORY": str(tmp_path)})
    (ana,) = Room(server).enter("ana")
    syncs_line = syncs(ana)
    assert syncs_line == 0
    mode = stat.S_IMODE(os.stat(tmp_path / "grotto.db").st_mode)
    assert mode == 0o600


def test_no_store_keeps_nothing(grottod, tmp_path):
    server = grottod("chat", "--store", "none", env={"XDG_STATE_HOME": str(tmp_path)})
    (ana,) = Room(server).enter("ana")
    ana.says("kaixo")
    refused(ana, "/sync", "not-kept")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("service", [("echo",), ("chat", "--names", "none")])
def test_who_has_no_history_has_no_store(grottod, tmp_path, service):
    grottod(*service, env={"XDG_STATE_HOME": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_is_said(tmp_path):
    done = run_grottod("chat", "--listen", "127.0.0.1:0", "--store", "/proc/nothing/grotto.db")
    assert done.returncode == 73 and done.stderr.count("\n") == 1
    done = run_grottod("chat", "--listen", "127.0.0.1:0", "--store", tmp_path)
    assert done.returncode == 73 and "is a folder" in done.stderr


# ---- Disks and files that fail


def test_a_store_of_a_newer_version_is_left_alone_and_the_chat_goes_on(serve, store):
    store.parent.mkdir()
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA user_version = 1000")
    server = serve()
    (ana,) = Room(server).enter("ana")
    refused(ana, "/sync", "not-kept")
    logs_once(server, "newer version")


@pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + bytes(100)])
def test_a_broken_store_is_set_aside_and_the_chat_goes_on(serve, store, content):
    store.parent.mkdir()
    store.write_bytes(content)
    server = serve()
    (ana,) = Room(server).enter("ana")
    ana.says("kaixo")
    assert syncs(ana) == 1
    assert (store.parent / "grotto.db.broken-1").read_bytes() == content
    logs_once(server, "set aside")


def test_d2_a_full_disk_costs_nothing_that_was_said(serve, store):
    """The disk is full for the server alone: its files may grow no more."""
    server = serve()
    ana, oskar = Room(server).enter("ana", "oskar")
    ana.says("before")
    oskar.hears("ana: before")
    syncs(ana)
    pid = server.process.pid
    limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (8192, limits[1]))
    before = Before(server)
    began = time.monotonic()
    for number in range(100):
        ana.says(f"full {number}")
    oskar.hears(*(f"ana: full {number}" for number in range(100)))
    assert time.monotonic() - began < 1 * FACTOR
    answer = refused(ana, "/sync", "not-kept")
    assert answer.startswith("Nothing can be kept now: ")
    refused(ana, "/sync", "not-kept")
    logs_once(server, "history is off")
    resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
    syncs_at_last(ana)
    logs_once(server, "history is kept again")
    before.is_as_it_was()
    assert [text for _, text in kept_lines(store)] == ["ana: before", *(f"ana: full {number}" for number in range(100))]


def test_d2_a_failing_fsync_is_not_taken_for_done(serve, store):
    server = serve()
    ana, oskar = Room(server).enter("ana", "oskar")
    first = syncs(ana)
    with fsync_fails(server.process.pid, 3):
        ana.says("while the disk fails")
        oskar.hears("ana: while the disk fails")
        assert syncs_at_last(ana) > first
    logs_once(server, "history is off")
    server.signal(signal.SIGKILL)
    server.ends()
    assert [text for _, text in kept_lines(store)] == ["ana: while the disk fails"]


def test_d2_a_slow_fsync_delays_nobody(serve, store):
    server = serve()
    witness = Witness(Room(server))
    before = Before(server)
    hangs_s = by_length(2, 5)
    with calls_are(server.process.pid, "fsync,fdatasync", f"delay_enter={hangs_s}s:when=1") as syncs_made:
        witness.hears_on()
        wait_until(syncs_made, "the disk to hang")
        witness.hears_more(50)
        assert witness.saw_all() < hangs_s / 2 * FACTOR
        syncs_at_last(witness.speaker)
    before.is_as_it_was()
    said = [f"{witness.name}: {number}" for number in range(witness.said)]
    server.stops()
    assert [text for _, text in kept_lines(store)] == said


def test_s1_the_last_accepted_lines_are_kept(serve, store):
    server = serve()
    ana, oskar = Room(server).enter("ana", "oskar")
    ana.send(b"".join(b"line %d\n" % number for number in range(3000)))
    oskar.hears("ana: line 0")
    server.signal(signal.SIGTERM)
    heard = [line for line in oskar.remaining_lines() if line.startswith("ana: ")]
    for peer in (ana, oskar):
        peer.closes()
    assert server.ends() == 0
    assert [text for _, text in kept_lines(store)] == ["ana: line 0", *heard]


def test_s1_a_server_that_is_stopped_while_the_disk_hangs_ends_within_10_s(serve, store):
    server = serve()
    ana, oskar = Room(server).enter("ana", "oskar")
    syncs(ana)
    with calls_are(server.process.pid, "fsync,fdatasync", "delay_enter=60s") as syncs_made:
        ana.says("the disk takes this and does not answer")
        oskar.hears("ana: the disk takes this and does not answer")
        wait_until(syncs_made, "the disk to hang")
        began = time.monotonic()
        server.signal(signal.SIGTERM)
        oskar.read_past(b"server")  # told at once
        logs_once(server, "history lost its last lines")  # its last words: strace holds what is left of it
        assert time.monotonic() - began < 10 * FACTOR
    assert server.ends() == 74
    assert "the disk does not answer" in server.log()
    with sqlite3.connect(store) as reader:
        assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    reader.close()


def test_who_reads_the_file_takes_nothing_from_a_server_that_found_it_locked(serve, store):
    """A descriptor too many that is closed gives up SQLite's locks: a reader would then remove the WAL under the server."""
    server = serve()
    (ana,) = Room(server).enter("ana")
    ana.says("first")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        server = serve("--history", 0)  # waits for the lock, and goes on without
        logs_once(server, "history is off")
        other.execute("ROLLBACK")
    other.close()
    (ana,) = Room(server).enter("ana")
    ana.says("second")
    syncs_at_last(ana)
    reader = sqlite3.connect(store)
    assert reader.execute("SELECT count(*) FROM line WHERE kind = 0").fetchone() == (2,)
    reader.close()
    ana.says("third")
    syncs(ana)
    server.signal(signal.SIGKILL)
    server.ends()
    assert [text for _, text in kept_lines(store)] == ["ana: first", "ana: second", "ana: third"]


def test_history_goes_on_past_any_number_of_joins(serve, store):
    server = serve()
    (ana,) = Room(server).enter("ana")
    ana.says("long ago")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        (last,) = database.execute("SELECT max(id) FROM line").fetchone()
        rows = ((last + number, 1000, 2, "somebody has joined the chat!") for number in range(1, 120_001))
        database.executemany("INSERT INTO line (id, at_ms, kind, text) VALUES (?,?,?,?)", rows)
    (peer,) = Room(serve("--history", 2000, "--store-days", 0)).enter("oskar")
    command, lines = "/history", []
    for _ in range(3):
        peer.says(command)
        lines.append(peer.next_line())
        while not lines[-1].startswith("-- earlier ones: ") and lines[-1] != "-- that is all --":
            lines.append(peer.next_line())
        if lines[-1] == "-- that is all --":
            break
        command = lines[-1].removeprefix("-- earlier ones: ").removesuffix(" --")
    assert "ana: long ago" in lines, lines


# ---- How much is kept


def test_no_more_lines_are_kept_than_asked_for(serve, store):
    server = serve("--store-lines", 50)
    (ana,) = Room(server).enter("ana")
    for number in range(200):
        ana.says(f"{number}")
    syncs(ana)
    server.stops()
    second = serve("--store-lines", 50)
    peer, _ = arrives(second, "oskar")
    syncs(peer)
    second.stops()
    kept = kept_lines(store)
    assert len(kept) <= 50 and kept[-1][1] == "ana: 199"


def test_what_is_older_than_asked_for_goes(serve, store):
    server = serve()
    (ana,) = Room(server).enter("ana")
    ana.says("long ago", "today")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        database.execute("UPDATE line SET at_ms = at_ms - 86400000 * 91 WHERE kind <> 0 OR text = 'ana: long ago'")
    second = serve()
    peer, _ = arrives(second, "oskar")
    syncs(peer)
    second.stops()
    assert [text for _, text in kept_lines(store)] == ["ana: today"]


def test_joins_are_heard_as_ever(serve):
    room = Room(serve("--history", 0))
    ana = room.enters("ana")
    oskar = room.server.connect("oskar")
    oskar.says("oskar")
    ana.hears(joined("oskar"))
