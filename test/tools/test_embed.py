"""web/embed.py: modules become one script, and what cannot be joined is refused when the program is built."""

import gzip
import pathlib
import re
import subprocess
import sys

import pytest

EMBED = pathlib.Path(__file__).resolve().parents[2] / "web/embed.py"


def embed(folder, files, *options):
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    paths = [str(folder / name) for name in files]
    done = subprocess.run([sys.executable, str(EMBED), *options, str(folder / "out"), *paths], capture_output=True, text=True)
    return done, (folder / "out").read_text(encoding="utf-8") if (folder / "out").exists() else ""


def test_a_module_stands_before_those_that_need_it_and_stands_there_once(tmp_path):
    files = {
        "main.js": 'import { one } from "./one.js";\nimport {\n  two,\n} from "./two.js";\n\none(two);\n',
        "one.js": 'import { two } from "./two.js";\n\nexport function one() {\n  return two;\n}\n',
        "two.js": "export const two = 2;\n",
    }
    done, script = embed(tmp_path, files, "--join")
    assert done.returncode == 0, done.stderr
    assert script.index("const two = 2;") < script.index("function one()") < script.index("one(two);")
    assert script.count("const two") == 1
    assert not re.search(r"^(import|export)", script, re.MULTILINE)


@pytest.mark.parametrize(
    "files, why",
    [
        ({"main.js": 'import { a } from "./a.js";\n'}, "imports a.js, which is not listed"),
        ({"main.js": 'import { b } from "./a.js";\n', "a.js": "export const a = 1;\n"}, "a.js exports no b"),
        ({"main.js": 'import { a } from "./a.js";\nconst x = a;\n', "a.js": "export const a = 1;\nconst x = 2;\n"}, "x is declared in a.js too"),
        ({"main.js": 'import { a } from "./a.js";\n', "a.js": 'import { b } from "./b.js";\nexport const a = 1;\n', "b.js": 'import { a } from "./a.js";\n'}, "in a circle"),
        ({"main.js": "1;\n", "a.js": "export const a = 1;\n"}, "a.js: nobody imports it"),
        ({"main.js": 'import * as a from "./a.js";\n', "a.js": "export const a = 1;\n"}, "nobody imports it"),
        ({"main.js": 'import { a as b } from "./a.js";\n', "a.js": "export const a = 1;\n"}, "exports no a as b"),
        ({"main.js": "export default 1;\n"}, "cannot be joined: export default 1;"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_the_reason(tmp_path, files, why):
    done, script = embed(tmp_path, files)
    assert done.returncode == 1
    assert why in done.stderr
    assert script == ""


def test_the_table_holds_each_file_as_it_is_and_compressed(tmp_path):
    text = "<!doctype html>" + "kaixo " * 200
    done, table = embed(tmp_path, {"index.html": "<!doctype html>" * 50, "long.css": text, "style.css": "a"})
    assert done.returncode == 0, done.stderr
    arrays = [bytes(map(int, numbers.split(","))) for numbers in re.findall(r"\[\] = \{([\d,]+)\};", table)]
    assert arrays[0].decode() == "<!doctype html>" * 50
    assert arrays[1] == b"\0"  # the page is sent as it is
    assert arrays[2].decode() == text
    assert gzip.decompress(arrays[3]).decode() == text
    assert 'Asset{"/", "text/html; charset=utf-8"' in table
    assert 'Asset{"/style.css", "text/css; charset=utf-8"' in table
