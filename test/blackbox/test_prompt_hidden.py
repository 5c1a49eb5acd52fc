"""Hidden answers: WILL ECHO for a telnet that has negotiated, a word of warning before for everybody else."""

import pytest

from support.programs import Terminal, need
from support.prompt import VISIBLE, Answering, given
from support.telnet import DO, DONT, ECHO, SGA, TM, WILL, WONT, TelnetPeer, command
from support.waiting import wait_until

SCRIPT = """
    [[ask]]
    id = "name"
    prompt = "Name?"
    [[ask]]
    id = "code"
    type = "hidden"
    prompt = "Code?"
    pattern = '\\S{2,}'
    mismatch = "Two at least."
    [[ask]]
    id = "last"
    prompt = "Last?"
"""


def test_a_telnet_that_has_negotiated_shows_nothing_of_it(asks, tmp_path):
    """Byte by byte: WILL ECHO after the prompt, and WONT ECHO before the next question."""
    server = asks(SCRIPT)
    telnet = TelnetPeer(server.connect().sock, accepts={ECHO})
    telnet.command(DO, TM)
    telnet.hears("Name?")
    assert (WILL, ECHO) not in telnet.commands
    telnet.says("ana")
    telnet.hears("Code?")
    telnet.hears_command(WILL, ECHO)
    telnet.says("x")
    telnet.hears("", "Two at least. [mismatch]")
    assert (WONT, ECHO) not in telnet.commands
    telnet.says(" open sesame ")
    telnet.hears("", "Two at least. [mismatch]")
    telnet.says("//sesame")
    telnet.hears("", "Last?")
    telnet.hears_command(WONT, ECHO)
    telnet.says("z")
    telnet.hears_end()
    assert given(tmp_path / "answers.jsonl") == [("name", "ana"), ("code", "/sesame"), ("last", "z")]
    assert not [words for words in telnet.commands if words in ((WILL, ECHO), (WONT, ECHO))]


def test_the_very_bytes(asks):
    server = asks(SCRIPT)
    peer = server.connect()
    peer.send(command(WILL, TM))
    peer.send(b"ana\r\n")
    before = peer.read_past(command(WILL, ECHO))
    assert before.replace(command(DONT, TM), b"").replace(command(WONT, TM), b"").endswith(b"Name?\r\n" + command(WILL, ECHO)), before
    assert peer.read_past(b"\r\n") == b"Code?\r\n"
    peer.send(command(DO, ECHO) + b"sesame\r\n")
    rest = peer.read_past(b"Last?\r\n")
    assert rest == b"\r\n" + command(WONT, ECHO) + b"Last?\r\n", rest
    assert b"sesame" not in before + rest


def test_others_are_told_before_they_type_and_telnet_helps(asks):
    server = asks(SCRIPT)
    peer = TelnetPeer(server.connect().sock)
    peer.says("ana")
    peer.hears("Name?", VISIBLE, "Code?")
    assert not peer.commands
    peer.says("/again", "/telnet")
    peer.hears(VISIBLE, "Code?")
    peer.hears("Code?")
    peer.hears_command(WILL, ECHO)


def test_a_telnet_that_refuses_is_asked_all_the_same(asks):
    server = asks(SCRIPT)
    telnet = TelnetPeer(server.connect().sock, accepts={SGA})
    telnet.command(DO, TM)
    telnet.says("ana")
    telnet.hears("Name?", "Code?")
    telnet.hears_command(WILL, ECHO)
    telnet.says("sesame")
    telnet.lines_until("Last?")


@pytest.mark.parametrize("word,then", [("/back", "Name?"), ("/quit", None)])
def test_the_echo_comes_back_however_the_question_is_left(asks, word, then):
    server = asks(SCRIPT)
    telnet = TelnetPeer(server.connect().sock, accepts={ECHO})
    telnet.command(DO, TM)
    telnet.says("ana")
    telnet.hears("Name?", "Code?")
    telnet.hears_command(WILL, ECHO)
    telnet.says(word)
    if then:
        telnet.hears("", then)
    else:
        telnet.read_to_end()
    telnet.hears_command(WONT, ECHO)


@pytest.mark.parametrize("how", ["seconds = 1", "tries = 1"])
def test_the_echo_comes_back_when_time_or_tries_run_out(asks, how):
    server = asks(SCRIPT.replace("mismatch =", f"optional = true\n    {how}\n    mismatch ="))
    telnet = TelnetPeer(server.connect().sock, accepts={ECHO})
    telnet.command(DO, TM)
    telnet.says("ana")
    telnet.hears("Name?")
    telnet.hears_like("^Code?")
    telnet.hears_command(WILL, ECHO)
    if "tries" in how:
        telnet.says("x")
    telnet.lines_until("Last?")
    telnet.hears_command(WONT, ECHO)


def test_going_on_from_a_hidden_question_shows_again_what_is_typed(asks):
    server = asks('[[ask]]\nid = "code"\ntype = "hidden"\nprompt = "Code?"\n[[ask]]\nid = "last"\nprompt = "Last?"')
    first = server.connect()
    first.hears(VISIBLE, "Code?")
    first.says("/resume", "sesame")
    token = first.hears_like(r"^Your token is (\S+)\. ")[1]
    first.hears("Last?")
    first.closes()
    telnet = TelnetPeer(server.connect().sock, accepts={ECHO})
    telnet.command(DO, TM)
    telnet.hears("Code?")
    telnet.hears_command(WILL, ECHO)
    telnet.says(f"/resume {token}")
    telnet.hears("", "Welcome back! 1 question is answered.", "Last?")
    telnet.hears_command(WONT, ECHO)


def test_a_program_that_reads_json_is_told_that_it_is_hidden(asks):
    peer = asks(SCRIPT).connect(kind=Answering)
    peer.says("/format json", "ana")
    peer.reads(type="question", asks="name", kind="text", text="Name?")
    peer.next_object()
    peer.reads(type="question", asks="code", kind="hidden", hidden=True, text="Code?")


@pytest.mark.parametrize("client", ["inetutils-telnet", "telnet"])
def test_a_real_telnet_hides_it_on_the_screen(asks, tmp_path, client):
    server = asks(SCRIPT)
    terminal = Terminal(need(client), "127.0.0.1", server.port)
    try:
        terminal.shows("Name?")
        terminal.types("ana\r")
        terminal.shows("Code?")
        if VISIBLE in "".join(terminal.screen.lines()):
            terminal.types("/telnet\r")
        terminal.goes_raw()
        terminal.types("sesame\r")
        terminal.shows("Last?")
        assert not any("sesame" in line for line in terminal.screen.lines())
        terminal.types("visible\r")
        terminal.ends()
        assert any("visible" in line for line in terminal.screen.lines())
    finally:
        terminal.closes()
    wait_until(lambda: ("code", "sesame") in given(tmp_path / "answers.jsonl"), "the answer")
