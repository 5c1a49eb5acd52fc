"""P5: user memory per idle connection."""

import functools
import random
import re
import socket
import ssl

from compare_parts import peers
from compare_parts.figures import Figure, Row
from compare_parts.servers import NotStarted, Server

COUNT, TLS_COUNT, SMOKE_COUNT = 10_000, 4_000, 200
WARM = 20
NAME_CODE_POINTS = 32

TEXT = (
    "10,000 connections (4,000 by TLS) are made and do nothing more; 20 came before, so that what is needed once is not counted. Counted: how far the "
    "server's own memory (Pss, allocator included) grew, per connection, once it had been at rest for a second. Chat members have names of "
    "32 Hangul syllables, 96 bytes. The kernel needs 3 to 4 KiB a socket besides, for everybody."
)


def _until(sock, pattern):
    heard = b""
    while not re.search(pattern, heard):
        data = sock.recv(1 << 16)
        if not data:
            raise OSError(f"the server closed after {heard[-200:]!r}")
        heard = heard[-4096:] + data


@functools.cache
def _unchecked_tls():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _nothing(sock, number, draw):
    pass


def _joins_grotto(sock, number, draw):
    name = "".join(chr(draw.randrange(0xAC00, 0xD7A4)) for _ in range(NAME_CODE_POINTS))
    sock.sendall(name.encode() + b"\n")
    _until(sock, rb"Welcome")


def _subscribes_redis(sock, number, draw):
    sock.sendall(b"SUBSCRIBE grotto\r\n")
    _until(sock, rb":1\r\n")


def _subscribes_nats(sock, number, draw):
    sock.sendall(b'CONNECT {"verbose":false}\r\nSUB grotto 1\r\nPING\r\n')
    _until(sock, rb"PONG\r\n")


def _registers_irc(sock, number, draw):
    sock.sendall(f"NICK g{number}\r\nUSER g 0 * :g\r\n".encode())
    _until(sock, rb" 001 .*\r\n")


def _joins_by_browser(sock, number, draw):
    sock.sendall(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    _until(sock, rb"asks")
    name = "".join(chr(draw.randrange(0xAC00, 0xD7A4)) for _ in range(NAME_CODE_POINTS)).encode()
    sock.sendall(bytes([0x81, 0x80 | len(name), 0, 0, 0, 0]) + name)  # masked with zeros
    _until(sock, rb'"names"')


# What is measured, the server, what a connection says, the bytes it may take.
def herds(is_smoke):
    ours = [
        ("idle echo connection", peers.GROTTO_ECHO, _nothing, 400),
        ("named chat member", peers.GROTTO_CHAT, _joins_grotto, 800),
        ("named browser member", peers.GROTTO_CHAT, _joins_by_browser, 1_500),
        ("named member by TLS", peers.grotto_tls(), _joins_grotto, 18_000),
    ]
    if is_smoke:
        return ours
    return ours + [
        ("idle connection", peers.BARE_ECHO, _nothing, None),
        ("idle connection", peers.REDIS, _nothing, None),
        ("subscriber", peers.REDIS, _subscribes_redis, None),
        ("subscriber", peers.NATS, _subscribes_nats, None),
        ("registered user", peers.NGIRCD, _registers_irc, None),
    ]


def bytes_per_connection(kind, greet, count):
    draw = random.Random(7)  # the same names in every run
    socks = []
    try:
        with Server(kind) as server:

            def connect(numbers):
                for number in numbers:
                    sock = socket.create_connection(("127.0.0.1", server.port), timeout=20)
                    socks.append(_unchecked_tls().wrap_socket(sock) if kind.has_tls else sock)
                    greet(socks[-1], number, draw)

            connect(range(WARM))
            server.rest()
            before = server.own_memory_kib()
            connect(range(WARM, WARM + count))
            server.rest()
            return max(0, server.own_memory_kib() - before) * 1024 / count
    finally:
        for sock in socks:
            sock.close()


def measure_row(settings):
    row = Row("P5", "User memory per idle connection", TEXT, bars_unit="bytes of user memory per connection")
    for label, kind, greet, target in herds(settings.smoke):
        if not peers.is_here(kind):
            continue
        count = settings.pick(TLS_COUNT if kind.has_tls else COUNT, SMOKE_COUNT)
        settings.tell(f"P5 {label}: {kind.name}")
        ours = target is not None
        figure = Figure(f"{count:,} of {label}", "" if ours else kind.name, "bytes each", None, "<=" if ours else "", target, "B")
        row.figures.append(figure)
        try:
            figure.value = bytes_per_connection(kind, greet, count)
        except (OSError, NotStarted) as fault:
            row.wrong.append(f"P5, {label}, {kind.name}: {fault}")
            continue
        row.add_bar(label, kind.name, figure.value)
    return row
