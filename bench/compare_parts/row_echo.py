"""P1: echo, CPU per message, beside the bare loop and every peer that echoes."""

from compare_parts import peers
from compare_parts.blocks import Against, compare
from compare_parts.figures import Row
from compare_parts.loads import Case

# Connections, depth, lines of a run: half a second or so of a fast server.
SHAPES = ((1, 1, 15_000), (1, 16, 150_000), (50, 1, 100_000), (50, 16, 800_000), (1000, 1, 100_000), (1000, 16, 800_000))
SMOKE_SHAPES = ((20, 16, 20_000),)
FORKING_CONNECTIONS_MAX = 50  # a process per connection
BARE_MAX, PEER_MAX = 1.05, 1.0

TEXT = (
    "Lines of 64 bytes go to the server and come back; each connection has 1 or 16 of them under way. Counted: the server's CPU time per "
    "message. Redis answers `ECHO`, NATS publishes to the sender's own subject, ngircd answers `PING`; ncat and socat fork a process for each "
    "connection (their CPU is that of all these processes, and they are not asked for 1,000)."
)


def measure_row(settings):
    row = Row("P1", "Echo: server CPU per message", TEXT, bars_unit="µs of server CPU per message")
    warmup = settings.pick("200ms", "20ms")
    for connections, depth, count in settings.pick(SHAPES, SMOKE_SHAPES):
        words = ("echo", "-c", connections, "--depth", depth)
        others = [Against(Case(peers.BARE_ECHO, words, count, warmup), "<=", BARE_MAX)]
        for kind in peers.here(*peers.PEERS):
            if not kind.forks or connections <= FORKING_CONNECTIONS_MAX:
                others.append(Against(Case(kind, words, count, warmup), "<=", PEER_MAX))
        label = f"{connections:,} connection{'s' if connections > 1 else ''}, depth {depth}"
        compare(row, label, Case(peers.GROTTO_ECHO, words, count, warmup), others, settings)
    return row
