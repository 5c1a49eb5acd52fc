"""TelnetPeer: a raw socket that speaks telnet (RFC 854) far enough to be any client of the table in a test."""

import time

from support.bounds import WAIT
from support.peer import Peer

IAC, DONT, DO, WONT, WILL, SB, GA, EL, EC, AYT, AO, IP, BRK, DM, NOP, SE = (
    255, 254, 253, 252, 251, 250, 249, 248, 247, 246, 245, 244, 243, 242, 241, 240,
)  # fmt: skip
ECHO, SGA, TM, TTYPE, NAWS = 1, 3, 6, 24, 31


def command(*words):
    """The bytes of one command: command(DO, TM)."""
    return bytes([IAC, *words])


class TelnetPeer(Peer):
    """Takes the commands out of what it reads and keeps them in `commands`, answering as `accepts` says.

    `accepts`: options that it agrees to, ours and the server's. It answers each request once.
    """

    def __init__(self, sock, label="telnet", accepts=()):
        super().__init__(sock, label)
        self.commands = []  # (DO, TM), (NOP,), (SB, TTYPE, …)
        self.accepts = set(accepts)
        self.size = (80, 24)
        self.terminal = b"XTERM"
        self._raw = bytearray()
        self._answered = set()

    def command(self, *words):
        self.send(command(*words))

    def hears_command(self, *words):
        """Reads until this command has come; it is then forgotten."""
        self.hears_some_command(words)

    def hears_some_command(self, *choices):
        """Reads until one of these has come, which is then forgotten and returned."""
        deadline = time.monotonic() + WAIT
        while not (there := [words for words in choices if words in self.commands]):
            assert not self._ended, self._story(f"waited for one of {choices}, but the server ended")
            self._fill(deadline, f"one of {choices}; commands so far: {self.commands}")
        self.commands.remove(there[0])
        return there[0]

    def _receive(self, seconds):
        data = super()._receive(seconds)
        if data is None:
            return None
        self._raw += data
        return self._strip()

    def _strip(self):
        text = bytearray()
        while self._raw:
            if self._raw[0] != IAC:
                text.append(self._raw.pop(0))
                continue
            length = self._command_length()
            if length == 0:
                break
            words = tuple(self._raw[1:length])
            del self._raw[:length]
            if words == (IAC,):
                text.append(IAC)
            else:
                self.commands.append(words)
                self._answer(words)
        return bytes(text)

    def _command_length(self):
        """Bytes of the command at the front, 0 while it is not whole."""
        raw = self._raw
        if len(raw) < 2:
            return 0
        if raw[1] in (WILL, WONT, DO, DONT):
            return 3 if len(raw) >= 3 else 0
        if raw[1] == SB:
            end = raw.find(bytes([IAC, SE]))
            return end + 2 if end >= 0 else 0
        return 2

    def _answer(self, words):
        if not self.accepts or words in self._answered:
            return
        self._answered.add(words)
        if words[0] == WILL:
            self.command(DO if words[1] in self.accepts else DONT, words[1])
        elif words[0] == DO:
            self.command(WILL if words[1] in self.accepts else WONT, words[1])
            if words[1] == NAWS and NAWS in self.accepts:
                columns, rows = self.size
                self.command(SB, NAWS, columns >> 8, columns & 255, rows >> 8, rows & 255, IAC, SE)
        elif words[:3] == (SB, TTYPE, 1):
            self.send(command(SB, TTYPE, 0) + self.terminal + command(SE))

