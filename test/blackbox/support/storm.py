"""Storm: connections that come on a schedule, some of which leave at once, and how long each of the others waits for its greeting."""

import dataclasses
import re
import selectors
import socket
import subprocess
import time

from support.bounds import FACTOR

GREETED_WITHIN_S = 10 * FACTOR
SOURCES = 16  # local addresses, so that a minute's connections find ports that are not waiting for their end


@dataclasses.dataclass
class Storm:
    """What became of it. `waits`: seconds from connect() to the first byte, of those who stayed for it, in order of size."""

    made: int = 0
    refused: int = 0
    waits: list = dataclasses.field(default_factory=list)
    late_s: float = 0  # how late the generator itself was at most

    def quantile(self, share):
        return self.waits[min(len(self.waits) - 1, int(len(self.waits) * share))] if self.waits else float("inf")


def storm(target, per_second, seconds, stays=lambda number: number % 2, is_over=lambda: False):
    """`stays(number)`: whether it waits for its greeting and leaves then; the others leave when they are connected."""
    found = Storm()
    began = {}  # socket: when it was made
    with selectors.DefaultSelector() as selector:
        start = time.monotonic()
        while not is_over():
            now = time.monotonic()
            if found.made >= per_second * seconds and not began:
                break
            due = min(int((now - start) * per_second) + 1, int(per_second * seconds))
            if found.made < due:
                found.late_s = max(found.late_s, now - start - found.made / per_second)
                _begin(target, found, began, selector, stays)
                if found.made % 16:
                    continue
            for key, _ in selector.select(1 / per_second):
                _goes_on(key, found, began, selector)
            for sock in [sock for sock, since in began.items() if now - since > GREETED_WITHIN_S]:
                _ends(sock, found, began, selector, False)
    for sock in began:
        sock.close()
    found.waits.sort()
    return found


def _begin(target, found, began, selector, stays):
    sock = socket.socket()
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_IP, 24, 1)  # IP_BIND_ADDRESS_NO_PORT
    sock.bind((f"127.0.2.{1 + found.made % SOURCES}", 0))
    began[sock] = time.monotonic()
    sock.connect_ex(target)
    selector.register(sock, selectors.EVENT_READ if stays(found.made) else selectors.EVENT_WRITE)
    found.made += 1


def _goes_on(key, found, began, selector):
    sock = key.fileobj
    if key.events == selectors.EVENT_WRITE:
        is_good = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    else:
        try:
            is_good = bool(sock.recv(4096))
        except BlockingIOError:
            return
        except OSError:
            is_good = False
        if is_good:
            found.waits.append(time.monotonic() - began[sock])
    _ends(sock, found, began, selector, is_good)


def _ends(sock, found, began, selector, is_good):
    found.refused += not is_good
    selector.unregister(sock)
    del began[sock]
    sock.close()


class Backlog:
    """Whether a listening socket's backlog was full since this was made: what both the kernel's count (of all sockets) and the socket's own
    (of all that it dropped) say."""

    def __init__(self, port):
        self._port = port
        self._before = self._counts()

    def overflows(self):
        return min(now - before for now, before in zip(self._counts(), self._before))

    def _counts(self):
        return _listen_overflows(), _dropped_by_listener(self._port)


def _listen_overflows():
    with open("/proc/net/netstat", encoding="ascii") as table:
        names, values = (line.split() for line in table if line.startswith("TcpExt:"))
    return int(dict(zip(names, values))["ListenOverflows"])


def _dropped_by_listener(port):
    shown = subprocess.run(["ss", "-ltnmH", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
    return int(re.search(r"skmem:\([^)]*,d(\d+)\)", shown).group(1))
