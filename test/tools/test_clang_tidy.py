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
grep -n 'bad_name' "$last" | sed "s|^\\([0-9]*\\):.*|$last:\\1:5: error: a bad name [naming,-warnings-as-errors]|"
! grep -q 'bad_name' "$last"
"""


@pytest.fixture
def top(tmp_path, monkeypatch):
    """A tree whose two sources are compiled for one target, and what is run in clang-tidy's place."""
    top = tmp_path / "top"
    (top / "src").mkdir(parents=True)
    (top / "src/one.cc").write_text("int one() {\n  return 1;\n}\n")
    (top / "src/two.cc").write_text("int two() {\n  return 2;\n}\n")
    build = top / "build"
    build.mkdir()
    compiled = [
        {"directory": str(build), "file": f"../{name}", "output": f"src/lib.a.p/{name[4:]}.o", "command": f"c++ -o x.o -c ../{name}"}
        for name in ("src/one.cc", "src/two.cc", "test/three.cc")
    ]
    (build / "compile_commands.json").write_text(json.dumps(compiled))
    program = tmp_path / "bin/clang-tidy-19"
    program.parent.mkdir()
    program.write_text(FINDS.format(log=tmp_path / "log"))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setattr(TIDY, "TOP", top)
    monkeypatch.setattr(TIDY, "ALONE", [])
    monkeypatch.setattr(TIDY.sys, "argv", ["clang_tidy.py", str(build)])
    return top


def units_read(tmp_path):
    return [pathlib.Path(each).name for each in (tmp_path / "log").read_text().split()]


def test_what_is_good_is_read_once_together_and_says_nothing(top, tmp_path, capsys):
    assert TIDY.main() == 0
    assert capsys.readouterr().out.strip() == ""
    assert units_read(tmp_path) == ["src_one_2.cc"]


def test_a_finding_is_told_with_its_file_and_line(top, capsys):
    (top / "src/two.cc").write_text("int two() {\n  return 2;\n}\nint bad_name;\n")
    assert TIDY.main() == 1
    assert "src/two.cc:4:5: error: a bad name" in capsys.readouterr().out


def test_what_does_not_go_together_is_read_apart(top, tmp_path, capsys):
    for name in ("one", "two"):
        (top / f"src/{name}.cc").write_text("static int same() {\n  return 1;\n}\nint bad_name;\n")
    assert TIDY.main() == 1
    assert sorted(units_read(tmp_path)) == ["src_one_1.cc", "src_two_1.cc"]
    assert {"src/one.cc:4:5: error: a bad name", "src/two.cc:4:5: error: a bad name"} <= {
        line.split(" [")[0] for line in capsys.readouterr().out.splitlines()
    }


def test_a_second_run_reads_the_files_as_they_are_then(top, capsys):
    assert TIDY.main() == 0
    (top / "src/one.cc").write_text("int bad_name;\n")
    assert TIDY.main() == 1
    assert "src/one.cc:1:5: error: a bad name" in capsys.readouterr().out


def test_what_ends_without_a_word_is_a_finding(top, tmp_path, capsys):
    (tmp_path / "bin/clang-tidy-19").write_text("#!/bin/sh\necho no such file >&2\nexit 1\n")
    assert TIDY.main() == 1
    assert "no such file" in capsys.readouterr().out


def test_a_build_with_nothing_of_ours_is_refused(top):
    (top / "build/compile_commands.json").write_text("[]")
    with pytest.raises(SystemExit, match="nothing of ours"):
        TIDY.main()
