"""Distant: peers at the far end of a cable (a veth pair into a network namespace) that can be swallowed: nothing they send arrives, nothing sent to them is answered.

The namespace is held by a process of its own and is gone, cable and all, when that ends.
"""

import contextlib
import ctypes
import os
import shutil
import socket
import subprocess
import threading

import pytest

from support.bounds import WAIT

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def ip(*words, within=None):
    prefix = ["nsenter", "-t", str(within), "-n"] if within else []
    done = subprocess.run([*prefix, "ip", *map(str, words)], capture_output=True, text=True, timeout=WAIT, check=False)
    if done.returncode != 0:
        raise OSError(f"ip {' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


class Distant:
    """`near`: the address on which a server can listen; `connect()`: a socket at the far end."""

    def __init__(self):
        if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "unshare", "nsenter"))):
            pytest.skip("a network namespace needs root, ip, unshare and nsenter")
        number = os.getpid() % (1 << 14)
        # 198.18.0.0/15 is for tests of networks (RFC 2544).
        block = number * 4
        self.near, self.far = (f"198.{18 + (block >> 16)}.{block >> 8 & 255}.{(block & 255) + last}" for last in (1, 2))
        self._name = f"grt{number}"
        self._holder = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            self._holder.stdin.write(b"\n")
            self._holder.stdin.flush()
            self._holder.stdout.readline()  # it is in its namespace
            self._lay_cable()
        except OSError as fault:
            self.closes()
            pytest.skip(f"no network namespace here: {fault}")

    def _lay_cable(self):
        there = self._holder.pid
        ip("link", "add", self._name, "type", "veth", "peer", "name", "far", "netns", there)
        ip("addr", "add", f"{self.near}/30", "dev", self._name)
        ip("link", "set", self._name, "up")
        ip("addr", "add", f"{self.far}/30", "dev", "far", within=there)
        ip("link", "set", "far", "up", within=there)
        # Who is swallowed is silent, as behind a router: no neighbour's failure tells that he is gone.
        hardware = ip("-br", "link", "show", "far", within=there).split()[2]
        ip("neigh", "replace", self.far, "lladdr", hardware, "nud", "permanent", "dev", self._name)

    def connect(self, port, receive_buffer=None):
        made, fault = [], []

        def within():
            try:
                with open(f"/proc/{self._holder.pid}/ns/net", encoding="ascii") as there:
                    if _libc.setns(there.fileno(), CLONE_NEWNET) != 0:
                        raise OSError(ctypes.get_errno(), "setns")
                sock = socket.socket()
                if receive_buffer:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
                sock.settimeout(WAIT)
                sock.connect((self.near, port))
                made.append(sock)
            except OSError as error:
                fault.append(error)

        thread = threading.Thread(target=within)  # a namespace is a thread's; the socket stays in it
        thread.start()
        thread.join()
        if fault:
            raise fault[0]
        return made[0]

    def swallow(self):
        ip("addr", "del", f"{self.far}/30", "dev", "far", within=self._holder.pid)

    def closes(self):
        with contextlib.suppress(OSError):
            ip("link", "del", self._name)
        self._holder.stdin.close()
        self._holder.wait(WAIT)
        self._holder.stdout.close()
