"""Names: which are taken, which are refused and why, and that no two look alike."""

import unicodedata

import pytest

from support.afterwards import AS_IT_WAS
from support.room import GREETING, joined, users, welcome

pytestmark = AS_IT_WAS

GOOD = {
    "Latin": "luzmi",
    "digits": "r2d2",
    "inner punctuation": "ana-maria_o.b'x",
    "Basque": "Iñaki",
    "Greek": "Αλέξανδρος",
    "Cyrillic": "Наташа",
    "Arabic": "ليلى",
    "Hebrew": "שרה",
    "Han": "小明",
    "Kana": "さくら",
    "Hangul": "민준",
    "Devanagari": "प्रिया",
    "Thai": "สมชาย",
    "one letter": "x",
    "32 letters": "a" * 32,
    "two marks on a base": "x\u0323\u0301y",
}
BAD = {
    "white space inside": "ana maria",
    "a tab inside": "ana\tmaria",
    "a no-break space": "ana\u00a0maria",
    "an ideographic space": "ana\u3000maria",
    "a colon": "ana:maria",
    "33 letters": "a" * 33,
    "leading punctuation": "-ana",
    "a leading slash is a command": "/ana",
    "three marks on a base": "z\u0301\u0302\u0303",
    "256 marks": "z" + "\u0301" * 256,
    "the server": "server",
    "the server in capitals": "SERVER",
    "the server, full width": "\uff53\uff45\uff52\uff56\uff45\uff52",
    "a quit word in capitals": "EXIT",
    "emptied by NFKC": "\u00a0",
}
CLEANED = {
    # What the text rules drop can never be part of a name; what remains may be one.
    "zero width space": "a\u200bna",
    "zero width joiner": "a\u200dna",
    "right-to-left override": "a\u202ena",
    "isolate": "a\u2067na",
    "byte order mark": "a\ufeffna",
    "soft hyphen": "a\u00adna",
}
ALIKE = {
    "the same": ("ariana", "ariana"),
    "another case": ("ariana", "Ariana"),
    "Cyrillic а": ("ariana", "\u0430riana"),
    "full width": ("ariana", "\uff41\uff52\uff49\uff41\uff4e\uff41"),
    "one and l": ("pau1", "paul"),
    "zero and O": ("b0b", "bOb"),
    "rn and m": ("rnaria", "maria"),
    "composed and not": ("jos\u00e9", "jose\u0301"),
    "sharp s": ("stra\u00dfe", "STRASSE"),
    "Greek and Latin": ("\u03bf", "o"),
}


def knocks(room, name):
    peer = room.server.connect("newcomer")
    peer.says(name)
    peer.hears(GREETING)
    return peer


def is_refused_and_asked_again(peer, why=None):
    sentence = peer.next_line()
    assert not sentence.startswith("Welcome"), sentence
    if why:
        assert why in sentence
    if "press enter" not in sentence.lower():
        peer.hears_like("name")
    return sentence


@pytest.mark.parametrize("name", GOOD.values(), ids=GOOD.keys())
def test_a_good_name_is_taken_as_it_is(room, name):
    (witness,) = room.enter("witness")
    peer = knocks(room, name)
    shown = unicodedata.normalize("NFKC", name)
    peer.hears(welcome(shown), users(["witness"]))
    witness.hears(joined(shown))
    peer.says("kaixo")
    witness.hears(f"{shown}: kaixo")


@pytest.mark.parametrize("name", BAD.values(), ids=BAD.keys())
def test_a_bad_name_gets_a_sentence_and_the_question_again(room, name):
    (witness,) = room.enter("witness")
    peer = knocks(room, name)
    is_refused_and_asked_again(peer)
    peer.says("good")
    peer.hears(welcome("good"), users(["witness"]))
    witness.hears(joined("good"))


@pytest.mark.parametrize("name", CLEANED.values(), ids=CLEANED.keys())
def test_invisible_characters_never_reach_the_others(room, name):
    (witness,) = room.enter("ana")
    peer = knocks(room, name)
    is_refused_and_asked_again(peer)  # refused, or cleaned and then taken by ana
    peer.says("good")
    peer.hears(welcome("good"), users(["ana"]))
    witness.hears(joined("good"))


@pytest.mark.parametrize("one,other", ALIKE.values(), ids=ALIKE.keys())
def test_no_two_names_look_alike(room, one, other):
    (first,) = room.enter(unicodedata.normalize("NFKC", one))
    peer = knocks(room, other)
    is_refused_and_asked_again(peer, "taken")
    peer.says("different")
    peer.next_line()
    first.hears(joined("different"))


def test_white_space_around_a_name_does_not_count(room):
    peer = knocks(room, "  luzmi \t")
    peer.hears(welcome("luzmi"))


def test_an_empty_name_is_asked_again(room):
    peer = knocks(room, "")
    peer.says("luzmi")
    while peer.next_line() != welcome("luzmi"):
        pass


def test_a_name_of_32_letters_outside_the_basic_plane(room):
    name = "\U00010400" * 32  # Deseret: 4 bytes each
    peer = knocks(room, name)
    peer.hears(welcome(name))


def test_the_refused_name_may_be_tried_many_times(room):
    room.enter("ana")
    peer = knocks(room, "ana")
    for _ in range(5):
        is_refused_and_asked_again(peer, "The name ana is taken. [name-taken]")
        peer.says("ana")


def test_who_never_gives_a_name_is_closed_with_a_line(grottod):
    server = grottod("chat", env={"GROTTO_HELLO_TIMEOUT": "1"})
    peer = server.connect()
    peer.hears(GREETING)
    assert len(peer.remaining_lines()) == 1


def test_names_are_free_for_one_of_two_who_ask_at_once(room):
    peers = [room.server.connect(f"asker {number}") for number in range(8)]
    for peer in peers:
        peer.says("same")
    outcomes = []
    for peer in peers:
        peer.hears(GREETING)
        outcomes.append(peer.next_line())
    assert sorted(outcomes) == ["The name same is taken. [name-taken]"] * 7 + [welcome("same")]
