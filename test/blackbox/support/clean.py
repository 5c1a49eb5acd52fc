"""What a terminal may receive from other people."""

import re
import unicodedata

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def is_clean(data):
    """Valid UTF-8 without controls but TAB and CR LF, and without bidirectional overrides."""
    text = data.decode()  # raises on what is not UTF-8
    return not FORBIDDEN.search(text) and "\r" not in text.replace("\r\n", "") and "\n" not in text.replace("\r\n", "")


def cleaned(data):
    """A naive twin of the text rules for one line without escape sequences: bad bytes, then controls."""
    text = data.decode(errors="replace")
    return "".join(char for char in text if char == "\t" or not (FORBIDDEN.match(char) or unicodedata.category(char) == "Cc"))
