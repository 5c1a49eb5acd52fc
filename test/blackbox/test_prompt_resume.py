"""/resume TOKEN: going on at the next question, on another connection, worker or server."""

import signal

import pytest

from support.prompt import NO_SUCH_TOKEN, PLAIN, REPLACED, events, given, goes_on, has_events, stops, token_of, unfinished, welcome_back

TOLD = r"^To go on later, or after a dropped connection: /resume (\S{22})$"


def test_a_dropped_connection_is_gone_on_with(asks, tmp_path):
    server = asks(PLAIN)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a")
    peer.hears("Two?")
    peer.resets()
    server.waits_until_all_left()
    peer = goes_on(server, token)
    peer.hears(welcome_back(1), "Two?")
    peer.says("b", "/back", "B", "c")
    peer.hears("Three?", "Two?", "Three?")
    peer.hears_end()
    assert events(tmp_path / "answers.jsonl") == ["start", "one=a", "unfinished", "resumed", "two=b", "two=B", "three=c", "end"]


def test_the_token_is_told_at_the_start_and_the_same_to_the_end(asks):
    server = asks("tells-token = true\n" + PLAIN.replace("\n    ", "\n"))
    peer = server.connect()
    token = peer.hears_like(TOLD)[1]
    peer.hears("One?")
    assert token_of(peer) == token
    peer.says("a", "/quit")
    peer.hears("Two?", unfinished(1))
    assert peer.hears_like(TOLD)[1] == token
    peer.hears("Goodbye!")
    again = server.connect()
    again.hears_like(TOLD)
    again.hears("One?")
    again.says(f"/resume {token}")
    again.hears(welcome_back(1), "Two?")
    assert token_of(again) == token


@pytest.mark.parametrize("keep", ["answers.jsonl", "none"])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_old_connection_is_replaced(asks, keep, workers):
    """Three times, so that with two workers the way leads over both; what is typed ahead is not lost."""
    server = asks(PLAIN, "--workers", workers, answers=keep)
    peer = server.connect("first")
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a")
    peer.hears("Two?")
    for number in range(3):
        again = server.connect(f"again {number}")
        again.says(f"/resume {token}", f"b{number}")
        again.hears("One?", welcome_back(1), "Two?", "Three?")
        peer.hears(REPLACED)
        peer.hears_end()
        again.says("/back")
        again.hears("Two?")
        peer = again
    peer.says("b", "c")
    peer.hears("Three?")
    peer.hears_end()


def test_two_come_for_the_same_at_once(asks):
    server = asks(PLAIN, "--workers", 2)
    peer = server.connect("first")
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a")
    peer.hears("Two?")
    both = [server.connect(f"again {number}") for number in range(8)]
    for each in both:
        each.hears("One?")
    for each in both:
        each.says(f"/resume {token}")
    peer.hears(REPLACED)
    first = [each.next_line() for each in both]  # then all have had their turn
    assert set(first) <= {REPLACED, welcome_back(1)}
    last = []
    for each in (each for each, line in zip(both, first) if line != REPLACED):
        each.hears("Two?")
        each.says("/again")
        line = each.next_line()
        assert line in (REPLACED, "Two?")
        if line == "Two?":
            last.append(each)
    assert len(last) == 1


@pytest.mark.parametrize("token", ["x", "", "A" * 22, "\u00f1" * 10, "../../etc", "a b c", "x" * 4000])
def test_a_wrong_token_leads_nowhere(asks, token):
    peer = asks(PLAIN).connect()
    peer.hears("One?")
    peer.says(f"/resume {token or 'x'}")
    peer.hears(NO_SUCH_TOKEN)
    own = token_of(peer)
    peer.says(f"/resume {own}", "a", f"/resume {own}")
    peer.hears(NO_SUCH_TOKEN, "Two?")
    peer.hears("You have begun already; /resume TOKEN is for before the first answer. [has-begun]")


def test_after_the_end_there_is_nothing_to_go_on_with(asks):
    server = asks(PLAIN)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a", "b", "c")
    peer.hears("Two?", "Three?")
    peer.hears_end()
    late = goes_on(server, token)
    late.hears(NO_SUCH_TOKEN)
    stops(server, peer, late)
    goes_on(asks(), token).hears(NO_SUCH_TOKEN)


def test_the_file_has_no_token(asks, tmp_path):
    server = asks(PLAIN)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a")
    peer.hears("Two?")
    assert token.encode() not in (tmp_path / "answers.jsonl").read_bytes() and token not in server.log()


def test_in_rounds_one_goes_on_in_the_same_round(asks, tmp_path):
    script = 'repeat = true\nend = "{score}"\n[[ask]]\nid = "one"\nprompt = "One {round}?"\ncorrect = "a"\n[[ask]]\nid = "two"\nprompt = "Two {one}?"'
    server = asks(script)
    peer = server.connect()
    peer.hears("One 1?")
    token = token_of(peer)
    peer.says("a", "b", "x")
    peer.hears("Two a?", "1", "You have 1 point.", "-- round 2 --", "One 2?", "Two x?")
    server.signal(signal.SIGKILL)
    server.ends()
    peer = goes_on(asks(), token, ("One 1?",))
    peer.hears(welcome_back(1), "Two x?")
    peer.says("y")
    peer.hears("0", "You have 0 points.", "-- round 3 --", "One 3?")
    peer.closes()
    assert given(tmp_path / "answers.jsonl", round=2) == [("one", "x"), ("two", "y")]


def test_rounds_that_end_leave_nothing_to_go_on_with(asks):
    """When no question is left in a new round it is over; who comes with the token meanwhile is told so, and nothing spins."""
    script = 'repeat = true\n[[ask]]\nid = "one"\nprompt = "One {round}?"\nwhen = "round < 2"'
    server = asks(script)
    peer = server.connect()
    peer.hears("One 1?")
    token = token_of(peer)
    peer.says("a")
    peer.hears_end()
    goes_on(server, token, ("One 1?",)).hears(NO_SUCH_TOKEN)


def test_where_tries_run_out_one_goes_on_as_without_a_restart(asks):
    script = """
        [[ask]]
        id = "number"
        type = "number"
        prompt = "Number?"
        tries = 1
        otherwise = "last"
        [[ask]]
        id = "between"
        prompt = "Between?"
        [[ask]]
        id = "last"
        prompt = "Last?"
        """
    server = asks(script)
    peer = server.connect()
    peer.hears("Number? (a number)")
    token = token_of(peer)
    peer.says("x")
    peer.hears_like("not-a-number")
    peer.hears_like("tries-out")
    peer.hears("Last?")
    stops(server, peer)
    peer = goes_on(asks(), token, ("Number? (a number)",))
    peer.hears(welcome_back(1), "Last?")


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_question_that_needs_an_answer_is_not_passed_by_coming_back(asks, is_restarted):
    server = asks('end = "You are in."\n[[ask]]\nid = "age"\ntype = "number"\nmin = 18\ntries = 1\nprompt = "Age?"')
    peer = server.connect()
    peer.hears_like("^Age")
    token = token_of(peer)
    peer.says("9")
    peer.hears_like("too-small")
    peer.hears_like("tries-out")
    peer.hears(unfinished(1))
    peer.hears_like(TOLD)
    peer.hears("Without an answer to this question it does not go on. Goodbye!")
    peer.hears_end()
    peer.closes()
    if is_restarted:
        stops(server)
        server = asks()
    peer = server.connect("again")
    peer.hears_like("^Age")
    peer.says(f"/resume {token}")
    peer.hears(welcome_back(1))
    peer.hears_like("^Age")
    peer.says("19")
    peer.hears("You are in.")


def test_what_is_not_kept_is_asked_again_after_a_restart(asks):
    """Its answer is not known any more, and the way on may depend on it."""
    script = """
        [[ask]]
        id = "code"
        type = "hidden"
        prompt = "Code?"
        [[ask]]
        id = "again"
        type = "hidden"
        prompt = "Again?"
        keep = false
        goto = { when = "again != code", to = "differ" }
        [[ask]]
        id = "agreed"
        prompt = "Agreed?"
        goto = "end"
        [[ask]]
        id = "differ"
        prompt = "They differ."
        """
    server = asks(script)
    peer = server.connect()
    peer.says("sesame", "sesame")
    heard = [peer.next_line() for _ in range(5)]
    assert heard[1::2] == ["Code?", "Again?"] and heard[4] == "Agreed?"
    token = token_of(peer)
    server.signal(signal.SIGKILL)
    server.ends()
    peer = asks().connect()
    peer.lines_until("Code?")
    peer.says(f"/resume {token}")
    peer.hears(welcome_back(1))
    peer.lines_until("Again?")
    peer.says("sesame")
    peer.hears("Agreed?")


def test_one_goes_on_again_and_again(asks, tmp_path):
    server = asks(PLAIN, "--workers", 2)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a")
    peer.hears("Two?")
    for _ in range(8):
        peer.closes()
        peer = goes_on(server, token)
        peer.hears(welcome_back(1), "Two?")
    peer.says("b", "c")
    peer.hears("Three?")
    peer.hears_end()
    peer.closes()
    path = tmp_path / "answers.jsonl"
    assert [each for each in events(path) if each not in ("unfinished", "resumed")] == ["start", "one=a", "two=b", "three=c", "end"]
    assert events(path)[-1] == "end"


def test_going_on_after_kill_9_with_what_the_file_has(asks, tmp_path):
    """No `unfinished` was written; the visit goes on all the same."""
    server = asks(PLAIN, answers="answers.csv")
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a", "b")
    peer.hears("Two?", "Three?")
    server.signal(signal.SIGKILL)
    server.ends()
    peer = goes_on(asks(answers="answers.csv"), token)
    peer.hears(welcome_back(2), "Three?")
    peer.says("c")
    peer.hears_end()


def test_what_is_left_is_told_as_unfinished(asks, tmp_path):
    server = asks(PLAIN)
    peer = server.connect()
    peer.says("a", "b")
    peer.hears("One?", "Two?", "Three?")
    peer.closes()
    has_events(tmp_path / "answers.jsonl", "start", "one=a", "two=b", "unfinished")


def test_what_was_taken_back_stays_so_after_kill_9(asks):
    """The last answer of a place counts, and its points once."""
    script = 'end = "{one} {two}"\n' + PLAIN.replace("\n    ", "\n")
    server = asks(script)
    peer = server.connect()
    peer.hears("One?")
    token = token_of(peer)
    peer.says("a", "b", "/back", "/back", "A", "B")
    peer.hears("Two?", "Three?", "Two?", "One?", "Two?", "Three?")
    server.signal(signal.SIGKILL)
    server.ends()
    peer = goes_on(asks(), token)
    peer.hears(welcome_back(2), "Three?")
    peer.says("/back")
    peer.hears("Two?")
    peer.says("BB", "c")
    peer.hears("Three?", "A BB")
    peer.hears_end()
