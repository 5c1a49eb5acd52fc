"""JSON: after /format json a program reads one object per line, and never anything else."""

import pytest

from support.crowd import Task
from support.objects import ON, TYPES, Objects, comes, plain, strict, timeless
from support.programs import Terminal, need
from support.room import GREETING, Room, enters, founds, joined, welcome
from support.server import run_grottod

ASKED = {"type": "question", "asks": "name", "text": "What is your name?"}


def notice(text):
    return {"type": "notice", "text": text}


def of_lobby(kind, number, **keys):
    return {"type": kind, "id": number, "room": "lobby", **keys}


# ---- In and out


def test_a_program_reads_objects_from_the_first_byte(room):
    (ana,) = room.enter("ana")
    bot = room.server.connect("bot", kind=Objects)
    bot.says("/format json\nbot")
    bot.reads(
        {"type": "question", "asks": "name", "text": GREETING},
        ON,
        notice(welcome("bot")),
        {"type": "names", "room": "lobby", "names": ["ana", "bot"], "operators": [], "more": 0, "next": 1},
    )
    ana.hears(joined("bot"))
    ana.says("kaixo")
    bot.reads(of_lobby("say", 2, **{"from": "ana"}, text="kaixo"))


def test_before_the_name_it_may_be_asked_for_later_too(room):
    bot = room.server.connect("bot", kind=Objects)
    bot.hears(GREETING)
    bot.says("/format json")
    bot.reads(ON, ASKED)
    bot.says("a b")
    bot.reads({"type": "refusal", "code": "bad-name", "text": "A name is one word, without spaces."}, ASKED)
    bot.says("bot")
    bot.reads(notice(welcome("bot")))
    assert bot.reads_type("names")["names"] == ["bot"]


def test_plain_and_back_in_a_room(room):
    ana, bot = room.enter("ana", "bot")
    bot.says("/format")
    bot.hears("You read plain lines.")
    bot.says("/format json")
    assert strict(bot.next_raw_line())["text"] == ON["text"]
    ana.says("one")
    assert strict(bot.next_raw_line())["text"] == "one"
    bot.says("/format", "/format plain")
    assert strict(bot.next_raw_line())["text"] == ON["text"]
    bot.hears("You read plain lines.")
    ana.says("two")
    bot.hears("ana: two")


def test_where_addresses_are_names(grottod):
    server = grottod("chat", "--names", "address", "--history", 0)
    bot = server.connect("bot", kind=Objects)
    bot.says("/format json")
    bot.reads(
        notice(f"Welcome {bot.name}! Type /quit, exit or {{quit}} to leave, /help for more."),
        {"type": "names", "room": "lobby", "names": [bot.name], "operators": [], "more": 0, "next": 0},
        ON,
    )
    ana = server.connect("ana")
    assert ana.next_line().startswith("Welcome ")
    bot.reads(of_lobby("join", 1, **{"from": ana.name}, text=joined(ana.name)))
    ana.says("kaixo: you")
    bot.reads(of_lobby("say", 2, **{"from": ana.name}, text="kaixo: you"))


def test_a_bare_relay_has_no_such_command(grottod):
    server = grottod("chat", "--names", "none")
    ana, oskar = server.connect("ana"), server.connect("oskar")
    for peer in (ana, oskar):
        peer.hears("Hello, connection to the server ok!")
    late = server.connect("late")
    late.says("/format json")
    late.hears("Hello, connection to the server ok!")
    for peer in (ana, oskar):
        peer.hears("/format json")


@pytest.mark.parametrize("line", ["/format xml", "/format JSON", "/format json please", "/format plain json"])
def test_another_format_is_refused(room, line):
    (ana,) = room.enter("ana")
    ana.says(line)
    ana.hears("Type /format plain or /format json. [usage]")


# ---- Every type


def test_every_type_in_a_dialogue(room):
    ana, oskar = room.enter("ana", "oskar")
    bot, names = comes(room.server, "bot")
    room.hear_all(joined("bot"))
    seen = {"question", "names"}

    def reads(*objects):
        bot.reads(*objects)
        seen.update(each["type"] for each in objects)

    assert timeless(names) == {"type": "names", "room": "lobby", "names": ["ana", "oskar", "bot"], "operators": [], "more": 0, "next": 2}
    ana.says('say "this"', "/me waves \\o/")
    reads(of_lobby("say", 3, **{"from": "ana"}, text='say "this"'), of_lobby("me", 4, **{"from": "ana"}, text="waves \\o/"))
    oskar.hears('ana: say "this"', "* ana waves \\o/")
    ana.says("/msg bot psst")
    ana.hears("you -> bot: psst")
    reads({"type": "private", "from": "ana", "to": "bot", "text": "psst"})
    bot.says("/reply yes?")
    reads({"type": "private", "from": "bot", "to": "ana", "text": "yes?"})
    ana.hears("bot -> you: yes?")
    ana.says("/nick zuri")
    ana.hears("You are now known as zuri.")
    oskar.hears("ana is now known as zuri.")
    reads(of_lobby("nick", 5, **{"from": "ana"}, to="zuri", text="ana is now known as zuri."))
    bot.says("/who", "/whois nobody", "/bell")
    reads(
        {"type": "names", "room": "lobby", "names": ["zuri", "oskar", "bot"], "operators": [], "more": 0, "head": 6},
        {"type": "refusal", "code": "no-such-name", "text": "Nobody here is called nobody."},
        notice("Your bell is off."),
    )
    founds(ana, "cave")
    ana.says("/topic bats: all")
    ana.hears("zuri changed the topic: bats: all")
    ana.says("/invite bot")
    ana.hears("You invited bot to cave.")
    reads(notice("zuri invites you to cave: type /join cave"))
    bot.says("/join cave")
    reads(
        notice("You are in cave now, and your lines go there."),
        {"type": "topic", "room": "cave", "from": "zuri", "topic": "bats: all", "text": "Topic: bats: all"},
        {"type": "names", "room": "cave", "names": ["zuri", "bot"], "operators": ["zuri"], "more": 0, "next": 2},
    )
    ana.hears("bot has joined the room.")
    ana.says("/topic -")
    ana.hears("zuri removed the topic.")
    reads({"type": "topic", "id": 3, "room": "cave", "from": "zuri", "topic": "", "text": "zuri removed the topic."})
    bot.says("/topic")
    reads({"type": "topic", "room": "cave", "topic": "", "text": "cave has no topic."})
    ana.says("/leave")
    ana.hears("You left cave; your lines go to lobby.")
    reads({"type": "leave", "id": 4, "room": "cave", "from": "zuri", "text": "zuri has left the room."})
    reads({"type": "notice", "id": 5, "room": "cave", "text": "bot is the operator of this room now."})
    miren = room.server.connect("miren")
    miren.says("miren", "/quit lunch: soup")
    reads(
        of_lobby("join", 6, **{"from": "miren"}, text=joined("miren")),
        of_lobby("leave", 7, **{"from": "miren"}, reason="lunch: soup", text="miren has left the chat: lunch: soup"),
    )
    bot.says("/quit")
    reads(notice("Goodbye!"))
    bot.hears_end()
    assert seen == TYPES - {"skipped"}  # which a slow reader reads, below


def test_in_a_large_room_joins_and_leaves_are_counted(grottod):
    server = grottod("chat", "--history", 0, "--rate", "off")
    bot, _ = comes(server, "bot")
    crowd = []
    for number in range(110):
        crowd.append(server.connect(f"p{number}"))
        crowd[-1].says(f"p{number}")
        crowd[-1].hears(GREETING, welcome(f"p{number}"))
        crowd[-1].next_line()
    told, together = 0, 0
    while told + together < 110:
        made = bot.next_object()
        if made["type"] == "join":
            told += 1
        else:
            assert made["type"] == "notice" and made["left"] == 0, made
            assert made["text"] == f"{made['joined']} joined"
            together += made["joined"]
    assert (told, together) == (99, 11)
    bot.says("/who")
    names = bot.reads_type("names")
    assert (len(names["names"]), names["more"]) == (111, 0)
    _, names = comes(server, "late")  # who has not asked is told a hundred
    assert (len(names["names"]), names["more"]) == (100, 12)


def test_what_the_door_says_itself_is_an_object_too(grottod):
    server = grottod("chat", "--history", 0, "--idle-timeout", "1s", "--line-bytes-max", 100)
    bot, _ = comes(server, "bot")
    bot.says("x" * 101)
    bot.reads({"type": "refusal", "code": "too-long", "text": "Your line is longer than 100 bytes and was not sent."})
    bot.reads(notice("You were idle for too long. Goodbye!"))
    bot.hears_end()


def test_no_name_in_time(grottod):
    server = grottod("chat", "--hello-timeout", "1s")
    bot = server.connect("bot", kind=Objects)
    bot.says("/format json")
    assert [each["type"] for each in bot.remaining_objects()] == ["question", "notice", "notice"]


def test_a_stopping_server_says_goodbye_in_an_object(room):
    bot, _ = comes(room.server, "bot")
    assert room.server.stops() == 0
    bot.reads(notice("The server is stopping. Goodbye!"))
    bot.hears_end()


def test_a_bell_does_not_ring_in_json(room):
    (ana,) = room.enter("ana")
    bot, _ = comes(room.server, "bot")
    ana.hears(joined("bot"))
    bot.says("/bell on")
    bot.reads(notice("Your bell rings for every line that somebody says."))
    ana.says("bot!", "/msg bot psst")
    assert {bot.next_object()["type"] for _ in range(2)} == {"say", "private"}


def test_help_is_told_in_notices(room):
    bot, _ = comes(room.server, "bot")
    bot.says("/help", "/help format", "/rooms")
    lines = bot.objects_until(lambda made: made["text"] == "  lobby: 1 person")
    assert {made["type"] for made in lines} == {"notice"}


# ---- The same as people read


def test_a_plain_reader_and_a_program_read_the_same_in_several_rooms(room):
    ana, oskar = room.enter("ana", "oskar")
    bot, _ = comes(room.server, "bot")
    room.hear_all(joined("bot"))
    founds(ana, "cave")
    enters(oskar, "cave", "@ana")
    bot.says("/join cave")
    assert [bot.next_object()["type"] for _ in range(2)] == ["notice", "names"]
    ana.hears("oskar has joined the room.", "bot has joined the room.")
    oskar.hears("bot has joined the room.")
    ana.says("in the cave", "/focus lobby", "in the lobby", "/me waves", "/focus cave", "/topic bats", "/nick zuri", "the end")
    ana.hears("Your lines go to lobby; you are also in cave.")
    # Each room has an order of its own, and none holds between two.
    lines = [oskar.next_line() for _ in range(7)]
    lines.remove("zuri: the end")
    objects = [made for made in (bot.next_object() for _ in range(7)) if made["text"] != "the end"]
    assert sorted(plain(made, "cave") for made in objects) == sorted(lines)
    for where in ("lobby", "cave"):
        ids = [made["id"] for made in objects if made["room"] == where]
        assert ids == sorted(ids) and len(ids) == 3


TEXTS = [
    *(b"a" + bytes([byte]) + b"b" for byte in range(256) if byte not in b"\r\n\xff"),
    b"a\xff\xffb",  # a byte of telnet's
    *(b"a" + chr(code).encode() + b"b" for code in (*range(0x80, 0xA1), 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF, 0x1F987)),
    b'"',
    b"\\",
    b'\\" \\\\ \\n \\u0041 "}',
    b'{"type":"say"}',
    b"</script><!-- & '",
    "🦇 Oñati 小明 ไทย 👩‍👩‍👧 e\u0301".encode(),
    b"\xf0\x9f\xa6",
    b"x" * 4000,
    b'"' * 4096,
]


def test_any_text_is_the_same_for_people_and_programs(grottod):
    server = grottod("chat", "--history", 0, "--rate", "off")
    room = Room(server)
    ana, oskar = room.enter("ana", "oskar")
    bot, _ = comes(server, "bot")
    room.hear_all(joined("bot"))
    for text in TEXTS:
        ana.send(text + b"\n")
        assert plain(bot.next_object()) == oskar.next_line()


def test_escape_sequences_leave_nothing(room):
    (ana,) = room.enter("ana")
    bot, _ = comes(room.server, "bot")
    ana.hears(joined("bot"))
    ana.send(b"a\x1b[31mb\x1b]0;title\x07c\xc2\x9b2Jd\n")
    assert bot.next_object()["text"] == "abcd"


REFUSED = [
    ("/join", "usage"),
    ("/join a:b", "bad-name"),
    ("/whp", "unknown-command"),
    ("/topic bats", "not-operator"),
    ("/leave", "only-room"),
    ("/leave cave", "not-in-room"),
    ("/who nowhere", "no-such-room"),
    ("/whois nobody", "no-such-name"),
    ("/nick ana", "name-taken"),
    ("/nick a:b", "bad-name"),
    ("/last 1001", "too-many"),
    ("/history 0", "usage"),
    ("/sync", "not-kept"),
    ("/invite ana", "in-room"),
    ("/join secret", "invitation-only"),
    ("/join locked", "room-password"),
    ("/join locked " + "x" * 129, "too-long"),
    ("/reply hi", "no-such-name"),
    ("x" * 4097, "too-long"),
]


def test_refusals_have_the_codes_and_sentences_that_people_read(grottod):
    server = grottod("chat", "--history", 0, "--store", "none", "--rate", "off")
    room = Room(server)
    ana, oskar = room.enter("ana", "oskar")
    founds(ana, "secret")
    ana.says("/room private")
    ana.hears("ana made this room private: by invitation only.")
    founds(ana, "locked", password="sesame")
    bot, _ = comes(server, "bot")
    oskar.hears(joined("bot"))
    for line, code in REFUSED:
        text = bot.is_refused(line, code)
        oskar.says(line)
        oskar.hears(f"{text} [{code}]")
    assert len({code for _, code in REFUSED}) >= 10


def test_a_full_name_is_refused_and_asked_for_again(room):
    room.enter("ana")
    bot = room.server.connect("bot", kind=Objects)
    bot.says("/format json\nana\nbot")
    assert [bot.next_object()["type"] for _ in range(2)] == ["question", "notice"]
    bot.reads({"type": "refusal", "code": "name-taken", "text": "The name ana is taken."}, ASKED, notice(welcome("bot")))


# ---- History


@pytest.mark.skipif("--store " not in run_grottod("--help").stdout, reason="built without a store")
def test_over_a_restart_history_is_the_objects_that_were_live(grottod, tmp_path):
    serve = lambda: grottod("chat", "--store", tmp_path / "grotto.db", "--rate", "off")  # noqa: E731
    server = serve()
    (ana,) = Room(server).enter("ana")
    bot, names = comes(server, "bot")
    assert names["next"] == 1
    ana.says('say "this"', "/me waves", "🦇 \\", "/nick zuri", "last")
    live = bot.objects_until(lambda made: made["text"] == "last")
    said = [made for made in live if made["type"] in ("say", "me")]
    assert [made["id"] for made in said] == [2, 3, 4, 6]
    bot.says("/sync")
    assert bot.reads_type("notice")["text"] == "-- kept up to line 6 of lobby --"
    assert server.stops() == 0
    server = serve()
    again, names = comes(server, "bot")
    assert names["next"] == 7
    assert [again.next_object() for _ in said] == said
    for line in ("/history", "/last", "/last 4"):
        again.says(line)
        assert [again.next_object() for _ in said] == said
        if line == "/history":
            again.reads(notice("-- that is all --"))
    again.says("/last 2", "/history 2")
    assert [again.next_object() for _ in range(4)] == said[-2:] * 2
    again.reads(notice("-- earlier ones: /history 2 before 4 --"))


def test_names_tell_where_now_begins(grottod):
    server = grottod("chat", "--rate", "off")
    (ana,) = Room(server).enter("ana")
    ana.says(*(f"{number}" for number in range(5)), "/last 1")
    ana.hears("ana: 4")
    bot, names = comes(server, "bot")
    ana.hears(joined("bot"))
    ana.says("now")
    objects = bot.objects_until(lambda made: made["text"] == "now")
    assert [made["text"] for made in objects if made["id"] < names["next"]] == [f"{number}" for number in range(5)]
    assert [made["text"] for made in objects if made["id"] >= names["next"]] == ["now"]
    assert [made["id"] for made in objects] == sorted(made["id"] for made in objects)


# ---- Who is slow

PADDING = "x" * 1000
LINES = 20_000  # more than the log of a small room keeps


def test_a_slow_program_is_told_the_right_count(grottod):
    room = Room(grottod("chat", "--rate", "off", "--history", "0"))
    ana, oskar = room.enter("ana", "oskar")
    bot = room.server.connect("bot", receive_buffer=4096, kind=Objects)
    bot.says("/format json\nbot")
    for _ in range(4):
        bot.next_object()
    room.hear_all(joined("bot"))
    sender = Task(lambda: [ana.send(b"".join(f"{line} {PADDING}\n".encode() for line in range(at, at + 200))) for at in range(0, LINES, 200)])
    oskar.heard.clear()
    while not oskar.next_line().startswith(f"ana: {LINES - 1} "):
        pass
    sender.result()
    ana.says("the end")
    expected, skipped = 0, 0
    for made in bot.objects_until(lambda made: made.get("text") == "the end")[:-1]:
        if made["type"] == "skipped":
            assert made["room"] == "lobby" and made["count"] > 0
            expected += made["count"]
            skipped += made["count"]
        else:
            assert made["text"] == f"{expected} {PADDING}"
            expected += 1
    assert skipped > 0
    assert expected == LINES


# ---- Telnet


def test_telnet_in_character_mode_reads_objects_above_its_line(room):
    (ana,) = room.enter("ana")
    luzmi = Terminal(need("telnet"), "127.0.0.1", room.server.port, columns=200)
    try:
        luzmi.shows(GREETING)
        luzmi.types("luzmi\r/telnet\r")
        ana.hears(joined("luzmi"))
        luzmi.goes_raw()
        luzmi.types("/format json\r")
        luzmi.shows_like('{"type":"notice","text":"You read a JSON object per line."')
        luzmi.types("half")
        luzmi.shows("half")
        ana.says("kaixo")
        luzmi.shows_like('"from":"ana","text":"kaixo"')
        luzmi.shows("half")
        luzmi.types("-typed\r")
        ana.hears("luzmi: half-typed")
    finally:
        luzmi.closes()


def test_if_the_command_comes_in_pieces_the_greeting_is_plain(room):
    bot = room.server.connect("bot", kind=Objects)
    bot.send(b"/for")
    bot.hears(GREETING)
    bot.send(b"mat json\nbot\n")
    bot.reads(ON, ASKED, notice(welcome("bot")))
    assert bot.reads_type("names")["names"] == ["bot"]
