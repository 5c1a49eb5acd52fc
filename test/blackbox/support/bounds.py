"""Where the programs are, and how long a test waits before it calls something broken.

GROTTOD: the program (default: build/bin/grottod of this repository). GROTTO_SHOUT: the example (default: beside it).
GROTTO_LOAD: the load tool (default: build/bin/grotto-load). GROTTO_FAULTY_SERVER: what it is tested against (default: of the same build).
GROTTO_CLIENT: the console client (default: build/bin/grotto).
GROTTO_TEST_SHIM: 1 preloads GROTTO_SHORT_CALLS (default: of the same build) into grottod: all its reads and writes are short.
GROTTO_TEST_WRAPPER: words put before the server's command ("valgrind -q --error-exitcode=99").
GROTTO_TEST_SECCOMP: 1 runs all servers under the system-call filter (not a sanitizer build, whose runtime asks for more).
GROTTO_TEST_WORKERS: the number of workers where a test does not set it (default: the server's own).
GROTTO_TEST_TIME_FACTOR: multiplies every wait; by default 1, or 6 for a sanitizer build, a wrapper or the shim.
"""

import os
import pathlib
import shlex

ROOT = pathlib.Path(__file__).resolve().parents[3]
GROTTOD = os.path.abspath(os.environ.get("GROTTOD") or ROOT / "build/bin/grottod")
SHOUT = os.path.abspath(os.environ.get("GROTTO_SHOUT") or os.path.join(os.path.dirname(GROTTOD), "shout"))
LOAD = os.path.abspath(os.environ.get("GROTTO_LOAD") or ROOT / "build/bin/grotto-load")
CLIENT = os.path.abspath(os.environ.get("GROTTO_CLIENT") or ROOT / "build/bin/grotto")
FAULTY_SERVER = os.path.abspath(
    os.environ.get("GROTTO_FAULTY_SERVER")
    or os.path.join(os.path.dirname(os.path.dirname(LOAD)), "test/support/faulty_server/faulty_server")
)
SHORT_CALLS = os.path.abspath(
    os.environ.get("GROTTO_SHORT_CALLS")
    or os.path.join(os.path.dirname(os.path.dirname(GROTTOD)), "test/support/short_calls/libshort_calls.so")
)
CLOCK_JUMP = SHORT_CALLS.replace("short_calls", "clock_jump")  # of the same build
FAILING_ALLOCATION = SHORT_CALLS.replace("short_calls", "failing_allocation")
SHIM = bool(os.environ.get("GROTTO_TEST_SHIM"))
FILTERED = bool(os.environ.get("GROTTO_TEST_SECCOMP"))
WORKERS = os.environ.get("GROTTO_TEST_WORKERS", "")
WRAPPER = shlex.split(os.environ.get("GROTTO_TEST_WRAPPER", ""))


def _has_one_of(path, *names):
    try:
        program = pathlib.Path(path).read_bytes()
    except OSError:
        return False
    return any(name in program for name in names)


SANITIZED = _has_one_of(GROTTOD, b"__asan_init", b"__tsan_init")
COUNTS_LINES = _has_one_of(GROTTOD, b"__gcov_init")  # a coverage build, whose code and counters are larger
SLOWED = SANITIZED or bool(WRAPPER)
FACTOR = float(os.environ.get("GROTTO_TEST_TIME_FACTOR") or (6 if SLOWED or SHIM else 1))
WAIT = 10 * FACTOR  # seconds until something that must happen counts as not happening
QUIET = 0.4  # seconds without a byte that count as silence; the server greets after 0.15


def memory_slack_kib():
    """What a slowed-down build may hold on top: the sanitizer keeps freed memory for a while."""
    return 300 * 1024 if SLOWED else 20 * 1024 if COUNTS_LINES else 0
