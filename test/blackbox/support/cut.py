"""CutLine: a line to the server that can be cut at any moment, and mended."""

import select
import socket
import struct
import threading

LINGER = struct.pack("ii", 1, 0)


class CutLine:
    """Forwards connections to `target`. While it is cut, nobody gets through. `limit`: bytes to the client of each connection until it is cut by itself."""

    def __init__(self, target):
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self._lock = threading.Lock()
        self._pairs = []
        self._is_over = False
        self.is_cut = False
        self.limit = None
        self.lives = 0
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def address(self):
        return "127.0.0.1:%d" % self._listener.getsockname()[1]

    def cut(self, mends=True):
        """Every connection is reset; with `mends` the next one gets through again."""
        self.is_cut = not mends
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def mend(self):
        self.is_cut = False

    def closes(self):
        self._is_over = True
        self.cut()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _accept(self):
        while not self._is_over:
            try:
                near, _ = self._listener.accept()
            except TimeoutError:
                continue
            if self.is_cut:
                near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
                near.close()
                continue
            far = socket.create_connection(self._target)
            self.lives += 1
            with self._lock:
                self._pairs.append((near, far))
            self._threads.append(threading.Thread(target=self._forward, args=(near, far)))
            self._threads[-1].start()

    def _forward(self, near, far):
        left = self.limit
        try:
            while True:
                for source in select.select([near, far], [], [], 0.5)[0]:
                    data = source.recv(1 << 16)
                    if not data:
                        return
                    if source is near:
                        far.sendall(data)
                        continue
                    if left is not None:
                        data = data[:left]
                        left -= len(data)
                    near.sendall(data)
                    if left == 0:
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)
                        return
                if near.fileno() < 0 or self._is_over:
                    return
        except (OSError, ValueError):
            pass
        finally:
            near.close()
            far.close()
