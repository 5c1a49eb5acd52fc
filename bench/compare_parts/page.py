"""Page: docs/benchmarks.md and its plots, made of the result files."""

from compare_parts import svg
from compare_parts.figures import number, range_text, target_text, value_text

BUSY_LOAD = 0.7

HEAD = """\
# Benchmarks

Written by `bench/compare`, which prints the same figures; do not edit. Losses stand here as wins do.

- Server on core 0, loader (`grotto-load`, which checks every delivery) on core 1, loopback. **Loopback charges the receiver's work to
  whoever sends**: the same for all servers, but not what a network card costs.
- Two servers are measured in turn, A B B A. The figure is the **median of the blocks' ratios**; beside it stands its spread (least to most). *Noise*:
  the same for Grotto against itself. A ratio within the noise of its target says nothing. Only ratios count: absolute figures drift from run to run.
- Grotto runs with `--rate off` (no flood control), `--history 0` (newcomers read no old lines), `--workers 1` where there is no other number, and
  nothing else special. The peers run with settings that do not throttle them (`bench/compare_parts/peers.py`): Redis without persistence and
  without a limit on pub/sub output, NATS with its defaults, ngircd without penalties and limits on connections. Each row has its commands.
- Bursts and depths are closed loops: the next lines are sent when the last ones have come. Beside the cost stands the rate that came of it,
  and the shares of a core that the server and the loader used: a rate is the server's own only where its share is near 100 %. The share of
  ncat and socat is estimated from their cost.
"""


def write(page, plots, rows, micro):
    """Writes the page and the plots of all rows that were measured."""
    plots.mkdir(parents=True, exist_ok=True)
    for old in plots.glob("*.svg"):
        old.unlink()
    parts = [HEAD]
    judged = _judged(rows)
    if judged:
        (plots / "targets.svg").write_text(svg.targets("What was measured, beside its target", judged), encoding="utf-8")
        parts.append(f"![What was measured, beside its target]({plots.name}/targets.svg)\n")
    parts.append(_summary(rows))
    for row in rows:
        parts.append(_row(row, plots))
    if micro:
        parts.append(_micro(micro))
    parts.append(_environment(rows))
    page.write_text("\n".join(parts).rstrip("\n") + "\n", encoding="utf-8")


def _is_better_low(figure):
    return figure["relation"] == "<="


def _judged(rows):
    found = []
    for row in rows:
        for figure in row["figures"]:
            if figure["holds"] is None or not figure["value"]:
                continue
            target, low = figure["target"], _is_better_low(figure)
            share = (lambda value, target=target: value / target) if low else (lambda value, target=target: target / value)
            ends = lambda pair: sorted(map(share, pair)) if pair else None  # noqa: E731, B023
            noise = [end * share(figure["value"]) for end in figure["noise"]] if figure["noise"] else None
            found.append(
                {
                    "label": f"{row['id']}  {_name(row, figure)}",
                    "of": (row["id"], figure["against"] or _name(row, figure)),
                    "value": share(figure["value"]),
                    "spread": ends(figure["spread"]),
                    "noise": noise,
                    "holds": figure["holds"],
                }
            )
    return _worst(found)


def _name(row, figure):
    """What tells a judged figure from the others of its row."""
    if figure["against"]:
        return f"{figure['against']}: {figure['label']}"
    alike = [other for other in row["figures"] if other["statistic"] == figure["statistic"] and not other["against"]]
    return figure["statistic"] if len(alike) == 1 else figure["label"]


def _worst(judged):
    """Of several against the same server in a row, that which is furthest from its target; its label says so."""
    groups = {}
    for one in judged:
        groups.setdefault(one["of"], []).append(one)
    found = []
    for group in groups.values():
        worst = max(group, key=lambda one: one["value"])
        note = f" (worst of {len(group)})" if len(group) > 1 else ""
        found.append({**worst, "label": worst["label"] + note})
    return found


def _table(head, lines):
    def cells(words):
        return "| " + " | ".join(words) + " |"

    return "\n".join([cells(head), cells(["---"] * len(head)), *map(cells, lines)]) + "\n"


def _summary(rows):
    lines = []
    for row in rows:
        judged = [figure for figure in row["figures"] if figure["holds"] is not None]
        missed = [_name(row, figure) for figure in judged if not figure["holds"]]
        said = f"{len(judged) - len(missed)} of {len(judged)} hold"
        lines.append([f"[{row['id']}](#{row['id'].lower()})", row["title"], said, "; ".join(missed) or "–"])
    return _table(["", "what", "targets", "missed"], lines)


def _cost_text(side):
    """The median cost, and if it is known the rate and how busy the server and the loader were."""
    if not side:
        return ""
    text = f"{number(side['cost'])} {side['unit']}"
    if "rate" in side:
        text += f" · {number(side['rate'] / 1e6)} M/s ({100 * side['server_share']:.0f} · {100 * side['loader_share']:.0f} %)"
    return text


def _row(row, plots):
    parts = [f'<a id="{row["id"].lower()}"></a>\n\n## {row["id"]}: {row["title"]}\n', row["text"] + "\n"]
    if any(bar["values"] for bar in row["bars"]):
        name = f"{row['id'].lower()}.svg"
        (plots / name).write_text(svg.bars(f"{row['id']}: {row['title']}", row["bars_unit"], row["bars"]), encoding="utf-8")
        parts.append(f"![{row['title']}]({plots.name}/{name})\n")
    ratios = [figure for figure in row["figures"] if figure["ours"] or (figure["value"] is None and figure["against"])]
    exact = [figure for figure in row["figures"] if figure not in ratios]
    if ratios:
        head = ["", "against", "ratio", "target", "measured", "spread", "noise", "", "ours", "theirs"]
        parts.append(_table(head, [_ratio_cells(figure) for figure in ratios]))
    if exact:
        parts.append(_table(["", "server", "what", "target", "measured", "", ""], [_exact_cells(figure) for figure in exact]))
    parts += [f"**A run was wrong:** {text}\n" for text in row["wrong"]] + [text + "\n" for text in row["notes"]]
    parts.append(_how(row))
    return "\n".join(parts)


def _bold(text):
    return f"**{text}**" if text.startswith("MISSED") else text


def _ratio_cells(figure):
    cells = [figure["label"], figure["against"], figure["statistic"], target_text(figure), value_text(figure), range_text(figure["spread"])]
    cells += [range_text(figure["noise"]), _bold(figure["verdict"]), _cost_text(figure["ours"]), _cost_text(figure["theirs"])]
    return cells


def _exact_cells(figure):
    cells = [figure["label"], figure["against"] or "Grotto", figure["statistic"], target_text(figure), value_text(figure)]
    return [*cells, _bold(figure["verdict"]), figure["note"]]


def _how(row):
    """When, how thoroughly, how busy; and the commands."""
    busy = " **The machine was busy with other things.**" if row["load_average"] > BUSY_LOAD else ""
    lines = [
        f"Repeat: `bench/compare --rows {row['id']}`. Measured {row['started_at']} at commit {row['environment']['commit']}, {row['blocks']} blocks, "
        f"in {row['took_s']:.0f} s; load average at the start {row['load_average']:.2f}, steal {100 * row['steal_share']:.1f} %.{busy}\n"
    ]
    commands = []
    for figure in row["figures"]:
        for side in (figure["ours"], figure["theirs"]):
            for words in (side or {}).get("commands", {}).values():
                if words not in commands:
                    commands.append(words)
    if commands:
        lines += ["<details><summary>Commands</summary>\n", "```", *commands, "```\n", "</details>\n"]
    return "\n".join(lines)


def _micro(micro):
    lines = []
    for figure in micro["figures"]:
        spread = f"± {100 * figure['spread']:.1f} %" if "spread" in figure else "–"
        lines.append([figure["name"], f"{number(figure['ns'])} ns per {figure['unit']}", spread])
    text = "CPU time of single parts, by Google Benchmark; median of the repetitions, and their standard deviation. Absolute figures of one machine.\n"
    how = f"Repeat: `{micro['command']}`. Measured {micro['started_at']}; load average at the start {micro['load_average']:.2f}.\n"
    return "\n".join(["## Micro-benchmarks\n", text, _table(["part", "cost", "deviation"], lines), how])


def _environment(rows):
    if not rows:
        return ""
    newest = max(rows, key=lambda row: row["started_at"])["environment"]
    return "## Where it ran\n\n" + _table(["", ""], [[name, str(value)] for name, value in newest.items()])
