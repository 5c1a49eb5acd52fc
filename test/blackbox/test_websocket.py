"""WebSocket on the line port, by the sections of RFC 6455 that a server must obey; what is hostile; and one room with nc."""

import random

import pytest

from support import bounds
from support.afterwards import AS_IT_WAS
from support.lengths import not_in_short_calls
from support.room import joined, left
from support.seed import random_seed
from support.web import (
    ACCEPT,
    BINARY,
    CLOSE,
    CONTINUATION,
    KEY,
    PING,
    PONG,
    TEXT,
    Foreign,
    Socket,
    ask,
    closing,
    frame,
    get,
    handshake,
    read_answer,
    request,
)

pytestmark = AS_IT_WAS


@pytest.fixture
def server(grottod):
    return grottod("chat", "--history", 0)


@pytest.fixture
def echo(grottod):
    return grottod("echo", "--doors", "plain,web")


def is_refused(room, data, code, *, reason=None):
    """A browser that is in the room sends `data`: it is closed with that code, and nobody hears of anything but that it left."""
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server).enters("ana")
    oskar.hears(joined("ana"))
    browser.send(data)
    told, why = browser.is_closed()
    assert told == code, (told, why)
    assert reason is None or reason in why
    oskar.hears(left("ana"))  # and nothing between


# ---- Section 4: the handshake ------------------------------------------------------------------------------------------------------


def test_4_2_2_the_handshake_is_answered(server):
    answer = Socket(server).answer
    assert answer.fields["sec-websocket-accept"] == ACCEPT
    assert (answer.fields["upgrade"], answer.fields["connection"]) == ("websocket", "Upgrade")
    assert "sec-websocket-extensions" not in answer.fields and "sec-websocket-protocol" not in answer.fields


def test_4_2_1_words_count_in_any_case_and_among_others(server):
    data = get("/ws", "Upgrade: h2c, WebSocket", "Connection: keep-alive, UPGRADE", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}")
    assert ask(server, data).status == 101


def test_4_1_extensions_and_protocols_that_are_offered_are_not_taken(server):
    offers = ("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Sec-WebSocket-Protocol: chat")
    browser = Socket(server, *offers)
    assert "sec-websocket-extensions" not in browser.answer.fields
    browser.send(frame(TEXT, "x", reserved=4))  # compressed all the same
    assert browser.is_closed()[0] == 1002


@pytest.mark.parametrize("key", ["", "short", KEY[:-1], KEY + "=", "!" * 24, "A" * 24, KEY.replace("=", "A")])
def test_4_2_1_a_wrong_key_is_refused(server, key):
    answer = ask(server, handshake(key=key))
    assert (answer.status, answer.code) == (400, "bad-key")


def test_4_2_1_two_keys_are_refused(server):
    assert ask(server, handshake("/ws", f"Sec-WebSocket-Key: {KEY}")).status == 400


@pytest.mark.parametrize("version", ["8", "0", "14", "", "13, 8", "x"])
def test_4_4_another_version_is_told_which_one_there_is(server, version):
    answer = ask(server, handshake(version=version))
    assert (answer.status, answer.code, answer.fields["sec-websocket-version"]) == (426, "upgrade-required", "13")


def test_4_2_1_what_is_no_handshake(server):
    assert ask(server, get("/ws")).status == 426
    assert ask(server, get("/ws", "Upgrade: websocket")).status == 426
    assert ask(server, get("/ws", "Connection: Upgrade")).status == 426
    assert ask(server, request("POST /ws HTTP/1.1", "Content-Length: 0")).status == 405
    assert ask(server, handshake("/none")).status == 404
    assert ask(server, handshake().replace(b"HTTP/1.1", b"HTTP/1.0")).status == 426


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "http://127.0.0.1"])
def test_10_2_a_page_from_elsewhere_does_not_come_in(room, origin):
    (oskar,) = room.enter("oskar")
    peer = room.server.connect()
    peer.send(handshake("/ws", f"Origin: {origin}") + frame(TEXT, "ana") + frame(TEXT, "kaixo"))
    assert read_answer(peer).status == 403
    room.enters("luzmi")  # next to be heard


def test_10_2_our_own_page_does(server):
    host = f"localhost:{server.port}"
    Socket(server, f"Origin: http://{host}", host=host).enters("ana")


def test_a_rebound_name_does_not_come_in(server):
    answer = ask(server, handshake("/ws", "Origin: http://evil.example", host="evil.example"))
    assert (answer.status, answer.code) == (421, "foreign-host")


def test_requests_before_the_upgrade_and_frames_with_it(server):
    peer = server.connect()
    peer.send(get("/healthz") + handshake() + frame(TEXT, "ana"))
    assert [read_answer(peer).status for _ in range(2)] == [200, 101]


def test_a_request_after_the_upgrade_is_no_request(room):
    is_refused(room, get("/healthz"), 1002)


# ---- Section 5: frames -------------------------------------------------------------------------------------------------------------


def test_5_1_an_unmasked_frame(room):
    is_refused(room, frame(TEXT, "kaixo", masked=False), 1002)


@pytest.mark.parametrize("reserved", [1, 2, 4, 7])
def test_5_2_reserved_bits(room, reserved):
    is_refused(room, frame(TEXT, "kaixo", reserved=reserved), 1002)


@pytest.mark.parametrize("opcode", [3, 7, 11, 15])
def test_5_2_opcodes_that_there_are_not(room, opcode):
    is_refused(room, frame(opcode, "kaixo"), 1002)


@pytest.mark.parametrize("length", [16, 64])
def test_5_2_a_length_in_a_longer_form_than_it_needs(room, length):
    is_refused(room, frame(TEXT, "kaixo", length=length), 1002)


def test_5_2_a_length_beyond_all_bounds(room):
    is_refused(room, b"\x81\xff" + (1 << 63).to_bytes(8, "big") + bytes(4), 1002)


def test_5_4_a_message_in_fragments(room):
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server).enters("ana")
    oskar.hears(joined("ana"))
    browser.send(frame(TEXT, "ka", final=False) + frame(PING, "p") + frame(CONTINUATION, "", final=False) + frame(CONTINUATION, "ixo"))
    oskar.hears("ana: kaixo")
    assert browser.next_frame() == (PONG, True, b"p")


def test_5_4_fragments_of_nothing_and_messages_within_messages(room):
    is_refused(room, frame(CONTINUATION, "kaixo"), 1002)
    room.leaves("oskar")
    is_refused(room, frame(TEXT, "ka", final=False) + frame(TEXT, "kaixo"), 1002)


@pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
def test_5_5_a_control_frame_in_fragments_or_too_long(room, opcode):
    is_refused(room, frame(opcode, "", final=False), 1002)
    room.leaves("oskar")
    is_refused(room, frame(opcode, bytes(126)), 1002)


def test_5_5_1_a_close_is_answered_with_its_code(server):
    for code in (1000, 1001, 3000, 4999):
        browser = Socket(server)
        browser.send(closing(code, "agur") + frame(TEXT, "too late"))
        assert browser.is_closed()[0] == code
    browser = Socket(server)
    browser.send(frame(CLOSE))
    assert browser.is_closed() == (None, "")


@pytest.mark.parametrize("payload", [b"\x03", b"\x03\xec", b"\x03\xed", b"\x03\xee", b"\x03\xf7", b"\x00\x00", b"\x13\x88", b"\x0b\xb7"])
def test_7_4_codes_that_nobody_may_send(room, payload):
    is_refused(room, frame(CLOSE, payload), 1002)


def test_5_5_2_pings(server):
    browser = Socket(server).enters("ana")
    for payload in (b"", b"kaixo", bytes(range(125))):
        browser.send(frame(PING, payload))
        assert browser.next_frame() == (PONG, True, payload)
    browser.send(frame(PONG, b"that nobody asked for"))
    browser.send(frame(PING, b"still here"))
    assert browser.next_frame() == (PONG, True, b"still here")


def test_a_flood_of_pings(room):
    is_refused(room, frame(PING, bytes(125)) * 1000, 1008, reason="pings")


def test_5_6_binary_is_no_line(room):
    is_refused(room, frame(BINARY, "kaixo"), 1003)


@pytest.mark.parametrize("payload", [b"\xff", b"kai\xc3", b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80"])
def test_8_1_text_that_is_not_utf_8(room, payload):
    is_refused(room, frame(TEXT, payload), 1007)


def test_8_1_a_reason_that_is_not_utf_8(room):
    is_refused(room, frame(CLOSE, b"\x03\xe8\xff"), 1007)


def test_8_1_a_letter_that_is_cut_between_fragments(room):
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server).enters("ana")
    oskar.hears(joined("ana"))
    browser.send(frame(TEXT, b"caf\xc3", final=False) + frame(CONTINUATION, b"\xa9"))
    oskar.hears("ana: café")


def test_10_4_a_message_that_is_too_long(room):
    is_refused(room, frame(TEXT, bytes(64 * 1024 + 1)), 1009)
    room.leaves("oskar")
    is_refused(room, frame(TEXT, "x" * 60_000, final=False) + frame(CONTINUATION, "x" * 6_000), 1009)


@pytest.mark.parametrize("step", [1, 2, 3, 7])
def test_frames_in_pieces(room, step):
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server).enters("ana")
    oskar.hears(joined("ana"))
    data = frame(TEXT, "kaixo denoi") + frame(PING, b"p" * 5) + frame(TEXT, "x" * 200)
    browser.peer.sends_in_pieces(*(data[i : i + step] for i in range(0, len(data), step)))
    oskar.hears("ana: kaixo denoi", "ana: " + "x" * 200)


def test_random_frames_are_survived(room):
    generator = random.Random(random_seed())
    ana, oskar = room.enter("ana", "oskar")
    for _ in range(60):
        stranger = room.server.connect("stranger")
        stranger.send(handshake() + generator.randbytes(generator.randrange(300)))
        stranger.half_closes()
        assert stranger.is_reset_or_ended().startswith(b"HTTP/1.1 101 ")
    ana.says("undisturbed")
    while (heard := oskar.next_line()) != "ana: undisturbed":
        assert "stranger" not in heard


# ---- Lines -------------------------------------------------------------------------------------------------------------------------


def test_a_browser_and_a_person_on_nc_talk_in_one_room(room):
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server)
    assert browser.next_object()["type"] == "question"
    browser.says("ana")
    assert sorted(browser.hears(type="names")["names"]) == ["ana", "oskar"]
    oskar.hears(joined("ana"))
    oskar.says("kaixo")
    assert browser.hears(type="say", room="lobby", text="kaixo")["from"] == "oskar"
    browser.says("bat\nbi", "", "hiru")
    oskar.hears("ana: bat", "ana: bi", "ana: hiru")
    browser.send(closing(1000))
    assert browser.is_closed()[0] == 1000


def test_messages_are_cleaned_as_lines_are(room):
    (oskar,) = room.enter("oskar")
    browser = Socket(room.server).enters("ana")
    oskar.hears(joined("ana"))
    browser.says("\x1b[31mred\x07\u202e", "<img onerror=x>", "x" * 5000, "after")
    oskar.hears("ana: red", "ana: <img onerror=x>", "ana: after")
    browser.hears(type="refusal", code="too-long")


def test_a_burst_reaches_every_browser_in_order(server):
    speaker = Socket(server).enters("ana")
    others = [Socket(server).enters(f"b{i}") for i in range(8)]
    lines = [f"line {i}" for i in range(20)]
    speaker.says(*lines)
    for other in others:
        for line in lines:
            other.hears(type="say", text=line)


def test_who_floods_is_delayed_and_loses_nothing(grottod):
    server = grottod("chat", "--history", 0, "--rate", 200, "--rate-burst", 5)
    speaker, reader = Socket(server).enters("ana"), Socket(server).enters("oskar")
    lines = [f"line {i}" for i in range(120)]
    speaker.says("\n".join(lines[:60]), *lines[60:])
    speaker.send(closing(1000))
    for line in lines:
        reader.hears(type="say", text=line)
    assert speaker.is_closed()[0] == 1000


@pytest.mark.parametrize("workers", [1, 2])
def test_with_one_worker_and_with_two(grottod, workers):
    server = grottod("chat", "--history", 0, "--workers", workers)
    browsers = [Socket(server).enters(name) for name in ("ana", "oskar", "luzmi", "olatz")]
    for speaker in browsers:
        speaker.says("kaixo")
        for other in browsers:
            if other is not speaker:
                other.hears(type="say", text="kaixo")


def test_ends_that_the_server_tells(grottod):
    server = grottod("chat", "--history", 0)
    leaver, stayer = Socket(server).enters("ana"), Socket(server).enters("oskar")
    leaver.says("/quit")
    assert leaver.is_closed() == (1000, "quit")
    stayer.hears(type="leave")
    assert server.stops() == 0
    assert stayer.is_closed() == (1001, "server_stopping")


def test_a_browser_that_is_idle_is_told_so(grottod):
    server = grottod("chat", "--idle-timeout", "300ms")
    assert Socket(server).is_closed() == (1008, "idle_timeout")


def test_a_browser_that_vanishes_leaves(room):
    (oskar,) = room.enter("oskar")
    for name, how in (("ana", "closes"), ("luzmi", "resets"), ("olatz", "half_closes")):
        browser = Socket(room.server).enters(name)
        oskar.hears(joined(name))
        getattr(browser.peer, how)()
        oskar.hears(left(name))


def test_questions_come_as_objects(asks):
    server = asks('[[ask]]\nid = "name"\nprompt = "Name?"\n\n[[ask]]\nid = "pin"\nprompt = "Pin?"\ntype = "hidden"\n')
    browser = Socket(server)
    assert browser.hears(type="question")["text"]
    browser.says("ana")
    browser.hears(type="question")
    browser.says("1234")
    assert browser.is_closed()[0] == 1000


# ---- Bytes -------------------------------------------------------------------------------------------------------------------------


@not_in_short_calls("echo gives frames back as their bytes come")
def test_echo_sends_messages_back_with_their_opcode(echo):
    browser = Socket(echo)
    for opcode, payload in ((TEXT, "café".encode()), (BINARY, bytes(range(256))), (TEXT, b""), (BINARY, b"")):
        browser.send(frame(opcode, payload))
        assert browser.next_frame() == (opcode, True, payload)
    browser.send(frame(TEXT, b"\xff"))
    assert browser.is_closed()[0] == 1007


# ---- A foreign client --------------------------------------------------------------------------------------------------------------


def test_python_websockets_talks_with_nc(room):
    (oskar,) = room.enter("oskar")
    ana = Foreign(room.server, origin=f"http://localhost:{room.server.port}")
    ana.says("ana")
    ana.hears(type="names")
    oskar.hears(joined("ana"))
    for text in ("kaixo", "日本語 🙂", "x" * 4000):
        ana.says(text)
        oskar.hears(f"ana: {text}")
        oskar.says(text)
        ana.hears(type="say", text=text)
    ana.pings(b"kaixo")
    ana.closes(1001)
    oskar.hears(left("ana"))


def test_python_websockets_reads_why_it_ends(server):
    ana = Foreign(server)
    ana.says("ana", "/quit")
    assert ana.is_closed() == (1000, "quit")


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 1 << 20])
def test_python_websockets_in_echo(echo, size):
    ana = Foreign(echo, max_size=None)
    data = random.Random(size).randbytes(size)
    for message in (data, data.hex()):
        ana.says(message)
        assert ana.reads() == message
    ana.closes()


def test_many_browsers_cost_little(grottod):
    """In all, with what the allocator keeps: the bound of user memory is measured by bench/compare."""
    server = grottod("chat", "--history", 0, "--workers", 1)
    first = Socket(server).enters("b0")
    before = server.resident_kib()
    count = 300
    others = [Socket(server).enters(f"b{i}") for i in range(1, count + 1)]
    assert (server.resident_kib() - before) / count < 6 + bounds.memory_slack_kib()
    for other in others:
        other.peer.closes()
    first.hears(type="join")  # it goes on
