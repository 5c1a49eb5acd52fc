"""The netcat family, and how each is called."""

import subprocess

import pytest

from support.programs import need

BUSYBOX = "busybox"
# How each is called to talk to HOST PORT.
TALKERS = {
    "nc.openbsd": lambda host, port: [need("nc.openbsd"), host, port],
    "nc.traditional": lambda host, port: [need("nc.traditional"), host, port],
    "ncat": lambda host, port: [need("ncat"), host, port],
    "socat": lambda host, port: [need("socat"), "-", f"TCP:{host}:{port}"],
    "busybox nc": lambda host, port: [*busybox("nc"), host, port],
}
# How each is called to send a file, half-close and read on to the end.
ONE_SHOTS = {
    "nc.openbsd -N": lambda host, port: [need("nc.openbsd"), "-N", host, port],
    "nc.openbsd -q 1": lambda host, port: [need("nc.openbsd"), "-q", "1", host, port],
    "ncat": lambda host, port: [need("ncat"), host, port],
    "socat": lambda host, port: [need("socat"), "-", f"TCP:{host}:{port}"],
    "busybox nc": lambda host, port: [*busybox("nc"), host, port],
}


def busybox(applet):
    path = need(BUSYBOX)
    listed = subprocess.run([path, "--list"], capture_output=True, text=True, check=False).stdout.split()
    if applet not in listed:
        pytest.skip(f"this busybox has no {applet}")
    return [path, applet]


def words(command):
    return [str(word) for word in command]
