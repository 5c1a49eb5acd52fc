"""Text rules: what comes in as anything goes out as text that is safe on every terminal."""

import random

import pytest

from support.afterwards import AS_IT_WAS
from support.clean import cleaned, is_clean
from support.seed import random_seed

pytestmark = AS_IT_WAS

ESCAPES = {
    "colour": b"\x1b[31mred\x1b[0m",
    "clear": b"a\x1b[2J\x1b[Hb",
    "title": b"a\x1b]0;title\x07b",
    "title ended by ST": b"a\x1b]0;title\x1b\\b",
    "device control": b"a\x1bP1$r0m\x1b\\b",
    "reset": b"a\x1bcb",
    "C1 control sequence": b"a\xc2\x9b31mb",
    "raw C1 byte": b"a\x9b31mb",
    "charset": b"a\x1b(0b",
    "unended": b"a\x1b[31",
    "unended title": b"a\x1b]0;title",
    "lone escape at the end": b"a\x1b",
    "answer back": b"a\x05b",
    "bell": b"a\x07b",
    "backspaces": b"abc\b\b\bx",
    "shift out": b"a\x0eb",
    "form feed and vertical tab": b"a\x0c\x0bb",
    "DEL": b"a\x7fb",
    "next line": b"a\xc2\x85b",
}
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BAD_UTF8 = {
    "lone continuation": b"a\x80b",
    "C0 80": b"a\xc0\x80b",
    "overlong slash": b"a\xe0\x80\xafb",
    "surrogate": b"a\xed\xa0\x80b",
    "beyond Unicode": b"a\xf4\x90\x80\x80b",
    "cut sequence": b"a\xe2\x82b",
    "cut at the end": b"a\xf0\x9f\x98",
    "FE FF": b"a\xfe\xffb"[:2] + b"b",
    "Latin-1": "ñandú".encode("latin-1"),
}
NAUGHTY = [
    "undefined", "null", "NaN", "1/0", "0xabad1dea", "<script>alert(1)</script>", "'; DROP TABLE users; --", "%s%n%x %d",
    "{0} {} {name}", "$(touch /tmp/x) `id`", "../../etc/passwd", "\u00e5\u00df\u2202\u0192", "\u0661\u0662\u0663", "田中さん",
    "Ṱ̺̺̕o͞ ̷i̲̬n̝v̵o", "👩‍👩‍👧‍👧 🏳️‍🌈", "ﷺ", "كلمة ‏RTL", "\u2028line separator", "\ufeffBOM", "\ufffe noncharacter", "\U0010ffff",
    "-- 37 lines skipped: your connection was too slow --", "server: hello", "ana: I am not ana", "* ana waves", "CON", "\\x00 \\n",
]  # fmt: skip


@pytest.fixture
def relay(grottod):
    server = grottod("chat", "--names", "none", "--rate", "off")
    peers = server.connect("sender"), server.connect("receiver")
    for peer in peers:
        peer.hears("Hello, connection to the server ok!")
    return peers


@pytest.mark.parametrize("line", ESCAPES.values(), ids=ESCAPES.keys())
def test_no_escape_sequence_that_a_person_typed_reaches_another(relay, line):
    sender, receiver = relay
    sender.send(line + b"\nafter\n")
    raw = receiver.next_raw_line()
    assert is_clean(raw), raw
    assert raw.startswith(b"a") or raw == b"red"
    receiver.hears("after")


def test_escape_sequences_go_whole_and_leave_the_text(relay):
    sender, receiver = relay
    sender.send(b"\x1b[1;31mred\x1b[0m and \x1b]0;title\x07plain\n")
    receiver.hears("red and plain")


@pytest.mark.parametrize("line", BAD_UTF8.values(), ids=BAD_UTF8.keys())
def test_bad_bytes_become_replacement_characters(relay, line):
    sender, receiver = relay
    sender.send(line + b"\nafter\n")
    raw = receiver.next_raw_line()
    assert is_clean(raw), raw
    assert "\ufffd" in raw.decode()
    receiver.hears("after")


def test_c1_bytes_within_a_character_are_not_controls(relay):
    sender, receiver = relay
    sender.says("\u0180 \u041b \u4e9b \U0001f61b")  # their UTF-8 holds 0x80, 0x9B, …
    receiver.hears("\u0180 \u041b \u4e9b \U0001f61b")


def test_bidirectional_overrides_are_dropped(relay):
    sender, receiver = relay
    sender.says("".join(f"{mark}x" for mark in BIDI))
    receiver.hears("x" * len(BIDI))


def test_tabs_and_marks_of_script_stay(relay):
    sender, receiver = relay
    for line in ("a\tb", "क्‍ष", "👩‍🚀", "שלום", "e\u0301"):
        sender.says(line)
        receiver.hears(line)


@pytest.mark.parametrize("line", NAUGHTY)
def test_naughty_strings_are_ordinary_text(relay, line):
    sender, receiver = relay
    sender.says(line)
    receiver.hears(cleaned(line.encode()))


def test_a_line_of_a_room_cannot_pass_for_another(room):
    ana, oskar = room.enter("ana", "oskar")
    oskar.send(b"x\rana: I give up\n")
    ana.hears("oskar: x", "oskar: ana: I give up")
    oskar.send("\u2028ana: I give up\u2029\n".encode())
    assert ana.next_line().startswith("oskar: ")


def test_random_bytes_come_out_clean_and_like_the_naive_twin(relay):
    seed = random_seed()
    generator = random.Random(seed)
    sender, receiver = relay
    alphabet = [bytes([value]) for value in range(256) if value not in (0, 10, 13, 27, 0x90, 0x98, 0x9B, 0x9D, 0x9E, 0x9F, 255)]
    alphabet += [char.encode() for char in "ñ€😀" + BIDI] * 4
    for _ in range(300):
        line = b"x" + b"".join(generator.choices(alphabet, k=generator.randrange(60)))
        if _has_c1_introducer(line):
            continue
        sender.send(line + b"\n")
        raw = receiver.next_raw_line()
        assert is_clean(raw), (line, raw)
        assert raw.decode() == cleaned(line), line


def _has_c1_introducer(line):
    """A C1 control that begins a sequence takes what follows with it: the twin does not know that."""
    return any(0x90 <= ord(char) <= 0x9F for char in line.decode(errors="replace"))


def test_names_obey_too(room):
    (ana,) = room.enter("ana")
    peer = room.server.connect()
    peer.send(b"\x1b[31mos\x1b[0mkar\n")
    raw = b"".join(peer.read_past(b"\r\n") for _ in range(2))
    assert is_clean(raw)
    peer.says("good", "kaixo")
    for _ in range(2):
        assert is_clean(ana.next_raw_line())


def test_the_log_holds_no_raw_bytes_and_no_chat(grottod):
    server = grottod("chat", "--log-level", "debug")
    quiet = grottod("chat")
    for each in (server, quiet):
        peer = each.connect()
        peer.send(b"\x1b[31mname\xfe\x9b\n")
        peer.send(b"luzmi\nthe secret word \x1b]0;x\x07\xfe\n/nick \x1b[2J\xfe\n/quit\n")
        peer.is_reset_or_ended()
        assert each.stops() == 0
        assert all(byte in (9, 10) or 32 <= byte for byte in each.log_bytes()), each.log_bytes()
        each.log_bytes().decode()
    assert b"secret" not in quiet.log_bytes()
