"""bench/compare from outside and its parts: what it says of figures, of missing peers and of runs that were wrong."""

import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as xml

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
COMPARE = TOP / "bench/compare"
BUILD = TOP / "build"
sys.path.insert(0, str(TOP / "bench"))

from compare_parts import blocks, bounds, counted, ends, page, peers, svg  # noqa: E402
from compare_parts.figures import Figure, Row, number  # noqa: E402
from compare_parts.loads import WrongRun  # noqa: E402
from compare_parts.servers import Kind  # noqa: E402

# An echo server that forgets every hundredth of what it hears.
FORGETFUL = """#!{python}
import socket, sys, threading
def serve(sock):
    for number, line in enumerate(sock.makefile("rb"), 1):
        if number % 100: sock.sendall(line)
listener = socket.create_server(("127.0.0.1", 0))
if "--version" in sys.argv: sys.exit(print("grottod 0 (commit none)"))
print("listening echo 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
"""
# A room of three; what the last one says comes to the first one twice, to the second one not at all.
SAYS_TWICE = """
import socket
listener = socket.create_server(("127.0.0.1", 0))
print("listening chat 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
members = [listener.accept()[0] for _ in range(3)]
while True: members[0].sendall(2 * members[2].recv(4096))
"""


def compare(*words, **environment):
    done = subprocess.run(
        [sys.executable, COMPARE, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def need_build():
    if not (BUILD / "bench/limit/echo_epoll").exists():
        pytest.skip("the benchmark is not built")


def path_with(folder, *programs):
    """A folder for PATH that holds these programs only."""
    for name in programs:
        if shutil.which(name):
            (folder / name).symlink_to(shutil.which(name))
    return str(folder)


def test_a_row_that_is_not_known_is_a_mistake_in_the_command():
    status, out, err = compare("--rows", "P1,P77")
    assert status == 64
    assert out == "" and 'there is no row "p77"' in err and err.count("\n") == 1


def test_what_is_not_built_is_said(tmp_path):
    status, _, err = compare("--smoke", GROTTO_BUILD=str(tmp_path))
    assert status == 69
    assert "not built" in err and "meson setup" in err


def test_without_peers_it_runs_and_says_how_to_get_them(tmp_path):
    need_build()
    status, out, _ = compare("--smoke", "--rows", "P2", PATH=path_with(tmp_path, "git"))
    assert status == 0, out
    assert "redis-server is missing; on Debian: apt-get install redis-server" in out
    assert "ss is missing; on Debian: apt-get install iproute2" in out
    assert "1 figure taken" in out and "every run was right" in out


def test_a_run_that_loses_lines_is_wrong_and_ends_with_status_1(tmp_path):
    need_build()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bench").symlink_to(BUILD / "bench")
    (tmp_path / "bin/grotto-load").symlink_to(BUILD / "bin/grotto-load")
    grottod = tmp_path / "bin/grottod"
    grottod.write_text(FORGETFUL.format(python=sys.executable))
    grottod.chmod(0o755)
    peers = tmp_path / "peers"
    peers.mkdir()
    results = tmp_path / "results"
    words = ("--smoke", "--rows", "P1", "--results", str(results))
    status, out, _ = compare(*words, GROTTO_BUILD=str(tmp_path), PATH=path_with(peers, "git"))
    assert status == 1, out
    assert "A RUN WAS WRONG" in out and "on Grotto" in out
    row = json.loads((results / "p1.json").read_text())
    assert row["wrong"] and row["figures"][0]["value"] is None and row["figures"][0]["holds"] is None


def test_an_end_by_sigterm_leaves_no_server_behind():
    need_build()
    command = [sys.executable, COMPARE, "--smoke", "--rows", "P1"]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        while "Grotto and" not in process.stderr.readline():
            assert process.poll() is None
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children")
        server = None
        while server is None:
            assert process.poll() is None
            server = next((pid for pid in children.read_text().split() if is_server(pid)), None)
        watched = os.pidfd_open(int(server))
        process.terminate()
        process.communicate(timeout=30)
        assert process.returncode == 128 + 15
        assert select.select([watched], [], [], 20)[0], "the server goes on"
        os.close(watched)
    finally:
        process.kill()
        process.wait()


def test_an_end_waits_until_a_server_that_is_being_started_can_be_stopped():
    before = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
    story = []
    ends.install()
    try:
        with pytest.raises(SystemExit) as ended, ends.held_back():
            os.kill(os.getpid(), signal.SIGTERM)
            story.append("started")
        story.append("ended")
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    assert story == ["started", "ended"] and ended.value.code == 128 + 15


def is_server(pid):
    try:
        return b"--listen" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_blocks_run_a_b_b_a_and_divide_ours_by_theirs():
    order, costs = [], iter([1.0, 4.0, 6.0, 3.0])

    def one(name):
        order.append(name)
        return next(costs)

    pair = blocks.alternate(lambda: one("A"), lambda: one("B"), float, 1)
    assert order == ["A", "B", "B", "A"]
    assert pair.ratios == [0.4]
    assert (pair.ours, pair.theirs) == ([1.0, 3.0], [4.0, 6.0])


def test_a_ratio_of_theirs_over_ours_is_turned_round_with_its_spread():
    figure = Figure("", "Redis", "theirs / ours", relation=">=", target=3)
    blocks.fill(figure, blocks.Pair([0.25, 0.5, 0.2], [1.0], [4.0]), None, float, "µs")
    assert figure.value == 4 and figure.spread == (2, 5)
    assert figure.holds and not figure.is_sure
    assert figure.verdict() == "holds, but not in every block"


@pytest.mark.parametrize(
    ("relation", "target", "value", "verdict"),
    [("<=", 1.05, 1.05, "holds"), ("<=", 1.05, 1.051, "MISSED"), (">=", 3, 2.99, "MISSED"), ("", None, 9, ""), ("<=", 1, None, "not measured")],
)
def test_a_verdict_is_what_the_target_says(relation, target, value, verdict):
    assert Figure("", value=value, relation=relation, target=target).verdict() == verdict


def test_numbers_have_three_digits_that_count():
    assert [number(value) for value in (0, 0.04321, 0.9996, 1.034, 23.45, 757.4, 6672, None)] == [
        "0", "0.0432", "1.00", "1.03", "23.4", "757", "6,672", "–",
    ]  # fmt: skip


def row_data():
    row = Row("P2", "Fan-out <in> bursts", "What is done.", bars_unit="µs")
    for name, value in (("Redis", 2.5), ("NATS", 5.0)):
        figure = Figure("1,000 readers", name, "theirs / ours", relation=">=", target=3, noise=(0.98, 1.03))
        blocks.fill(figure, blocks.Pair([1 / value], [1.0], [value]), (0.98, 1.03), float, "µs")
        figure.ours["commands"] = {"server": "grottod chat", "load": "grotto-load fanout"}
        row.figures.append(figure)
        row.add_bar("1,000 readers", "Grotto", 1.0)
        row.add_bar("1,000 readers", name, value)
    data = {"id": row.id, "title": row.title, "text": row.text, "bars": row.bars, "bars_unit": "µs", "wrong": [], "notes": []}
    about = {"started_at": "2026-01-01T00:00:00Z", "blocks": 5, "took_s": 9.0, "load_average": 2.0, "steal_share": 0.01}
    return {**data, **about, "environment": {"commit": "abc"}, "figures": [figure.as_data() for figure in row.figures]}


def test_the_page_shows_losses_commands_and_that_the_machine_was_busy(tmp_path):
    page.write(tmp_path / "benchmarks.md", tmp_path / "benchmarks", [row_data()], None)
    text = (tmp_path / "benchmarks.md").read_text()
    assert "1 of 2 hold | Redis: 1,000 readers" in text
    assert re.search(r"\| Redis \| theirs / ours \| ≥ 3 \| 2\.50 \|.*\*\*MISSED\*\*", text)
    assert "bench/compare --rows P2" in text and "grotto-load fanout" in text
    assert "The machine was busy" in text and "steal 1.0 %" in text
    for shown in re.findall(r"\((benchmarks/\S+\.svg)\)", text):
        assert (tmp_path / shown).exists()


def test_plots_are_whole_and_need_nothing_else(tmp_path):
    page.write(tmp_path / "page.md", tmp_path / "plots", [row_data()], None)
    plots = sorted(tmp_path.glob("plots/*.svg"))
    assert [plot.name for plot in plots] == ["p2.svg", "targets.svg"]
    for plot in plots:
        text = plot.read_text()
        xml.fromstring(text)
        assert "prefers-color-scheme: dark" in text
        assert not re.search(r"href|url\(|@import|<script", text)


def test_what_is_missed_stands_beside_what_the_bare_loop_reaches():
    row = Row("P2", "Fan-out", "")
    row.figures = [
        Figure("bursts", "bare epoll", "ours / theirs", 1.1, "<=", 1.15),
        Figure("bursts", "ngircd", "theirs / ours", 8.0, ">=", 10),
        Figure("bursts", "Redis", "theirs / ours", 3.2, ">=", 3),
        Figure("others", "ngircd", "theirs / ours", 1.0, ">=", 10),
    ]
    bounds.note_bounds(row)
    assert row.notes == ["bursts, ngircd: the bare loop itself, measured beside us, would reach 8.80 of the 10 asked for."]
    rates = Row("P7", "Chat", "")
    rates.figures = [Figure("all", "bare epoll", "our rate / theirs", 0.8), Figure("all", "Redis", "our rate / theirs", 2.4, ">=", 3)]
    bounds.note_bounds(rates)
    assert rates.notes == ["all, Redis: the bare loop itself, measured beside us, would reach 3.00 of the 3 asked for."]


def test_a_longer_bar_is_a_larger_value_and_many_orders_are_logarithmic():
    near = svg.Scale([1, 2], 0, 100)
    far = svg.Scale([1, 10_000], 0, 100)
    assert near.at(2) == 100 and near.at(1) == 50
    assert far.at(10_000) == 100 and 0 < far.at(1) < far.at(100) < far.at(10_000)


@pytest.mark.parametrize("kind", [peers.GROTTO_CHAT, peers.GROTTO_WEB, peers.BARE_FANOUT, peers.REDIS, peers.NATS, peers.NGIRCD], ids=lambda kind: kind.dialect)
def test_readers_that_count_get_each_line_once_in_every_dialect(kind):
    need_build()
    if not peers.is_here(kind):
        pytest.skip(f"{kind.name} is not installed")
    cost = counted.Counted(kind, readers=3, burst=70, bursts=20, warmup=2).measure()
    assert 0 < cost.server_us < 100 and cost.rate > 1000
    assert 0 < cost.server_share <= 1.5  # the scheduler adds up each 4 ms


def test_readers_that_count_notice_a_line_that_is_not_one(tmp_path):
    need_build()
    twice = tmp_path / "twice.py"
    twice.write_text(SAYS_TWICE)
    kind = Kind("says twice", (sys.executable, twice), tells_port=True)
    with pytest.raises(WrongRun, match="a reader has not got each line once"):
        counted.Counted(kind, readers=2, burst=1, bursts=2, warmup=0).measure()
