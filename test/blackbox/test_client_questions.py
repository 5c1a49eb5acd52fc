"""The client where a script of questions is asked: at a terminal, over a killed server, and in a pipe."""

from support.client import GOOD, kill
from support.prompt import ask_server, records

SCRIPT = """
    title = "Lunch"
    thanks = "Thank you."
    [[ask]]
    id = "name"
    prompt = "Your name?"
    [[ask]]
    id = "dish"
    type = "choice"
    prompt = "What?"
    choices = ["soup", "cake"]
    default = "soup"
    [[ask]]
    id = "pin"
    type = "hidden"
    prompt = "PIN?"
    pattern = '[0-9]+'
    mismatch = "Digits, please."
"""


def answers(folder):
    return [each["answer"] for each in records(folder / "answers.jsonl") if each["event"] == "answer"]


def test_a_script_from_its_start_to_its_thanks(grottod, tmp_path, client):
    server = ask_server(grottod, tmp_path, SCRIPT)
    terminal = client.terminal(server.address())
    terminal.shows_like("[name] >")
    terminal.enters("ana")
    terminal.shows("> ana")
    terminal.shows_like("[dish] >")
    terminal.shows("  2  cake")
    terminal.enters("")  # the default
    terminal.shows_like("[pin] >")
    terminal.enters("no")
    terminal.shows("Digits, please.")
    terminal.enters("4711")
    assert terminal.ends() == GOOD
    screen = "\n".join(terminal.screen.lines())
    assert "Thank you." in screen
    assert "4711" not in screen
    assert answers(tmp_path) == ["ana", "soup", "4711"]


def test_a_killed_server_asks_on_where_it_was(grottod, tmp_path, client):
    first = ask_server(grottod, tmp_path, SCRIPT)
    address = first.address()
    terminal = client.terminal(address)
    terminal.shows_like("[name] >")
    terminal.enters("ana")
    terminal.shows_like("[dish] >")
    kill(first.process)
    terminal.shows_like("is lost; the next try is in")
    terminal.enters("cake")  # kept, and sent
    ask_server(grottod, tmp_path, None, listen=(address,))
    terminal.shows("Welcome back! 1 question is answered.")
    terminal.shows("> cake")
    terminal.shows_like("[pin] >")
    terminal.enters("1")
    assert terminal.ends() == GOOD
    assert answers(tmp_path) == ["ana", "cake", "1"]


def test_a_pipe_of_answers(grottod, tmp_path, client):
    server = ask_server(grottod, tmp_path, SCRIPT)
    done = client.pipe(server.address(), "--raw", text="ana\n2\n1\n")
    assert done.returncode == GOOD
    assert done.lines[-1].rstrip("\r") == "Thank you."
    done = client.pipe(server.address(), text="oskar\n1\n2\n")
    assert (done.returncode, done.sentence) == (GOOD, "")
    assert done.lines[-1].rstrip("\r") == "Thank you."
