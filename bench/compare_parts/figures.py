"""Figures: what a row of the benchmark says: values beside their targets, with spread and noise floor."""

import dataclasses
import statistics


@dataclasses.dataclass
class Figure:
    """One value. Ratios have a spread (over the blocks) and a noise floor (A against A); exact figures (bytes, calls) have neither."""

    label: str  # what was done: "50 connections, depth 16"
    against: str = ""  # whom it is compared with
    statistic: str = ""  # what the value is: "ours / theirs"
    value: float | None = None  # None: not measured; the note says why
    relation: str = ""  # "<=", ">=", or empty: shown for comparison, without a target
    target: float | None = None
    unit: str = ""
    spread: tuple | None = None
    noise: tuple | None = None
    note: str = ""
    ours: dict | None = None  # of a ratio: cost, unit, rate, … and the commands of either side
    theirs: dict | None = None

    @property
    def holds(self):
        """Whether the value meets its target; None without a target or a value."""
        if self.value is None or not self.relation:
            return None
        return meets(self.value, self.relation, self.target)

    @property
    def is_sure(self):
        """Whether every block says the same as the median."""
        return self.spread is None or all(meets(end, self.relation, self.target) == self.holds for end in self.spread)

    def verdict(self):
        if self.holds is None:
            return "not measured" if self.value is None else ""
        return ("holds" if self.holds else "MISSED") + ("" if self.is_sure else ", but not in every block")

    def as_data(self):
        return {**dataclasses.asdict(self), "holds": self.holds, "verdict": self.verdict()}


@dataclasses.dataclass
class Row:
    """One target of the table, P1 to P11, as it was measured."""

    id: str
    title: str
    text: str  # what is done and what is counted, in sentences
    figures: list = dataclasses.field(default_factory=list)
    bars: list = dataclasses.field(default_factory=list)  # of its plot: {"group", "values": {server: value}}
    bars_unit: str = ""
    wrong: list = dataclasses.field(default_factory=list)  # runs that lost something or did not run, a sentence each
    notes: list = dataclasses.field(default_factory=list)

    def add_bar(self, group, name, value):
        found = next((bar for bar in self.bars if bar["group"] == group), None)
        if found is None:
            found = {"group": group, "values": {}}
            self.bars.append(found)
        found["values"].setdefault(name, value)


def meets(value, relation, target):
    return value <= target if relation == "<=" else value >= target


def median_and_spread(ratios):
    return statistics.median(ratios), (min(ratios), max(ratios))


def number(value):
    """Three digits that count, without an exponent: 0.0432, 1.03, 757, 6,672."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    places = 1 if size >= 10 else 2
    while size < 1 and round(size, places) < 10 ** (2 - places) and places < 6:
        places += 1
    return f"{value:.{places}f}"


def target_text(figure):
    """`figure`: a Figure's data."""
    if not figure["relation"]:
        return "–"
    sign = {"<=": "≤", ">=": "≥"}[figure["relation"]]
    return f"{sign} {figure['target']:g}{' ' + figure['unit'] if figure['unit'] else ''}"


def range_text(ends):
    return f"{number(ends[0])} to {number(ends[1])}" if ends else "–"


def value_text(figure):
    if figure["value"] is None:
        return "–"
    return number(figure["value"]) + (f" {figure['unit']}" if figure["unit"] else "")
