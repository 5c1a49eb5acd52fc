"""Peer: a raw socket as a partner in a dialogue."""

import select
import socket
import struct

from support.bounds import WAIT
from support.dialogue import Dialogue
from support.waiting import wait_until


class Peer(Dialogue):
    def __init__(self, sock, label="peer"):
        super().__init__(label)
        self.sock = sock
        self.sock.setblocking(True)
        self.sock.settimeout(WAIT)
        if sock.family != socket.AF_UNIX:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @property
    def name(self):
        """How the server shows this peer: 127.0.0.1:40712 or [::1]:40712."""
        host, port = self.sock.getsockname()[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def send(self, data):
        self.sock.sendall(data)

    def sends_in_pieces(self, *pieces):
        """Each piece is read by the server before the next is sent (IPv4 only)."""
        for piece in pieces:
            self.send(piece)
            wait_until(lambda: self.unread() == 0, f"the server to read {piece!r}")

    def half_closes(self):
        self.sock.shutdown(socket.SHUT_WR)

    def closes(self):
        self.sock.close()

    def resets(self):
        resets(self.sock)

    def is_reset_or_ended(self):
        """Reads on to the end, whichever end it is; returns the bytes before it."""
        try:
            return self.read_to_end()
        except (ConnectionResetError, BrokenPipeError):
            return self._take(len(self._buffer))

    def _receive(self, seconds):
        if not is_readable_within(self.sock, seconds):
            return None
        data = self.sock.recv(1 << 18)
        if not data:
            raise EOFError
        return data

    def unread(self):
        """Bytes that lie in the server's receive queue, as the kernel's table tells."""
        mine, theirs = (_proc_form(end) for end in (self.sock.getsockname(), self.sock.getpeername()))
        with open("/proc/net/tcp", encoding="ascii") as table:
            for line in table:
                field = line.split()
                if field[1] == theirs and field[2] == mine:
                    return int(field[4].split(":")[1], 16)
        return 0


def is_readable_within(sock, seconds):
    waiting = select.poll()  # not select(): in a crowd a socket's number is above 1,024
    waiting.register(sock, select.POLLIN)
    return bool(waiting.poll(max(0, seconds) * 1000))


def resets(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def _proc_form(end):
    host, port = end
    number = struct.unpack("=I", socket.inet_aton(host))[0]
    return f"{number:08X}:{port:04X}"
