"""Table: a row's figures as lines on a terminal."""

from compare_parts.figures import number, range_text, target_text, value_text


def print_row(row, settings):
    count = f"{len(row.figures)} figure{'s' if len(row.figures) != 1 else ''}"
    print(f"\n{row.id}  {row.title}")
    if settings.smoke:
        print(f"    {count} taken; a smoke run judges no timing")
    else:
        for figure in row.figures:
            print("    " + _line(figure))
    for text in row.wrong:
        print(f"    A RUN WAS WRONG: {text}")
    for text in row.notes:
        print(f"    {text}")


def _line(figure):
    data = figure.as_data()
    name = f"{figure.label}, {figure.against}" if figure.against else figure.label
    parts = [f"{name:<46} {figure.statistic:<18} target {target_text(data):<10} {value_text(data):>10}"]
    if figure.spread:
        parts.append(f"({range_text(figure.spread)}; noise {range_text(figure.noise)})")
    if figure.ours:
        parts.append(f"{number(figure.ours['cost'])} / {number(figure.theirs['cost'])} {figure.ours['unit']}")
    return "  ".join([*parts, figure.verdict() or figure.note]).rstrip()
