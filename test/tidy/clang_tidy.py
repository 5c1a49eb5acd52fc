"""clang-tidy over all that is not a test: test/tidy/clang_tidy.py BUILD [WORD]. BUILD: one by clang, each file by itself (build-fuzz).

WORD: only what has it in its name. It prints the findings and fails if there is one.

A file alone takes 23 s of a core here, most of it for headers that all include and for paths through them. So the files of a
target are read as one, as many as go together: some have names of their own that others have too. They are copied, as the
analyzer follows no paths in what is included. And it takes at most STEPS steps in a function (225,000 by default, for five
times the time).
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
OURS = re.compile(r"(src|bin|examples|bench|tools)/.*\.cc$")
STEPS = 20_000
LINES_MAX = 4_000  # of what is read as one, so that no core waits long for another
# What a build with all that is there does not compile, but one with less does. (selector_kqueue.cc compiles on no Linux.)
ALONE = ["src/net/tls_none.cc", "src/system/system_call_filter_none.cc"]
BEGINS = re.compile(r'^#line 1 "(.*)"$')
PLACE = re.compile(r"^(/\S*):(\d+):(?=\d+: )")


def targets_of(build: pathlib.Path):
    """For each target how one of its sources is compiled, and all of them."""
    targets, seen = {}, set()
    for each in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        source = pathlib.Path(os.path.normpath(build / each["file"]))
        if source in seen or not source.is_relative_to(TOP) or not OURS.match(str(source.relative_to(TOP))):
            continue
        seen.add(source)
        targets.setdefault(os.path.dirname(each["output"]), (each, []))[1].append(source)
    if not targets:
        sys.exit(f"{build}: nothing of ours is compiled there")
    compiled = next(iter(targets.values()))[0]
    return [*targets.values(), *((compiled, [TOP / each]) for each in ALONE if TOP / each not in seen)]


class Together:
    """Sources that are read as one."""

    def __init__(self, folder: pathlib.Path, compiled, sources):
        self._compiled, self.sources, self._folder = compiled, sources, folder
        self.unit = folder / (str(sources[0].relative_to(TOP)).replace("/", "_").removesuffix(".cc") + f"_{len(sources)}.cc")
        lines = []
        for source in sources:
            lines += [f'#line 1 "{source.relative_to(TOP)}"', *source.read_text(encoding="utf-8").splitlines()]
        self._lines = lines
        self.unit.write_text("\n".join([*lines, ""]), encoding="utf-8")

    def words(self):
        """How it is compiled: as the source that stands for all was."""
        command = self._compiled["command"].replace(self._compiled["file"], str(self.unit))
        # What a file includes from beside it is looked for beside the unit.
        return command + "".join(f" -iquote {each}" for each in sorted({str(source.parent) for source in self.sources}))

    def goes(self):
        return len(self.sources) == 1 or (
            len(self._lines) <= LINES_MAX
            and subprocess.run(f"{self.words()} -w -fsyntax-only", shell=True, cwd=self._compiled["directory"], capture_output=True, check=False).returncode == 0
        )

    def halves(self):
        half = len(self.sources) // 2
        return [Together(self._folder, self._compiled, part) for part in (self.sources[:half], self.sources[half:])]

    def as_they_go(self):
        return [self] if self.goes() else [each for half in self.halves() for each in half.as_they_go()]

    def entry(self):
        return {"directory": self._compiled["directory"], "file": str(self.unit), "command": self.words()}

    def where_from(self, number: int):
        """The file and line of ours that the unit's line is."""
        for at in range(number - 1, -1, -1):
            begins = BEGINS.match(self._lines[at])
            if begins:
                return f"{begins[1]}:{number - at - 1}:"
        return f"{self.unit}:{number}:"

    def findings(self):
        extra = ["-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={STEPS}"]
        done = subprocess.run(
            ["clang-tidy-19", "-p", self._folder, "--quiet", f"--config-file={TOP}/.clang-tidy", "--warnings-as-errors=*",
             "--header-filter=/(include/grotto|src|bin|examples|bench|tools)/.*", *(f"--extra-arg={each}" for each in extra), self.unit],
            capture_output=True, text=True, check=False)  # fmt: skip
        if done.returncode == 0:
            return ""
        said = [
            PLACE.sub(lambda place: self.where_from(int(place[2])) if place[1] == str(self.unit) else place[0], line) for line in done.stdout.splitlines()
        ]
        return "\n".join(said) or f"{self.unit}: {done.stderr[-2000:]}"


def main() -> int:
    build = pathlib.Path(sys.argv[1]).resolve()
    word = sys.argv[2] if len(sys.argv) > 2 else ""
    folder = build / "together"
    folder.mkdir(exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as several:
        wholes = [
            Together(folder, compiled, chosen)
            for compiled, sources in targets_of(build)
            if (chosen := [each for each in sources if word in str(each)])
        ]
        parts = [part for whole in several.map(Together.as_they_go, wholes) for part in whole]
        (folder / "compile_commands.json").write_text(json.dumps([each.entry() for each in parts]), encoding="utf-8")
        found = [each for each in several.map(Together.findings, parts) if each]
    print("\n".join(found))
    # All of them once more at the end, as who shows only the end of a report shows the last of many.
    print("\n".join(line for each in found for line in each.splitlines() if ": error: " in line))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
