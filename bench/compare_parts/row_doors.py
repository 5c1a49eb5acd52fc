"""P10 and P11: the load of P2 by WebSocket and by TLS."""

import re
import shutil
import subprocess

from compare_parts import peers
from compare_parts.blocks import Against, compare
from compare_parts.counted import WHY
from compare_parts.figures import Figure, Row
from compare_parts.loads import Case
from compare_parts.places import SERVER_CORE
from compare_parts.processes import on_core
from compare_parts.row_fanout import BURST, READERS, SMOKE_READERS, at_least, case, counted

CIPHER = "aes-256-gcm"  # what TLS 1.3 agrees on with OpenSSL's defaults
SPEED_S = 3
FRAME_BYTES = 165  # of a line of 64 bytes as JSON in a frame

WEB_TEXT = (
    "The load of P2 on members that came by WebSocket: a JSON object in a frame of its own for each line, rendered once per line and shared by all. "
    "Compared with the same server's plain lines, and with Redis's plain pub/sub. The bare loop sends plain lines as long as such a frame. The loader unmasks nothing and masks what it says (RFC 6455). " + WHY
)
TLS_TEXT = (
    "The load of P2 by TLS 1.3. What is said to many is gathered from the room's log and encrypted for each, a record for a burst. Beside it stand "
    f"plain lines, and what encryption alone costs: `openssl speed -evp {CIPHER}` at the size of such a record."
)
UNIT = "µs of server CPU per delivery"


def measure_web(settings):
    row = Row("P10", "WebSocket fan-out in bursts: server CPU per delivery", WEB_TEXT, bars_unit=UNIT)
    readers, count = settings.pick(READERS, SMOKE_READERS), settings.pick(100, 10) * BURST
    others = [Against(case(peers.GROTTO_CHAT, readers, BURST, count, settings), "<=", 1.3)]
    bare = case(peers.BARE_FANOUT, readers, BURST, count, settings)
    others.append(Against(Case(bare.kind, (*bare.words, "--size", FRAME_BYTES), bare.count, bare.warmup)))
    if peers.is_here(peers.REDIS):
        others.append(Against(case(peers.REDIS, readers, BURST, count, settings), ">=", 2.5, inverse=True))
    compare(row, f"{readers:,} browsers, bursts of {BURST}", case(peers.GROTTO_WEB, readers, BURST, count, settings), others, settings)
    rules = [(peers.GROTTO_CHAT, "<=", 1.3, False), *settings.pick(at_least(peers.REDIS, 2.5), [])]
    others = [Against(counted(kind, readers, BURST, count), *rule) for kind, *rule in rules]
    compare(row, f"{readers:,} browsers that only count, bursts of {BURST}", counted(peers.GROTTO_WEB, readers, BURST, count), others, settings)
    return row


def measure_tls(settings):
    row = Row("P11", "TLS fan-out in bursts: server CPU per delivery", TLS_TEXT, bars_unit=UNIT)
    if shutil.which("openssl") is None:
        row.notes.append("openssl is missing: no certificate")
        return row
    readers, count = settings.pick(READERS, SMOKE_READERS), settings.pick(100, 10) * BURST
    label = f"{readers:,} readers, bursts of {BURST}"
    plain = Against(case(peers.GROTTO_CHAT, readers, BURST, count, settings))
    compare(row, label, case(peers.grotto_tls(), readers, BURST, count, settings), [plain], settings)
    if settings.smoke or not row.figures or row.figures[0].ours is None:
        return row
    line_bytes = 64 + len("abcde-1000: ") + 2
    bound = encryption_us(BURST * line_bytes) / BURST
    ours = row.figures[0].ours["cost"]
    row.figures.append(Figure(label, f"openssl speed, {BURST * line_bytes:,} bytes", "ours / encryption alone", ours / bound))
    row.add_bar(label, "openssl speed", bound)
    return row


def encryption_us(record_bytes):
    """CPU time of encrypting so many bytes at once, on the server's core."""
    done = subprocess.run(
        ["openssl", "speed", "-evp", CIPHER, "-aead", "-bytes", str(record_bytes), "-seconds", str(SPEED_S)],
        capture_output=True,
        text=True,
        timeout=20 * SPEED_S,
        check=True,
        preexec_fn=on_core(SERVER_CORE),
    )
    operations, seconds = re.search(r"(\d+) \S+ in ([\d.]+)s", done.stderr + done.stdout).groups()
    return float(seconds) * 1e6 / int(operations)
