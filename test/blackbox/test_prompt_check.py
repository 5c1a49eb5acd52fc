"""`grottod prompt --check FILE`: each fault with its file, line and column (docs/prompts.md)."""

import re

import pytest

from support.bounds import ROOT
from support.prompt import EXAMPLES
from support.server import run_grottod


def check(path):
    done = run_grottod("prompt", "--check", path)
    return done.returncode, done.stdout.splitlines(), done.stderr.splitlines()


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_the_examples_are_good(name):
    status, out, errors = check(EXAMPLES / name)
    assert status == 0 and errors == [] and re.fullmatch(rf".*{name} is good: \d+ questions?\.", out[0])


def test_the_fault_of_the_manual_is_told_as_there(tmp_path):
    path = tmp_path / "lunch.toml"
    manual = (ROOT / "docs/prompts.md").read_text()
    text = re.findall(r"```toml\n(.*?)```", manual, re.DOTALL)[0].replace('dish == "cake"', 'dish == "cakes"')
    path.write_text(text)
    status, out, errors = check(path)
    told = re.search(r"\n    lunch\.toml:(.*)\n", manual)[1]
    assert status == 78 and [line.split("lunch.toml:")[1] for line in out + errors] == [told]


def test_all_faults_are_told_at_once_each_with_its_place(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(
        'titel = "x"\n'
        "[[ask]]\n"
        'id = "a-b"\n'
        'prompt = "{nobody}?"\n'
        "[[ask]]\n"
        'id = "\u00f1"\n'
        'prompt = "\u00f1\u00f1 {later}?"\n'
        "[[ask]]\n"
        'id = "later"\n'
        'type = "numbr"\n'
        'prompt = "P"\n'
        "min = 3\n"
    )
    status, out, errors = check(path)
    assert status == 78
    places = [re.match(rf"(?:grottod: )?{re.escape(str(path))}:(\d+):(\d+): .+", line) for line in out + errors]
    assert all(places), out + errors
    found = [(int(place[1]), int(place[2])) for place in places]
    assert {1, 3, 4, 6, 10} <= {line for line, _ in found} and len(set(found)) == len(found)
    assert (4, 12) in found or (4, 11) in found


@pytest.mark.parametrize("data", [b"\xff", b"\x00", b"[[ask]]\nid = ", b"[[ask", b"", b'[[ask]]\nid = "a"\nprompt = "\\u001b"\n'])
def test_what_is_no_script_is_told(tmp_path, data):
    path = tmp_path / "no.toml"
    path.write_bytes(data)
    status, out, errors = check(path)
    assert status == 78 and len(out + errors) >= 1 and all(str(path) in line for line in out + errors)
    assert not any("\x1b" in line for line in out + errors)


def test_what_cannot_be_read_has_another_status(tmp_path):
    (tmp_path / "large.toml").write_bytes(b"#" * ((1 << 20) + 1))
    for path in (tmp_path / "none.toml", tmp_path, tmp_path / "large.toml"):
        status, out, errors = check(path)
        assert status == 66 and out == [] and len(errors) == 1


def test_at_most_a_hundred_faults(tmp_path):
    path = tmp_path / "many.toml"
    path.write_text("".join(f'[[ask]]\nid = "a{number}"\nprompt = "{{x}}"\n' for number in range(300)))
    status, out, errors = check(path)
    assert status == 78 and 100 <= len(out + errors) <= 101


def test_a_server_does_not_start_on_a_fault(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text('[[ask]]\nid = "a"\n')
    done = run_grottod("prompt", path, "--listen", "127.0.0.1:0", "--answers", tmp_path / "a.jsonl")
    assert done.returncode == 78 and f"{path}:1:" in done.stderr and not (tmp_path / "a.jsonl").exists()
