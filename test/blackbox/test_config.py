"""Configuration: flag > environment > file > default; faults name where they are and what was expected."""

import pytest

from support.room import GREETING
from support.server import run_grottod


@pytest.fixture
def file(tmp_path):
    """Writes a configuration file: `path = file('max_clients = 5')`."""

    def write(text, name="grotto.toml"):
        path = tmp_path / name
        path.write_text(text + "\n", encoding="utf-8")
        return path

    return write


def printed(*args, **how):
    """The settings that --print-config shows, as text by key."""
    run = run_grottod(*args, "--print-config", **how)
    assert run.returncode == 0, run.stderr
    pairs = (line.split("#")[0].split("=", 1) for line in run.stdout.splitlines() if "=" in line.split("#")[0])
    return {key.strip(): value.strip() for key, value in pairs}


def test_the_defaults():
    settings = printed()
    assert settings["history"] == "20"
    assert settings["line_bytes_max"].replace("_", "") == "4096"
    assert "127.0.0.1:5001" in settings["listen"]
    assert settings["names"] == '"ask"'
    assert settings["slow"] == '"skip"'
    assert all(word in settings["quit_word"] for word in ("{quit}", "exit", "/quit"))


def test_the_default_address_is_the_same_for_echo():
    assert "127.0.0.1:5001" in printed("echo")["listen"]


def test_a_file_beats_the_default(file):
    assert printed("--config", file("history = 7"))["history"] == "7"


def test_the_environment_beats_the_file(file):
    path = file("history = 7")
    assert printed("--config", path, env={"GROTTO_HISTORY": "8"})["history"] == "8"


def test_a_flag_beats_the_environment(file):
    path = file("history = 7")
    assert printed("--config", path, "--history", "9", env={"GROTTO_HISTORY": "8"})["history"] == "9"


def test_the_file_may_be_named_by_the_environment(file):
    assert printed(env={"GROTTO_CONFIG": str(file("history = 7"))})["history"] == "7"


def test_names_of_one_option_in_all_three(file):
    assert printed("--max-clients", "5")["max_clients"] == "5"
    assert printed(env={"GROTTO_MAX_CLIENTS": "5"})["max_clients"] == "5"
    assert printed("--config", file("max_clients = 5"))["max_clients"] == "5"


def test_lists_by_comma_in_the_environment():
    settings = printed(env={"GROTTO_QUIT_WORD": "agur,bye"})
    assert "agur" in settings["quit_word"] and "bye" in settings["quit_word"] and "exit" not in settings["quit_word"]


def test_a_list_of_a_stronger_source_replaces_the_weaker(file):
    path = file('quit_word = ["one", "two"]')
    settings = printed("--config", path, "--quit-word", "three")
    assert "three" in settings["quit_word"] and "one" not in settings["quit_word"]


def test_switches_in_the_environment_and_the_file(file):
    assert printed("echo", env={"GROTTO_UDP": "true"})["udp"] == "true"
    assert printed("echo", "--config", file("udp = true"))["udp"] == "true"
    assert printed("echo")["udp"] == "false"


def test_what_is_printed_is_a_file_that_says_the_same(file):
    first = run_grottod("--max-clients", "7", "--names", "address", "--greeting", 'say "hi" \\o/', "--print-config")
    path = file(first.stdout)
    second = run_grottod("--config", path, "--print-config")
    assert second.returncode == 0, second.stderr
    assert second.stdout == first.stdout
    assert run_grottod("--config", path, "--check-config").returncode == 0


def test_a_setting_works_from_each_source(grottod, file):
    for server in (
        grottod("chat", "--greeting", "from a flag"),
        grottod("chat", env={"GROTTO_GREETING": "from the environment"}),
        grottod("chat", "--config", file('greeting = "from a file"')),
    ):
        server.connect().hears_like("^from (a flag|the environment|a file)$")


FAULTS = {
    "an unknown key": ("history = 5\nunknown_key = 1", 2, "unknown_key"),
    "a number that is none": ('history = "many"', 1, "history"),
    "a number below": ("\n\nhistory = -1", 3, "history"),
    "a fraction": ("history = 2.5", 1, "history"),
    "a choice that is none": ('names = "perhaps"', 1, "ask"),
    "a switch that is none": ('wait_turn = "maybe"', 1, "wait_turn"),
    "text for a list of numbers": ("# a comment\nlisten = 5", 2, "listen"),
    "an unknown key of a listener": ('[[listener]]\nlisten = "127.0.0.1:0"\ncolour = 1', 3, "colour"),
    "a service that is none": ('[[listener]]\nlisten = "127.0.0.1:0"\nservice = "tea"', 3, "tea"),
    "a network that is none": ('deny = ["127.0.0.0/99"]', 1, "127.0.0.0/99"),
    "not TOML": ("history = 5\nhistory = = 6", 2, ""),
}


@pytest.mark.parametrize("text,line,word", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_in_the_file_names_file_line_and_what_was_expected(file, text, line, word):
    path = file(text)
    run = run_grottod("--config", path, "--check-config")
    assert run.returncode == 78
    assert f"{path}:{line}" in run.stderr, run.stderr
    assert word in run.stderr
    assert run.stdout == ""


def test_a_file_that_is_not_there_exits_78(tmp_path):
    run = run_grottod("--config", tmp_path / "none.toml")
    assert run.returncode == 78
    assert "none.toml" in run.stderr


def test_a_bad_value_in_the_environment_names_the_variable():
    run = run_grottod("--check-config", env={"GROTTO_HISTORY": "many"})
    assert run.returncode in (64, 78)
    assert "GROTTO_HISTORY" in run.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["--no-such-option"],
        ["--history", "many"],
        ["--history", "-1"],
        ["--history"],
        ["--names", "perhaps"],
        ["--slow", "never"],
        ["--workers", "0"],
        ["--rate", "fast"],
        ["--log-format", "xml"],
        ["--log-level", "loud"],
        ["--deny", "nowhere"],
        ["--doors", "window"],
        ["--line-bytes-max", "0"],
        ["tea"],
        ["chat", "echo"],
        ["-p", "65536"],
    ],
    ids=" ".join,
)
def test_usage_errors_exit_64(args):
    run = run_grottod(*args, "--check-config")
    assert run.returncode == 64, run.stderr
    assert run.stderr.strip()
    assert run.stdout == ""


def test_check_config_ends_with_0_and_listens_nowhere(grottod):
    server = grottod("chat")
    run = run_grottod("chat", "--listen", server.address(), "--check-config")
    assert run.returncode == 0, run.stderr
    assert "listening" not in run.stdout


def test_a_hash_or_quotes_in_a_greeting_survive(grottod, file):
    path = file("greeting = 'a # \"b\"'")
    server = grottod("chat", "--config", path)
    server.connect().hears('a # "b"')


def test_an_empty_file_changes_nothing(grottod, file):
    grottod("chat", "--config", file("")).connect().hears(GREETING)
