"""Machine: what a result needs to be understood later: programs, compiler, kernel, processor, settings, and how busy it was."""

import json
import os
import re
import shutil
import subprocess

from compare_parts.places import GROTTOD, LOAD, LOADER_CORE
from compare_parts.servers import Server

VERSIONS = {
    "redis-server": ("redis-server", "--version"),
    "nats-server": ("nats-server", "--version"),
    "ngircd": ("ngircd", "--version"),
    "ncat": ("ncat", "--version"),
    "socat": ("socat", "-V"),
}


def _first_version(words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    found = re.search(r"(\d+\.\d+[\w.-]*)", done.stdout + done.stderr)
    return found.group(1) if found else "unknown"


def describe(echo_kind):
    """Name and value of all that matters, as grotto-load's own report has it, and the versions of the servers."""
    about = subprocess.run([str(GROTTOD), "--version"], capture_output=True, text=True, check=True).stdout
    commit = re.search(r"commit ([^)\s]+)", about)
    found = {"commit": commit.group(1) if commit else "unknown"}
    with Server(echo_kind) as server:
        words = [str(LOAD), "echo", server.address, "--count", "100", "--warmup", "0", "-c", "1", "--quiet", "--json", "-"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.stdout:  # what a wrong run says about the machine is right all the same
        found |= json.loads(done.stdout)["environment"]
    found["cores"] = f"{os.cpu_count()} (servers on core 0, loader on core {LOADER_CORE})"
    for name, words in VERSIONS.items():
        if shutil.which(words[0]):
            found[name] = _first_version(words)
    return found


def load_average():
    return os.getloadavg()[0]


class Steal:
    """The share of all cores that the hypervisor took since this was made."""

    def __init__(self):
        self._before = self._ticks()

    @staticmethod
    def _ticks():
        with open("/proc/stat", encoding="utf-8") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
        return sum(ticks), ticks[7]

    def share(self):
        total, steal = (after - before for after, before in zip(self._ticks(), self._before))
        return steal / total if total else 0.0
