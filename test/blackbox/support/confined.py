"""What the kernel says a process may do, and a place for one that is nobody."""

import os
import pathlib
import pwd
import re
import shutil
import tempfile

import pytest

from support.bounds import SANITIZED
from support.server import run_grottod

NOBODY = "nobody"


def is_root():
    return os.geteuid() == 0


HAS_FILTER = "without libseccomp" not in run_grottod("chat", "--seccomp", "--listen", "192.0.2.1:1").stderr
NEEDS_FILTER = pytest.mark.skipif(SANITIZED or not HAS_FILTER, reason="built without libseccomp, or with a sanitizer that asks for more")
UNIT = ("--user", NOBODY, "--seccomp") if is_root() else ("--seccomp",)  # as dist/systemd/grottod.service has it


def status_of(pid, thread=None):
    """The fields of /proc/PID/status."""
    place = f"/proc/{pid}/task/{thread}/status" if thread else f"/proc/{pid}/status"
    return dict(re.findall(r"^(\w+):\s*(.*)$", pathlib.Path(place).read_text(encoding="ascii"), re.MULTILINE))


def threads_of(pid):
    return [status_of(pid, thread) for thread in os.listdir(f"/proc/{pid}/task")]


def has_no_privileges(status):
    """No capability, and no way to one."""
    sets = [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb", *(["CapBnd"] if is_root() else []))]
    return all(int(each, 16) == 0 for each in sets) and status["NoNewPrivs"] == "1"


def is_nobody(status):
    user = pwd.getpwnam(NOBODY)
    return set(status["Uid"].split()) == {str(user.pw_uid)} and set(status["Gid"].split()) == {str(user.pw_gid)} and "0" not in status["Groups"].split()


class Folder:
    """A folder that nobody may enter and, but for `state`, not write to. A program of a test that is root's cannot reach pytest's own."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="grotto-nobody-"))
        self.path.chmod(0o755)
        self.state = self.path / "state"
        self.state.mkdir(mode=0o700)
        if is_root():
            user = pwd.getpwnam(NOBODY)
            os.chown(self.state, user.pw_uid, user.pw_gid)

    def remove(self):
        shutil.rmtree(self.path)
