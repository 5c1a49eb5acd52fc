"""FaultyDatagrams: a UDP echo in a thread of the tests that does one fault to every Nth line, `hits` times. What is shorter than 64 bytes only asks."""

import socket
import threading


class FaultyDatagrams:
    def __init__(self, fault="none", every=100, hits=1_000_000):
        self._fault, self._every, self._hits = getattr(self, f"_{fault}"), every, hits
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]
        self.lines = 0
        self._held, self._earlier = {}, None
        self._is_over = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def address(self):
        return f"127.0.0.1:{self.port}"

    def is_over(self):
        self._is_over = True
        self._thread.join()

    def _serve(self):
        while not self._is_over:
            try:
                line, source = self._socket.recvfrom(65536)
            except TimeoutError:
                continue
            if len(line) < 64:
                answer = self._fault if self._fault in (self._never, self._rude) else self._none
                answer(line, source)
                continue
            self.lines += 1
            held = self._held.pop(source, None)
            if self.lines % self._every == 0 and self.lines <= self._every * self._hits:
                self._fault(line, source)
            else:
                self._socket.sendto(line, source)
            if held is not None:
                self._socket.sendto(held, source)
            self._earlier = (line, source)
        self._socket.close()

    # The faults.

    def _none(self, line, source):
        self._socket.sendto(line, source)

    def _never(self, line, source):
        pass

    def _lose(self, line, source):
        pass

    def _duplicate(self, line, source):
        self._socket.sendto(line, source)
        self._socket.sendto(line, source)

    def _swap(self, line, source):
        """It comes after the next one of the same connection."""
        self._held[source] = line

    def _corrupt(self, line, source):
        middle = len(line) // 2
        self._socket.sendto(line[:middle] + bytes([line[middle] ^ 1]) + line[middle + 1 :], source)

    def _endless(self, line, source):
        self._socket.sendto(line[:-1], source)

    def _double(self, line, source):
        """Two lines in one datagram."""
        self._socket.sendto(line + line, source)

    def _foreign(self, line, source):
        """Besides its own, it gets what another connection has sent."""
        self._socket.sendto(line, source)
        if self._earlier[1] != source:
            self._socket.sendto(self._earlier[0], source)
        else:
            self.lines -= 1  # the next one shall be hit

    def _rude(self, _, source):
        self._socket.sendto(b"421 \x1b[31mgo away\r\n", source)

    def _die(self, *_):
        self._socket.close()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.settimeout(0.05)
        self._is_over = True
