"""Results: one JSON file per row."""

import dataclasses
import json

SCHEMA = 1


def save(folder, row, about):
    """`about`: when, how thoroughly and where the row was measured."""
    data = {"schema": SCHEMA, **about, **dataclasses.asdict(row)}
    data["figures"] = [figure.as_data() for figure in row.figures]
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{row.id.lower()}.json").write_text(text, encoding="utf-8")
    return data


def save_micro(folder, data):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "micro.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def load_rows(folder):
    """All rows that are there, in order."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("p[0-9]*.json"), key=lambda path: int(path.stem[1:]))]
    return [row for row in found if row["schema"] == SCHEMA]


def load_micro(folder):
    path = folder / "micro.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
