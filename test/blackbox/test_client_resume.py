"""The client loses its connection and its server: no line is missed, none is doubled, and what was typed is said once."""

import random
import re

import pytest

from support.client import CTRL_D, GOOD, NO_CONNECTION, REFUSED, kill, logged
from support.cut import CutLine
from support.room import GREETING, Room, joined
from support.seed import random_seed
from support.waiting import wait_until


@pytest.fixture
def room(grottod):
    return Room(grottod("chat", "--history", 0, "--rate", "off", "--store", "none"))


@pytest.fixture
def oskar(room):
    (oskar,) = room.enter("oskar")
    return oskar


@pytest.fixture
def line_to():
    made = []

    def start(server):
        made.append(CutLine(server.host_and_port()))
        return made[-1]

    yield start
    for line in made:
        line.closes()


@pytest.fixture
def line(room, line_to):
    return line_to(room.server)


def test_a_lost_connection_is_told_and_resumed(room, oskar, line, client):
    tmux = client.tmux(line.address, "--name", "luzmi", columns=110)
    oskar.hears(joined("luzmi"))
    tmux.shows("[lobby · 2 people] >")
    line.cut(mends=False)
    tmux.shows("is lost; the next try is in 0.")
    tmux.shows("[offline] >")
    oskar.says("missed one", "missed two")
    tmux.text("typed meanwhile")
    tmux.keys("Enter")
    tmux.text("half")
    tmux.shows("[offline · 1 unsent] > half")
    line.mend()
    tmux.ends_with("Your lines go to lobby.", "oskar: missed one", "oskar: missed two", "luzmi: typed meanwhile", "[lobby · 2 people] > half")
    oskar.hears("luzmi: typed meanwhile")  # and nothing of leaving and coming back
    assert sum("missed one" in row for row in tmux.lines(history=True)) == 1


def test_no_line_is_lost_or_doubled_however_often_it_breaks(room, oskar, line, client, tmp_path):
    rng = random.Random(random_seed())
    log = tmp_path / "log"
    terminal = client.terminal(line.address, "--name", "luzmi", "--log", log, columns=200)
    oskar.hears(joined("luzmi"))
    terminal.shows_like("[lobby · 2 people] >")
    theirs, mine = [], []

    def talk():
        for _ in range(rng.randrange(5, 40)):
            theirs.append(f"theirs {len(theirs)}")
            oskar.says(theirs[-1])
            if rng.random() < 0.4:
                mine.append(f"mine {len(mine)}")
                terminal.enters(mine[-1])

    for _ in range(5):
        lives = line.lives
        talk()
        line.cut()
        talk()
        wait_until(lambda: line.lives > lives, "the client to come back")
    oskar.says("the last one")
    terminal.enters("my last one")
    terminal.shows("luzmi: my last one")
    terminal.shows("oskar: the last one")
    heard = oskar.lines_until("luzmi: my last one")
    assert heard == [f"luzmi: {text}" for text in mine]
    wait_until(lambda: {"oskar: the last one", "luzmi: my last one"} <= set(logged(log)), "the log")
    read = [text for text in logged(log) if re.match("oskar: theirs", text)]
    assert read == [f"oskar: {text}" for text in theirs]
    echoed = [text for text in logged(log) if re.match("luzmi: mine", text)]
    assert echoed == [f"luzmi: {text}" for text in mine]
    assert line.lives >= 6


def test_a_connection_that_is_cut_within_a_line(room, oskar, line, client, tmp_path):
    log = tmp_path / "log"
    terminal = client.terminal(line.address, "--name", "luzmi", "--log", log, columns=200)
    oskar.hears(joined("luzmi"))
    terminal.shows_like("[lobby · 2 people] >")
    line.limit = 900  # of what comes after each coming back, in bytes
    line.cut()
    for number in range(30):
        oskar.says(f"line {number}")
    line_now = lambda: [text for text in logged(log) if text.startswith("oskar: line")]  # noqa: E731
    wait_until(lambda: line.lives >= 3, "some lives")
    line.limit = None
    terminal.shows("oskar: line 29")
    wait_until(lambda: len(line_now()) >= 30, "the log")
    assert line_now() == [f"oskar: line {number}" for number in range(30)]


def test_a_server_that_is_killed_and_comes_back(grottod, client):
    first = grottod("chat", "--history", 0, "--store", "none")
    address = first.address()
    terminal = client.terminal(address, "--name", "luzmi")
    terminal.shows_like("[lobby · 1 person] >")
    kill(first.process)
    terminal.shows_like("is lost; the next try is in")
    terminal.types("kept")
    terminal.shows_like("[offline] > kept")
    grottod("chat", "--history", 0, "--store", "none", listen=(address,))
    terminal.shows_like("You come in anew")
    terminal.shows_like("[lobby · 1 person] > kept")
    terminal.enters("")
    terminal.shows("luzmi: kept")
    terminal.types(CTRL_D)
    assert terminal.ends() == GOOD


def test_tries_are_counted(room, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi", "--reconnect", 3)  # time enough to type between the tries
    terminal.shows_like("[lobby · 1 person] >")
    terminal.enters("said")
    terminal.shows("luzmi: said")
    line.cut(mends=False)
    terminal.shows_like("is lost; the next try")
    terminal.enters("never said")
    assert terminal.ends() == NO_CONNECTION
    output = "\n".join(terminal.screen.lines())
    assert "-- not known to have been sent: never said --" in output


def test_without_reconnect_a_lost_connection_ends_it(room, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi", "--reconnect", "off")
    terminal.shows_like("[lobby · 1 person] >")
    line.cut(mends=False)
    assert terminal.ends() == NO_CONNECTION


def test_who_leaves_while_offline_leaves(room, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi")
    terminal.shows_like("[lobby · 1 person] >")
    line.cut(mends=False)
    terminal.shows_like("[offline] >")
    terminal.enters("exit")
    assert terminal.ends() == GOOD


def test_the_queue_is_bounded_and_says_so(room, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi")
    terminal.shows_like("[lobby · 1 person] >")
    line.cut(mends=False)
    terminal.shows_like("[offline] >")
    for number in range(201):
        terminal.enters(f"l{number}")
    terminal.shows("-- not sent, 200 lines wait already: l200 --")
    terminal.shows_like("[offline · 200 unsent] >")


def test_a_killed_client_comes_back_to_its_session(room, oskar, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi", "--room", "cave")
    oskar.hears(joined("luzmi"))
    terminal.shows_like("[cave · 1 person] >")
    kill(terminal.process)
    again = client.terminal(line.address, "--resume")
    again.shows_like("Welcome back luzmi!")
    again.shows_like("[cave · 1 person] >")
    again.enters("/focus lobby")
    again.shows_like("[lobby")
    again.enters("here I am")
    oskar.hears("luzmi: here I am")


def test_a_token_that_is_void_is_told(room, client):
    terminal = client.terminal(room.server.address(), "--resume", "--name", "luzmi")
    terminal.shows_like("there is no session to come back to")
    terminal.shows_like("[lobby · 1 person] >")


def test_who_is_sent_away_for_good_does_not_come_back(room, oskar, client):
    terminal = client.terminal(room.server.address(), "--name", "luzmi")
    terminal.shows_like("[lobby · 2 people] >")
    oskar.hears(joined("luzmi"))
    token = (client.home / "state/grotto-client").glob("token-*")
    (path,) = list(token)
    thief = room.server.connect("thief")
    thief.says(f"/resume {path.read_text().strip()}")
    thief.hears(GREETING, "Welcome back luzmi!")
    terminal.shows_like("You came back by another connection.")
    assert terminal.ends() == REFUSED


def test_two_clients_of_one_home(room, client):
    one = client.terminal(room.server.address(), "--name", "ana")
    one.shows_like("[lobby · 1 person] >")
    two = client.terminal(room.server.address(), "--name", "luzmi")
    two.shows_like("[lobby · 2 people] >")
    one.enters("kaixo")
    two.shows("ana: kaixo")


# ---- Passwords


def test_a_password_half_typed_when_the_connection_breaks_is_said_to_nobody(room, oskar, line, client):
    terminal = client.terminal(line.address, "--name", "luzmi")
    oskar.hears(joined("luzmi"))
    terminal.enters("/register")
    terminal.shows_like("Type a password")
    terminal.types("sesa")
    terminal.shows_like("> ****")
    line.cut()
    terminal.shows_like("Welcome back luzmi!")
    terminal.enters("me12")
    terminal.shows_like("not sent: it may be the password")
    assert not any("sesa" in row for row in terminal.screen.lines())
    terminal.enters("kaixo")
    assert oskar.lines_until("luzmi: kaixo") == []


def test_an_answer_that_was_refused_ends_the_question(room, oskar, client):
    terminal = client.terminal(room.server.address(), "--name", "luzmi")
    oskar.hears(joined("luzmi"))
    terminal.enters("/register")
    terminal.shows_like("Type a password")
    terminal.enters("/me")  # in place of a password it is one, and too short
    terminal.shows_like("A password has 6 to 128 bytes.")
    terminal.shows_like("[lobby · 2 people] >")
    terminal.types("seen")
    terminal.shows_like("> seen")
    terminal.enters("")
    oskar.hears("luzmi: seen")


@pytest.mark.parametrize("knows", [True, False], ids=["of-before", "of-its-own-file"])
def test_a_server_with_a_password_is_told_the_token_after_it(grottod, line_to, client, tmp_path, knows):
    (tmp_path / "password").write_text("open 123\n")
    server = grottod("chat", "--rate", "off", "--store", "none", "--server-password-file", tmp_path / "password")
    line = line_to(server)
    terminal = client.terminal(line.address, "--name", "luzmi", "--room", "cave")

    def opens():
        terminal.shows_like("[password] >")
        terminal.enters("open 123")

    opens()
    terminal.shows_like("[cave · 1 person] >")
    if knows:
        line.cut()
    else:
        kill(terminal.process)
        terminal = client.terminal(line.address, "--resume")
    opens()
    terminal.shows_like("Welcome back luzmi!")
    terminal.shows_like("[cave · 1 person] >")
    assert not any("That is not it" in row for row in terminal.screen.lines())


def test_who_was_kicked_out_of_a_room_comes_back_to_the_others(room, oskar, line, client):
    oskar.says("/join cave")
    terminal = client.terminal(line.address, "--name", "luzmi", "--room", "cave", columns=110)
    terminal.shows_like("[cave · 2 people] >")
    oskar.says("/kick luzmi")
    terminal.shows_like("You were kicked out of cave")
    terminal.shows_like("[lobby · 2 people] >")
    line.cut()
    terminal.shows_like("Welcome back luzmi!")
    terminal.enters("still here")
    assert not any("has left the chat" in line for line in oskar.lines_until("[lobby] luzmi: still here"))


def test_whose_name_is_taken_by_now_comes_in_by_another(grottod, line_to, client):
    server = Room(grottod("chat", "--history", 0, "--rate", "off", "--store", "none", "--resume-grace", "1s"))
    line = line_to(server.server)
    (oskar,) = server.enter("oskar")
    terminal = client.terminal(line.address, "--name", "luzmi", columns=110)
    oskar.hears(joined("luzmi"))
    terminal.shows_like("[lobby · 2 people] >")
    line.cut(mends=False)
    oskar.hears("luzmi has left the chat.")
    server.enter("luzmi")
    line.mend()
    terminal.shows_like("is taken by now")
    terminal.shows_like("[your name] >")
    terminal.enters("miren")
    oskar.hears(joined("miren"))
