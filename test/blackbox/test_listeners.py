"""Where the server listens: IPv4, IPv6, Unix sockets, several at once, port 0, and addresses that are taken."""

import os
import re
import socket

import pytest

from support.room import Room, joined
from support.server import run_grottod


def test_the_line_on_standard_output(grottod):
    server = grottod("chat")
    service, address = server.listening[0]
    assert service == "chat"
    assert re.fullmatch(r"127\.0\.0\.1:[1-9]\d*", address)


def test_chat_is_the_default_service(grottod):
    assert grottod().listening[0][0] == "chat"


def test_echo_says_so(grottod):
    assert grottod("echo").listening[0][0] == "echo"


def test_it_accepts_when_it_says_so(grottod):
    for _ in range(5):
        with socket.create_connection(grottod("echo").host_and_port()) as sock:
            sock.sendall(b"x")
            assert sock.recv(1) == b"x"


def test_p_changes_only_the_port(grottod):
    server = grottod("chat", "-p", "0", listen=())
    assert server.address().startswith("127.0.0.1:")
    assert server.port not in (0, 5001)


def test_ipv6(grottod, ipv6):
    room = Room(grottod("chat", listen=["[::1]:0"]))
    assert room.server.address().startswith("[::1]:")
    ana, oskar = room.enter("ana", "oskar")
    ana.says("sei")
    oskar.hears("ana: sei")


def test_a_unix_socket(grottod, tmp_path):
    path = tmp_path / "grotto.sock"
    room = Room(grottod("chat", listen=[f"unix:{path}"]))
    assert room.server.address() == f"unix:{path}"
    ana, oskar = room.enter("ana", "oskar")
    ana.says("kaixo")
    oskar.hears("ana: kaixo")
    room.leaves("oskar")


def test_a_unix_socket_is_removed_at_the_end(grottod, tmp_path):
    path = tmp_path / "grotto.sock"
    server = grottod("chat", listen=[f"unix:{path}"])
    assert path.exists()
    assert server.stops() == 0
    assert not path.exists()


def test_a_stale_unix_socket_is_replaced(grottod, tmp_path):
    path = tmp_path / "grotto.sock"
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    room = Room(grottod("chat", listen=[f"unix:{path}"]))
    room.enter("ana")


def test_a_unix_socket_that_somebody_answers_on_is_busy(grottod, tmp_path):
    path = tmp_path / "grotto.sock"
    room = Room(grottod("chat", listen=[f"unix:{path}"]))
    run = run_grottod("chat", "--listen", f"unix:{path}")
    assert run.returncode == 69 and str(path) in run.stderr
    room.enter("ana")


def test_a_file_that_is_no_socket_is_left_alone(tmp_path):
    path = tmp_path / "precious.txt"
    path.write_text("data", encoding="utf-8")
    run = run_grottod("chat", "--listen", f"unix:{path}")
    assert run.returncode == 69
    assert path.read_text(encoding="utf-8") == "data"


def test_a_unix_echo_in_bytes(grottod, tmp_path):
    server = grottod("echo", listen=[f"unix:{tmp_path}/e.sock"])
    peer = server.connect()
    data = os.urandom(200_000)
    peer.send(data[:1000])
    peer.half_closes()
    assert peer.read_to_end() == data[:1000]


def test_several_listeners_are_one_room(grottod, ipv6, tmp_path):
    room = Room(grottod("chat", listen=["127.0.0.1:0", "[::1]:0", f"unix:{tmp_path}/g.sock"]))
    ana, oskar, luzmi = (room.enters(name, index=index) for index, name in enumerate(("ana", "oskar", "luzmi")))
    ana.says("from v4")
    oskar.hears("ana: from v4")
    oskar.says("from v6")
    luzmi.hears("ana: from v4", "oskar: from v6")
    luzmi.says("from unix")
    ana.hears("oskar: from v6", "luzmi: from unix")
    oskar.hears("luzmi: from unix")


def test_each_listener_of_the_file_may_have_its_own_service(grottod, tmp_path):
    config = tmp_path / "grotto.toml"
    config.write_text(
        '[[listener]]\nlisten = "127.0.0.1:0"\nservice = "chat"\n\n[[listener]]\nlisten = "127.0.0.1:0"\nservice = "echo"\n',
        encoding="utf-8",
    )
    server = grottod("--config", config, listen=(), listeners=2)
    assert sorted(service for service, _ in server.listening) == ["chat", "echo"]
    for index, (service, _) in enumerate(server.listening):
        peer = server.connect(index=index)
        peer.says("luzmi")
        if service == "echo":
            assert peer.read_exactly(6) == b"luzmi\n"
        else:
            peer.hears_like("greetings")


def test_a_busy_port_exits_69_with_the_address(grottod):
    server = grottod("chat")
    run = run_grottod("chat", "--listen", server.address())
    assert run.returncode == 69
    assert server.address() in run.stderr
    assert run.stdout == ""


def test_an_address_that_is_not_ours_exits_69():
    run = run_grottod("chat", "--listen", "192.0.2.1:0")
    assert run.returncode == 69
    assert "192.0.2.1" in run.stderr


def test_one_busy_port_of_two_ends_the_start(grottod):
    server = grottod("chat")
    run = run_grottod("chat", "--listen", "127.0.0.1:0", "--listen", server.address())
    assert run.returncode == 69
    assert server.address() in run.stderr


@pytest.mark.parametrize("endpoint", ["nonsense", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:65536", "unix:", ":", "[::1]", "127.0.0.1:-1"])
def test_an_endpoint_that_is_none_is_a_usage_error(endpoint):
    run = run_grottod("chat", f"--listen={endpoint}")
    assert run.returncode in (64, 69)
    assert endpoint in run.stderr


def test_a_port_is_free_again_right_after_the_end(grottod):
    first = grottod("chat")
    peer = first.connect()
    peer.hears_like("greetings")
    address = first.address()
    assert first.stops() == 0
    second = grottod("chat", listen=[address])
    assert second.address() == address


def test_allow_and_deny(grottod):
    server = grottod("chat", "--deny", "127.0.0.2", "--deny", "127.0.3.0/24")
    for refused in ("127.0.0.2", "127.0.3.77"):
        peer = server.connect(source=refused)
        assert len(peer.remaining_lines()) <= 1
    room = Room(server)
    room.enters("ana", server.connect(source="127.0.0.4"))


def test_allow_admits_only_those(grottod):
    server = grottod("chat", "--allow", "127.0.0.8/30")
    assert len(server.connect(source="127.0.0.2").remaining_lines()) <= 1
    Room(server).enters("ana", server.connect(source="127.0.0.9"))


def test_joining_over_one_family_is_told_over_the_other(grottod, ipv6):
    room = Room(grottod("chat", listen=["127.0.0.1:0", "[::1]:0"]))
    ana = room.enters("ana")
    oskar = room.server.connect("oskar", index=1)
    oskar.says("oskar")
    ana.hears(joined("oskar"))
