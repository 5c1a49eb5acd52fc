"""Web: peers that speak HTTP and WebSocket over a raw socket, as well or as badly as a test wants; and python3-websockets."""

import asyncio
import json
import os
import re

from support.bounds import WAIT

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455 section 1.3
CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


class Answer:
    def __init__(self, status, fields, body=b""):
        self.status, self.fields, self.body = status, fields, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """Of a refusal, which is told in one form everywhere."""
        told = self.json
        assert set(told) == {"type", "code", "text"} and told["type"] == "refusal", told
        return told["code"]


def request(line, *fields, host="localhost", body=b""):
    head = [line, f"Host: {host}", *fields] if host is not None else [line, *fields]
    return "\r\n".join([*head, "", ""]).encode() + body


def get(path="/", *fields, host="localhost"):
    return request(f"GET {path} HTTP/1.1", *fields, host=host)


def handshake(path="/ws", *fields, key=KEY, version="13", host="localhost"):
    return get(path, "Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Version: {version}", f"Sec-WebSocket-Key: {key}", *fields, host=host)


def read_until(peer, end):
    data = b""
    while not data.endswith(end):
        data += peer.read_exactly(1)
    return data


def read_answer(peer, is_head=False):
    """One answer from the front of what comes."""
    head = read_until(peer, b"\r\n\r\n").decode()
    first, *lines = head[:-4].split("\r\n")
    status = int(re.fullmatch(r"HTTP/1\.1 (\d{3}) [A-Za-z ]+", first).group(1))
    fields = {}
    for line in lines:
        name, _, value = line.partition(": ")
        fields[name.lower()] = f"{fields[name.lower()]}, {value}" if name.lower() in fields else value
    length = 0 if is_head or status in (101, 204, 304) else int(fields.get("content-length", 0))
    return Answer(status, fields, peer.read_exactly(length))


def ask(server, data, **how):
    """The answer to one request of a new connection."""
    return ask_at(server, 0, data, **how)


def ask_at(server, index, data, **how):
    """The same at that listener of the server."""
    peer = server.connect(index=index)
    peer.send(data)
    answer = read_answer(peer, **how)
    peer.closes()
    return answer


def frame(opcode, payload=b"", *, final=True, reserved=0, masked=True, length=None):
    """A client's frame. `length`: of the length field, 7, 16 or 64 bits, where it shall not be the shortest."""
    payload = payload.encode() if isinstance(payload, str) else payload
    size = len(payload)
    bits = length or (7 if size <= 125 else 16 if size <= 0xFFFF else 64)
    mask_bit = 0x80 if masked else 0
    head = bytes([(0x80 if final else 0) | reserved << 4 | opcode])
    head += {7: bytes([mask_bit | size & 0x7F]), 16: bytes([mask_bit | 126]), 64: bytes([mask_bit | 127])}[bits]
    if bits != 7:
        head += size.to_bytes(bits // 8, "big")
    if not masked:
        return head + payload
    mask = os.urandom(4)
    return head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def closing(code, reason=""):
    return frame(CLOSE, code.to_bytes(2, "big") + reason.encode())


class Socket:
    """A raw WebSocket that has upgraded."""

    def __init__(self, server, *fields, index=0, host="localhost"):
        self.peer = server.connect("browser", index)
        self.peer.send(handshake("/ws", *fields, host=host))
        self.answer = read_answer(self.peer)
        assert self.answer.status == 101, self.answer.body

    def send(self, data):
        self.peer.send(data)

    def says(self, *lines):
        for line in lines:
            self.send(frame(TEXT, line))

    def next_frame(self):
        """(opcode, is final, payload); a server never masks (section 5.1)."""
        first, second = self.peer.read_exactly(2)
        assert first & 0x70 == 0 and second & 0x80 == 0, (first, second)
        size = second
        if second >= 126:
            size = int.from_bytes(self.peer.read_exactly(2 if second == 126 else 8), "big")
        return first & 0x0F, bool(first & 0x80), self.peer.read_exactly(size)

    def next_object(self):
        opcode, is_final, payload = self.next_frame()
        assert (opcode, is_final) == (TEXT, True), (opcode, payload)
        return json.loads(payload.decode())

    def hears(self, **wanted):
        """The next object that is of this type has these values; what is of other types is skipped."""
        while (told := self.next_object())["type"] != wanted.get("type", "say"):
            pass
        assert wanted.items() <= told.items(), told
        return told

    def enters(self, name):
        self.says(name)
        self.hears(type="names")
        return self

    def is_closed(self):
        """Reads to the close frame; returns its code and reason. Nothing comes after it."""
        while (read := self.next_frame())[0] != CLOSE:
            pass
        payload = read[2]
        assert self.peer.is_reset_or_ended() == b""
        return (int.from_bytes(payload[:2], "big"), payload[2:].decode()) if payload else (None, "")


class Foreign:
    """python3-websockets as a client."""

    def __init__(self, server, tls=None, **how):
        """`tls`: a client's context, for wss."""
        import websockets

        self._loop = asyncio.new_event_loop()
        self.closed = websockets.ConnectionClosed
        asyncio.set_event_loop(self._loop)  # connect() takes this thread's
        scheme = "wss" if tls else "ws"
        how |= {"ssl": tls} if tls else {}
        self.socket = self._run(websockets.connect(f"{scheme}://localhost:{server.port}/ws", **how))

    def _run(self, wanted):
        async def within():
            return await asyncio.wait_for(wanted, WAIT)

        return self._loop.run_until_complete(within())

    def says(self, *lines):
        for line in lines:
            self._run(self.socket.send(line))

    def reads(self):
        return self._run(self.socket.recv())

    def hears(self, **wanted):
        while (told := json.loads(self.reads()))["type"] != wanted.get("type", "say"):
            pass
        assert wanted.items() <= told.items(), told
        return told

    def pings(self, payload):
        async def ping_pong():
            await (await self.socket.ping(payload))

        self._run(ping_pong())

    def closes(self, code=1000):
        self._run(self.socket.close(code))
        self._loop.close()

    def is_closed(self):
        try:
            while True:
                self.reads()
        except self.closed as end:
            self._loop.close()
            return end.code, end.reason
