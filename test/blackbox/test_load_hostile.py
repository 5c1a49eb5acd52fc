"""grotto-load is safe against its server: nothing that a server sends reaches the terminal, fills the memory or runs in a page."""

import pytest

from support.bounds import SLOWED
from support.load import FAILED, GOOD, USAGE, command_of, is_fit_for_a_pipe, is_fit_for_a_terminal, most_memory_kib, run_load
from support.programs import Terminal

# What faulty_server's `escapes` sends contains each of these.
OBEYED = ["\x1b]", "\x1bP", "\x1b[31mred"]
SHORT = ("-c", 1, "--count", 4, "--timeout", "300ms", "--warmup", "0s")

pytestmark = pytest.mark.usefixtures("load")


@pytest.fixture
def hostile(faulty_server):
    return faulty_server("echo", "escapes").address()


def is_harmless(text):
    return is_fit_for_a_terminal(text) and not any(sequence in text for sequence in OBEYED)


def test_a_pipe_gets_no_controls(hostile):
    run = run_load("echo", hostile, *SHORT)
    assert run.status != GOOD, run.story("hostile lines are errors")
    assert run.out, run.story("no summary")
    assert is_fit_for_a_pipe(run.out + run.err), run.story("controls")


def test_the_sentence_on_a_failed_handshake_is_clean_and_shows_what_came(hostile):
    run = run_load("fanout", hostile, "--dialect", "redis", *SHORT).ends_with(FAILED, USAGE)
    assert is_fit_for_a_pipe(run.out + run.err), run.story("controls")
    assert "hostile" in run.out + run.err, run.story("what the server said is not shown")


@pytest.mark.parametrize("workload, service", [("echo", "echo"), ("fanout", "grotto")], ids=["lines", "handshake"])
def test_a_terminal_gets_nothing_that_it_obeys(faulty_server, workload, service):
    address = faulty_server(service, "escapes").address()
    terminal = Terminal(*command_of(workload, address, *SHORT, "--interval", "100ms"))
    try:
        shown = terminal.output_to_the_end().decode()
        assert shown and is_harmless(shown), repr(shown)
        assert terminal.ends() != GOOD
    finally:
        terminal.closes()


def test_result_files_carry_nothing_that_a_reader_obeys(hostile, tmp_path):
    files = {kind: tmp_path / f"run.{kind}" for kind in ("json", "csv", "hgrm", "html")}
    words = [word for kind, path in files.items() for word in (f"--{kind}", path)]
    run_load("echo", hostile, *SHORT, *words)
    for kind, path in files.items():
        text = path.read_bytes().decode()
        assert is_harmless(text) and "\x1b" not in text, f"{kind}: {text[:2000]!r}"
        assert "<script>alert" not in text or kind == "json", f"{kind}: {text[:2000]!r}"


@pytest.mark.skipif(SLOWED, reason="a sanitizer or valgrind takes memory of its own")
def test_a_line_without_an_end_does_not_fill_the_memory(faulty_server):
    server = faulty_server("echo", "endless")
    peak_kib, status = most_memory_kib("echo", server.address(), *SHORT, "--quiet")
    assert status != GOOD
    assert peak_kib < 48 << 10, f"{peak_kib} KiB"


def test_a_refusal_is_shown(faulty_server):
    server = faulty_server("grotto", "refuse")
    run = run_load("fanout", server.address(), *SHORT).ends_with(FAILED)
    assert "The server is full, try again later." in run.out + run.err, run.story("what the server said is not shown")
