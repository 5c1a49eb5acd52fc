"""Telnet on the wire (RFC 854, 855, 1143): parsed at the first IAC, answered once, bounded, never a loop."""

import socket

import pytest

from support.afterwards import AS_IT_WAS
from support.bounds import memory_slack_kib
from support.room import joined, left
from support.telnet import (
    AO, AYT, BRK, DM, DO, DONT, EC, ECHO, EL, GA, IP, NAWS, NOP, SB, SE, SGA, TM, TTYPE, WILL, WONT,
    TelnetPeer, command,
)  # fmt: skip

pytestmark = AS_IT_WAS

PUTTY = bytes.fromhex("FFFB1F FFFB20 FFFB18 FFFB27 FFFD01 FFFB03 FFFD03")
BSD_ON_PORT_23 = bytes.fromhex("FFFD03 FFFB18 FFFB1F FFFB20 FFFB21 FFFB22 FFFB27 FFFD05")


def knocks(room, hello=b"", accepts=()):
    peer = room.server.connect("telnet", kind=TelnetPeer)
    peer.accepts = set(accepts)
    if hello:
        peer.send(hello)
    return peer


def enters(room, name="luzmi", hello=command(NOP)):
    peer = knocks(room, hello)
    return room.enters(name, peer)


@pytest.mark.parametrize("hello", [PUTTY, BSD_ON_PORT_23], ids=["PuTTY", "BSD telnet on port 23"])
def test_the_hello_of_a_client_is_answered_and_it_talks(room, hello):
    (ana,) = room.enter("ana")
    luzmi = enters(room, "luzmi", hello)
    luzmi.send(b"kaixo\r\n")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    luzmi.hears("ana: bai")
    answered = [words for words in luzmi.commands if words[0] != SB]
    assert len(answered) == len(set(answered)), answered


@pytest.mark.parametrize("hello", [PUTTY, BSD_ON_PORT_23], ids=["PuTTY", "BSD telnet on port 23"])
def test_the_hello_is_the_same_cut_at_each_offset(room, hello):
    stream = hello + b"luzmi\r\0kaixo\xff\xff\r\n/quit\r\n"
    (ana,) = room.enter("ana")
    for offset in range(1, len(stream)):
        peer = knocks(room)
        peer.sends_in_pieces(stream[:offset], stream[offset:])
        ana.hears(joined("luzmi"), "luzmi: kaixo\ufffd", left("luzmi"))
        peer.read_to_end()


def test_an_unknown_will_gets_dont_and_an_unknown_do_gets_wont_once(room):
    room.enter("ana")
    luzmi = enters(room)
    for _ in range(20):
        luzmi.command(WILL, 99)
        luzmi.command(DO, 98)
    luzmi.command(WILL, 97)
    luzmi.hears_command(DONT, 97)
    assert luzmi.commands.count((DONT, 99)) == 1
    assert luzmi.commands.count((WONT, 98)) == 1


def test_wont_and_dont_get_no_answer(room):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    for option in range(40, 60):
        luzmi.command(WONT, option)
        luzmi.command(DONT, option)
    luzmi.command(WILL, 97)
    luzmi.hears_command(DONT, 97)
    assert luzmi.commands == []
    ana.says("still there")
    luzmi.hears("ana: still there")


def test_do_timing_mark_is_answered_every_time(room):
    room.enter("ana")
    luzmi = enters(room)
    luzmi.command(DO, TM)
    answer = luzmi.hears_some_command((WILL, TM), (WONT, TM))
    for _ in range(5):
        luzmi.command(DO, TM)
        luzmi.hears_command(*answer)


def test_are_you_there_gets_yes(room):
    room.enter("ana")
    luzmi = enters(room)
    luzmi.command(AYT)
    luzmi.hears("[yes]")


@pytest.mark.parametrize("word", [IP, BRK, EL], ids=["IP", "BRK", "EL"])
def test_some_commands_drop_the_current_line(room, word):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send(b"wrong" + command(word) + b"right\r\n")
    ana.hears("luzmi: right")


def test_erase_character_erases_one_code_point(room):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send("ab€".encode() + command(EC) + b"c" + command(EC) + b"d\r\n" + command(EC) * 5 + b"after\r\n")
    ana.hears("luzmi: abd", "luzmi: after")


@pytest.mark.parametrize("word", [NOP, DM, GA, AO, AYT], ids=["NOP", "DM", "GA", "AO", "AYT"])
def test_other_commands_leave_the_line_alone(room, word):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send(b"one " + command(word) + b"line\r\n")
    ana.hears("luzmi: one line")


def test_iac_iac_is_a_byte(room):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send(b"a\xff\xffb\r\n")
    ana.hears("luzmi: a\ufffdb")


def test_iac_is_parsed_at_the_first_one_wherever_it_comes(room):
    (ana,) = room.enter("ana")
    luzmi = room.enters("luzmi", room.server.connect("luzmi", kind=TelnetPeer))
    luzmi.send(b"plain so far\r\n" + command(AYT) + b"and on\r\n")
    ana.hears("luzmi: plain so far", "luzmi: and on")
    luzmi.hears("[yes]")


def test_a_subnegotiation_is_skipped_with_iac_iac_inside(room):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send(b"be" + command(SB, 99) + b"text\r\n\xff\xff\xf0more" + command(SE) + b"fore\r\n")
    ana.hears("luzmi: before")


def test_an_endless_subnegotiation_is_bounded(room):
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    before = room.server.resident_kib()
    luzmi.send(command(SB, NAWS))
    for _ in range(64):
        luzmi.send(b"x" * 65536)
    luzmi.send(command(SE) + b"after\r\n")
    ana.hears("luzmi: after")
    assert room.server.resident_kib() - before < 1024 + memory_slack_kib()


def test_every_pair_after_iac_is_survived(room):
    (ana,) = room.enter("ana")
    for word in range(256):
        peer = room.server.connect("luzmi")
        peer.send(b"luzmi\r\nkaixo" + command(word) + b"x\r\n" + command(SE) + b"\r\n")
        peer.half_closes()
        ana.hears(joined("luzmi"))
        line = ana.next_line()
        while line != left("luzmi"):
            assert line.startswith("luzmi:"), line
            line = ana.next_line()
        peer.read_to_end()


def test_option_storms_end(room):
    """Every option in every way, many times: at most one answer for each side of an option."""
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    storm = b"".join(command(word, option) for option in range(256) if option != TM for word in (WILL, DO, WONT, DONT))
    for _ in range(10):
        luzmi.send(storm)
    luzmi.send(b"after the storm\r\n")
    ana.hears("luzmi: after the storm")
    ana.says("marker")
    luzmi.hears("ana: marker")
    for option in range(256):
        for pair in ((DO, DONT), (WILL, WONT)):
            answers = [words for words in luzmi.commands if words[0] in pair and words[1:] == (option,)]
            # An unknown option is refused once; a known one may be granted and ended each time.
            assert len(answers) <= 20, (option, answers)
    refusals = [words for words in luzmi.commands if words[1:] == (200,)]
    assert sorted(refusals) == [(WONT, 200), (DONT, 200)]


def test_slash_telnet_lets_the_server_begin(room):
    room.enter("ana")
    luzmi = room.enters("luzmi", room.server.connect("luzmi", kind=TelnetPeer))
    luzmi.says("/telnet")
    for words in ((WILL, ECHO), (WILL, SGA), (DO, NAWS), (DO, TTYPE)):
        luzmi.hears_command(*words)


def test_a_listener_may_negotiate_first(grottod, tmp_path):
    config = tmp_path / "grotto.toml"
    config.write_text('[[listener]]\nlisten = "127.0.0.1:0"\ntelnet_first = true\n', encoding="utf-8")
    server = grottod("chat", "--config", config, listen=())
    peer = server.connect(kind=TelnetPeer)
    peer.hears_command(WILL, ECHO)


def test_size_and_name_of_the_terminal_are_asked_and_bounded(room):
    (ana,) = room.enter("ana")
    luzmi = room.enters("luzmi", knocks(room, accepts={ECHO, SGA, NAWS, TTYPE}))
    luzmi.terminal = b"x" * 5000
    luzmi.size = (65535, 65535)
    luzmi.says("/telnet")
    luzmi.hears_command(DO, TTYPE)
    luzmi.send(b"kaixo\r\n")
    ana.hears("luzmi: kaixo")


def test_a_telnet_synch_loses_no_byte(room):
    """IAC DM comes as urgent data (SO_OOBINLINE): the line around it is whole."""
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    luzmi.send(b"one ")
    luzmi.sock.send(command(DM), socket.MSG_OOB)
    luzmi.send(b"line\r\n")
    ana.hears("luzmi: one line")


def test_no_person_can_send_a_command_to_anothers_telnet(room):
    """Text out is valid UTF-8, which has no 0xFF: a telnet peer must never read an IAC from another person."""
    (ana,) = room.enter("ana")
    luzmi = enters(room)
    ana.send(b"\xff\xfb\x01 \xf0\x9f\x98\x80\n")
    luzmi.next_raw_line()
    assert luzmi.commands == []
