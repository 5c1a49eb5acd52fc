"""FaultProxy: test/support/fault_proxy between the peers and the server, as a process of its own."""

import socket
import subprocess
import sys

from support.bounds import ROOT, WAIT
from support.peer import Peer

PROGRAM = ROOT / "test/support/fault_proxy/fault_proxy.py"


class FaultProxy:
    """`with FaultProxy(server, seed, "slice=1-3") as proxy:`; what a plan's words do stands in the program."""

    def __init__(self, server, seed, *plan):
        self._command = [sys.executable, str(PROGRAM), "--seed", str(seed), server.address(), *plan]

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        said = self._process.stdout.readline()
        assert said.startswith("listening proxy "), said
        self.port = int(said.rpartition(":")[2])
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            assert self._process.wait(WAIT) == 0
        finally:
            self._process.kill()
            self._process.wait()
            self._process.stdout.close()

    def plans(self, *plan):
        """What is done to the connections that come after this."""
        self._orders(" ".join(plan), "planned")

    def cuts(self):
        """Resets all that there are."""
        self._orders("cut", "cut")

    def connect(self, label="peer"):
        return Peer(socket.create_connection(("127.0.0.1", self.port), timeout=WAIT), label)

    def _orders(self, line, answer):
        self._process.stdin.write(line + "\n")
        assert self._process.stdout.readline() == answer + "\n"
