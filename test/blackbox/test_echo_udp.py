"""UDP echo: off unless asked for, exact, and bounded so that it is no use to an attacker."""

import select
import socket
import time

import pytest

from support.bounds import QUIET, WAIT
from support.metrics import Metrics


@pytest.fixture
def udp(grottod):
    return grottod("echo", "--udp")


def open_socket(source=("127.0.0.1", 0)):
    sock = socket.socket(socket.AF_INET6 if ":" in source[0] else socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(source)
    sock.settimeout(WAIT)
    return sock


def is_silent(sock, seconds=QUIET):
    return not select.select([sock], [], [], seconds)[0]


@pytest.mark.parametrize("data", [b"", b"x", b"kaixo\n", bytes(range(256)), b"GET / HTTP/1.1\r\n\r\n", b"y" * 8192])
def test_a_datagram_comes_back_as_it_came(udp, data):
    with open_socket() as sock:
        sock.sendto(data, ("127.0.0.1", udp.port))
        assert sock.recvfrom(65536) == (data, ("127.0.0.1", udp.port))


def test_tcp_is_served_on_the_same_port(udp):
    peer = udp.connect()
    peer.send(b"stream")
    assert peer.read_exactly(6) == b"stream"


def test_several_sources_get_their_own_back(udp):
    socks = [open_socket() for _ in range(8)]
    for number, sock in enumerate(socks):
        sock.sendto(b"%d" % number, ("127.0.0.1", udp.port))
    for number, sock in enumerate(socks):
        assert sock.recv(100) == b"%d" % number
        sock.close()


def test_udp_over_ipv6(grottod, ipv6):
    server = grottod("echo", "--udp", listen=["[::1]:0"])
    with open_socket(("::1", 0)) as sock:
        sock.sendto(b"sei", ("::1", server.port))
        assert sock.recv(100) == b"sei"


def test_a_network_that_is_not_served_is_not_answered_either(grottod):
    server = grottod("echo", "--udp", "--deny", "127.0.0.7", "--admin", "127.0.0.1:0", listeners=3)
    with open_socket(("127.0.0.7", 0)) as denied, open_socket(("127.0.0.8", 0)) as other:
        denied.sendto(b"anybody?", ("127.0.0.1", server.port))
        other.sendto(b"anybody?", ("127.0.0.1", server.port))
        assert other.recv(100) == b"anybody?"
        assert is_silent(denied)
    assert Metrics(server, 2).value("grotto_udp_refused_total") == 1


def test_udp_is_off_unless_asked_for(echo):
    with open_socket() as sock:
        sock.sendto(b"anybody?", ("127.0.0.1", echo.port))
        try:
            assert is_silent(sock)
        except ConnectionRefusedError:
            pass


def test_a_source_gets_at_most_ten_datagrams_a_second(udp):
    with open_socket(("127.0.0.7", 0)) as flood, open_socket(("127.0.0.8", 0)) as witness:
        began = time.monotonic()
        for number in range(200):
            flood.sendto(b"%d" % number, ("127.0.0.1", udp.port))
        witness.sendto(b"other", ("127.0.0.1", udp.port))
        assert witness.recv(100) == b"other"
        answers = 0
        while not is_silent(flood):
            flood.recv(100)
            answers += 1
        passed = time.monotonic() - began
        assert 1 <= answers <= 10 * (1 + passed), f"{answers} answers in {passed:.2f} s"


def test_ports_below_1024_and_the_server_itself_get_no_answer(udp):
    low = next(filter(None, map(_bind_low, range(1023, 900, -1))), None)
    if low is None:
        pytest.skip("no port below 1024 may be bound here")
    with low:
        low.sendto(b"amplify", ("127.0.0.1", udp.port))
        assert is_silent(low)
    with open_socket() as sock:
        sock.sendto(b"alive", ("127.0.0.1", udp.port))
        assert sock.recv(100) == b"alive"


def _bind_low(port):
    try:
        return open_socket(("127.0.0.1", port))
    except OSError:
        return None
