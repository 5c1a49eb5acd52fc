"""A race: all get the same question at the same time, and the fastest right answer wins it."""

import re
import resource
import signal

import pytest

from support.prompt import NO_SUCH_TOKEN, REPLACED, VISIBLE, given, goes_on, table, token_of, welcome_back

RACE = """
    name = "who"
    end = "Thank you, {who}: {score}."
    [race]
    players = %d
    seconds = 20
    pause = 0
    [[ask]]
    id = "who"
    prompt = "Who?"
    [[ask]]
    id = "sum"
    prompt = "1 + 1?"
    type = "number"
    correct = 2
    [[ask]]
    id = "capital"
    prompt = "Capital of Mongolia?"
    correct = ["Ulaanbaatar", "Ulan Bator"]
    points = 3
"""


def arrives(server, name, first="Who?"):
    peer = server.connect(name)
    peer.label = name
    peer.says(name)
    peer.hears(first)
    return peer


def begun(server, *names):
    """All of them are in the race and have read its first question."""
    peers = []
    for number, name in enumerate(names, 1):
        peers.append(arrives(server, name))
        for peer in peers:
            last = number == len(names)
            peer.hears(f"{name} is in. The race begins!" if last else f"{name} is in: {number} of {len(names)} players are here.")
    for peer in peers:
        peer.hears("1 + 1? (a number)")
    return peers


@pytest.mark.parametrize("workers", [1, 2])
def test_the_fastest_right_answer_wins(asks, tmp_path, workers):
    server = asks(RACE % 3, "--workers", workers)
    ana, oskar, luzmi = everybody = begun(server, "ana", "oskar", "luzmi")
    oskar.says("3", "2")
    oskar.hears("Wrong.", "Wait for the next question. [no-question]")
    ana.says("two", "2")
    ana.hears("Please type a number. [not-a-number]", "Right, and first!")
    for peer in everybody:
        peer.hears_like(r"^ana was first: 2 \(\d+\.\d s\)\.$")
        peer.hears("Points: ana 1, luzmi 0, oskar 0")
    for peer in everybody:
        peer.hears("Capital of Mongolia?")
    luzmi.says("ULAN BATOR")
    luzmi.hears("Right, and first!")
    for peer in everybody:
        peer.hears_like(r"^luzmi was first: ULAN BATOR \(\d+\.\d s\)\.$")
        peer.hears("Points: luzmi 3, ana 1, oskar 0", "The race is over.", "Points: luzmi 3, ana 1, oskar 0")
    for peer, points in ((ana, 1), (oskar, 0), (luzmi, 3)):
        peer.hears(f"Thank you, {peer.label}: {points}.", f"You have {points} point{'' if points == 1 else 's'}.")
        peer.hears_end()
    rows = {each["answers"]["who"]: each for each in table(tmp_path / "answers.jsonl")}
    assert {name: (each["score"], each["status"]) for name, each in rows.items()} == {"ana": (1, "finished"), "oskar": (0, "finished"), "luzmi": (3, "finished")}
    assert rows["oskar"]["answers"] == {"who": "oskar", "sum": 3, "capital": None}


def test_when_all_are_wrong_the_right_answer_is_told(asks):
    ana, oskar = begun(asks(RACE % 2), "ana", "oskar")
    for peer in (ana, oskar):
        peer.says("7")
        peer.hears("Wrong.")
    for peer in (ana, oskar):
        peer.hears("Nobody had it. Right is: 2", "Points: ana 0, oskar 0", "Capital of Mongolia?")


def test_time_ends_a_question(asks, tmp_path):
    ana, oskar = begun(asks((RACE % 2).replace("seconds = 20", "seconds = 1")), "ana", "oskar")
    ana.says("7")
    ana.hears("Wrong.")
    for peer in (ana, oskar):
        peer.hears("Nobody had it. Right is: 2", "Points: ana 0, oskar 0", "Capital of Mongolia?")
    assert sorted(map(str, given(tmp_path / "answers.jsonl")[2:4])) == ["('sum', 7)", "('sum', None)"]


def test_the_first_of_many_that_come_at_once_wins_alone(asks, tmp_path):
    server = asks(RACE % 20, "--workers", 2)
    peers = begun(server, *(f"p{number}" for number in range(20)))
    server.signal(signal.SIGSTOP)  # so that all are there before the first is looked at
    for peer in peers:
        peer.says("2")
    server.signal(signal.SIGCONT)
    winners = 0
    for peer in peers:
        line = peer.next_line()
        winners += line == "Right, and first!"
        lines = [line]
        while peer.heard[-1] != "Capital of Mongolia?":
            lines.append(peer.next_line())
        assert sum(bool(re.match(r"p\d+ was first: 2 ", each)) for each in lines) == 1
    assert winners == 1
    rows = [each for each in given(tmp_path / "answers.jsonl") if each[0] == "sum"]
    assert len(rows) == 20


def test_who_leaves_is_not_waited_for_and_who_comes_late_is_in_later(asks):
    server = asks(RACE % 2)
    ana, oskar = begun(server, "ana", "oskar")
    luzmi = arrives(server, "luzmi")
    luzmi.hears("The race is on: you are in from the next question.")
    luzmi.says("2")
    luzmi.hears("Wait for the next question. [no-question]")
    ana.says("7")
    ana.hears("Wrong.")
    oskar.closes()
    for peer in (ana, luzmi):
        peer.hears("oskar has left the race.", "Nobody had it. Right is: 2")
        peer.hears_like("^Points: ")
        peer.hears("Capital of Mongolia?")
    luzmi.says("Ulaanbaatar")
    luzmi.hears("Right, and first!")


def test_again_shows_the_open_question(asks):
    ana, oskar = begun(asks(RACE % 2), "ana", "oskar")
    ana.says("/again", "/back", "/skip", "/score", "7", "/again")
    ana.hears("1 + 1? (a number)")
    ana.hears("In a race there is no way back. [counts-already]", "In a race nothing is skipped: wait for the next question. [not-optional]")
    ana.hears("You have 0 points.", "Wrong.", "Nothing is asked at the moment. [no-question]")


def test_a_hidden_answer_is_shown_to_nobody(asks):
    script = 'name = "who"\n[race]\nplayers = 2\npause = 0\n[[ask]]\nid = "who"\nprompt = "Who?"\n' + "".join(
        f'[[ask]]\nid = "code{number}"\nprompt = "Code {number}?"\ntype = "hidden"\ncorrect = "sesame"\n' for number in (1, 2)
    )
    server = asks(script)
    ana, oskar = arrives(server, "ana"), arrives(server, "oskar")
    for peer in (ana, oskar):
        peer.lines_until("Code 1?")
        assert peer.heard[-2] == VISIBLE
    ana.says("sesame")
    for peer in (ana, oskar):
        peer.lines_until("Code 2?")
        peer.says("x")
    for peer in (ana, oskar):
        peer.lines_until("Nobody had it.")
        assert any(re.match(r"ana was first \(\d+\.\d s\)\.$", line) for line in peer.heard)
        assert not any("sesame" in line for line in peer.heard)


def test_two_of_the_same_name_are_told_apart(asks):
    server = asks(RACE % 3)
    first = arrives(server, "ana")
    first.hears("ana is in: 1 of 3 players are here.")
    arrives(server, "ana").hears("ana (2) is in: 2 of 3 players are here.")
    first.hears("ana (2) is in: 2 of 3 players are here.")


def test_who_comes_back_has_his_points(asks):
    server = asks(RACE % 2)
    ana = arrives(server, "ana")
    token = token_of_in_race(ana)
    oskar = arrives(server, "oskar")
    for peer in (ana, oskar):
        peer.hears("oskar is in. The race begins!", "1 + 1? (a number)")
    ana.says("2")
    ana.hears("Right, and first!")
    ana.lines_until("Capital of Mongolia?")
    oskar.lines_until("Capital of Mongolia?")
    ana.closes()
    oskar.hears("ana has left the race.")
    ana = goes_on(server, token, ("Who?",))
    ana.hears(welcome_back(2), "The race is on: you are in from the next question.")
    oskar.says("no")
    oskar.hears("Wrong.", "Nobody had it. Right is: Ulaanbaatar", "Points: ana 1, oskar 0")


def token_of_in_race(peer):
    peer.hears_like("is in: 1 of 2")
    return token_of(peer)


def test_the_end_of_input_is_no_player(asks):
    """Who answers from a pipe leaves when the pipe is empty: nobody waits for him."""
    server = asks(RACE % 2)
    ana, oskar = begun(server, "ana", "oskar")
    oskar.says("7")
    oskar.half_closes()
    ana.hears("oskar has left the race.")
    ana.says("7")
    ana.hears("Wrong.", "Nobody had it. Right is: 2")


def test_the_next_question_waits_until_all_answers_are_safe(asks, tmp_path):
    server = asks(RACE % 2)
    ana, oskar = begun(server, "ana", "oskar")
    limits = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, ((tmp_path / "answers.jsonl").stat().st_size, limits[1]))
    ana.says("2")
    ana.hears("Right, and first!")
    for peer in (ana, oskar):
        peer.hears_like("^ana was first: 2")
        peer.hears("Points: ana 1, oskar 0")
        peer.hears_like(r"\[not-kept\]$")
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)
    for peer in (ana, oskar):
        peer.hears("It is kept now.", "Capital of Mongolia?")


def test_the_host_begins_the_race_and_closes_questions(asks, tmp_path):
    (tmp_path / "key").write_text("open sesame\n")
    server = asks(RACE % 0, "--host-key-file", tmp_path / "key", "--workers", 2)
    host = server.connect("host")
    host.hears("Who?")
    host.says("/host open sesame", "/start", "/next")
    host.hears_like("^You are the host")
    host.hears("-- 0 people --", "Nobody is in the race yet.", "Nobody is in the race yet.")
    ana = arrives(server, "ana")
    ana.hears("ana is in. The host begins the race.")
    host.says("/start")
    ana.hears("The race begins!", "1 + 1? (a number)")
    host.says("/start", "/next")
    ana.hears("Nobody had it. Right is: 2", "Points: ana 0", "Capital of Mongolia?")
    host.says("/next")
    ana.hears("Nobody had it. Right is: Ulaanbaatar", "Points: ana 0", "The race is over.", "Points: ana 0", "Thank you, ana: 0.")
    heard = []
    while heard.count("The question is closed.") < 2:
        heard.append(host.next_line())
    assert "The race has begun." in heard and "The race is on already." in heard


def test_after_a_race_comes_the_next(asks):
    server = asks(RACE % 1)
    for name in ("ana", "oskar"):
        (peer,) = begun(server, name)
        peer.says("2")
        peer.lines_until("Capital of Mongolia?")
        peer.says("Ulan Bator")
        peer.lines_until(f"Thank you, {name}: 4.")
        peer.hears("You have 4 points.")
        peer.hears_end()


def test_one_comes_back_into_a_race_that_begins_with_its_first_question(asks):
    server = asks(RACE.replace('    [[ask]]\n    id = "who"\n    prompt = "Who?"\n', "").replace('name = "who"', "").replace(", {who}", "") % 2, "--workers", 2)
    ana, oskar = server.connect("ana"), server.connect("oskar")
    ana.hears_like(r"^player \w{4} is in: 1 of 2 players are here\.$|is in\. The race begins!$")
    token = token_of_racer(ana)
    ana.says("2")
    ana.hears("Right, and first!")
    ana.hears_like("was first")
    ana.hears_like("^Points")
    ana.hears("Capital of Mongolia?")
    again = server.connect("again")
    again.hears("The race is on: you are in from the next question.")
    again.says("/resume nonsense", f"/resume {token}")
    again.hears(NO_SUCH_TOKEN)
    again.lines_until(welcome_back(1))
    ana.lines_until(REPLACED)
    again.lines_until("The race is on: you are in from the next question.")
    oskar.lines_until("Capital of Mongolia?")
    oskar.says("no")
    again.lines_until("The race is over.")
    again.hears_like("^Points: player .* 1, player .* 0$")


def token_of_racer(peer):
    """The race begins when the second is there, which may be before or after the token is told."""
    peer.says("/resume")
    lines = [peer.next_line()]
    while not (any("Your token is" in line for line in lines) and "1 + 1? (a number)" in peer.heard):
        lines.append(peer.next_line())
    return re.search(r"Your token is (\S+)\. ", "\n".join(lines))[1]
