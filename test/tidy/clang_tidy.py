"""clang-tidy over all that is not a test: test/tidy/clang_tidy.py BUILD [WORD]. BUILD: a unity build by clang (build-clang-tidy).

WORD: only units with it in their path. It prints the findings and fails if there is one.

A file alone takes 23 s of a core here, most of it for headers that all include and for paths through them. So eight files
are read as one, which a unity build knows how to put together; they are copied into it, as the analyzer follows no paths in what is
included. And it takes at most STEPS steps in a function (225,000 by default, for five times the time).
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
STEPS = 20_000
# What a build with all that is there does not compile, but one with less does. (selector_kqueue.cc compiles on no Linux.)
ALONE = ["src/net/tls_none.cc", "src/system/system_call_filter_none.cc"]
INCLUDED = re.compile(r"^#include\s*<(.*\.cc)>$")
BEGINS = re.compile(r'^#line 1 "(.*)"$')
PLACE = re.compile(r"^(/\S*):(\d+):(?=\d+: )")


def put_together(unit: pathlib.Path):
    """Its text with what it includes in it, each behind a line that says where it is from."""
    for line in unit.read_text(encoding="utf-8").splitlines():
        included = INCLUDED.match(line)
        if included is None:
            yield line
            continue
        source = pathlib.Path(os.path.normpath(unit.parent / included[1]))
        yield f'#line 1 "{source.relative_to(TOP)}"'
        yield from source.read_text(encoding="utf-8").splitlines()


def units_of(build: pathlib.Path, together: pathlib.Path):
    """Writes all units into `together`, with how each is compiled (its compile_commands.json)."""
    together.mkdir(exist_ok=True)
    compiled = []
    for each in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        name = each["file"]
        if not name.endswith((".cc", ".cpp")):
            continue
        if not (build / name).resolve().is_relative_to(build):
            compiled.append({**each, "file": os.path.normpath(build / name)})
            continue
        unit = together / name.replace("/", "_")
        unit.write_text("\n".join([*put_together(build / name), ""]), encoding="utf-8")
        compiled.append({**each, "file": str(unit), "command": each["command"].replace(name, str(unit))})
    (together / "compile_commands.json").write_text(json.dumps(compiled), encoding="utf-8")
    return sorted({pathlib.Path(each["file"]) for each in compiled} | {TOP / each for each in ALONE})


def where_from(unit: pathlib.Path, number: int):
    """The file and line of ours that the unit's line is."""
    lines = unit.read_text(encoding="utf-8").splitlines()
    for at in range(number - 1, -1, -1):
        begins = BEGINS.match(lines[at])
        if begins:
            return f"{begins[1]}:{number - at - 1}:"
    return f"{unit}:{number}:"


def findings(together: pathlib.Path, unit: pathlib.Path):
    extra = ["-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={STEPS}"]
    done = subprocess.run(
        ["clang-tidy-19", "-p", together, "--quiet", f"--config-file={TOP}/.clang-tidy", "--warnings-as-errors=*",
         "--header-filter=/(include/grotto|src|bin|examples|bench|tools)/.*", *(f"--extra-arg={each}" for each in extra), unit],
        capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode == 0:
        return ""
    said = [
        PLACE.sub(lambda place: where_from(unit, int(place[2])) if place[1] == str(unit) else place[0], line)
        for line in done.stdout.splitlines()
    ]
    return "\n".join(said) or f"{unit}: {done.stderr[-2000:]}"


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    together = build / "together"
    units = [each for each in units_of(build, together) if word in str(each)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as several:
        found = [each for each in several.map(lambda unit: findings(together, unit), units) if each]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
