"""A fault proxy: forwards TCP connections to HOST:PORT and does to each what its plan says, by a seed.

    fault_proxy.py [--seed N] HOST:PORT [PLAN]

It prints `listening proxy 127.0.0.1:PORT`. Each line on standard input is the plan of the connections that come after it, and is
answered by `planned`; the line `cut` resets all connections that there are and is answered by `cut`; at the end of input it ends.
A plan is words:

    delay=0.02        seconds before each piece
    slice=1-3         pieces of so many bytes (random within), each sent by itself
    rate=1000         bytes/s of each direction
    stall=100-900     after so many bytes (of both directions together, random within) nothing is forwarded any more
    stall_for=0.3     … but after so many seconds it goes on: as a packet that was lost and came again
    reset=1-400       after so many bytes both ends are reset

Connection N of seed S is always treated alike. At most 1,000 connections are forwarded at once: the next is reset.
"""

import argparse
import asyncio
import random
import socket
import struct
import sys

CONNECTIONS_MAX = 1000
PIECE_BYTES = 1 << 16
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
WORDS = {"delay", "slice", "rate", "stall", "stall_for", "reset"}


class Reset(Exception):
    """The plan's byte has come."""


def read_plan(words):
    plan = dict(word.split("=", 1) for word in words)
    unknown = plan.keys() - WORDS
    if unknown:
        raise ValueError(f"no such word in a plan: {' '.join(sorted(unknown))}")
    return plan


class Fate:
    """What the plan means for one connection."""

    def __init__(self, plan, seed, number):
        self._random = random.Random(f"{seed} {number}")
        self._delay = float(plan.get("delay", 0))
        self._rate = float(plan.get("rate", 0))
        self._slice = plan.get("slice")
        self._stall_for = float(plan.get("stall_for", "inf"))
        self._reset_at = self._within(plan["reset"]) if "reset" in plan else None
        self._stall_at = self._within(plan["stall"]) if "stall" in plan else None
        self._passed = 0

    def _within(self, bounds):
        low, _, high = bounds.partition("-")
        return self._random.randint(int(low), int(high or low))

    def pieces(self, data):
        while data:
            size = self._within(self._slice) if self._slice else len(data)
            for mark in (self._reset_at, self._stall_at):
                if mark is not None and self._passed < mark:
                    size = min(size, mark - self._passed)
            yield data[:size]
            data = data[size:]

    async def before(self, piece):
        pause = self._delay + (len(piece) / self._rate if self._rate else 0)
        await asyncio.sleep(pause)  # without a pause: the others' turn

    async def after(self, piece):
        self._passed += len(piece)
        if self._reset_at is not None and self._passed >= self._reset_at:
            raise Reset
        if self._stall_at is not None and self._passed >= self._stall_at:
            if self._stall_for == float("inf"):
                await asyncio.Event().wait()
            self._stall_at = None
            await asyncio.sleep(self._stall_for)


class Proxy:
    def __init__(self, target, seed, plan):
        self._target, self._seed, self.plan = target, seed, plan
        self._lives = set()
        self._number = 0

    async def serves(self, listener):
        loop = asyncio.get_running_loop()
        while True:
            near, _ = await loop.sock_accept(listener)
            if len(self._lives) >= CONNECTIONS_MAX:
                resets(near)
                continue
            life = loop.create_task(self._live(near, Fate(self.plan, self._seed, self._number)))
            self._number += 1
            self._lives.add(life)
            life.add_done_callback(self._lives.discard)

    def cut(self):
        for life in self._lives:
            life.cancel()

    async def _live(self, near, fate):
        loop = asyncio.get_running_loop()
        far = socket.socket(socket.AF_INET)
        ways = []
        try:
            far.setblocking(False)
            await loop.sock_connect(far, self._target)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ways = [loop.create_task(forward(near, far, fate)), loop.create_task(forward(far, near, fate))]
            await asyncio.gather(*ways)
            near.close()
            far.close()
        except (OSError, Reset, asyncio.CancelledError):
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)  # the loop watches the sockets no more
            resets(near)
            resets(far)


async def forward(source, sink, fate):
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(source, PIECE_BYTES):
        for piece in fate.pieces(data):
            await fate.before(piece)
            await loop.sock_sendall(sink, piece)
            await fate.after(piece)
    sink.shutdown(socket.SHUT_WR)


def resets(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    end.close()


async def obeys(proxy):
    """Until the end of standard input."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        words = line.decode().split()
        if words == ["cut"]:
            proxy.cut()
            print("cut", flush=True)
        else:
            proxy.plan = read_plan(words)
            print("planned", flush=True)


async def run(arguments):
    host, _, port = arguments.target.rpartition(":")
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    listener.setblocking(False)
    proxy = Proxy((host, int(port)), arguments.seed, read_plan(arguments.plan))
    print("listening proxy 127.0.0.1:%d" % listener.getsockname()[1], flush=True)
    serving = asyncio.create_task(proxy.serves(listener))
    await obeys(proxy)
    serving.cancel()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", metavar="HOST:PORT")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("plan", nargs="*", metavar="WORD=VALUE")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
