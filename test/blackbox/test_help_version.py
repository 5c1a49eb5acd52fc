"""--help and --version."""

import re
import shlex

import pytest

from support.server import run_grottod

OPTIONS = """
--listen --port --workers --names --greeting --quit-word --history --slow --motd --allow --deny --doors --max-clients --wait-turn
--rate --udp --line-bytes-max --idle-timeout --log-format --log-level --check-config --print-config --config --version --help
""".split()


@pytest.fixture(scope="module")
def help_text():
    run = run_grottod("--help")
    assert run.returncode == 0
    assert run.stderr == ""
    return run.stdout


@pytest.mark.parametrize("option", OPTIONS)
def test_help_names_every_option(help_text, option):
    assert re.search(rf"(^|[\s,]){re.escape(option)}\b", help_text, re.MULTILINE)


@pytest.mark.parametrize("default", ["127.0.0.1:5001", "20", "4096", "skip", "ask", "{quit}"])
def test_help_shows_defaults(help_text, default):
    assert default in help_text.replace("4,096", "4096")


def test_help_fits_a_terminal_of_100_columns(help_text):
    assert max(map(len, help_text.splitlines())) <= 100


def test_help_is_grouped(help_text):
    groups = [line for line in help_text.splitlines() if re.fullmatch(r"[A-Z][^.]*:", line)]
    assert len(groups) >= 4, groups


def test_the_examples_work_when_pasted(help_text):
    """As a shell would read them, but only checked."""
    examples = [line.strip() for line in help_text.partition("Examples:")[2].splitlines() if line.strip()]
    assert len(examples) >= 4, help_text
    for example in examples:
        words = shlex.split(example, comments=True)
        at = words.index("grottod")
        env = dict(word.split("=", 1) for word in words[:at])
        run = run_grottod(*words[at + 1 :], "--check-config", env=env)
        assert run.returncode == 0, f"{example}: {run.stderr}"


def test_version_tells_commit_features_and_libuv():
    run = run_grottod("--version")
    assert run.returncode == 0
    assert re.search(r"grottod \d+\.\d+.*\bcommit \S+", run.stdout)
    assert re.search(r"libuv \d+\.\d+\.\d+", run.stdout)
    assert all(feature in run.stdout for feature in ("chat", "echo", "telnet"))


def test_help_and_version_write_nothing_that_a_terminal_obeys(help_text):
    assert "\x1b" not in help_text + run_grottod("--version").stdout
