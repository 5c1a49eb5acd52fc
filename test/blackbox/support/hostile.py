"""Hostile clients: many sockets in one thread that do what a server fears. All are closed at the end of the `with`.

    with Hostiles(server) as crowd:
        crowd.connect(5000)
        crowd.drips(b"x")
"""

import random
import socket
import time

from support.bounds import WAIT
from support.peer import resets

IP_BIND_ADDRESS_NO_PORT = 24  # linux/in.h
HUGE_LINE = b"x" * (1 << 20)


class Hostiles:
    def __init__(self, server, head=None, receive_buffer=None):
        """`head(number)`: the first bytes of each, such as a PROXY header. `receive_buffer`: set before connecting."""
        self._server, self._head, self._receive_buffer = server, head, receive_buffer
        self.socks = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in self.socks:
            sock.close()

    # Coming.
    def connect(self, count, seconds=6 * WAIT):
        """So many more, as fast as they are taken; returns them."""
        deadline = time.monotonic() + seconds
        made = []
        while len(made) < count:
            assert time.monotonic() < deadline, f"{len(made)} of {count} connected in {seconds} s"
            sock = self._begin(len(self.socks))
            self.socks.append(sock)
            if self._head:
                sock.sendall(self._head(len(self.socks) - 1))
            sock.setblocking(False)
            made.append(sock)
        return made

    def _begin(self, number):
        host = self._server.host_and_port()
        sock = socket.socket(socket.AF_INET6 if ":" in host[0] else socket.AF_INET)
        if self._receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        if ":" not in host[0] and host[0].startswith("127."):
            # An address has ports for 28,000: who opens more comes from several.
            sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
            sock.bind((f"127.0.{1 + number // 10_000}.1", 0))
        sock.settimeout(WAIT)
        sock.connect(host)
        return sock

    # What they do.
    def drips(self, byte=b"x"):
        """One byte of each; who was closed is left out. Returns how many could."""
        return self.sends(byte)

    def sends(self, data):
        """As much as the kernel takes at once; never reads. Returns how many could send something."""
        sent = 0
        for sock in self.socks:
            try:
                sent += sock.send(data) > 0
            except BlockingIOError:
                pass
            except OSError:
                pass
        return sent

    def flood(self, seconds, data=b"x\n" * 8192):
        """Each sends all that is taken, and reads nothing."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not self.sends(data):
                time.sleep(0.01)

    def huge_lines(self, seconds):
        self.flood(seconds, HUGE_LINE)

    def random_bytes(self, seed, count=4096):
        generator = random.Random(seed)
        for sock in self.socks:
            try:
                sock.send(generator.randbytes(count))
            except OSError:
                pass

    def half_closes(self):
        for sock in self.socks:
            try:
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def resets(self):
        for sock in self.socks:
            resets(sock)
        self.socks.clear()

    # Looking at them.
    def who_is_open(self):
        """Those whom the server has not closed; what they were sent is read away."""
        return [sock for sock in self.socks if is_open(sock)]

    def reads(self, sock, seconds=WAIT):
        """What one of them was sent up to its end."""
        sock.settimeout(seconds)
        data = b""
        try:
            while more := sock.recv(1 << 16):
                data += more
        except ConnectionResetError:
            pass
        sock.setblocking(False)
        return data


def is_open(sock):
    try:
        while sock.recv(1 << 16):
            pass
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
