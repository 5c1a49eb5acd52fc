"""B5: hellos of other protocols on every service with their doors off, random bytes, and naughty strings: at most one line back, nothing in a room that is not clean text."""


import pytest

from support.afterwards import Before
from support.clean import cleaned, is_clean
from support.hostile import Hostiles
from support.lengths import by_length
from support.naughty import LISTS
from support.room import Room
from support.seed import random_seed
from support.waiting import wait_until
from test_bad_hellos import hellos, is_shown_out

SCRIPT = """
[[ask]]
id = "word"
prompt = "A word?"
"""


@pytest.fixture
def asking(grottod, tmp_path):
    script = tmp_path / "word.toml"
    script.write_text(SCRIPT, encoding="utf-8")
    return lambda *words: grottod("prompt", script, "--answers", "none", "--store", "none", *words)


@pytest.fixture(params=LISTS)
def strings(request):
    return LISTS[request.param]()


def test_b5_a_hello_to_a_server_that_asks_gets_one_sentence(asking):
    server = asking("--doors", "plain,telnet")
    before = Before(server)
    strangers = {name: server.connect(name) for name in hellos}
    for name, stranger in strangers.items():
        stranger.send(hellos[name])
    for name, stranger in strangers.items():
        assert is_shown_out(stranger).count(b"\r\n") == 1, name
        stranger.closes()
    before.is_as_it_was()


def test_b5_a_hello_to_an_echo_is_echoed(echo):
    """An echo server's peers may say anything (RFC 862); its doors for them are off unless they are asked for."""
    for name, hello in hellos.items():
        stranger = echo.connect(name)
        stranger.send(hello)
        assert stranger.read_exactly(len(hello)) == hello, name


@pytest.mark.parametrize("doors", ["all", "plain"])
@pytest.mark.parametrize("service", ["chat", "echo", "prompt"])
def test_b5_random_bytes_are_survived(grottod, asking, service, doors):
    seed = random_seed()
    words = ("--doors", doors) if doors != "all" else ()
    server = asking(*words) if service == "prompt" else grottod(service, *words, *(("--store", "none", "--rate", "off") if service == "chat" else ()))
    ana, oskar = Room(server).enter("ana", "oskar") if service == "chat" else (None, None)
    before = Before(server)
    for turn in range(by_length(1, 30)):
        with Hostiles(server) as crowd:
            crowd.connect(60)
            crowd.random_bytes(seed + turn)
            crowd.half_closes()
            wait_until(lambda: not crowd.who_is_open() or service == "echo", "all to be shown out")
        if service == "chat":
            ana.says(f"turn {turn}")
            while (heard := oskar.next_raw_line()) != f"ana: turn {turn}".encode():  # some of it may have been a name
                assert is_clean(heard), (seed + turn, heard)
    before.is_as_it_was()


def test_b5_naughty_strings_are_text_to_others(grottod, strings):
    room = Room(grottod("chat", "--rate", "off", "--history", 0, "--store", "none", "--doors", "plain,telnet"))
    ana, oskar = room.enter("ana", "oskar")
    for number, text in enumerate(strings):
        if text.startswith("/") or text in ("exit", "{quit}"):
            text = "." + text  # what is no command and no word that leaves
        ana.says(text, f"end of {number}")
        heard = b""
        while not (line := oskar.next_raw_line()).endswith(b"end of %d" % number):
            heard += line + b"\r\n"
        assert is_clean(heard), (text, heard)
        if heard or (text[0] not in "\x1b\x9b" and cleaned(text.encode())):  # what leaves nothing is not said
            assert heard.count(b"\r\n") == 1 and heard.startswith(b"ana: "), (text, heard)
        kept = [char for char in text if char.isalnum() and ord(char) < 128]
        if "\x1b" not in text and "\x9b" not in text:  # a sequence goes whole, its letters too
            assert [char for char in heard.decode()[5:] if char.isalnum() and ord(char) < 128] == kept, (text, heard)


def test_b5_naughty_strings_are_names_or_refused_with_a_sentence(grottod, strings):
    room = Room(grottod("chat", "--history", 0, "--store", "none", "--doors", "plain,telnet"))
    (witness,) = room.enter("witness")
    open_before = room.server.descriptors()
    for text in strings:
        stranger = room.server.connect("stranger")
        stranger.send(text.encode() + b"\n")
        stranger.half_closes()
        assert is_clean(stranger.is_reset_or_ended()), text
        stranger.closes()
    wait_until(lambda: room.server.descriptors() <= open_before, "all strangers to be gone")
    witness.says("/who")
    heard = b""
    while b"1 person is here" not in (line := witness.next_raw_line()):
        heard += line + b"\r\n"
    assert is_clean(heard), heard


def test_b5_naughty_strings_are_answers(asking, strings):
    server = asking("--doors", "plain,telnet")
    before = Before(server)
    for text in strings:
        peer = server.connect("answerer")
        peer.send(text.encode() + b"\n")
        peer.half_closes()
        assert is_clean(peer.is_reset_or_ended()), text
        peer.closes()
    before.is_as_it_was()
