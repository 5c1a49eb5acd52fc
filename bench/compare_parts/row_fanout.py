"""P2, P3 and P8: one speaks, many read; CPU per delivery in bursts, one line at a time, and on two workers."""

from compare_parts import peers
from compare_parts.blocks import Against, compare
from compare_parts.calls import delivery_calls
from compare_parts.counted import WHY, Counted
from compare_parts.figures import Row
from compare_parts.loads import Case

READERS, SMOKE_READERS = 1000, 100
SMALL_READERS, SMALL_BURST = 500, 16
BURST = 64

BURSTS_TEXT = (
    "One connection says bursts of 64 lines of 64 bytes, 1,000 read; the next burst is said when all have read the last one. The loader never sleeps (`--busy-poll`): a server that wakes it pays for that in its own send, the more often the faster the loader is. Counted: the "
    "server's CPU time per delivery. A room of 500 with bursts of 16 is shown as well: the smaller the burst, the more of the cost is the kernel's, "
    "and the less can a server save. The bare loop (`bench/limit/fanout_epoll`) knows no names and prefixes nothing, so its deliveries are shorter than Grotto's. " + WHY
)
SINGLE_TEXT = (
    "As P2, but one line at a time: each delivery is a system call of its own, and its cost is mostly the kernel's. The calls are counted "
    "by `strace -c -f` in a run of its own, as the difference of a long run and a short one. The readers that only count (`bench/limit/count`) stand beside it, as in P2."
)
WORKERS_TEXT = (
    "The load of P2 on a server with two workers and on one with one, all threads of either on core 0: what sharing a room between threads costs."
)


def case(kind, readers, burst, count, settings):
    """The loader never sleeps: the server pays for sending, not for waking it, which a faster loader (of short frames) would need more often."""
    return Case(kind, ("fanout", "-c", readers, "--burst", burst, "--busy-poll"), count, settings.pick("300ms", "20ms"))


def counted(kind, readers, burst, count):
    return Counted(kind, readers, burst, count // burst, count // burst // 5)


def fanout(row, settings, readers, burst, count, targets):
    """`targets`: (kind, relation, target, inverse) for each server that is compared."""
    others = [Against(case(kind, readers, burst, count, settings), *rule) for kind, *rule in targets]
    label = f"{readers:,} readers, {f'bursts of {burst}' if burst > 1 else 'one line at a time'}"
    if others:
        compare(row, label, case(peers.GROTTO_CHAT, readers, burst, count, settings), others, settings)


def fanout_counted(row, settings, readers, burst, count, targets):
    others = [Against(counted(kind, readers, burst, count), *rule) for kind, *rule in targets]
    label = f"{readers:,} readers that only count, {f'bursts of {burst}' if burst > 1 else 'one line at a time'}"
    compare(row, label, counted(peers.GROTTO_CHAT, readers, burst, count), others, settings)


def at_least(kind, target):
    return [(kind, ">=", target, True)] if peers.is_here(kind) else []


def for_comparison(kind):
    return [(kind, "", None, True)] if peers.is_here(kind) else []


def measure_bursts(settings):
    row = Row("P2", "Fan-out in bursts: server CPU per delivery", BURSTS_TEXT, bars_unit="µs of server CPU per delivery")
    readers = settings.pick(READERS, SMOKE_READERS)
    bare = [(peers.BARE_FANOUT, "<=", 1.15, False)]
    targets = bare + at_least(peers.REDIS, 3) + at_least(peers.NATS, 4) + at_least(peers.NGIRCD, 10)
    count = settings.pick(100, 10) * BURST
    fanout(row, settings, readers, BURST, count, targets)
    if not settings.smoke:
        fanout_counted(row, settings, readers, BURST, count, targets)
        small = [(peers.BARE_FANOUT, "", None, False)] + for_comparison(peers.NGIRCD)
        fanout(row, settings, SMALL_READERS, SMALL_BURST, 200 * SMALL_BURST, small)
    return row


def measure_single(settings):
    row = Row("P3", "Fan-out one line at a time: server CPU per delivery", SINGLE_TEXT, bars_unit="µs of server CPU per delivery")
    readers, count = settings.pick(READERS, SMOKE_READERS), settings.pick(400, 50)
    targets = [(peers.BARE_FANOUT, "<=", 1.10, False)] + at_least(peers.REDIS, 1.1) + for_comparison(peers.NATS)
    fanout(row, settings, readers, 1, count, targets)
    if not settings.smoke:
        fanout_counted(row, settings, readers, 1, count, targets)
        fanout(row, settings, SMALL_READERS, 1, count, for_comparison(peers.NGIRCD))
    delivery_calls(row, settings)
    return row


def measure_workers(settings):
    row = Row("P8", "Two workers on one core: server CPU per delivery", WORKERS_TEXT, bars_unit="µs of server CPU per delivery")
    readers, count = settings.pick(READERS, SMOKE_READERS), settings.pick(100, 10) * BURST
    two, one = (case(peers.grotto_chat(workers), readers, BURST, count, settings) for workers in (2, 1))
    compare(row, f"{readers:,} readers, bursts of {BURST}", two, [Against(one, "<=", 1.15)], settings)
    return row
