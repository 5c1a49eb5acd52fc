"""What the process may do: the user, capabilities, core files, the system-call filter and the launch helper."""

import os
import pathlib
import resource
import signal
import subprocess

import pytest

from support.bounds import FILTERED, GROTTOD, SANITIZED, WAIT
from support.confined import HAS_FILTER, NEEDS_FILTER, NOBODY, UNIT, Folder, has_no_privileges, is_nobody, is_root, status_of, threads_of
from support.prompt import program
from support.room import GREETING, joined, left, users, welcome
from support.running import is_running
from support.server import child_environment, children_of, run_grottod
from support.tls import NEEDS_TLS, Authority, client
from support.waiting import wait_until

AS_ROOT = pytest.mark.skipif(not is_root(), reason="only root can become somebody else")
PARROT = 'while read -r line; do echo "I heard $line"; done'


@pytest.fixture
def folder():
    made = Folder()
    yield made
    made.remove()


def enters(server, name, *others):
    peer = server.connect(name)
    peer.says(name)
    peer.hears(GREETING, welcome(name), users(list(others)))
    return peer


def logs(server, text):
    wait_until(lambda: text in server.log(), text)


# ---- The user ----


@AS_ROOT
def test_all_threads_and_programs_of_a_server_are_the_user_and_have_no_privileges(grottod, folder):
    server = grottod("chat", "--user", NOBODY, "--workers", 2, "--bot", "parrot=" + PARROT, env={"STATE_DIRECTORY": str(folder.state)})
    server.connect().says("ana")
    logs(server, "bot started")
    helper = server.launch_helper()
    (bot,) = children_of(helper)
    threads = threads_of(server.process.pid)
    assert len(threads) >= 3  # two workers and the store
    for status in [*threads, status_of(helper), status_of(bot)]:
        assert is_nobody(status) and has_no_privileges(status), status
    files = list(folder.state.iterdir())
    assert files and all(each.owner() == NOBODY for each in files)


@AS_ROOT
def test_what_only_root_may_bind_is_bound_before(grottod, folder):
    here = folder.path / "socket"  # nobody may not write here
    server = grottod("chat", "--user", NOBODY, "--history", 0, "--store", "none", listen=(f"unix:{here}",))
    enters(server, "ana")
    assert here.owner() == "root"


def test_capabilities_are_given_up_without_a_word(grottod):
    server = grottod("echo", "--workers", 2)
    assert all(has_no_privileges(status) for status in threads_of(server.process.pid))


def test_users_and_groups_that_there_are_not_are_told():
    for text, sentence in (
        ("no-such-user", 'there is no user "no-such-user".'),
        (f"{NOBODY}:no-such-group", 'there is no group "no-such-group".'),
    ):
        run = run_grottod("echo", "--listen", "127.0.0.1:0", "--user", text)
        assert (run.returncode, run.stderr) == (67, f"grottod: {sentence}\n")
    run = run_grottod("echo", "--user", "a:b:c")
    assert run.returncode == 64 and "expected NAME or NAME:GROUP" in run.stderr


def test_who_is_not_root_is_told_that_only_root_can():
    how = {"user": NOBODY, "group": NOBODY_GROUP, "extra_groups": []} if is_root() else {}
    run = subprocess.run([GROTTOD, "echo", "--listen", "127.0.0.1:0", "--user", "root"], env=child_environment(), capture_output=True, text=True, timeout=WAIT, check=False, **how)
    assert run.returncode == 77 and run.stderr.startswith("grottod: only root can become root (--user); this is user "), run.stderr


NOBODY_GROUP = pathlib.Path("/etc/group").read_text(encoding="utf-8").splitlines()[-1].split(":")[0] if not is_root() else "nogroup"


# ---- Cores ----


def test_no_core_is_left_unless_it_is_wanted(grottod):
    if not is_root() or SANITIZED:
        pytest.skip("the harness of others needs --core itself")
    quiet, loud = grottod("echo"), grottod("echo", "--core")
    limits = [resource.prlimit(each.process.pid, resource.RLIMIT_CORE) for each in (quiet, loud)]
    assert limits[0] == (0, 0) and limits[1] == resource.getrlimit(resource.RLIMIT_CORE)
    # One whose memory nobody may read cannot be looked into by its own user: this is how the kernel shows it.
    assert [status_of(each.process.pid)["CoreDumping"] for each in (quiet, loud)] == ["0", "0"]
    for server, is_closed in ((quiet, True), (loud, False)):
        look = subprocess.run(
            ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "cat", f"/proc/{server.process.pid}/environ"],
            capture_output=True, timeout=WAIT, check=False,
        )  # fmt: skip
        assert (look.returncode != 0) == is_closed, look.stderr


# ---- Under the unit's settings ----


@NEEDS_FILTER
@NEEDS_TLS
def test_a_bot_a_program_and_a_reload_under_the_settings_of_the_unit(grottod, folder):
    cert, key = Authority(folder.path).signs("localhost")
    key.chmod(0o644)  # nobody reads it anew
    script = folder.path / "script.toml"
    script.write_text('[run]\ncommand = ["./program.py"]\n[[ask]]\nid = "one"\nprompt = "One?"\n[[ask]]\nid = "two"\nprompt = "Two?"\n')
    program(folder.path, "program.py", "for line in sys.stdin:\n    print(json.dumps({'say': json.loads(line)['answer'] + '!', 'next': True}), flush=True)\n")
    (folder.path / "program.py").chmod(0o755)
    config = folder.path / "grotto.toml"
    config.write_text(
        f"script = '{script}'\ntls_cert = ['{cert}']\ntls_key = ['{key}']\n"
        + "".join(f"[[listener]]\nservice = '{service}'\nlisten = '127.0.0.1:0'\n" for service in ("chat", "prompt"))
    )
    server = grottod("--config", config, *UNIT, "--workers", 2, "--bot", "parrot=" + PARROT,
                     listen=(), listeners=2, counts_descriptors=False, env={"STATE_DIRECTORY": str(folder.state)})  # fmt: skip
    assert all(status["Seccomp"] == "2" and has_no_privileges(status) for status in threads_of(server.process.pid))
    assert status_of(server.launch_helper())["Seccomp"] == "0"

    ana = enters(server, "ana", "parrot")
    ana.says("kaixo")
    ana.hears("parrot: I heard ana has joined the chat!", "parrot: I heard ana: kaixo")

    asked = server.connect("asked", index=1)
    asked.hears("One?")
    asked.says("tea")
    asked.hears("tea!", "Two?")

    first = serial_of(server)
    Authority(folder.path, "second").signs("localhost")
    key.chmod(0o644)
    server.signal(signal.SIGHUP)
    logs(server, "certificates were read anew")
    wait_until(lambda: serial_of(server) != first, "the new certificate on every worker")
    ana.says("still here")
    ana.hears("parrot: I heard ana: still here")


def serial_of(server):
    """Of the certificate that a newcomer is shown."""
    with client().wrap_socket(server.connect().sock) as sock:
        return sock.getpeercert(binary_form=True)


@NEEDS_FILTER
def test_the_filter_is_off_unless_it_is_asked_for(grottod):
    if FILTERED:
        pytest.skip("all servers of this run are asked to")
    assert status_of(grottod("echo").process.pid)["Seccomp"] == "0"


def test_without_the_filter_in_the_program_its_option_is_refused():
    if HAS_FILTER:
        pytest.skip("it is built in")
    run = run_grottod("echo", "--listen", "127.0.0.1:0", "--seccomp")
    assert (run.returncode, run.stderr) == (69, "grottod: --seccomp: this program was built without libseccomp.\n")


# ---- The launch helper ----


def test_the_helper_holds_nothing_of_the_server(grottod):
    server = grottod("chat", "--history", 0)
    helper = server.launch_helper()
    held = {fd: os.readlink(f"/proc/{helper}/fd/{fd}") for fd in os.listdir(f"/proc/{helper}/fd")}
    assert {held.pop(fd) for fd in "012"} == {"/dev/null"}
    assert [name.split(":")[0] for name in held.values()] == ["socket"]


def test_a_server_whose_helper_dies_goes_on_without_programs(grottod):
    server = grottod("chat", "--history", 0, "--bot", "parrot=" + PARROT, counts_descriptors=False)
    ana = enters(server, "ana", "parrot")
    ana.hears("parrot: I heard ana has joined the chat!")
    os.kill(server.launch_helper(), signal.SIGKILL)
    ana.hears(left("parrot"))
    logs(server, "the launch helper has ended, no bot and no other program can be started any more")
    logs(server, 'bot cannot be started bot=parrot why="no process can be made: the launch helper has ended"')
    enters(server, "oskar", "ana")
    ana.hears(joined("oskar"))


def test_a_server_that_is_killed_takes_helper_and_programs_with_it(grottod):
    server = grottod("chat", "--history", 0, "--bot", "deaf=trap '' TERM; while :; do sleep 1; done")
    logs(server, "bot started")
    helper = server.launch_helper()
    wait_until(lambda: children_of(helper), "the bot")
    (bot,) = children_of(helper)
    server.signal(signal.SIGKILL)
    server.ends()
    wait_until(lambda: not is_running(helper), "the helper's end")
    wait_until(lambda: not is_running(bot), "the bot's end")
