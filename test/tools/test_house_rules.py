"""test/tidy/house_rules.py: a wrap that is not pinned is found."""

import importlib.util
import pathlib

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("house_rules", TOP / "test/tidy/house_rules.py")
RULES = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(RULES)
PINNED = (TOP / "subprojects/fmt.wrap").read_text(encoding="utf-8")


def faults_of(folder, text):
    (folder / "subprojects").mkdir()
    (folder / "subprojects/some.wrap").write_text(text)
    return list(RULES.wrap_faults(folder))


def without(key):
    return "".join(line for line in PINNED.splitlines(keepends=True) if not line.startswith(key))


def test_the_wraps_of_the_tree_are_pinned():
    assert len(list((TOP / "subprojects").glob("*.wrap"))) >= 7
    assert list(RULES.wrap_faults(TOP)) == []


@pytest.mark.parametrize(
    "text, fault",
    [
        (without("source_hash"), "its source_hash is no SHA-256"),
        (without("patch_hash"), "its patch_hash is no SHA-256"),
        (PINNED.replace("https://github", "http://github"), "its source_url is missing, or no https"),
        (PINNED.replace("directory = fmt-12.0.0", "directory = fmt-main"), "its directory names no version"),
        ("[wrap-git]\nurl = https://example.org/fmt.git\nrevision = head\n", "is no [wrap-file]: a branch moves, an archive with a hash does not"),
    ],
)
def test_one_that_is_not_is_a_fault(tmp_path, text, fault):
    assert faults_of(tmp_path, text) == [f"subprojects/some.wrap: {fault}"]
