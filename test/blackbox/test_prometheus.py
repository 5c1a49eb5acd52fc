"""A real Prometheus scrapes the server, and what is shipped for it asks for nothing that is not told."""

import json
import re
import shutil
import subprocess

import pytest

from support import bounds
from support.metrics import Metrics
from support.prometheus import CONFIG, DIST, RULES, Prometheus
from support.room import Room
from support.waiting import wait_until

pytestmark = pytest.mark.skipif(not shutil.which("prometheus") or not shutil.which("promtool"), reason="prometheus is not installed")

NAME = re.compile(r"\b(?:grotto|process)_[a-z_]+\b")


def dashboard_queries():
    board = json.loads((DIST / "grafana/grotto.json").read_text())
    targets = [target for panel in board["panels"] for target in panel.get("targets", [])]
    return [target["expr"] for target in targets] + [each["expr"] for each in board["annotations"]["list"]]


def rule_queries():
    return re.findall(r"^\s+expr: (.+)$", RULES.read_text(), re.MULTILINE)


def as_grafana_asks(query):
    return query.replace("$job", "grotto").replace("$instance", ".*").replace("$__rate_interval", "1m")


def test_what_is_shipped_is_in_order():
    for words in (["check", "rules", RULES], ["check", "config", CONFIG]):
        judged = subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=bounds.WAIT, check=False)
        assert judged.returncode == 0, judged.stdout + judged.stderr


def test_a_real_prometheus_scrapes_and_each_query_of_the_dashboard_has_an_answer(grottod):
    room = Room(grottod("chat", "--history", 0, "--admin", "127.0.0.1:0", listeners=2))
    told = Metrics(room.server, 1).names()
    queries = dashboard_queries()
    assert len(queries) > 30
    for query in queries + rule_queries():
        assert set(NAME.findall(query)) <= told, query

    ana, oskar = room.enter("ana", "oskar")
    with Prometheus(room.server.address(1)) as prometheus:
        wait_until(lambda: prometheus.query("grotto_deliveries_total") == [1], "the first scrape", 6 * bounds.WAIT)  # ana read that oskar came
        ana.says(*(str(number) for number in range(10)))
        oskar.hears(*(f"ana: {number}" for number in range(10)))
        wait_until(lambda: prometheus.query("grotto_deliveries_total") == [11], "the lines to be scraped", 6 * bounds.WAIT)
        (target,) = prometheus.asks("targets")["activeTargets"]
        assert (target["health"], target["lastError"]) == ("up", ""), target
        assert prometheus.query('grotto_connections{service="chat",door="plain"}') == [2]
        for query in queries:
            values = prometheus.query(as_grafana_asks(query))
            assert values or query.endswith("> 0"), query
        for query in rule_queries():
            assert not prometheus.query(query), f"an alarm, and nothing is wrong: {query}"
