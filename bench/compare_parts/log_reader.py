"""What a server logs is read from a pipe, as a service manager does, and its last words are kept."""

import collections
import os
import threading

KEPT_BYTES = 4096


class LogReader:
    """`fd` is the end to write to, for the server; close it here once the server has its own."""

    def __init__(self):
        self._read_fd, self.fd = os.pipe()
        self._last = collections.deque(maxlen=KEPT_BYTES)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        while piece := os.read(self._read_fd, 65536):
            self._last.extend(piece[-KEPT_BYTES:])

    def handed_over(self):
        if self.fd >= 0:
            os.close(self.fd)
        self.fd = -1

    def close(self):
        """Once the server has ended: reads what is left."""
        self.handed_over()
        self._thread.join()
        if self._read_fd >= 0:
            os.close(self._read_fd)
        self._read_fd = -1

    def last_words(self):
        return bytes(self._last).decode(errors="replace").strip()[-300:] or "it said nothing"
