"""Places: where the programs stand that are measured, and where figures go."""

import os
import pathlib
import shlex

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GROTTO_BUILD", TOP / "build")).resolve()
GROTTOD = BUILD / "bin/grottod"
LOAD = BUILD / "bin/grotto-load"
ECHO_LIMIT = BUILD / "bench/limit/echo_epoll"
FANOUT_LIMIT = BUILD / "bench/limit/fanout_epoll"
LOAD_LIMIT = BUILD / "bench/limit/load"
COUNT_LIMIT = BUILD / "bench/limit/count"
MICRO = BUILD / "bench/micro/micro"
PACKAGES = TOP / "tools/packages.txt"
RESULTS = TOP / "bench/results"
PAGE = TOP / "docs/benchmarks.md"
PLOTS = TOP / "docs/benchmarks"

SERVER_CORE, LOADER_CORE = 0, 1


def not_built():
    """The programs that are needed and not there."""
    return [path for path in (GROTTOD, LOAD, ECHO_LIMIT, FANOUT_LIMIT, LOAD_LIMIT, COUNT_LIMIT) if not path.exists()]


def in_words(command):
    """A command as a person would type it: programs of the build by their place in the tree."""
    short = [str(word).replace(f"{TOP}/", "").replace("{port}", "PORT").replace("{folder}", "FOLDER") for word in command]
    return shlex.join(short)
