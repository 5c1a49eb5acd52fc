"""grotto-load with several threads: the readers of one thread are held to the order that those of another saw."""

import socket
import threading

import pytest

from support.load import ASSERTION_FAILED, at_least, measured

pytestmark = pytest.mark.usefixtures("load")


class Relay:
    """Gives every line to all other connections; to the last one that came, two neighbours of different senders swapped now and then."""

    def __init__(self, is_faulty):
        self._is_faulty = is_faulty
        self._lock = threading.Lock()
        self._peers = []
        self._held = None  # for the last one: who said it, and the line
        self._lines = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._peers.append(peer)
            threading.Thread(target=self._relay, args=(peer,), daemon=True).start()

    def _relay(self, peer):
        try:
            for line in peer.makefile("rb"):
                with self._lock:
                    self._give(peer, line)
        except OSError:
            pass
        with self._lock:
            self._peers.remove(peer)

    def _give(self, speaker, line):
        for peer in self._peers[:-1]:
            if peer is not speaker:
                peer.sendall(line)
        last = self._peers[-1]
        if last is speaker:
            return
        self._lines += 1
        if self._held is not None and self._held[0] is not speaker:
            line, self._held = line + self._held[1], None
        elif self._held is not None:
            line, self._held = self._held[1] + line, None
        elif self._is_faulty and self._lines % 100 == 0:
            self._held = (speaker, line)
            return
        last.sendall(line)

    def close(self):
        self._listener.close()
        with self._lock:
            for peer in self._peers:
                peer.close()


@pytest.mark.parametrize("is_faulty", [False, True], ids=["same", "another"])
def test_readers_of_different_threads_see_one_order(is_faulty):
    """Two publishers, two readers, each with a thread of its own."""
    relay = Relay(is_faulty)
    try:
        words = ("fanout", relay.address, "--dialect", "line", "--publishers", 2, "-c", 2, "-t", 4)
        run = measured(*words, "--rate", 2000, "--count", 1030, "--warmup", "0s")
    finally:
        relay.close()
    if is_faulty:
        run.ends_with(ASSERTION_FAILED).finds(reordered=at_least(1)).counts(received=run.report["expected"])
    else:
        run.is_clean()
