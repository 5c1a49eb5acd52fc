"""Writes the files of the page as C++: embed.py OUTPUT FILE... — see src/web/asset.h."""

import gzip
import hashlib
import pathlib
import sys

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
}


def array(name, data):
    numbers = ",".join(map(str, data))
    return f"constexpr unsigned char {name}[] = {{{numbers or 0}}};\n"


def view(name, data):
    return f"std::string_view(reinterpret_cast<const char*>({name}), {len(data)})"


def main():
    output, *names = sys.argv[1:]
    arrays, rows = [], []
    for number, name in enumerate(sorted(names)):
        path = pathlib.Path(name)
        data = path.read_bytes()
        small = gzip.compress(data, 9, mtime=0)
        if len(small) > 0.9 * len(data):  # pictures and fonts are compressed already
            small = b""
        url = "/" if path.name == "index.html" else "/" + path.name
        tag = hashlib.sha256(data).hexdigest()[:16]
        arrays += [array(f"bytes_{number}", data), array(f"gzip_{number}", small)]
        row = f'"{url}", "{MEDIA_TYPES[path.suffix]}", "{tag}", {view(f"bytes_{number}", data)}, {view(f"gzip_{number}", small)}'
        rows.append(f"    Asset{{{row}}},\n")
    text = (
        f'#include "web/asset.h"\n\n#include <array>\n\nnamespace grotto {{\n\nnamespace {{\n{"".join(arrays)}}}  // namespace\n\n'
        f"std::span<const Asset> embedded_assets() noexcept {{\n"
        f"  static const std::array<Asset, {len(rows)}> assets = {{\n{''.join(rows)}  }};\n  return assets;\n}}\n\n}}  // namespace grotto\n"
    )
    pathlib.Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
