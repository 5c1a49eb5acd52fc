"""History that is kept: over a restart, whose it is, what of it is read, and how much. Its faults: test_store_faults.py."""

import os
import re
import sqlite3
import stat

import pytest

from support.kept import NEEDS_STORE, kept_lines, logs_once, syncs
from support.room import GREETING, Room, founds, joined, refused, welcome
from support.server import run_grottod
from support.waiting import wait_until

pytestmark = NEEDS_STORE


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


def test_what_was_said_is_read_after_a_restart_and_numbers_go_on(keeps):
    server = keeps()
    (ana,) = Room(server).enter("ana")
    ana.says("one", "/me waves", "three")
    assert syncs(ana) == 3
    assert server.stops() == 0
    again, history = arrives(keeps(), "oskar")
    assert history == ["ana: one", "* ana waves", "ana: three"]
    again.says("four")
    assert syncs(again) == 5
    again.says("/history 2")
    again.hears("-- 2 lines of lobby, 3 to 5 --")
    again.hears("ana: three", "oskar: four", "-- earlier ones: /history 2 before 3 --")


def test_the_last_line_before_sigterm_is_kept(keeps, store):
    server = keeps()
    people = Room(server).enter("ana", "oskar", "luzmi")
    for number, peer in enumerate(people * 20):
        peer.says(f"line {number}")
    wait_until(lambda: any("line 59" in line for line in (people[0].next_line(),)), "the last line")
    assert server.stops() == 0
    texts = [text for _, text in kept_lines(store)]
    assert sorted(texts) == sorted(f"{('ana', 'oskar', 'luzmi')[number % 3]}: line {number}" for number in range(60))


def test_rooms_of_the_configuration_are_kept_apart_and_founded_ones_are_not_kept(keeps):
    server = keeps("--room", "den=about dens")
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
    again, history = arrives(keeps("--room", "den"), "oskar")
    assert history == ["ana: in the lobby"]
    again.says("/join den")
    assert "ana: in the den" in again.lines_until("-- now --")
    founds(again, "cave")


def test_old_history_is_read_from_the_disk(keeps):
    server = keeps()
    (ana,) = Room(server).enter("ana")
    for number in range(5000):
        ana.says(f"{number}")
    assert syncs(ana) == 5000
    server.stops()
    peer, history = arrives(keeps("--history", 5), "oskar")
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


def test_an_answer_is_at_most_128_kib(keeps):
    (ana,) = Room(keeps()).enter("ana")
    for number in range(50):
        ana.says(f"{number} " + "x" * 4000)
    syncs(ana)
    ana.says("/history 50", "/sync")
    lines = []
    while not lines or not lines[-1].startswith("-- kept"):
        lines.append(ana.next_line())
    assert 30 <= len(lines) <= 36 and lines[-2].startswith("-- earlier ones: /history 50 before ")


def test_history_is_ignored_and_cleaned_as_live_lines_are(keeps, store):
    server = keeps()
    ana, oskar = Room(server).enter("ana", "oskar")
    ana.says("mine")
    oskar.hears("ana: mine")
    oskar.says("his")
    ana.hears("oskar: his")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        database.execute("UPDATE line SET text = ? WHERE text = 'ana: mine'", ("ana: \x1b[31mred\r\nfaked: line\x07",))
    luzmi, history = arrives(keeps(), "luzmi")
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


def test_history_goes_on_past_any_number_of_joins(keeps, store):
    server = keeps()
    (ana,) = Room(server).enter("ana")
    ana.says("long ago")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        (last,) = database.execute("SELECT max(id) FROM line").fetchone()
        rows = ((last + number, 1000, 2, "somebody has joined the chat!") for number in range(1, 120_001))
        database.executemany("INSERT INTO line (id, at_ms, kind, text) VALUES (?,?,?,?)", rows)
    (peer,) = Room(keeps("--history", 2000, "--store-days", 0)).enter("oskar")
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


# ---- Whose store


def test_a_store_that_another_process_holds_refuses_to_start(keeps, store):
    server = keeps()
    done = run_grottod("chat", "--listen", "127.0.0.1:0", "--store", store)
    assert done.returncode == 73
    assert done.stderr.endswith(f"grottod: the store {store} is in use by process {server.process.pid}.\n")


def test_a_store_is_one_whatever_name_it_is_given(keeps, store, tmp_path):
    keeps()
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


# ---- How much is kept


def test_no_more_lines_are_kept_than_asked_for(keeps, store):
    server = keeps("--store-lines", 50)
    (ana,) = Room(server).enter("ana")
    for number in range(200):
        ana.says(f"{number}")
    syncs(ana)
    server.stops()
    second = keeps("--store-lines", 50)
    peer, _ = arrives(second, "oskar")
    syncs(peer)
    second.stops()
    kept = kept_lines(store)
    assert len(kept) <= 50 and kept[-1][1] == "ana: 199"


def test_what_is_older_than_asked_for_goes(keeps, store):
    server = keeps()
    (ana,) = Room(server).enter("ana")
    ana.says("long ago", "today")
    syncs(ana)
    server.stops()
    with sqlite3.connect(store) as database:
        database.execute("UPDATE line SET at_ms = at_ms - 86400000 * 91 WHERE kind <> 0 OR text = 'ana: long ago'")
    second = keeps()
    peer, _ = arrives(second, "oskar")
    syncs(peer)
    second.stops()
    assert [text for _, text in kept_lines(store)] == ["ana: today"]


def test_joins_are_heard_as_ever(keeps):
    room = Room(keeps("--history", 0))
    ana = room.enters("ana")
    oskar = room.server.connect("oskar")
    oskar.says("oskar")
    ana.hears(joined("oskar"))
