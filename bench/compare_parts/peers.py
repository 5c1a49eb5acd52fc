"""Peers: the servers that are compared, each with settings that do not throttle it; and which of them are missing here."""

import dataclasses
import functools
import pathlib
import shutil
import subprocess
import tempfile

from compare_parts.places import ECHO_LIMIT, FANOUT_LIMIT, GROTTOD, PACKAGES
from compare_parts.servers import Kind

NGIRCD_CONF = """\
[Global]
Name = irc.grotto.invalid
Info = benchmark
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = benchmark
[Limits]
MaxConnections = 0
MaxConnectionsIP = 0
MaxPenaltyTime = 0
MaxNickLength = 31
PingTimeout = 3600
[Options]
DNS = no
Ident = no
PAM = no
IncludeDir = {folder}
"""


def grotto_chat(workers=1):
    words = (GROTTOD, "chat", "--listen", "127.0.0.1:0", "--rate", "off", "--history", "0", "--workers", workers)
    words += ("--store", "{folder}/grotto.db")
    return Kind("Grotto" if workers == 1 else f"Grotto, {workers} workers", words, tells_port=True, dialect="grotto")


@functools.cache
def certificate():
    """(PEM of a certificate for this machine, PEM of its key), made for this run."""
    with tempfile.TemporaryDirectory(prefix="grotto-compare-") as folder:
        cert, key = pathlib.Path(folder, "cert.pem"), pathlib.Path(folder, "key.pem")
        words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost"]
        subprocess.run([*words, "-days", "1", "-out", cert, "-keyout", key], check=True, capture_output=True, timeout=60)
        return cert.read_text(encoding="ascii"), key.read_text(encoding="ascii")


def grotto_tls():
    cert, key = certificate()
    words = (*GROTTO_CHAT.words, "--tls", "only", "--tls-cert", "{folder}/cert.pem", "--tls-key", "{folder}/key.pem")
    files = (("cert.pem", cert), ("key.pem", key))
    return dataclasses.replace(GROTTO_CHAT, name="Grotto by TLS", words=words, files=files, has_tls=True)


GROTTO_CHAT = grotto_chat()
GROTTO_WEB = dataclasses.replace(GROTTO_CHAT, name="Grotto by WebSocket", dialect="ws")
GROTTO_ECHO = Kind("Grotto", (GROTTOD, "echo", "--listen", "127.0.0.1:0", "--workers", "1"), tells_port=True)
BARE_ECHO = Kind("bare epoll", (ECHO_LIMIT,), tells_port=True)
BARE_FANOUT = Kind("bare epoll", (FANOUT_LIMIT,), tells_port=True)
REDIS = Kind(
    "Redis",
    ("redis-server", "--bind", "127.0.0.1", "--port", "{port}", "--save", "", "--appendonly", "no", "--dir", "{folder}")
    + ("--client-output-buffer-limit", "pubsub 0 0 0", "--maxclients", "19000"),
    dialect="redis",
)
NATS = Kind("NATS", ("nats-server", "--addr", "127.0.0.1", "--port", "{port}"), dialect="nats")
NGIRCD = Kind(
    "ngircd",
    ("ngircd", "--nodaemon", "--config", "{folder}/ngircd.conf"),
    files=(("ngircd.conf", NGIRCD_CONF),),
    dialect="irc",
)
NCAT = Kind(
    "ncat -e cat",
    ("ncat", "--listen", "--keep-open", "--max-conns", "1000", "--exec", "/bin/cat", "127.0.0.1", "{port}"),
    forks=True,
)
SOCAT = Kind(
    "socat PIPE",
    ("socat", "TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=1000", "PIPE"),
    forks=True,
)
PEERS = (REDIS, NATS, NGIRCD, NCAT, SOCAT)


def is_here(kind):
    return shutil.which(program(kind)) is not None


def program(kind):
    return str(kind.words[0])


def here(*kinds):
    return [kind for kind in kinds if is_here(kind)]


def package(name):
    """The package of a program for apt, by the table of packages; the program's name if it is not listed."""
    for line in PACKAGES.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) > 2 and fields[1] == f"cmd:{name}":
            return fields[2]
    return name


def missing():
    """What cannot be compared here and how to get it, a sentence each."""
    tools = ["strace", "ss", "redis-benchmark"]
    names = [program(kind) for kind in PEERS if not is_here(kind)] + [tool for tool in tools if shutil.which(tool) is None]
    return [f"{name} is missing; on Debian: apt-get install {package(name)}" for name in names]
