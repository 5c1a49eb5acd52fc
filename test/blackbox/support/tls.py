"""TLS: certificates made by `openssl`, and peers that speak it by Python's ssl."""

import select
import socket
import ssl
import subprocess

import pytest

from support.bounds import WAIT
from support.peer import Peer
from support.server import run_grottod


def has_tls():
    return "--tls-cert " in run_grottod("--help").stdout


NEEDS_TLS = pytest.mark.skipif(not has_tls(), reason="built without TLS")


def openssl(*args):
    subprocess.run(["openssl", *map(str, args)], check=True, capture_output=True, timeout=WAIT)


class Authority:
    """A CA in a folder, and what it signs."""

    def __init__(self, folder, name="ca"):
        self.folder = folder
        self.file = folder / f"{name}.pem"
        self._key = folder / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                "-subj", f"/CN=Test {name}", "-keyout", self._key, "-out", self.file)  # fmt: skip

    def signs(self, name, *alternatives, subject=None):
        """Returns the files of a certificate and its key."""
        cert, key, request, more = (self.folder / f"{name}.{end}" for end in ("pem", "key", "csr", "ext"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-subj", subject or f"/CN={name}", "-keyout", key, "-out", request)  # fmt: skip
        more.write_text("subjectAltName=" + ",".join(alternatives or [f"DNS:{name}"]))
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-days", 2,
                "-extfile", more, "-out", cert)  # fmt: skip
        return cert, key


def client(ca=None, cert=None, highest=None, lowest=None, alpn=None):
    """A client's context; without `ca` it trusts anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(ca)
    if cert:
        context.load_cert_chain(*cert)
    if highest:
        context.maximum_version = highest
    if lowest:
        context.minimum_version = lowest
    if alpn:
        context.set_alpn_protocols(alpn)
    return context


class TlsPeer(Peer):
    """`sock` is wrapped already, or it is by shakes_hands()."""

    def shakes_hands(self, context=None, host="localhost"):
        self.sock = (context or client()).wrap_socket(self.sock, server_hostname=host, suppress_ragged_eofs=False)
        return self

    def ends_cleanly(self):
        """close_notify; what the server has still to say is not read."""
        try:
            self.sock = self.sock.unwrap()
        except ssl.SSLError as error:
            assert "APPLICATION_DATA_AFTER_CLOSE_NOTIFY" in str(error)

    def _receive(self, seconds):
        if not self.sock.pending() and not select.select([self.sock], [], [], max(0, seconds))[0]:
            return None
        self.sock.settimeout(max(0.01, seconds))
        try:
            data = self.sock.recv(1 << 16)
        except (ssl.SSLWantReadError, socket.timeout):
            return b""
        if not data:
            raise EOFError
        return data


def connects(server, label="peer", context=None, host="localhost", index=0, **how):
    """A peer that has shaken hands."""
    return server.connect(label, index, kind=TlsPeer, **how).shakes_hands(context, host)


def hello(host="localhost"):
    """The bytes of a ClientHello."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    wrapped = client().wrap_bio(incoming, outgoing, server_hostname=host)
    try:
        wrapped.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return outgoing.read()
