"""Blocks: two cases measured in turn, A B B A, and the ratios of their costs."""

import dataclasses
import statistics

from compare_parts.figures import Figure, median_and_spread
from compare_parts.loads import WrongRun
from compare_parts.places import in_words


@dataclasses.dataclass
class Pair:
    """`ratios`: one per block, ours over theirs."""

    ratios: list
    ours: list
    theirs: list


def server_us(measured):
    return measured.server_us


def alternate(measure_ours, measure_theirs, cost, blocks):
    """Runs `blocks` times A B B A. `cost`: what of a measurement is compared. Raises WrongRun."""
    pair = Pair([], [], [])
    for _ in range(blocks):
        first = measure_ours()
        second, third = measure_theirs(), measure_theirs()
        fourth = measure_ours()
        pair.ours += [first, fourth]
        pair.theirs += [second, third]
        pair.ratios.append((cost(first) + cost(fourth)) / max(cost(second) + cost(third), 1e-9))
    return pair


@dataclasses.dataclass(frozen=True)
class Against:
    """Whom a case is compared with. `inverse`: the target is of theirs over ours; `target` None: shown for comparison."""

    case: object
    relation: str = ""
    target: float | None = None
    inverse: bool = False


def compare(row, label, ours, others, settings, cost=server_us, unit="µs", scale=1.0):
    """Adds to `row` a figure for each of `others` (Against), and first A against A, whose spread is their noise floor."""
    noise = None
    if not settings.smoke:
        settings.tell(f"{row.id} {label}: {ours.kind.name} against itself")
        try:
            noise = median_and_spread(alternate(ours.measure, ours.measure, cost, settings.blocks).ratios)[1]
        except WrongRun as fault:
            row.wrong.append(str(fault))
    for other in others:
        settings.tell(f"{row.id} {label}: {ours.kind.name} and {other.case.kind.name}")
        figure = Figure(label, other.case.kind.name, "theirs / ours" if other.inverse else "ours / theirs")
        figure.relation, figure.target = other.relation, other.target
        row.figures.append(figure)
        try:
            pair = alternate(ours.measure, other.case.measure, cost, settings.blocks)
        except WrongRun as fault:
            figure.note = "a run was wrong"
            row.wrong.append(str(fault))
            continue
        fill(figure, pair, noise, cost, unit, scale)
        figure.ours["commands"] = commands(ours)
        figure.theirs["commands"] = commands(other.case)
        row.add_bar(label, ours.kind.name, figure.ours["cost"])
        row.add_bar(label, other.case.kind.name, figure.theirs["cost"])


def fill(figure, pair, noise, cost, unit, scale=1.0):
    """Puts the median of the ratios, their spread and both sides' medians into `figure`."""
    ratios = [1 / max(ratio, 1e-9) for ratio in pair.ratios] if figure.statistic == "theirs / ours" else pair.ratios
    figure.value, figure.spread = median_and_spread(ratios)
    figure.noise = noise
    figure.ours = side(pair.ours, cost, unit, scale)
    figure.theirs = side(pair.theirs, cost, unit, scale)


def side(measured, cost, unit, scale):
    costs = [cost(one) * scale for one in measured]
    found = {"cost": statistics.median(costs), "costs": costs, "unit": unit}
    for name in ("rate", "server_share", "loader_share", "service_p50_us"):
        values = [getattr(one, name) for one in measured if hasattr(one, name)]
        if values:
            found[name] = statistics.median(values)
    return found


def commands(case):
    return {"server": case.kind.shown(), "load": in_words(case.command())}


