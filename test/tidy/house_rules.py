"""House rules that no compiler checks: who may include whom, where system headers may be, how headers begin, how long files are, and
that what comes from elsewhere is pinned."""

import configparser
import pathlib
import re
import subprocess
import sys

LAYERS = {
    "base": {"base"},
    "net": {"base", "net"},
    "system": {"base", "net", "system"},
    "line": {"base", "line"},
    "web": {"base", "line", "web"},
    "script": {"base", "line", "script"},
    "room": {"base", "line", "room"},
    "answers": {"base", "room", "script", "answers"},
    "store": {"base", "room", "store"},
    "service": {"base", "line", "room", "service"},
    "prompt": {"base", "line", "script", "answers", "prompt"},
    "door": {"base", "net", "line", "web", "door"},
    "daemon": {"base", "net", "system", "line", "web", "script", "room", "answers", "store", "service", "prompt", "door", "daemon"},
    "load": {"base", "net", "line", "web", "load"},
    "client": {"base", "net", "line", "client"},
}
CONTRACTS = {"session.h", "service.h"}
BELOW_CONTRACTS = {"base", "net", "line", "web", "script", "room"}
NET_ONLY = re.compile(r"<(uv\.h|sys/epoll\.h|sys/event\.h|openssl/)")
FILE_LINES_MAX = 500


def faults(top: pathlib.Path):
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.h", "*.cc"], cwd=top, capture_output=True, text=True, check=True
    ).stdout.split()
    for name in listed:
        path = top / name
        if not path.exists():
            continue
        text = path.read_text(encoding="utf-8")
        parts = name.split("/")
        if len(text.splitlines()) > FILE_LINES_MAX:
            yield f"{name}: more than {FILE_LINES_MAX} lines: which chapter is a file of its own?"
        if name.endswith(".h") and not text.startswith("// "):
            yield f"{name}: begins without a sentence that says what it is"
        layer = parts[1] if parts[0] in ("src", "tools") and len(parts) > 2 else None
        for number, line in enumerate(text.splitlines(), 1):
            if "#include" not in line:
                continue
            if re.search(r'\.(cc|cpp)[">]', line):
                yield f"{name}:{number}: a source is compiled, not included: {line.strip()}"
            if NET_ONLY.search(line) and layer not in ("net", None):
                yield f"{name}:{number}: {line.strip()} belongs to src/net only"
            own = re.search(r'"([a-z]+)/([a-z_0-9]+\.h)"', line)
            if own is None or layer is None:
                continue
            folder, header = own.groups()
            if folder == "grotto":
                if header in CONTRACTS and layer in BELOW_CONTRACTS:
                    yield f"{name}:{number}: {layer} knows no services: {line.strip()}"
            elif folder in LAYERS and folder not in LAYERS[layer]:
                yield f"{name}:{number}: {layer} may not include {folder}: {line.strip()}"


def table_faults(top: pathlib.Path):
    """docs/building.md shows the one table of packages as it is."""
    if (top / "tools/packages.txt").read_text(encoding="utf-8") not in (top / "docs/building.md").read_text(encoding="utf-8"):
        yield "docs/building.md: its table differs from tools/packages.txt"


def wrap_faults(top: pathlib.Path):
    """Each wrap is one released archive, by version and hash; so is what is laid over it."""
    for path in sorted((top / "subprojects").glob("*.wrap")):
        wrap = configparser.ConfigParser(interpolation=None)
        wrap.read(path, encoding="utf-8")
        name = f"subprojects/{path.name}"
        if not wrap.has_section("wrap-file"):
            yield f"{name}: is no [wrap-file]: a branch moves, an archive with a hash does not"
            continue
        source = wrap["wrap-file"]
        if not re.search(r"-v?\d+(\.\d+)+$", source.get("directory", "")):
            yield f"{name}: its directory names no version"
        for part in ("source", "patch"):
            if part == "patch" and not any(key.startswith("patch_") for key in source):
                continue
            if not source.get(f"{part}_url", "").startswith("https://"):
                yield f"{name}: its {part}_url is missing, or no https"
            if not re.fullmatch(r"[0-9a-f]{64}", source.get(f"{part}_hash", "")):
                yield f"{name}: its {part}_hash is no SHA-256"


def main() -> int:
    top = pathlib.Path(sys.argv[1])
    found = [*faults(top), *table_faults(top), *wrap_faults(top)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
