"""TLS on the port of everybody else: who may come in by it, what is refused, certificates, and readers who stall."""

import re
import select
import signal
import socket
import ssl
import time

import pytest

from support.bounds import FACTOR, SANITIZED, memory_slack_kib
from support.programs import Program
from support.resume import asks_for_token, is_seen_away
from support.room import GREETING, Room, joined, left
from support.server import run_grottod
from support.tls import NEEDS_TLS, Authority, TlsPeer, client, connects, hello, openssl
from support.waiting import wait_until

pytestmark = NEEDS_TLS
ONLY = "This port speaks TLS only: join with ncat --ssl, openssl s_client or grotto tls:HOST:PORT."


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def pair(authority):
    return authority.signs("localhost", "DNS:localhost", "IP:127.0.0.1")


def with_pair(pair):
    return ["--tls-cert", pair[0], "--tls-key", pair[1]]


@pytest.fixture(params=[1, 2], ids=["1 worker", "2 workers"])
def room(request, grottod, pair):
    return Room(grottod("chat", "--workers", request.param, "--rate", "off", *with_pair(pair)))


@pytest.fixture
def program():
    started = []

    def start(*command):
        started.append(Program(*command))
        return started[-1]

    yield start
    for each in started:
        each.closes()


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
def test_plain_and_tls_meet_in_one_room_on_one_port(room, authority, version):
    context = client(authority.file, highest=version, lowest=version, alpn=["http/1.1"])
    (ana,) = room.enter("ana")
    luzmi = room.enters("luzmi", connects(room.server, "luzmi", context))
    assert luzmi.sock.selected_alpn_protocol() == "http/1.1"
    ana.says("kaixo")
    luzmi.hears("ana: kaixo")
    luzmi.says("bai", "bai")
    ana.hears("luzmi: bai", "luzmi: bai")
    luzmi.says("/quit")
    luzmi.read_to_end()  # a clean end: Python would raise an error at any other
    ana.hears(left("luzmi"))


def test_old_versions_and_unknown_protocols_are_refused(room):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match="(?i)protocol version"):
        connects(room.server, context=old)
    with pytest.raises(ssl.SSLError, match="(?i)application protocol"):
        connects(room.server, context=client(alpn=["h2"]))
    weak = client(highest=ssl.TLSVersion.TLSv1_2)
    weak.set_ciphers("AES128-SHA256:AES256-GCM-SHA384:ECDHE-ECDSA-AES128-SHA")
    with pytest.raises(ssl.SSLError, match="(?i)handshake failure"):
        connects(room.server, context=weak)


def test_a_ticket_resumes_the_session(room):
    context = client()
    first = connects(room.server, context=context)
    first.hears(GREETING)
    again = room.server.connect(kind=TlsPeer)
    again.sock = context.wrap_socket(again.sock, server_hostname="localhost", session=first.sock.session)
    assert again.sock.session_reused
    again.hears(GREETING)


def test_by_name_the_certificate_is_chosen(grottod, authority, pair):
    other = authority.signs("other.example", "DNS:other.example", "DNS:*.wild.example")
    server = grottod("chat", *with_pair(pair), *with_pair(other))
    context = client(authority.file)
    for host in ("localhost", "other.example", "a.wild.example"):
        connects(server, context=context, host=host).hears(GREETING)
    with pytest.raises(ssl.SSLCertVerificationError):
        connects(server, context=context, host="unknown.example")


def test_a_clients_certificate_is_welcome_if_its_ca_is_known(grottod, authority, pair, tmp_path):
    server = grottod("chat", *with_pair(pair), "--tls-client-ca", authority.file)
    connects(server, context=client()).hears(GREETING)
    connects(server, context=client(cert=authority.signs("ana", subject="/CN=ana"))).hears(GREETING)
    stranger = Authority(tmp_path, "stranger").signs("eve")
    with pytest.raises((ssl.SSLError, ConnectionError)):
        connects(server, context=client(cert=stranger)).read_to_end()


def test_ncat_talks_by_tls(room, program):
    (ana,) = room.enter("ana")
    luzmi = program("ncat", "--ssl", "127.0.0.1", str(room.server.port))
    luzmi.hears(GREETING)
    luzmi.says("luzmi", "kaixo")
    ana.hears(joined("luzmi"), "luzmi: kaixo")
    ana.says("bai")
    luzmi.read_past(b"ana: bai\r\n")
    luzmi.says("exit")
    ana.hears(left("luzmi"))
    luzmi.read_to_end()


def test_openssl_s_client_talks_by_tls(room, authority, program):
    (ana,) = room.enter("ana")
    luzmi = program(
        "openssl", "s_client", "-quiet", "-no_ign_eof", "-verify_return_error", "-CAfile", str(authority.file),
        "-servername", "localhost", "-verify_hostname", "localhost", "-connect", f"127.0.0.1:{room.server.port}",
    )  # fmt: skip
    luzmi.read_past(GREETING.encode() + b"\r\n")
    luzmi.says("luzmi", "egun on")  # s_client takes K, Q and R at the beginning of what it reads as commands
    ana.hears(joined("luzmi"), "luzmi: egun on")
    luzmi.ends_input()
    ana.hears(left("luzmi"))


def test_lines_and_end_at_once_are_answered(room):
    """Everything, the close_notify too, in one piece: several records in one read."""
    (ana,) = room.enter("ana")
    luzmi = connects(room.server, "luzmi")
    luzmi.send(b"luzmi\nkaixo\n")
    luzmi.send(b"agur")
    luzmi.ends_cleanly()
    ana.hears(joined("luzmi"), "luzmi: kaixo", "luzmi: agur", left("luzmi"))


def test_a_line_that_a_truncated_close_cuts_is_not_said(room):
    (ana,) = room.enter("ana")
    luzmi = room.enters("luzmi", connects(room.server, "luzmi"))
    luzmi.send(b"pay 100\npay 10")
    luzmi.sock.shutdown(socket.SHUT_WR)  # no close_notify: it may have been anybody
    ana.hears("luzmi: pay 100", left("luzmi"))


@pytest.mark.parametrize("cut", range(0, 2))
def test_a_hello_cut_anywhere_becomes_a_connection(grottod, pair, cut):
    server = grottod("chat", "--workers", 2, *with_pair(pair))
    size = len(hello())
    for at in range(1 + cut, size, 2):
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        wrapped = client().wrap_bio(incoming, outgoing, server_hostname="localhost")
        with pytest.raises(ssl.SSLWantReadError):
            wrapped.do_handshake()
        first = outgoing.read()
        peer = server.connect(kind=TlsPeer)  # who is silent for 150 ms is greeted as a person
        peer.sock.sendall(first[:at])
        if at % 16 < 2:
            time.sleep(0.002)  # in two reads, sometimes
        peer.sock.sendall(first[at:])
        while True:
            try:
                wrapped.do_handshake()
                break
            except ssl.SSLWantReadError:
                assert select.select([peer.sock], [], [], 10)[0]
                data = peer.sock.recv(65536)
                assert data, f"ended at the cut {at}"
                incoming.write(data)
        peer.closes()


def test_garbage_after_a_hello_and_half_hellos_harm_nobody(room):
    ana, oskar = room.enter("ana", "oskar")
    whole = hello()
    for bad in (whole + b"garbage" * 100, whole + b"\x17\x03\x03\xff\xff" + b"x" * 70000, b"\x16\x03\x01\x00\x01x",
                whole[:40] + bytes(len(whole) - 40), b"\x16\x03\x01\x40\x00" + b"\x01\x00\x3f\xfc" + b"a" * 16380):  # fmt: skip
        peer = room.server.connect("stranger")
        try:
            peer.send(bad)
            peer.half_closes()
        except OSError:
            pass
        peer.is_reset_or_ended()
        peer.closes()
    for at in range(2, len(whole), 23):
        peer = room.server.connect("half")
        peer.send(whole[:at])
        peer.half_closes()
        peer.is_reset_or_ended()
        peer.closes()
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")
    assert "WARN" not in room.server.log().upper() and "ERROR" not in room.server.log().upper(), room.server.log()


def test_a_handshake_that_does_not_end_is_closed_in_time(room):
    """Limits::tls_handshake_ms is 10 s."""
    ana, oskar = room.enter("ana", "oskar")
    began = time.monotonic()
    peers = [room.server.connect(str(number)) for number in range(50)]
    for number, peer in enumerate(peers):
        peer.send(hello()[: 100 + number])
    select.select([peers[0].sock], [], [], 10 + 5 * FACTOR)  # longer than a dialogue waits
    for peer in peers:
        peer.is_reset_or_ended()
    assert 9 < time.monotonic() - began < 10 + 5 * FACTOR
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_a_browser_comes_in_by_tls_too(room, authority):
    (ana,) = room.enter("ana")
    host = f"localhost:{room.server.port}"
    browser = connects(room.server, context=client(authority.file, alpn=["h2", "http/1.1"]))
    browser.send(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    answer = browser.read_to_end()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and b"<!doctype html>" in answer.lower()
    socket = connects(room.server, context=client(authority.file))
    socket.send(
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nOrigin: https://{host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    socket.read_past(b"\r\n\r\n")
    socket.read_past(b"Type your name")
    socket.send(b"\x81\x85\0\0\0\0luzmi")
    ana.hears(joined("luzmi"))
    socket.send(b"\x81\x85\0\0\0\0kaixo")
    ana.hears("luzmi: kaixo")
    ana.says("bai")
    socket.read_past(b'"bai"')


def test_what_a_peer_has_not_taken_comes_again_by_tls(room):
    """Counted back in plain bytes, whatever TLS adds to them: nothing is lost or doubled."""
    (ana,) = room.enter("ana")
    luzmi = room.enters("luzmi", room.server.connect("luzmi", kind=TlsPeer, receive_buffer=8192).shakes_hands())
    token = asks_for_token(luzmi)
    count = 3_000
    for start in range(0, count, 50):
        ana.send(b"".join(b"%d %s\n" % (number, b"x" * (number % 200)) for number in range(start, start + 50)))
    # While the server stands still, all is read that its kernel has for him: what he lacks then, it has encrypted in vain.
    room.server.signal(signal.SIGSTOP)
    arrived = bytearray()
    while (piece := luzmi._receive(0.3)) is not None:
        arrived += piece
    whole = bytes(arrived).split(b"\r\n")[:-1]
    taken = len(whole) - 1
    assert [line.split()[1] for line in whole] == [b"%d" % number for number in range(taken + 1)]
    assert taken < count - 1
    luzmi.resets()
    room.server.signal(signal.SIGCONT)
    is_seen_away(ana, "luzmi")
    again = connects(room.server, "luzmi")
    again.says(f"/resume {token}")
    again.hears(GREETING, "Welcome back luzmi!")
    again.hears_like(r"^Your lines go to lobby[.;]")
    for number in range(taken + 1, count):
        again.hears(f"ana: {number} " + "x" * (number % 200))
    ana.says("end")
    again.hears("ana: end")


def test_tls_in_tls_and_telnet_in_tls(room):
    peer = connects(room.server)
    peer.send(hello())
    peer.hears("This connection speaks TLS already.")
    peer.hears_end()
    telnet = connects(room.server)
    telnet.send(b"\xff\xfd\x01")  # IAC DO ECHO
    telnet.read_past(GREETING.encode() + b"\r\n")


def test_only_tls_is_served_where_only_tls_is(grottod, pair):
    server = grottod("chat", "--tls", "only", *with_pair(pair))
    connects(server).hears(GREETING)
    plain = server.connect()
    plain.says("ana")
    plain.hears(ONLY)
    plain.hears_end()
    browser = server.connect()
    browser.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = browser.read_to_end()
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    head, _, text = answer.partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(text) in head
    assert b"https://" in text
    silent = server.connect()
    silent.hears_nothing(0.5)  # no greeting in the clear


def test_tls_off_and_doors_without_tls(grottod, pair):
    for options in (["--tls", "off"], ["--doors", "plain,telnet"]):
        server = grottod("chat", *options, *with_pair(pair))
        peer = server.connect()
        peer.send(hello())
        peer.hears("This is a Grotto line server without TLS: join with nc or telnet.")
        server.connect().hears(GREETING)


def test_echo_speaks_tls_if_its_doors_say_so(grottod, pair):
    server = grottod("echo", "--doors", "plain,tls", *with_pair(pair))
    plain = server.connect()
    plain.send(b"\x00\xff\x16GET")
    assert plain.read_exactly(6) == b"\x00\xff\x16GET"
    peer = connects(server)
    data = bytes(range(256)) * 2000
    sent = 0
    got = b""
    while len(got) < len(data):
        if sent < len(data):
            peer.send(data[sent : sent + 20_000])
            sent += 20_000
        got += peer.read_exactly(min(20_000, len(data) - len(got)))
    assert got == data
    usual = grottod("echo", *with_pair(pair)).connect()
    usual.send(hello())
    assert usual.read_exactly(len(hello())) is not None


def test_a_new_certificate_is_taken_without_a_drop_and_a_broken_one_is_not(grottod, authority, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def use(name):
        files = authority.signs(name, f"DNS:{name}", "DNS:localhost")
        cert.write_bytes(files[0].read_bytes())
        key.write_bytes(files[1].read_bytes())

    def shown():
        context = client(authority.file)
        return dict(item[0] for item in connects(server, context=context).sock.getpeercert()["subject"])["commonName"]

    use("old.example")
    server = grottod("chat", "--workers", 2, *with_pair((cert, key)))
    room = Room(server)
    ana = room.enters("ana", connects(server, "ana"))
    oskar = room.enters("oskar", connects(server, "oskar"))
    assert shown() == "old.example"
    use("new.example")
    server.signal(signal.SIGHUP)
    wait_until(lambda: "read anew" in server.log(), "the new certificate")
    wait_until(lambda: {shown() for _ in range(4)} == {"new.example"}, "both workers to show it")
    key.write_text("no key\n")
    server.signal(signal.SIGHUP)
    wait_until(lambda: "not reloaded" in server.log(), "the refusal")
    assert f"{key} is no key in PEM form" in server.log()
    assert shown() == "new.example"
    ana.says("still here")
    oskar.hears("ana: still here")


def test_broken_files_are_named_at_the_start(authority, pair, tmp_path):
    missing = tmp_path / "missing.pem"
    ended = run_grottod("--tls-cert", missing, "--tls-key", pair[1], "--listen", "127.0.0.1:0")
    assert ended.returncode == 78
    assert f"the certificate {missing} cannot be read: No such file or directory" in ended.stderr
    ended = run_grottod("--check-config", "--tls-cert", pair[0], "--tls-key", authority.signs("another")[1])
    assert ended.returncode == 78 and "does not belong to the certificate" in ended.stderr
    ended = run_grottod("--check-config", *with_pair(pair))
    assert ended.returncode == 0, ended.stderr
    ended = run_grottod("--check-config", "--tls", "only")
    assert ended.returncode != 0 and "--tls only needs a certificate" in ended.stderr
    ended = run_grottod("--check-config", "--tls-cert", pair[0])
    assert ended.returncode == 64 and "they go in pairs" in ended.stderr


def test_a_self_signed_certificate_is_made_kept_and_told(grottod, tmp_path):
    how = {"env": {"XDG_STATE_HOME": str(tmp_path)}}
    server = grottod("chat", "--self-signed", **how)
    cert, key = tmp_path / "grotto" / "self-signed.pem", tmp_path / "grotto" / "self-signed.key"
    assert key.stat().st_mode & 0o777 == 0o600
    connects(server, context=client(cert)).hears(GREETING)
    connects(server, context=client(cert), host="127.0.0.1").hears(GREETING)
    first = re.search(r"SHA-256 fingerprint: ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", server.log())
    assert first
    server.stops()
    again = grottod("chat", "--self-signed", **how)
    assert first.group(0) in again.log()
    again.stops()
    # One that ends within the month is made anew.
    openssl("req", "-x509", "-key", key, "-days", 20, "-subj", "/CN=localhost", "-out", cert)
    grottod("chat", "--self-signed", **how)
    openssl("x509", "-noout", "-checkend", 300 * 86_400, "-in", cert)  # fails if it ends by then


def test_a_stalled_tls_reader_costs_the_others_nothing_and_little_memory(room):
    readers = [room.enters(f"reader{number}", connects(room.server, f"reader{number}")) for number in range(6)]
    stalled = room.server.connect("stalled", kind=TlsPeer, receive_buffer=4096).shakes_hands()
    room.enters("stalled", stalled)
    (ana,) = room.enter("ana")
    for reader in readers:
        reader.heard.clear()
    before = room.server.resident_kib()
    count, text = 20_000, "x" * 200
    expected = b"".join(b"ana: %d %s\r\n" % (number, text.encode()) for number in range(count))
    got = {reader: bytearray() for reader in readers}
    for start in range(0, count, 500):
        ana.send(b"".join(b"%d %s\n" % (number, text.encode()) for number in range(start, start + 500)))
        for reader in readers:
            want = expected.find(b"ana: %d " % (start + 500)) if start + 500 < count else len(expected)
            got[reader] += reader.read_exactly(want - len(got[reader]))
    for reader in readers:
        assert bytes(got[reader]) == expected
    assert room.server.resident_kib() - before < 24 * 1024 + memory_slack_kib()


@pytest.mark.skipif(SANITIZED, reason="a sanitizer takes memory of its own")
def test_an_idle_tls_peer_takes_little_memory(grottod, pair):
    server = grottod("chat", "--workers", 1, *with_pair(pair))
    context = client()

    def fill(count):
        for peer in [connects(server, context=context) for _ in range(count)]:
            peer.hears(GREETING)

    fill(20)
    before = server.resident_kib()
    fill(200)
    grown = (server.resident_kib() - before) / 200
    assert grown <= 18, f"{grown:.1f} KiB for each"
