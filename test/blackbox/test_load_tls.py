"""grotto-load --tls: the same workloads and the same checks, by TLS."""

import pytest

from support.load import FAILED, USAGE, is_one_sentence, measured, run_load
from support.tls import NEEDS_TLS, Authority

pytestmark = [pytest.mark.usefixtures("load"), NEEDS_TLS]


@pytest.fixture
def server(grottod, tmp_path):
    cert, key = Authority(tmp_path).signs("localhost")
    return lambda *args: grottod(*args, "--tls", "only", "--tls-cert", cert, "--tls-key", key)


def test_every_line_of_an_echo_comes_back(server):
    measured("echo", server("echo").address(), "--tls", "-c", 5, "--depth", 4, "--count", 1000, "--warmup", "0s").is_clean().counts(received=1000)


def test_every_line_of_a_room_reaches_every_reader(server):
    chat = server("chat", "--rate", "off", "--workers", 2)
    run = measured("fanout", chat.address(), "--tls", "-c", 20, "--depth", 4, "--burst", 16, "--count", 1600, "--warmup", "0s")
    run.is_clean().counts(received=20 * 1600)


def test_a_server_without_tls_is_told(grottod):
    run = run_load("echo", grottod("echo").address(), "--tls", "-c", 2, "--count", 10)
    run.ends_with(FAILED, USAGE)
    assert "there is no TLS with" in run.err


def test_it_goes_with_streams_only():
    run = run_load("echo", "127.0.0.1:1", "--tls", "--udp")
    run.ends_with(USAGE)
    assert is_one_sentence(run.err)
