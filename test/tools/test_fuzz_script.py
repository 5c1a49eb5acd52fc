"""tools/fuzz from outside: its targets, its refusals, and what it says of a run, with a program in the fuzzer's place."""

import pathlib
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
TARGETS = sorted(each.name.removesuffix("_fuzz.cc") for each in (TOP / "test/fuzz").glob("*_fuzz.cc"))
GOOD = """#!/bin/sh
echo "$@" >"{folder}/options"
echo "#1000 NEW    cov: 90 ft: 200 corp: 8/1Kb" >&2
echo "#2000 DONE   cov: 100 ft: 300 corp: 9/1Kb" >&2
echo "stat::number_of_executed_units: 2000" >&2
"""
BAD = """#!/bin/sh
echo kaixo >"{folder}/build-fuzz/findings/framer-crash-1"
echo "grotto: broken invariant: lines == twin.lines() (framer_target.h:70)" >&2
echo "#20 REDUCE cov: 40 ft: 60" >&2
echo "stat::number_of_executed_units: 20" >&2
echo "artifact_prefix='x'; Test unit written to {folder}/build-fuzz/findings/framer-crash-1" >&2
exit 77
"""


def fuzz(*words):
    return subprocess.run([TOP / "tools/fuzz", "--no-install", *words], capture_output=True, text=True, check=False)


def run_with(program, folder):
    """What fuzz_run says of a target whose program this is."""
    fuzzer = folder / "build-fuzz/test/fuzz/framer_fuzz"
    fuzzer.parent.mkdir(parents=True)
    fuzzer.write_text(program.format(folder=folder))
    fuzzer.chmod(0o755)
    (folder / "test/fuzz/corpus/framer").mkdir(parents=True)
    (folder / "test/fuzz/framer.dict").write_text('"a"\n')
    script = f'GROTTO_TOP="{folder}"; . "{TOP}/tools/lib/build.sh"; . "{TOP}/tools/lib/fuzz.sh"; fuzz_run framer 7'
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)


def test_the_list_is_what_there_is_and_each_corpus_is_replayed_by_a_unit_test():
    done = fuzz("--list")
    assert (done.returncode, done.stdout.split()) == (0, TARGETS)
    replays = "".join(each.read_text() for each in (TOP / "test").glob("*/corpus_test.cc"))
    for target in TARGETS:
        assert f'replay_corpus("{target}"' in replays, target
        inputs = list((TOP / "test/fuzz/corpus" / target).iterdir())
        assert inputs and sum(each.stat().st_size for each in inputs) <= 256 * 1024, target


@pytest.mark.parametrize(
    "words, sentence",
    [
        ([], "Which target?"),
        (["no-such"], 'There is no target "no-such"'),
        (["--fast", "framer"], "There is no option --fast."),
        (["framer", "soon"], 'not "soon"'),
        (["framer", "0"], 'not "0"'),
        (["framer", "-1"], 'not "-1"'),
        (["framer", "1", "2"], '"2" is too much'),
        (["--merge", "framer", "1"], "--merge takes a target only."),
    ],
)
def test_a_bad_call_gets_a_sentence_and_does_nothing(words, sentence):
    done = fuzz(*words)
    assert done.returncode == 64
    assert done.stderr.startswith(sentence) or sentence in done.stderr.splitlines()[0]
    assert done.stderr.splitlines()[-1].startswith("usage: tools/fuzz")


def test_a_run_tells_executions_and_coverage_and_begins_with_the_kept_corpus(tmp_path):
    done = run_with(GOOD, tmp_path)
    assert (done.returncode, done.stdout) == (0, "framer: 2000 executions, 100 edges, 300 features\n")
    options = (tmp_path / "options").read_text().split()
    assert "-max_total_time=7" in options and f"-dict={tmp_path}/test/fuzz/framer.dict" in options
    assert options[-2:] == [f"{tmp_path}/build-fuzz/corpus/framer", f"{tmp_path}/test/fuzz/corpus/framer"]


def test_a_finding_is_in_a_file_and_it_is_said_how_to_run_it_again(tmp_path):
    done = run_with(BAD, tmp_path)
    finding = tmp_path / "build-fuzz/findings/framer-crash-1"
    assert done.returncode == 77 and finding.read_text() == "kaixo\n"
    assert "broken invariant: lines == twin.lines()" in done.stdout
    assert f"Run it again: {tmp_path}/build-fuzz/test/fuzz/framer_fuzz {finding}" in done.stdout
    assert f"cp {finding} test/fuzz/corpus/framer/NAME" in done.stdout
