"""Z3 of the matrix, and half of reproducibility: what the release programs are hardened with, and that no folder of this machine is in them."""

import json
import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("GROTTO_BUILD", TOP / "build"))
PROGRAMS = [name for name in ("grottod", "grotto", "grotto-load") if (BUILD / "bin" / name).exists()]
SWITCHES = ["-fstack-protector-strong", "-D_GLIBCXX_ASSERTIONS", "-D_FORTIFY_SOURCE=3"]


def readelf(program, *words):
    done = subprocess.run(["readelf", "--wide", *words, BUILD / "bin" / program], capture_output=True, text=True, check=True)
    return done.stdout


def imports(program):
    """Functions that a program takes from libraries."""
    return set(re.findall(r"UND ([\w.]+)(?:@|\s|$)", readelf(program, "--dyn-syms")))


def test_the_programs_of_a_release_are_there():
    assert {"grottod", "grotto-load"} <= set(PROGRAMS), f"{BUILD}/bin: build the release first (tools/build)"


@pytest.mark.parametrize("program", PROGRAMS)
def test_z3_it_is_position_independent_and_all_its_relocations_are_read_only(program):
    assert "Position-Independent Executable" in readelf(program, "--file-header")
    segments = readelf(program, "--program-headers")
    assert "GNU_RELRO" in segments
    assert re.search(r"GNU_STACK.* RW +0x", segments), "an executable stack"
    assert "RWE" not in segments
    assert re.search(r"\(FLAGS\) +BIND_NOW", readelf(program, "--dynamic"))
    assert not re.search(r"\((RPATH|RUNPATH|TEXTREL)\)", readelf(program, "--dynamic"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_z3_stacks_copies_and_containers_are_checked(program):
    taken = imports(program)
    assert "__stack_chk_fail" in taken
    assert {"__memcpy_chk", "__vsnprintf_chk"} <= taken
    assert any("glibcxx_assert_fail" in each for each in taken)


def test_z3_every_file_of_the_programs_is_compiled_so():
    commands = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    ours = [each for each in commands if re.search(r"(^|/)(src|tools|bin)/[\w./]+\.cc$", each["file"]) and "subprojects" not in each["file"]]
    assert len(ours) > 100
    lacking = {each["file"]: switch for each in ours for switch in SWITCHES if switch not in each["command"].split()}
    assert lacking == {}


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_folder_of_the_machine_that_built_it_is_in_it(program):
    data = (BUILD / "bin" / program).read_bytes()
    assert b"src/base/result.h" in data  # what a failed check tells, from the top of the tree
    found = [folder for folder in (f"{TOP}/", f"{BUILD.resolve()}/", "../src/", "../tools/") if folder.encode() in data]
    assert found == []
