"""Loads: runs of grotto-load and a storm of connections, each in a process of its own, as one may have 20,000 descriptors only."""

import json
import multiprocessing
import subprocess
import sys

from held_parts.daemon import LOAD, TOP

sys.path.insert(0, str(TOP / "test/blackbox"))

from support import storm  # noqa: E402

SPARE_S = 120  # to connect and to leave


class Load:
    """One run, which is begun when this is made."""

    def __init__(self, *words, seconds):
        self.command = ["grotto-load", *map(str, words)]
        self._seconds = seconds
        self._process = subprocess.Popen(
            [str(LOAD), *self.command[1:], "--quiet", "--json", "-"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )

    def report(self):
        try:
            out, err = self._process.communicate(timeout=self._seconds + SPARE_S)
        except subprocess.TimeoutExpired:
            self.ends()
            raise RuntimeError(f"no end: {' '.join(self.command)}") from None
        try:
            return json.loads(out)
        except ValueError:
            raise RuntimeError(f"{' '.join(self.command)}: {err.decode().strip()}") from None

    def ends(self):
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


class Storm:
    """`per_second` connections for `seconds`; every second one waits for its greeting, the others leave at once."""

    def __init__(self, port, per_second, seconds):
        self._receiving, sending = multiprocessing.Pipe(duplex=False)
        self._seconds = seconds
        self._process = multiprocessing.Process(target=_rage, args=(sending, port, per_second, seconds), daemon=True)
        self._process.start()

    def found(self):
        if not self._receiving.poll(self._seconds + SPARE_S):
            raise RuntimeError("the storm does not end")
        found = self._receiving.recv()
        self._process.join()
        return found

    def ends(self):
        self._process.kill()
        self._process.join()


def _rage(sending, port, per_second, seconds):
    found = storm.storm(("127.0.0.1", port), per_second, seconds)
    sending.send({
        "made": found.made,
        "refused": found.refused,
        "greeted": len(found.waits),
        "greeting_ms": {name: 1e3 * found.quantile(share) for name, share in (("p50", 0.5), ("p99", 0.99), ("p999", 0.999), ("max", 1))},
        "generator_late_ms": 1e3 * found.late_s,
    })


Backlog = storm.Backlog
