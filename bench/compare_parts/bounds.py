"""Bounds: what the bare loop itself reaches beside a peer, where we miss that peer's target."""

from compare_parts import peers
from compare_parts.figures import number


def note_bounds(row):
    """Adds a sentence per missed ratio "theirs / ours" whose label was also measured beside the bare loop."""
    for figure in row.figures:
        if figure.holds is not False or figure.relation != ">=":
            continue
        bare = next((one for one in row.figures if one.label == figure.label and is_bare(one)), None)
        if bare is None:
            continue
        # Ours over bare times theirs over ours; P7 has both the other way round.
        ratio = figure.value * bare.value if bare.statistic == "ours / theirs" else figure.value / bare.value
        row.notes.append(
            f"{figure.label}, {figure.against}: the bare loop itself, measured beside us, would reach {number(ratio)} of the {figure.target:g} asked for."
        )


def is_bare(figure):
    return figure.against == peers.BARE_FANOUT.name and figure.value is not None
