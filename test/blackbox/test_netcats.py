"""The netcat family, for real: talking, one-shots by pipe, and what each does when the server closes."""

import pytest

from support.netcats import ONE_SHOTS, TALKERS, words
from support.programs import Program, need, one_shot
from support.room import EMPTY, GREETING, joined, left, users, welcome

talkers = pytest.mark.parametrize("client", TALKERS.values(), ids=TALKERS.keys())
one_shots = pytest.mark.parametrize("client", ONE_SHOTS.values(), ids=ONE_SHOTS.keys())


@pytest.fixture
def program():
    started = []

    def start(command):
        started.append(Program(*command))
        return started[-1]

    yield start
    for each in started:
        each.closes()


@talkers
def test_a_netcat_talks_in_chat(room, program, client):
    (ana,) = room.enter("ana")
    luzmi = program(client("127.0.0.1", room.server.port))
    luzmi.hears(GREETING)
    luzmi.says("luzmi")
    luzmi.hears(welcome("luzmi"), users(["ana"]))
    ana.hears(joined("luzmi"))
    luzmi.says("kaixo")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    luzmi.hears("ana: bai")


@talkers
def test_a_netcat_ends_when_a_quit_word_was_said(room, program, client):
    (ana,) = room.enter("ana")
    luzmi = program(client("127.0.0.1", room.server.port))
    luzmi.says("luzmi", "exit")
    ana.hears(joined("luzmi"), left("luzmi"))
    luzmi.ends_input()  # OpenBSD's nc stays until both sides are closed
    luzmi.read_to_end()
    luzmi.ends()


@talkers
def test_a_netcat_that_is_killed_has_left(room, program, client):
    (ana,) = room.enter("ana")
    luzmi = program(client("127.0.0.1", room.server.port))
    luzmi.says("luzmi")
    ana.hears(joined("luzmi"))
    luzmi.closes()
    ana.hears(left("luzmi"))


@one_shots
def test_printf_hi_gets_hi_from_echo(echo, client):
    assert one_shot(words(client("127.0.0.1", echo.port)), b"hi\n") == b"hi\n"


@one_shots
def test_a_file_comes_back_whole_from_echo(echo, client):
    data = bytes(range(256)) * 2048  # 512 KiB
    assert one_shot(words(client("127.0.0.1", echo.port)), data) == data


@one_shots
def test_a_one_shot_says_its_line_in_chat(room, client):
    (ana,) = room.enter("ana")
    output = one_shot(words(client("127.0.0.1", room.server.port)), b"bot\nthe build is green")
    ana.hears(joined("bot"), "bot: the build is green", left("bot"))
    assert output.decode().split("\r\n")[:3] == [GREETING, welcome("bot"), users(["ana"])]


@one_shots
def test_a_one_shot_to_a_bare_relay(grottod, client):
    server = grottod("chat", "--names", "none")
    ana = server.connect("ana")
    ana.hears("Hello, connection to the server ok!")
    assert b"Hello, connection" in one_shot(words(client("127.0.0.1", server.port)), b"hi\n")
    ana.hears("hi")


def test_openbsd_nc_without_N_sends_no_end_and_is_served_all_the_same(echo, program):
    nc = program([need("nc.openbsd"), "127.0.0.1", echo.port])
    nc.send(b"hi\n")
    nc.ends_input()
    assert nc.read_exactly(3) == b"hi\n"
    assert nc.process.poll() is None  # it stays: it has sent no FIN


def test_traditional_nc_stays_until_the_server_closes(room):
    (ana,) = room.enter("ana")
    command = words([need("nc.traditional"), "127.0.0.1", room.server.port])
    output = one_shot(command, b"bot\nkaixo\n/quit\n").decode()
    ana.hears(joined("bot"), "bot: kaixo", left("bot"))
    assert output.startswith(GREETING)


def test_traditional_nc_with_q_quits_by_itself(room):
    (ana,) = room.enter("ana")
    one_shot(words([need("nc.traditional"), "-q", "1", "127.0.0.1", room.server.port]), b"bot\nkaixo\n")
    ana.hears(joined("bot"), "bot: kaixo", left("bot"))


def test_netcats_that_send_CR_LF(room, program):
    (ana,) = room.enter("ana")
    nc = program([need("nc.openbsd"), "-C", "127.0.0.1", room.server.port])
    nc.says("oskar", "kaixo")
    ana.hears(joined("oskar"), "oskar: kaixo")
    ncat = program([need("ncat"), "-C", "127.0.0.1", room.server.port])
    ncat.says("zuri", "kaixo")
    ana.hears(joined("zuri"), "zuri: kaixo")


@pytest.mark.parametrize(
    "client",
    [
        lambda port: [need("nc.openbsd"), "-6", "-N", "::1", port],
        lambda port: [need("ncat"), "-6", "::1", port],
        lambda port: [need("socat"), "-", f"TCP6:[::1]:{port}"],
    ],
    ids=["nc.openbsd", "ncat", "socat"],
)
def test_netcats_over_ipv6(grottod, ipv6, client):
    server = grottod("echo", listen=["[::1]:0"])
    assert one_shot(words(client(server.port)), b"sei\n") == b"sei\n"


@pytest.mark.parametrize(
    "client",
    [
        lambda path: [need("nc.openbsd"), "-N", "-U", path],
        lambda path: [need("ncat"), "-U", path],
        lambda path: [need("socat"), "-", f"UNIX-CONNECT:{path}"],
    ],
    ids=["nc.openbsd", "ncat", "socat"],
)
def test_netcats_over_a_unix_socket(grottod, tmp_path, client):
    path = tmp_path / "grotto.sock"
    grottod("chat", listen=[f"unix:{path}"])
    output = one_shot(words(client(path)), b"bot\nkaixo\n").decode()
    assert output == f"{GREETING}\r\n{welcome('bot')}\r\n{EMPTY}\r\n"


@pytest.mark.parametrize(
    "client",
    [
        lambda port: [need("nc.openbsd"), "-u", "127.0.0.1", port],
        lambda port: [need("ncat"), "-u", "127.0.0.1", port],
        lambda port: [need("socat"), "-", f"UDP:127.0.0.1:{port}"],
    ],
    ids=["nc.openbsd", "ncat", "socat"],
)
def test_netcats_over_udp(grottod, program, client):
    server = grottod("echo", "--udp")
    nc = program(client(server.port))
    nc.send(b"one\n")
    assert nc.read_exactly(4) == b"one\n"
    nc.send(b"two\n")
    assert nc.read_exactly(4) == b"two\n"


@talkers
def test_a_netcat_reads_the_notice_of_a_stopping_server(grottod, program, client):
    server = grottod("chat")
    luzmi = program(client("127.0.0.1", server.port))
    luzmi.says("luzmi")
    luzmi.hears(GREETING, welcome("luzmi"), EMPTY)
    assert server.stops() == 0
    luzmi.hears_like("stop")
    luzmi.ends_input()
    luzmi.hears_end()
