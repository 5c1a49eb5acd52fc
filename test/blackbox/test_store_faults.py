"""What is kept, over kill -9, on disks that are full, slow or fail, and in files that others hold or broke."""

import random
import re
import resource
import signal
import sqlite3
import time

import pytest

from support.afterwards import Before
from support.bounds import FACTOR
from support.failing_calls import calls_are, fsync_fails
from support.kept import NEEDS_STORE, kept_lines, logs_once, syncs, syncs_at_last
from support.lengths import by_length, longest
from support.room import Room, refused
from support.seed import random_seed
from support.waiting import wait_until
from support.witness import Witness

pytestmark = NEEDS_STORE
KILLS = by_length(10, 10, 200)


@longest
def test_d1_what_was_acknowledged_survives_kill_9(keeps, store):
    """The last acknowledged number never gets lost, numbers never repeat, and the file is sound."""
    chance = random.Random(random_seed())
    acknowledged = {}
    for life in range(KILLS):
        server = keeps("--history", 0, "--workers", 1 + life % 2, **{"counts_descriptors": False})
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


def test_a_store_of_a_newer_version_is_left_alone_and_the_chat_goes_on(keeps, store):
    store.parent.mkdir()
    with sqlite3.connect(store) as database:
        database.execute("PRAGMA user_version = 1000")
    server = keeps()
    (ana,) = Room(server).enter("ana")
    refused(ana, "/sync", "not-kept")
    logs_once(server, "newer version")


@pytest.mark.parametrize("content", [b"this is no database" * 500, b"SQLite format 3\0" + bytes(100)])
def test_a_broken_store_is_set_aside_and_the_chat_goes_on(keeps, store, content):
    store.parent.mkdir()
    store.write_bytes(content)
    server = keeps()
    (ana,) = Room(server).enter("ana")
    ana.says("kaixo")
    assert syncs(ana) == 1
    assert (store.parent / "grotto.db.broken-1").read_bytes() == content
    logs_once(server, "set aside")


def test_d2_a_full_disk_costs_nothing_that_was_said(keeps, store):
    """The disk is full for the server alone: its files may grow no more."""
    server = keeps()
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


def test_d2_a_failing_fsync_is_not_taken_for_done(keeps, store):
    server = keeps()
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


def test_d2_a_slow_fsync_delays_nobody(keeps, store):
    server = keeps()
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


def test_s1_the_last_accepted_lines_are_kept(keeps, store):
    server = keeps()
    ana, oskar = Room(server).enter("ana", "oskar")
    ana.send(b"".join(b"line %d\n" % number for number in range(3000)))
    oskar.hears("ana: line 0")
    server.signal(signal.SIGTERM)
    heard = [line for line in oskar.remaining_lines() if line.startswith("ana: ")]
    for peer in (ana, oskar):
        peer.closes()
    assert server.ends() == 0
    assert [text for _, text in kept_lines(store)] == ["ana: line 0", *heard]


def test_s1_a_server_that_is_stopped_while_the_disk_hangs_ends_within_10_s(keeps, store):
    server = keeps()
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


def test_who_reads_the_file_takes_nothing_from_a_server_that_found_it_locked(keeps, store):
    """A descriptor too many that is closed gives up SQLite's locks: a reader would then remove the WAL under the server."""
    server = keeps()
    (ana,) = Room(server).enter("ana")
    ana.says("first")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        server = keeps("--history", 0)  # waits for the lock, and goes on without
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
