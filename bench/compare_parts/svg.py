"""SVG: plots as files that need nothing else, light or dark as the reader prefers."""

import html
import math

from compare_parts.figures import number

WIDTH = 860
LABEL_WIDTH = 290
RIGHT = 110  # for the values at the ends of bars
STEP = 22

STYLE = """
text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
.small { font-size: 11.5px; fill: #59636e; }
.head { font-weight: 600; }
.back { fill: #ffffff; }
.line { stroke: #d1d9e0; stroke-width: 1; }
.target { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 4 3; }
.ours { fill: #0969da; } .theirs { fill: #9aa4af; } .bare { fill: #59636e; }
.good { fill: #1a7f37; stroke: #1a7f37; } .bad { fill: #cf222e; stroke: #cf222e; }
.whisker { stroke-width: 2; }
.noise { fill: #d1d9e0; opacity: .7; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; } .small { fill: #9198a1; } .back { fill: #0d1117; } .line { stroke: #3d444d; } .target { stroke: #f0f6fc; }
  .ours { fill: #4493f8; } .theirs { fill: #656c76; } .bare { fill: #9198a1; }
  .good { fill: #3fb950; stroke: #3fb950; } .bad { fill: #f85149; stroke: #f85149; } .noise { fill: #3d444d; }
}
"""


def _page(height, title, parts):
    text = html.escape(title)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img"'
            f' aria-label="{text}">',
            f"<title>{text}</title>",
            f"<style>{STYLE}</style>",
            f'<rect class="back" width="{WIDTH}" height="{height}" rx="6"/>',
            f'<text class="head" x="16" y="26">{text}</text>',
            *parts,
            "</svg>\n",
        ]
    )


def _text(x, y, words, anchor="start", kind=""):
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def _line(x1, y1, x2, y2, kind="line"):
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


class Scale:
    """From values to places: linear from zero, or logarithmic where the largest would hide the smallest."""

    def __init__(self, values, left, right):
        low, high = min(values), max(values)
        self.is_log = low > 0 and high / low > 50
        self._left, self._span = left, right - left
        self._low = math.log10(low) - 0.35 if self.is_log else 0.0
        self._high = math.log10(high) if self.is_log else max(high, 1e-9)

    def at(self, value):
        place = math.log10(max(value, 1e-9)) if self.is_log else value
        return self._left + self._span * max(0.0, min(1.0, (place - self._low) / (self._high - self._low)))


def colour_of(name):
    if name.startswith(("Grotto", "grotto-load")):
        return "ours"
    return "bare" if name.startswith("bare") else "theirs"


def bars(title, unit, groups):
    """Horizontal bars, grouped, each group to its own scale. `groups`: [{"group", "values": {name: value}}]."""
    scales = [Scale(list(group["values"].values()), LABEL_WIDTH, WIDTH - RIGHT) for group in groups]
    note = "; each group to its own scale" if len(groups) > 1 else ", logarithmic" if scales[0].is_log else ""
    parts = [_text(16, 45, unit + note, kind="small")]
    y = 62
    top = y
    for group, scale in zip(groups, scales):
        parts.append(_text(16, y + 15, group["group"], kind="head"))
        y += STEP
        for name, value in group["values"].items():
            end = scale.at(value)
            parts.append(_text(LABEL_WIDTH - 10, y + 14, name, "end"))
            parts.append(f'<rect class="{colour_of(name)}" x="{LABEL_WIDTH}" y="{y + 3}" width="{max(end - LABEL_WIDTH, 1):.1f}" height="15" rx="2"/>')
            parts.append(_text(end + 6, y + 15, number(value), kind="small"))
            y += STEP
        y += 8
    parts.append(_line(LABEL_WIDTH, top, LABEL_WIDTH, y - 8))
    return _page(y + 8, title, parts)


def targets(title, rows):
    """A dot per judged ratio on a logarithmic scale where 1 is the target and left of it is good, with whiskers for the
    spread and a band for the noise. `rows`: [{"label", "value", "spread", "noise", "holds"}], all as shares of the target."""
    ends = [end for row in rows for end in (row["value"], *(row["spread"] or ()), *(row["noise"] or ()))] + [0.5, 2]
    low, high = math.log2(max(min(ends), 1 / 64)), math.log2(min(max(ends), 64))
    left, right = 430, WIDTH - 24

    def at(value):
        return left + (right - left) * (math.log2(min(max(value, 2**low), 2**high)) - low) / (high - low)

    bottom = 74 + STEP * len(rows)
    text = "as a share of what the target allows: left of the dashed line it holds; line: spread of the blocks, band: noise (Grotto against itself)"
    parts = [_text(16, 45, text, kind="small")]
    for power in range(math.ceil(low), math.floor(high) + 1):
        x = at(2.0**power)
        parts.append(_line(x, 56, x, bottom, "target" if power == 0 else "line"))
        parts.append(_text(x, bottom + 16, "target" if power == 0 else f"× {2.0**power:g}", "middle", "small"))
    for index, row in enumerate(rows):
        y = 68 + STEP * index
        parts.append(_text(left - 14, y + 5, row["label"], "end"))
        if row["noise"]:
            start, end = (at(one) for one in row["noise"])
            parts.append(f'<rect class="noise" x="{start:.1f}" y="{y - 7}" width="{max(end - start, 1):.1f}" height="14"/>')
        colour = "good" if row["holds"] else "bad"
        if row["spread"]:
            start, end = (at(one) for one in row["spread"])
            parts.append(_line(start, y, end, y, f"{colour} whisker"))
        parts.append(f'<circle class="{colour}" cx="{at(row["value"]):.1f}" cy="{y}" r="4.5"/>')
    return _page(bottom + 28, title, parts)
