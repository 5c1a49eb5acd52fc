"""F2: with reads and writes of 1 to 3 bytes, EINTR and EAGAIN (test/support/short_calls) dialogues give the same bytes.

Here are a few files of them; tools/check --full runs the whole suite so (GROTTO_TEST_SHIM=1).
"""

import os
import pathlib
import subprocess
import sys

import pytest

from support.bounds import SANITIZED, SHORT_CALLS, WAIT, WRAPPER
from support.lengths import not_in_short_calls

HERE = pathlib.Path(__file__).parent
DIALOGUES = ["test_names.py", "test_rooms.py", "test_history.py", "test_web_in_tls.py"]

pytestmark = [
    pytest.mark.skipif(SANITIZED or bool(WRAPPER), reason="two preloaded libraries do not go together"),
    not_in_short_calls("this is that run"),
]


def test_f2_the_shim_shortens_every_read_and_loses_nothing():
    sees = (
        "import socket\n"
        "a, b = socket.socketpair()\n"
        "data, got, sizes = bytes(range(250)), b'', set()\n"
        "def tries(call):\n"
        "    while True:\n"
        "        try:\n"
        "            return call()\n"
        "        except BlockingIOError: pass\n"
        "sent = 0\n"
        "while sent < 250: sent += tries(lambda: a.send(data[sent:]))\n"
        "while len(got) < 250:\n"
        "    part = tries(lambda: b.recv(1000)); got += part; sizes.add(len(part))\n"
        "assert got == data and sizes == {1, 2, 3}, sizes\n"
    )

    def run(program):
        env = {**os.environ, "LD_PRELOAD": SHORT_CALLS, "SHORT_CALLS_PROGRAM": program}
        return subprocess.run([sys.executable, "-c", sees], env=env, capture_output=True, text=True, timeout=WAIT, check=False)

    done = run(os.path.basename(sys.executable))
    assert done.returncode == 0, done.stderr
    assert "{250}" in run("grottod").stderr, "other programs are left alone"


@pytest.mark.parametrize("file", DIALOGUES)
def test_f2_short_and_interrupted_calls_give_the_same_bytes(file):
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", file],
        cwd=HERE,
        env={**env, "GROTTO_TEST_SHIM": "1"},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
