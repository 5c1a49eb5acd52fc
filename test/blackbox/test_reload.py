"""A running server is told to read its configuration anew: all of it or nothing, and it says what has changed."""

import os
import pathlib
import re
import signal

import pytest

from support.bounds import FACTOR
from support.room import GREETING, Room
from support.server import run_grottod
from support.tls import NEEDS_TLS, Authority, client, connects
from support.waiting import wait_until
from support.witness import Witness


class Configured:
    """A server with a file of its own."""

    def __init__(self, grottod, folder, *words, **how):
        self.file = folder / "grotto.toml"
        self.pid_file = folder / "grottod.pid"
        self._fixed = f'pid_file = "{self.pid_file}"\n'
        self.writes("")
        self.server = grottod("--config", self.file, *words, **how)

    def writes(self, text):
        self.file.write_text(self._fixed + text)

    def reload(self, *words):
        return run_grottod("reload", *(words or ("--config", self.file)))

    def reloads(self, text):
        """What `grottod reload` prints of it."""
        self.writes(text)
        run = self.reload()
        assert (run.returncode, run.stderr) == (0, ""), run
        return run.stdout.splitlines()


@pytest.fixture
def configured(grottod, tmp_path):
    return Configured(grottod, tmp_path)


def test_a_reload_changes_what_is_live_and_names_what_needs_a_restart(configured):
    server = configured.server
    assert configured.reloads('greeting = "Kaixo!"\nrooms_max = 7\naccounts_max = 9\nhistory = 5\n') == [
        'greeting: "" -> "Kaixo!"',
        "history: 20 -> 5",
        "need a restart, and stay as they are until then: rooms_max, accounts_max",
    ]
    server.connect().hears("Kaixo!")
    wait_until(lambda: 'settings need a restart keys="rooms_max, accounts_max"' in server.log(), "what needs a restart in the log")
    assert 'setting changed key=greeting from="\\"\\"" to="\\"Kaixo!\\""' in server.log()
    assert configured.reloads('greeting = "Kaixo!"\nrooms_max = 7\naccounts_max = 9\nhistory = 5\n') == [
        "need a restart, and stay as they are until then: rooms_max, accounts_max"
    ]
    assert set(configured.reloads("")) == {'greeting: "Kaixo!" -> ""', "history: 5 -> 20"}
    server.connect().hears(GREETING)


def test_new_limits_hold_on_every_worker_and_for_those_who_are_here(grottod, tmp_path):
    configured = Configured(grottod, tmp_path, "--workers", 2)
    room = Room(configured.server)
    witness = Witness(room)
    before = [configured.server.connect() for _ in range(4)]  # some on each
    for peer in before:
        peer.hears(GREETING)
    witness.hears_on()
    configured.reloads('greeting = "Kaixo!"\n')
    for _ in range(4):
        configured.server.connect().hears("Kaixo!")
    assert witness.saw_all() < 2 * FACTOR
    configured.reloads('idle_timeout = "1s"\n')
    for peer in before:
        peer.hears_like("idle for too long")


def test_bans_in_the_file_hold_from_the_reload_on(configured):
    server = configured.server
    stays = server.connect(source="127.0.0.2")
    stays.hears(GREETING)
    configured.reloads('deny = ["127.0.0.2"]\n')
    server.connect(source="127.0.0.2").hears_like("not allowed here")
    stays.says("ana")
    stays.hears_like("Welcome ana")
    configured.reloads("")
    server.connect(source="127.0.0.2").hears(GREETING)


def test_files_of_settings_are_read_anew_and_secrets_are_told_nowhere(grottod, tmp_path):
    motd, password = tmp_path / "motd", tmp_path / "password"
    motd.write_text("Lunch at one.\n")
    password.write_text("old-secret-word\n")
    configured = Configured(grottod, tmp_path, "--motd", motd, "--server-password-file", password)
    motd.write_text("Lunch at two.\n")
    password.write_text("new-secret-word\n")
    run = configured.reload()
    assert run.stdout.splitlines() == [
        "motd: the file has changed and was read anew",
        "server_password_file: the file has changed and was read anew",
    ]
    assert "secret-word" not in run.stdout + configured.server.log()
    ana = configured.server.connect()
    ana.read_past(b"password")
    ana.says("new-secret-word", "ana")
    ana.read_past(b"Lunch at two.\r\n")


def test_the_log_changes_level_and_form_while_it_runs(configured):
    server = configured.server
    configured.reloads('log_level = "debug"\n')
    server.connect().hears(GREETING)
    wait_until(lambda: " debug connected " in server.log(), "the line at debug")
    configured.reloads('log_level = "debug"\nlog_format = "json"\n')
    server.connect().hears(GREETING)
    wait_until(lambda: '"level":"debug","event":"connected"' in server.log(), "the line of JSON")
    configured.reloads('log_level = "error"\n')
    before = server.log()
    server.connect().hears(GREETING)
    configured.reloads('log_level = "error"\ngreeting = "a"\n')
    assert server.log() == before


@pytest.mark.parametrize("text, why", [("history = many\n", r"grotto\.toml:2: "), ("no_such = 1\n", "no_such is no key"), ('greeting = "a"\nmotd = "/none"\n', "motd")])
def test_a_broken_file_changes_nothing_and_says_why(configured, text, why):
    server = configured.server
    witness = Witness(Room(server))
    witness.hears_on()
    configured.writes(text)
    run = configured.reload("--pid-file", configured.pid_file)  # by signal: the server itself has to find the fault
    assert run.returncode == 78
    assert re.match(r"grottod: not reloaded: .*" + why, run.stderr), run.stderr
    wait_until(lambda: re.search(r" error not reloaded, all stays as it was why=.*" + why, server.log()), "why in the log")
    server.connect().hears(GREETING)
    assert witness.saw_all() < 2 * FACTOR
    before_signal = configured.reload()  # the file is looked at before anybody is asked
    assert before_signal.returncode == 78


@NEEDS_TLS
def test_a_broken_certificate_holds_back_all_the_rest(grottod, tmp_path):
    authority = Authority(tmp_path)
    cert, key = authority.signs("localhost", "DNS:localhost")
    configured = Configured(grottod, tmp_path, "--tls-cert", cert, "--tls-key", key)
    good = pathlib.Path(cert).read_bytes()
    pathlib.Path(cert).write_bytes(good[: len(good) // 2])
    configured.writes('greeting = "half"\n')
    run = configured.reload()
    assert run.returncode == 78 and str(cert) in run.stderr
    connects(configured.server, context=client(authority.file)).hears(GREETING)
    pathlib.Path(cert).write_bytes(good)
    assert configured.reloads('greeting = "whole"\n') == ['greeting: "" -> "whole"']
    connects(configured.server, context=client(authority.file)).hears("whole")


def test_the_server_is_found_by_its_address_and_its_pid_file_goes_with_it(grottod, tmp_path):
    server = grottod("echo", env={"XDG_RUNTIME_DIR": str(tmp_path)})
    found = tmp_path / "grotto" / f"grottod-127.0.0.1-{server.port}.pid"
    assert found.read_text() == f"{server.process.pid}\n"
    env = {"XDG_RUNTIME_DIR": str(tmp_path)}
    run = run_grottod("reload", "--listen", server.address(), env=env)
    assert (run.returncode, run.stdout) == (0, "no setting has changed\n"), run
    assert run_grottod("reopen-log", "--listen", server.address(), env=env).returncode == 0
    wait_until(lambda: "log opened anew" in server.log(), "the log to be opened anew")
    assert server.stops() == 0
    assert list((tmp_path / "grotto").iterdir()) == []
    gone = run_grottod("reload", "--listen", server.address(), env=env)
    assert gone.returncode == 69 and str(found) in gone.stderr


@pytest.fixture
def run_folder():
    folder = pathlib.Path("/run/grotto")
    is_ours = not folder.exists()
    folder.mkdir(exist_ok=True)
    yield folder
    if is_ours:
        folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes /run/grotto")
def test_the_server_of_the_unit_is_found_from_outside_of_it(grottod, run_folder):
    server = grottod("echo", env={"RUNTIME_DIRECTORY": str(run_folder)})
    run = run_grottod("reload", "--listen", server.address())
    assert (run.returncode, run.stdout) == (0, "no setting has changed\n"), run
    assert server.stops() == 0


def test_a_pid_file_that_another_process_holds_makes_the_start_fail(configured):
    run = run_grottod("echo", "--listen", "127.0.0.1:0", "--pid-file", configured.pid_file)
    assert run.returncode == 73
    assert f"is held by process {configured.server.process.pid}" in run.stderr
    assert configured.reload().returncode == 0  # and the file is still the first one's


def test_a_number_that_is_left_behind_is_never_signalled(grottod, tmp_path):
    pid_file = tmp_path / "grottod.pid"
    pid_file.write_text(f"{os.getpid()}\n")  # a SIGHUP would end this test
    run = run_grottod("reload", "--pid-file", pid_file)
    assert run.returncode == 69 and "its server is gone" in run.stderr
    server = grottod("echo", "--pid-file", pid_file)
    assert pid_file.read_text() == f"{server.process.pid}\n"
    server.signal(signal.SIGKILL)
    server.ends()
    assert run_grottod("reload", "--pid-file", pid_file).returncode == 69
    assert grottod("echo", "--pid-file", pid_file).stops() == 0
    assert not pid_file.exists()


def test_an_upgrade_hands_the_pid_file_over(configured):
    server = configured.server
    before = configured.pid_file.read_text()
    configured.reloads('greeting = "Kaixo!"\n')
    server.upgrades()
    wait_until(lambda: configured.pid_file.exists() and configured.pid_file.read_text() != before, "the new number")
    server.connect().hears("Kaixo!")
    assert configured.reloads('greeting = "Egun on!"\n') == ['greeting: "Kaixo!" -> "Egun on!"']
    server.connect().hears("Egun on!")
    held = run_grottod("echo", "--listen", "127.0.0.1:0", "--pid-file", configured.pid_file)
    assert held.returncode == 73
    assert f"is held by process {configured.pid_file.read_text().strip()}:" in held.stderr
