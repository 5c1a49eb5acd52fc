"""HTTP on the line port, by the sections of RFC 9112 (messages) and RFC 9110 (semantics) that a server must obey; and what is hostile."""

import gzip
import re
import subprocess

import pytest

from support import bounds
from support.web import ask, get, read_answer, request

CHUNKED = "Transfer-Encoding: chunked"


@pytest.fixture
def server(grottod):
    return grottod("chat", "--history", 0)


def later(server, data):
    """The answer to what comes on a connection that has shown that it speaks HTTP."""
    peer = server.connect()
    peer.send(get("/healthz") + data)
    assert read_answer(peer).status == 200
    return read_answer(peer)


def post(*fields, body=b""):
    return request("POST /rooms/lobby HTTP/1.1", *fields, body=body)


# ---- RFC 9112: messages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", range(1, 40, 3))
def test_9112_2_2_a_request_in_two_pieces(grottod, offset):
    data = get("/healthz")
    peer = grottod("chat", "--history", 0, "--first-bytes", "30s").connect()
    peer.sends_in_pieces(data[:offset], data[offset:])
    assert read_answer(peer).json == {"status": "ok", "service": "chat"}


def test_9112_2_2_a_request_byte_by_byte(server):
    peer = server.connect()
    peer.send(get("/healthz"))
    read_answer(peer)
    peer.sends_in_pieces(*(bytes([byte]) for byte in get("/healthz")))
    assert read_answer(peer).json == {"status": "ok", "service": "chat"}


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\nHost: localhost\n\n",
        b"GET / HTTP/1.1\r\nHost: localhost\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: local\0host\r\n\r\n",
        b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n",
        b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET / x HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
    ids=["bare LF", "one bare LF", "bare CR", "NUL", "blank before a field", "two blanks", "four words"],
)
def test_9112_2_2_and_3_lines_are_read_in_one_way_only(server, data):
    answer = later(server, data)
    assert (answer.status, answer.code, answer.fields["connection"]) == (400, "bad-request", "close")


def test_9112_2_3_versions(server):
    assert later(server, request("GET / HTTP/2.0")).status == 505
    assert later(server, request("GET / HTTP/1.7")).status == 200
    peer = server.connect()
    peer.send(b"GET /healthz HTTP/1.0\r\n\r\n")
    answer = read_answer(peer)
    assert (answer.status, answer.fields["connection"]) == (200, "close")
    assert peer.is_reset_or_ended() == b""


def test_9112_3_methods(server):
    unknown = later(server, request("BREW / HTTP/1.1"))
    assert (unknown.status, unknown.code) == (501, "method-not-known")
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"):
        answer = ask(server, request(f"{method} / HTTP/1.1"))
        assert (answer.status, answer.code, answer.fields["allow"]) == (405, "bad-method", "GET, HEAD")
    assert ask(server, request("OPTIONS * HTTP/1.1")).status == 405
    assert ask(server, request("CONNECT elsewhere:443 HTTP/1.1")).status == 405


def test_9112_3_2_the_host_stands_there_once(server):
    assert ask(server, get("/", host=None)).status == 400
    assert ask(server, get("/", "Host: localhost")).status == 400
    assert ask(server, get("/", host="local host")).status == 400
    assert ask(server, get("/", host="user@localhost")).status == 400
    absolute = ask(server, request("GET http://localhost/healthz HTTP/1.1", host="evil.example"))
    assert absolute.status == 200  # what the target names goes before the Host


def test_9112_5_fields(server):
    for field in ("X : y", "X", ": y", "X: a\r\n b", "X: a\r\n\tb", "X: \x07"):
        assert later(server, get("/", field)).status == 400, field
    assert ask(server, get("/", "X:")).status == 200


def test_9112_3_and_5_heads_are_bounded(server):
    assert ask(server, get("/" + "x" * 8000)).status == 404  # section 3 asks for that much
    line = later(server, b"GET /" + b"x" * 20_000)
    assert (line.status, line.code) == (414, "target-too-long")
    fields = later(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 20_000)
    assert (fields.status, fields.code) == (431, "head-too-large")
    assert later(server, get("/", *["X: y"] * 101)).status == 431


@pytest.mark.parametrize("pieces", [[9000], [8192, 1, 807], [5, 4000, 4000, 995], [8197, 803]], ids=str)
def test_9112_3_a_request_line_over_the_bound_is_one_in_whatever_pieces_it_comes(grottod, pieces):
    """At its beginning nothing tells it from a long line of text: it is 414 all the same, and nothing of it is said."""
    server = grottod("chat", "--history", 0, "--first-bytes", "30s")
    data, peer = b"GET /" + b"x" * 8995, server.connect()
    ends = [sum(pieces[: i + 1]) for i in range(len(pieces))]
    peer.sends_in_pieces(*(data[begin:end] for begin, end in zip([0, *ends], ends)))
    answer = read_answer(peer)
    assert (answer.status, answer.code) == (414, "target-too-long")


def test_9112_6_3_a_body_is_read_though_nobody_wants_it(server):
    peer = server.connect()
    body = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"
    peer.send(request("POST /none HTTP/1.1", f"Content-Length: {len(body)}", body=body) + get("/healthz"))
    assert read_answer(peer).status == 404
    assert read_answer(peer).json == {"status": "ok", "service": "chat"}


@pytest.mark.parametrize(
    "fields",
    [
        ["Content-Length: 5", CHUNKED],
        [CHUNKED, "Content-Length: 5"],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5", "Content-Length: 5"],
        ["Content-Length: 5, 5"],
        ["Content-Length: +5"],
        ["Content-Length: 0x5"],
        ["Content-Length:"],
        [CHUNKED, CHUNKED],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: \x0bchunked"],
        ["Transfer-Encoding:\r\n chunked"],
        ["Transfer-Encoding : chunked"],
    ],
    ids=str,
)
def test_9112_11_2_what_could_smuggle_is_refused_and_nothing_behind_it_is_read(room, fields):
    ana, oskar = room.enter("ana", "oskar")
    peer = room.server.connect()
    peer.send(post(*fields, body=b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nana\r\nkaixo\r\n"))
    answer = read_answer(peer)
    assert (answer.status, answer.fields["connection"]) == (400, "close")
    assert peer.is_reset_or_ended() == b""
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_9112_6_1_codings_that_are_not_known(server):
    assert ask(server, post("Transfer-Encoding: gzip, chunked")).status == 501
    assert ask(server, post()).status == 411


def test_9112_6_bodies_are_bounded(server):
    answer = ask(server, post(f"Content-Length: {64 * 1024 + 1}"))
    assert (answer.status, answer.code) == (413, "body-too-large")
    assert ask(server, post(CHUNKED, body=b"10001\r\n")).status == 413


def test_9112_7_1_chunks(server):
    peer = server.connect()
    peer.send(request("POST /none HTTP/1.1", CHUNKED))
    peer.sends_in_pieces(b"3;x=y\r\nk", b"ai\r", b"\n0\r\nHost: evil", b".example\r\n\r", b"\n" + get("/healthz"))
    assert read_answer(peer).status == 404
    assert read_answer(peer).status == 200
    for body in (b"x\r\n", b"3\nkai\r\n", b"3\r\nkaixx", b"-1\r\n", b"1;" + b"x" * 5000):
        assert ask(server, request("POST /none HTTP/1.1", CHUNKED, body=body)).status == 400, body


def test_9112_9_3_requests_are_answered_in_their_order(server):
    peer = server.connect()
    peer.send(get("/healthz") + get("/none") + get("/") + get("/healthz", "Connection: close") + get("/healthz"))
    assert [read_answer(peer).status for _ in range(4)] == [200, 404, 200, 200]
    assert peer.is_reset_or_ended() == b""


def test_9112_9_3_many_answers_that_are_read_late_all_come(server):
    peer = server.connect(receive_buffer=4096)
    asked = 900
    for _ in range(asked // 100):
        peer.send(get("/healthz") * 100)
    assert {read_answer(peer).status for _ in range(asked)} == {200}


def test_9112_9_6_who_ends_its_input_still_reads_its_answer(server):
    peer = server.connect()
    peer.send(get("/healthz"))
    peer.half_closes()
    assert read_answer(peer).status == 200
    assert peer.is_reset_or_ended() == b""


def test_9112_8_half_a_request_has_no_answer(room):
    ana, oskar = room.enter("ana", "oskar")
    peer = room.server.connect()
    peer.send(get("/healthz") + b"GET / HTTP/1.1\r\nHost: loc")
    assert read_answer(peer).status == 200
    peer.half_closes()
    assert peer.is_reset_or_ended() == b""
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


# ---- RFC 9110: semantics -----------------------------------------------------------------------------------------------------------


def test_9110_9_3_2_head_is_get_without_the_body(server):
    peer = server.connect()
    peer.send(request("HEAD / HTTP/1.1") + get("/"))
    head, full = read_answer(peer, is_head=True), read_answer(peer)
    del head.fields["date"], full.fields["date"]
    assert (head.status, head.fields) == (200, full.fields)
    assert int(full.fields["content-length"]) == len(full.body) > 0


def test_9110_10_1_1_a_body_that_waits_for_a_word(server):
    peer = server.connect()
    peer.send(request("POST /none HTTP/1.1", "Expect: 100-continue", "Content-Length: 5"))
    assert read_answer(peer).status == 100
    peer.send(b"kaixo")
    assert read_answer(peer).status == 404
    assert ask(server, post("Expect: tea", "Content-Length: 5")).status == 417
    foreign = ask(server, post("Expect: 100-continue", "Content-Length: 5", "Origin: http://evil.example"))
    assert foreign.status == 403


def test_9110_12_5_3_and_13_1_2_files_are_compressed_and_not_sent_twice(server):
    plain = ask(server, get("/main.js"))
    small = ask(server, get("/main.js", "Accept-Encoding: br, gzip;q=0.8"))
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body)
    assert small.fields["content-encoding"] == "gzip"
    assert plain.fields["etag"] != small.fields["etag"]
    assert plain.fields["vary"] == "Accept-Encoding"
    again = ask(server, get("/main.js", "Accept-Encoding: gzip", f"If-None-Match: \"x\", W/{small.fields['etag']}"))
    assert (again.status, again.body, again.fields["etag"]) == (304, b"", small.fields["etag"])


def test_9110_6_6_1_answers_have_a_date(server):
    date = ask(server, get("/healthz")).fields["date"]
    assert re.fullmatch(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", date)


# ---- Who may ask -------------------------------------------------------------------------------------------------------------------


def test_every_answer_keeps_foreign_pages_out(server):
    for path in ("/", "/healthz", "/none"):
        fields = ask(server, get(path)).fields
        policy = fields["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert fields["x-content-type-options"] == "nosniff"
        assert fields["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in fields


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:5001", "[::1]:80", "chat.localhost"])
def test_a_host_that_is_ours(server, host):
    assert ask(server, get("/", host=host)).status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:5001", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]"])
def test_a_rebound_host_reads_nothing(server, host):
    for path in ("/", "/rooms", "/rooms/lobby", "/ws"):
        answer = ask(server, get(path, host=host))
        assert (answer.status, answer.code) == (421, "foreign-host")


def test_hosts_that_were_given(grottod):
    server = grottod("chat", "--web-host", "chat.example.org", "--web-host", "b.example:8443")
    assert ask(server, get("/", host="Chat.Example.org:1")).status == 200
    assert ask(server, get("/", host="b.example:8443")).status == 200
    assert ask(server, get("/", host="b.example")).status == 421
    assert ask(server, get("/", "Origin: https://chat.example.org", host="localhost:1")).status == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://localhost.evil.example", "file://"])
def test_a_foreign_page_cannot_speak(room, origin):
    """What a form or a fetch without CORS can send: text/plain, with commands for lines."""
    ana, oskar = room.enter("ana", "oskar")
    body = b"luzmi\r\nkaixo\r\n/quit\r\n"
    fields = (f"Origin: {origin}", "Content-Type: text/plain", f"Content-Length: {len(body)}")
    answer = ask(room.server, request("POST / HTTP/1.1", *fields, body=body))
    assert (answer.status, answer.code) == (403, "foreign-origin")
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_a_page_of_the_same_place_may(server):
    host = f"localhost:{server.port}"
    assert ask(server, get("/", f"Origin: http://{host}", host=host)).status == 200


def test_a_page_behind_a_prefix(grottod):
    server = grottod("chat", "--web-base", "/chat")
    assert ask(server, get("/chat/")).status == 200
    assert ask(server, get("/chat/healthz")).json == {"status": "ok", "service": "chat"}
    bare = ask(server, get("/chat"))
    assert (bare.status, bare.fields["location"]) == (308, "/chat/")
    assert ask(server, get("/")).status == 404


# ---- Beside lines ------------------------------------------------------------------------------------------------------------------


def test_hostile_requests_leave_no_trace_in_the_room(room):
    ana, oskar = room.enter("ana", "oskar")
    for data in (get("/"), get("/%00"), b"GET / HTTP/1.1\r\n\r\nana\r\nkaixo\r\n", post("Content-Length: 12", body=b"ana\r\nkaixo\r\n")):
        peer = room.server.connect("stranger")
        peer.send(data)
        peer.half_closes()
        assert peer.is_reset_or_ended().startswith(b"HTTP/1.1 ")
    ana.says("undisturbed")
    oskar.hears("ana: undisturbed")


def test_people_on_nc_come_in_by_the_same_port(room):
    (ana,) = room.enter("ana")
    assert ask(room.server, get("/")).status == 200
    room.enters("oskar")


def test_a_listener_for_browsers_alone(grottod):
    server = grottod("chat", "--doors", "web")
    assert ask(server, get("/")).status == 200
    peer = server.connect()
    peer.says("kaixo")
    assert b"for browsers" in peer.is_reset_or_ended()


def test_echo_looks_at_nothing_unless_it_is_told_to(grottod):
    data = get("/healthz")
    peer = grottod("echo").connect()
    peer.send(data)
    assert peer.read_exactly(len(data)) == data
    server = grottod("echo", "--doors", "plain,web")
    assert ask(server, data).json == {"status": "ok", "service": "echo"}
    peer = server.connect()
    peer.send(b"GEheim")
    assert peer.read_exactly(6) == b"GEheim"


def test_a_server_on_a_unix_socket(grottod, tmp_path):
    server = grottod("chat", listen=(f"unix:{tmp_path / 'web.sock'}",))
    assert ask(server, get("/healthz")).status == 200


def test_at_all_addresses_any_address_is_ours_and_no_name(grottod):
    server = grottod("chat", listen=("0.0.0.0:0",))
    assert ask(server, get("/", host="192.0.2.7:5001")).status == 200
    assert ask(server, get("/", host="evil.example")).status == 421


def test_bounded_memory_for_many_half_heads(server):
    before = server.resident_kib()
    peers = []
    for _ in range(200):
        peers.append(server.connect())  # and speaks at once: a silent one is greeted as a person
        peers[-1].send(get("/healthz") + b"GET /" + b"x" * 8000)
    for peer in peers:
        assert read_answer(peer).status == 200
    assert server.resident_kib() - before < 8 * 1024 + bounds.memory_slack_kib()
    for peer in peers:
        peer.closes()


def test_the_server_stops_though_browsers_are_connected(server):
    peer = server.connect()
    peer.send(get("/healthz"))
    assert read_answer(peer).status == 200
    assert server.stops() == 0
    assert peer.is_reset_or_ended() == b""


def test_curl_talks_to_it(server):
    url = f"http://localhost:{server.port}"
    ran = subprocess.run(["curl", "-sS", "--fail", "-m", str(bounds.WAIT), url + "/healthz", url + "/healthz"], capture_output=True, check=True)
    assert ran.stdout == b'{"status":"ok","service":"chat"}\n' * 2


# ---- Spare connections --------------------------------------------------------------------------------------------------------------


def test_who_has_just_opened_the_page_may_keep_a_silent_connection_for_later(server):
    """Chrome does, and would read a greeting as the answer to what it asks there later."""
    assert ask(server, get("/")).status == 200
    spare = server.connect("spare")
    other = server.connect("other", source="127.0.0.2")
    other.hears_like("greetings")  # from elsewhere nobody waits
    spare.hears_nothing()
    spare.send(get("/healthz"))
    assert read_answer(spare).status == 200
    person = server.connect("person")
    person.says("ana")  # who types is served at once
    person.hears_like("greetings")
    person.hears_like("Welcome ana")
