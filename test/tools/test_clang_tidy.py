"""test/tidy/clang_tidy.py: files are read together, and a finding is told with the place in its own file."""

import importlib.util
import json
import pathlib

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("clang_tidy", TOP / "test/tidy/clang_tidy.py")
TIDY = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TIDY)
FINDS = """#!/bin/sh
for last; do :; done
echo "$last" >>"{log}"
grep -n 'bad_name' "$last" | sed "s|^\\\\([0-9]*\\\\):.*|$last:\\\\1:5: error: a bad name [naming,-warnings-as-errors]|"
! grep -q 'bad_name' "$last"
"""


@pytest.fixture
def unit(tmp_path, monkeypatch):
    """A tree with a unity build of two sources, and what is run in clang-tidy's place."""
    top = tmp_path / "top"
    (top / "src").mkdir(parents=True)
    (top / "src/one.cc").write_text("int one() {\n  return 1;\n}\n")
    (top / "src/two.cc").write_text("int two() {\n  return 2;\n}\n")
    unit = top / "build/some-unity0.cpp"
    unit.parent.mkdir()
    unit.write_text("#include<../src/one.cc>\n#include<../src/two.cc>\n")
    (unit.parent / "compile_commands.json").write_text(json.dumps([{"file": each, "command": f"c++ {each}"} for each in ("some-unity0.cpp", "some.S")]))
    program = tmp_path / "bin/clang-tidy-19"
    program.parent.mkdir()
    program.write_text(FINDS.format(log=tmp_path / "log"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr(TIDY, "TOP", top)
    monkeypatch.setattr(TIDY, "ALONE", [])
    monkeypatch.setattr(TIDY.sys, "argv", ["clang_tidy.py", str(unit.parent)])
    return unit


def test_what_is_good_is_read_once_and_says_nothing(unit, tmp_path, capsys):
    assert TIDY.main() == 0
    assert capsys.readouterr().out.strip() == ""
    assert (tmp_path / "log").read_text() == f"{unit.parent}/together/{unit.name}\n"


def test_a_finding_is_told_with_its_file_and_line(unit, capsys):
    (unit.parents[1] / "src/two.cc").write_text("int two() {\n  return 2;\n}\nint bad_name;\n")
    assert TIDY.main() == 1
    assert "src/two.cc:4:5: error: a bad name" in capsys.readouterr().out


def test_a_second_run_reads_the_files_as_they_are_then(unit, capsys):
    assert TIDY.main() == 0
    (unit.parents[1] / "src/one.cc").write_text("int bad_name;\n")
    assert TIDY.main() == 1
    assert "src/one.cc:1:5: error: a bad name" in capsys.readouterr().out


def test_what_ends_without_a_word_is_a_finding(unit, tmp_path, capsys):
    (tmp_path / "bin/clang-tidy-19").write_text("#!/bin/sh\necho no such file >&2\nexit 1\n")
    assert TIDY.main() == 1
    assert "no such file" in capsys.readouterr().out
