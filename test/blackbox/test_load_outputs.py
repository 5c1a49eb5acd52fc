"""What grotto-load writes: result files, the summary, comparisons; and what --assert makes of a run."""

import csv
import json
import re

import pytest

from support.load import (
    ASSERTION_FAILED,
    FAILED,
    GOOD,
    KEYS,
    command_of,
    is_fit_for_a_pipe,
    is_fit_for_a_terminal,
    is_one_sentence,
    measured,
    run_load,
)
from support.programs import Terminal

pytestmark = pytest.mark.usefixtures("load")

SHORT = ("-c", 3, "--count", 300, "--warmup", "0s")
FOR_A_SECOND = ("-c", 3, "-d", "1s", "--warmup", "0s", "--interval", "100ms")
# What a page loads, unless it is within the page (#…) or within the attribute (data:…).
OUTSIDE = re.compile(r"""\b(?:src|href)\s*=\s*["']?(?!["'#]|data:)|<link\b|@import|url\(\s*["']?(?!["'#]|data:)""", re.IGNORECASE)


@pytest.fixture
def echo_address(faulty_server):
    return faulty_server("echo", "none").address()


@pytest.fixture
def results(echo_address, tmp_path):
    """Two result files of one server."""
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in paths:
        run_load("echo", echo_address, *SHORT, "--quiet", "--json", path).ends_with(GOOD)
    return paths


# Files.


@pytest.mark.parametrize("pace", [("--depth", 2), ("--rate", 2000)], ids=["closed", "open"])
def test_json_has_every_key_and_says_what_was_run(echo_address, pace):
    run = measured("echo", echo_address, *SHORT, *pace).is_clean()
    assert set(KEYS) <= set(run.report)
    run.counts(workload="echo", dialect="line", target=echo_address, loop="open" if "--rate" in pace else "closed", connections=3)
    options = dict(run.report["options"])
    assert str(options["connections"]) == "3", run.story(f"options {options}")
    assert "echo" in run.report["command"] and echo_address in run.report["command"]
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", run.report["started_at"])
    assert run.report["bytes_sent"] == run.report["bytes_received"] == 300 * 64
    assert run.report["service_us"]["count"] == 300
    assert run.report["connect_us"]["count"] == 3
    assert run.report["received_per_s"] == pytest.approx(300 / run.report["measured_s"], rel=0.01)


def test_json_of_a_server_that_was_sampled_tells_its_costs(grottod):
    server = grottod("echo")
    run = measured("echo", server.address(), "-c", 5, "-d", "500ms", "--warmup", "0s", "--pid", server.process.pid).is_clean()
    assert run.report["server_cpu_us_per_message"] > 0, run.story("the server's costs")
    assert run.report["server_bytes_after"] >= run.report["server_bytes_before"] > 0, run.story("the server's memory")


def test_json_without_a_sampled_server_knows_no_costs(echo_address):
    report = measured("echo", echo_address, *SHORT).report
    assert report["server_cpu_us_per_message"] is None and report["server_bytes_per_connection"] is None


def test_samples_add_up_to_the_run(echo_address):
    run = measured("echo", echo_address, "-c", 3, "-d", "500ms", "--warmup", "0s", "--interval", "100ms").is_clean()
    samples = run.report["samples"]
    assert 4 <= len(samples) <= 7, run.story(f"{len(samples)} samples")
    assert [sample["at_s"] for sample in samples] == sorted(sample["at_s"] for sample in samples)
    assert sum(sample["sent"] for sample in samples) == run.report["sent"], run.story("samples do not add up")


def test_csv_is_a_table_of_the_intervals(echo_address, tmp_path):
    path = tmp_path / "run.csv"
    words = ("-c", 3, "-d", "400ms", "--warmup", "0s", "--interval", "100ms")
    run_load("echo", echo_address, *words, "--quiet", "--csv", path).ends_with(GOOD)
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    assert {"sent", "received", "lost", "at_s", "p99_us"} <= set(rows[0]), rows[0]
    assert len(rows) >= 4 and {len(row) for row in rows} == {len(rows[0])}, rows
    assert sum(int(row[rows[0].index("received")]) for row in rows[1:]) > 0


def test_hgrm_is_the_distribution_of_the_judged_series(echo_address, tmp_path):
    path = tmp_path / "run.hgrm"
    run = measured("echo", echo_address, *SHORT, "--rate", 1000, "--hgrm", path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    rows = [line.split() for line in lines[1:] if line.strip() and not line.startswith("#")]
    shares = [float(row[1]) for row in rows]
    assert shares == sorted(shares) and shares[-1] == 1
    assert int(rows[-1][2]) == 300
    assert float(rows[-1][0]) == pytest.approx(run.report["response_us"]["max"], rel=0.002)


def is_self_contained(page):
    assert "<svg" in page and page.rstrip().endswith("</html>")
    assert "<script src" not in page
    found = OUTSIDE.search(page)
    assert not found, f"a resource from outside: {page[found.start() : found.start() + 120]!r}"


def test_html_is_one_page_that_needs_nothing_else(echo_address, tmp_path):
    path = tmp_path / "run.html"
    run_load("echo", echo_address, *SHORT, "--quiet", "--html", path).ends_with(GOOD)
    page = path.read_text(encoding="utf-8")
    is_self_contained(page)
    assert echo_address in page


@pytest.mark.parametrize("kind, begins", [("csv", r"[a-z_]+,"), ("hgrm", r"\s*Value"), ("html", r"<!doctype html>")])
def test_a_dash_is_standard_output(echo_address, kind, begins):
    run = run_load("echo", echo_address, *SHORT, "--quiet", f"--{kind}", "-").ends_with(GOOD)
    assert re.match(begins, run.out, re.IGNORECASE), run.story("standard output")
    assert run.err == ""


# Screen.


def test_quiet_prints_nothing(echo_address):
    run = run_load("echo", echo_address, *SHORT, "--quiet").ends_with(GOOD)
    assert (run.out, run.err) == ("", "")


def test_quiet_with_json_to_standard_output_prints_json_alone(echo_address):
    run = run_load("echo", echo_address, *SHORT, "--quiet", "--json", "-").ends_with(GOOD)
    assert json.loads(run.out)["received"] == 300
    assert run.err == ""


def test_a_pipe_gets_a_summary_of_plain_lines(echo_address):
    run = run_load("echo", echo_address, *SHORT).ends_with(GOOD)
    assert is_fit_for_a_pipe(run.out + run.err), run.story("controls")
    assert all(word in run.out for word in ("300", "p50", "p99", "max", "no errors")), run.story("the summary")
    assert max(map(len, run.out.splitlines()[:-1])) <= 100, run.story("a line is long")


def test_the_summary_names_each_fault(faulty_server):
    server = faulty_server("echo", "lose", "--every", 100)
    # On one connection: the last line of one of several would be late for ever instead of lost.
    run = run_load("echo", server.address(), "-c", 1, "--count", 350, "--depth", 4, "--warmup", "0s").ends_with(ASSERTION_FAILED)
    assert re.search(r"\b3 lost", run.out), run.story("the summary")


def test_a_terminal_gets_live_figures_and_the_summary(echo_address):
    terminal = Terminal(*command_of("echo", echo_address, *FOR_A_SECOND), columns=120)
    try:
        terminal.shows_like("p99")
        assert terminal.process.poll() is None, "the figures came only with the summary"
        terminal.shows_like("no errors")
        assert terminal.ends() == GOOD
    finally:
        terminal.closes()


def test_a_terminal_gets_no_more_than_colours_and_moves(echo_address):
    terminal = Terminal(*command_of("echo", echo_address, *FOR_A_SECOND))
    try:
        shown = terminal.output_to_the_end().decode()
        assert "p99" in shown and is_fit_for_a_terminal(shown), repr(shown)
        assert terminal.ends() == GOOD
    finally:
        terminal.closes()


# --assert.


@pytest.mark.parametrize(
    "text", ["p99<10s", "errors==0", "lost<=0", "service.max<10s", "connect.p50 > 0us", "received_per_s>1", "sent!=0"]
)
def test_an_assertion_that_holds_is_good(echo_address, text):
    run = measured("echo", echo_address, *SHORT, "--assert", text).ends_with(GOOD)
    assert [result["holds"] for result in run.report["asserts"]] == [True], run.story("asserts")


@pytest.mark.parametrize("text", ["p99<1us", "lost>=1", "service.p50>10s", "received!=300"])
def test_an_assertion_that_does_not_hold_fails_the_run(echo_address, text):
    run = measured("echo", echo_address, *SHORT, "--assert", "errors==0", "--assert", text).ends_with(ASSERTION_FAILED)
    assert [result["holds"] for result in run.report["asserts"]] == [True, False], run.story("asserts")
    assert run.report["asserts"][1]["found"], run.story("what was found is not said")


def test_an_assertion_of_ones_own_takes_the_place_of_no_errors(faulty_server):
    server = faulty_server("echo", "lose", "--every", 100)
    words = ("echo", server.address(), "-c", 1, "--count", 350, "--depth", 4, "--warmup", "0s")
    measured(*words, "--assert", "lost<=3").ends_with(GOOD).finds(lost=3)


# compare and report.


def test_compare_gives_ratios(results):
    run = run_load("compare", *results).ends_with(GOOD)
    assert is_fit_for_a_pipe(run.out) and run.err == "", run.story("controls")
    assert "p99" in run.out and len(re.findall(r"\d\.\d", run.out)) >= 5, run.story("ratios")


def test_compare_of_a_file_with_itself_is_one(results):
    run = run_load("compare", results[0], results[0]).ends_with(GOOD)
    ratios = [line for line in run.out.splitlines() if "p50" in line]
    assert ratios and all(re.search(r"\b1\.0+\b", line) for line in ratios), run.story("the ratio of p50 is 1")


def test_report_makes_one_page_of_several_runs(results, tmp_path):
    path = tmp_path / "both.html"
    run = run_load("report", *results, "--html", path).ends_with(GOOD)
    page = path.read_text(encoding="utf-8")
    is_self_contained(page)
    assert run.err == "" and "a.json" in page and "b.json" in page


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '{"schema": 99}'])
def test_a_file_that_is_no_result_is_named(results, tmp_path, text):
    bad = tmp_path / "bad.json"
    bad.write_text(text)
    for words in (("compare", results[0], bad), ("report", bad, "--html", tmp_path / "page.html")):
        run = run_load(*words)
        assert run.status not in (GOOD, FAILED, ASSERTION_FAILED), run.story("exit status")
        assert run.out == "" and is_one_sentence(run.err) and "bad.json" in run.err, run.story("one sentence that names it")


def test_a_result_file_that_is_not_there_is_named(results, tmp_path):
    run = run_load("compare", results[0], tmp_path / "none.json")
    assert run.status not in (GOOD, FAILED, ASSERTION_FAILED), run.story("exit status")
    assert run.out == "" and is_one_sentence(run.err) and "none.json" in run.err, run.story("one sentence that names it")
