"""Many peers at once: threads that send or read while the test goes on."""

import threading

from support.bounds import WAIT


class Task(threading.Thread):
    """A thread whose failure is the test's: `task.result()` waits and returns or raises what it did."""

    def __init__(self, work, *args):
        super().__init__(daemon=True)
        self._work, self._args = work, args
        self._value = self._fault = None
        self.start()

    def run(self):
        try:
            self._value = self._work(*self._args)
        except BaseException as fault:  # handed to the test's thread
            self._fault = fault

    def result(self, seconds=6 * WAIT):
        self.join(seconds)
        assert not self.is_alive(), "a task of the test did not end"
        if self._fault:
            raise self._fault
        return self._value
