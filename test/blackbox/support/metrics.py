"""Metrics: /metrics as somebody reads it who looks at single numbers."""

import re

from support.waiting import wait_until
from support.web import ask_at, get

SAMPLE = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"(?:,|$)')


class Metrics:
    """`index`: which of the server's listeners tells them."""

    def __init__(self, server, index=0):
        self.server, self.index = server, index
        self.read()

    def read(self):
        answer = ask_at(self.server, self.index, get("/metrics"))
        assert answer.status == 200, (answer.status, answer.body)
        assert answer.fields["content-type"] == "text/plain; version=0.0.4"
        self.text = answer.body.decode()
        self.samples = {}
        for line in self.text.splitlines():
            if line.startswith("#"):
                continue
            name, labels, value = SAMPLE.fullmatch(line).groups()
            key = name, frozenset(LABEL.findall(labels or ""))
            assert key not in self.samples, f"told twice: {line}"
            self.samples[key] = float(value)
        return self

    def names(self):
        return {name for name, _ in self.samples}

    def value(self, name, **labels):
        return self.samples[name, frozenset(labels.items())]

    def becomes(self, wanted, name, **labels):
        """Reads until it is so: a line is heard before it is counted that it was sent."""
        try:
            wait_until(lambda: self.read().value(name, **labels) == wanted, name)
        except AssertionError as in_vain:
            raise AssertionError(f"{name} {labels} is {self.value(name, **labels)}, not {wanted}") from in_vain
        return self
