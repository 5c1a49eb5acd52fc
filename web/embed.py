"""Writes the page's files as C++, for src/web/asset.h: embed.py OUTPUT FILE...

main.js and the modules that it imports become one script, so that a browser asks once: the modules in the order in which they
need each other, without their import and export words. For that, each module imports names as they are from "./other.js", and no
two modules declare the same name at their top level; anything else is refused here, when the program is built.
With --join the script goes to OUTPUT as it is.
"""

import gzip
import hashlib
import pathlib
import re
import sys

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
}
ENTRY = "main.js"
IMPORT = re.compile(r'^import \{([^{}]*)\} from "\./([a-z_]+\.js)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) )", re.MULTILINE)
DECLARED = re.compile(r"^(export )?(?:async function\*?|function\*?|class|const|let) ([A-Za-z_$][\w$]*)", re.MULTILINE)
LEFT = re.compile(r"^(import|export)\b.*", re.MULTILINE)


class Fault(Exception):
    pass


def join_modules(sources):
    """One script of `sources` (name → text), beginning at ENTRY; modules that nobody imports are a fault too."""
    order, exported, owners, on_the_way = [], {}, {}, []

    def visit(name, importer):
        if name in on_the_way:
            raise Fault(f"{' → '.join([*on_the_way, name])}: modules import each other in a circle")
        if name not in sources:
            raise Fault(f"{importer}: imports {name}, which is not listed")
        if name in exported:
            return
        on_the_way.append(name)
        text = sources[name]
        for words, other in IMPORT.findall(text):
            visit(other, name)
            for word in filter(None, (each.strip() for each in words.split(","))):
                if word not in exported[other]:
                    raise Fault(f"{name}: {other} exports no {word}")
        on_the_way.pop()
        exported[name] = {word for is_export, word in DECLARED.findall(text) if is_export}
        for _, word in DECLARED.findall(text):
            if word in owners:
                raise Fault(f"{name}: {word} is declared in {owners[word]} too")
            owners[word] = name
        order.append(name)

    visit(ENTRY, None)
    unused = sorted(set(sources) - set(order))
    if unused:
        raise Fault(f"{unused[0]}: nobody imports it")
    parts = []
    for name in order:
        text = EXPORT.sub("", IMPORT.sub("", sources[name])).strip("\n")
        left = LEFT.search(text)
        if left:
            raise Fault(f"{name}: cannot be joined: {left.group(0)}")
        parts.append(f"// ---- {name}\n\n{text}\n")
    return "\n".join(parts)


def files_of_the_page(paths):
    """What is served: (name, bytes), sorted by name."""
    scripts = {path.name: path.read_text(encoding="utf-8") for path in paths if path.suffix == ".js"}
    served = {path.name: path.read_bytes() for path in paths if path.suffix != ".js"}
    if scripts:
        served[ENTRY] = join_modules(scripts).encode()
    return sorted(served.items())


def array(name, data):
    numbers = ",".join(map(str, data))
    return f"constexpr unsigned char {name}[] = {{{numbers or 0}}};\n"


def view(name, data):
    return f"std::string_view(reinterpret_cast<const char*>({name}), {len(data)})"


def table(served):
    arrays, rows = [], []
    for number, (name, data) in enumerate(served):
        small = gzip.compress(data, 9, mtime=0)
        # Pictures are compressed already; of the page itself 4 KiB are no reason for scanners to suspect BREACH.
        if len(small) > 0.9 * len(data) or name.endswith(".html"):
            small = b""
        url = "/" if name == "index.html" else "/" + name
        tag = hashlib.sha256(data).hexdigest()[:16]
        arrays += [array(f"bytes_{number}", data), array(f"gzip_{number}", small)]
        row = f'"{url}", "{MEDIA_TYPES[pathlib.Path(name).suffix]}", "{tag}", {view(f"bytes_{number}", data)}, {view(f"gzip_{number}", small)}'
        rows.append(f"    Asset{{{row}}},\n")
    return (
        f'#include "web/asset.h"\n\n#include <array>\n\nnamespace grotto {{\n\nnamespace {{\n{"".join(arrays)}}}  // namespace\n\n'
        f"std::span<const Asset> embedded_assets() noexcept {{\n"
        f"  static const std::array<Asset, {len(rows)}> assets = {{\n{''.join(rows)}  }};\n  return assets;\n}}\n\n}}  // namespace grotto\n"
    )


def main(arguments):
    is_join = arguments[:1] == ["--join"]
    output, *names = arguments[1:] if is_join else arguments
    try:
        served = files_of_the_page([pathlib.Path(name) for name in names])
    except Fault as fault:
        print(f"web/embed.py: {fault}", file=sys.stderr)
        return 1
    text = dict(served)[ENTRY].decode() if is_join else table(served)
    pathlib.Path(output).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
