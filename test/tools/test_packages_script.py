"""tools/lib/packages.sh from outside: peers are installed without starting their services, by a package manager that only writes down."""

import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parents[2]
APT = """#!/bin/sh
echo "$@" >>"{log}"
if [ "$1" = install ]; then cat "{policy}" >>"{log}"; fi
exit {status}
"""


def need_without_services(folder, probe, status=0, policy=None):
    """The status of the script, what the package manager heard and saw, and the policy that is there afterwards."""
    (folder / "tools").mkdir()
    (folder / "tools/packages.txt").write_text(f"bench {probe} some-peer - - - -\n")
    log, place = folder / "log", folder / "policy-rc.d"
    log.write_text("")
    if policy is not None:
        place.write_text(policy)
    programs = folder / "programs"
    programs.mkdir()
    for name, text in (("apt-get", APT.format(log=log, policy=place, status=status)), ("sudo", '#!/bin/sh\nexec "$@"\n')):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    script = f'PATH="{programs}:$PATH"; GROTTO_TOP="{folder}"; GROTTO_POLICY="{place}"; . "{TOP}/tools/lib/packages.sh"; grotto_need_without_services bench'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    return done.returncode, log.read_text(), place.read_text() if place.exists() else None


def test_peers_are_installed_under_a_policy_that_starts_no_service_and_that_is_gone_afterwards(tmp_path):
    status, heard, policy = need_without_services(tmp_path, "cmd:no-such-program")
    assert status == 0
    assert "install" in heard and "some-peer" in heard and "exit 101" in heard
    assert policy is None


def test_a_policy_that_was_there_is_put_back(tmp_path):
    _, heard, policy = need_without_services(tmp_path, "cmd:no-such-program", policy="#!/bin/sh\nexit 104\n")
    assert "exit 101" in heard
    assert policy == "#!/bin/sh\nexit 104\n"


def test_the_policy_is_gone_after_a_failed_installation_too(tmp_path):
    status, _, policy = need_without_services(tmp_path, "cmd:no-such-program", status=1)
    assert status != 0
    assert policy is None


def test_what_is_there_is_not_installed_again(tmp_path):
    assert need_without_services(tmp_path, "cmd:sh") == (0, "", None)
