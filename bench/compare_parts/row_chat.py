"""P7: everyone talks; deliveries per second."""

from compare_parts import peers
from compare_parts.blocks import Against, compare
from compare_parts.figures import Row
from compare_parts.loads import Case

MEMBERS = 200
TARGET = 3

TEXT = (
    "200 members say lines of 64 bytes to each other, each its next one when all others have read its last one. Counted: deliveries per second. "
    "That each member's lines are complete and that all hear one order is checked by the loader in every run. Where the loader's share of its core "
    "is close to 100 %, it was the limit, not the server. The bare loop (`bench/limit/fanout_epoll`) sends once per member and round and does nothing "
    "else: nobody who sends to each member himself can be much faster than it."
)


def time_per_delivery(measured):
    return 1 / max(measured.rate, 1e-9)


def measure_row(settings):
    row = Row("P7", "Everyone talks: deliveries per second", TEXT, bars_unit="million deliveries per second")
    members = settings.pick(MEMBERS, 50)
    words = ("chat", "-c", members, "--duration", settings.pick("1s", "200ms"))
    case = lambda kind: Case(kind, words, warmup=settings.pick("300ms", "20ms"))  # noqa: E731
    others = [Against(case(peers.BARE_FANOUT), inverse=True)]
    if peers.is_here(peers.REDIS):
        others.append(Against(case(peers.REDIS), ">=", TARGET, inverse=True))
    if peers.is_here(peers.NATS) and not settings.smoke:
        others.append(Against(case(peers.NATS), inverse=True))
    # The ratio of their time to ours is that of our rate to theirs.
    compare(row, f"{members} members", case(peers.GROTTO_CHAT), others, settings, time_per_delivery, "M/s")
    for figure in row.figures:
        figure.statistic = "our rate / theirs"
        for side in filter(None, (figure.ours, figure.theirs)):
            side["cost"], side["costs"] = 1e-6 / side["cost"], [1e-6 / cost for cost in side["costs"]]
    for bar in row.bars:
        bar["values"] = {name: 1e-6 / value for name, value in bar["values"].items()}
    if not others:
        row.notes.append("redis-server is missing: there is nobody to compare with")
    return row
