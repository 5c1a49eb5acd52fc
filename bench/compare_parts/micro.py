"""Micro: the micro-benchmarks of bench/micro, run and read."""

import json
import subprocess

from compare_parts.places import LOADER_CORE, MICRO, in_words
from compare_parts.processes import on_core

REPETITIONS = 5


def is_built():
    return MICRO.exists()


def command(smoke):
    words = [str(MICRO), "--benchmark_format=json"]
    if smoke:
        return [*words, "--benchmark_min_time=0.001"]
    return [*words, f"--benchmark_repetitions={REPETITIONS}", "--benchmark_report_aggregates_only=true", "--benchmark_min_time=0.2"]


def measure(smoke):
    """{"command", "figures": [{"name", "ns", "unit", "spread"}]}: nanoseconds of CPU per byte or per line."""
    words = command(smoke)
    done = subprocess.run(words, capture_output=True, text=True, check=True, preexec_fn=on_core(LOADER_CORE))
    figures = {}
    for one in json.loads(done.stdout)["benchmarks"]:
        kind = one.get("aggregate_name", "median")
        figure = figures.setdefault(one["run_name"], {"name": one["run_name"], "unit": "byte" if "bytes_per_second" in one else "item"})
        if kind == "median":
            figure["ns"] = 1e9 / one["bytes_per_second" if figure["unit"] == "byte" else "items_per_second"]
            figure["unit"] = one.get("label") or figure["unit"]
        elif kind == "cv":
            figure["spread"] = one["cpu_time"]
    return {"command": in_words(words), "figures": list(figures.values())}
