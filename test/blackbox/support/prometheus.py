"""Prometheus: a real one (Debian's) that scrapes a server by the configuration that comes with it, and answers queries."""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.parse
import urllib.request

from support import bounds
from support.waiting import wait_until

DIST = pathlib.Path(__file__).resolve().parents[3] / "dist"
CONFIG, RULES = DIST / "prometheus/prometheus.yml", DIST / "prometheus/grotto.rules.yml"
READY = "Server is ready to receive web requests."
LISTENING = re.compile(r'msg="Listening on" address=(127\.0\.0\.1:\d+)')


class Prometheus:
    """Scrapes `address` twice a second; ended by the end of the `with`."""

    def __init__(self, address):
        self._address = address

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="grotto-prometheus-")
        folder = pathlib.Path(self._folder.name)
        config, count = re.subn(r"127\.0\.0\.1:9101", self._address, CONFIG.read_text())
        assert count == 1
        (folder / CONFIG.name).write_text(config.replace("scrape_interval: 15s", "scrape_interval: 500ms"))
        shutil.copy(RULES, folder)
        self._log = open(folder / "log", "w+", encoding="utf-8")
        words = ["prometheus", f"--config.file={folder / CONFIG.name}", f"--storage.tsdb.path={folder / 'data'}", "--web.listen-address=127.0.0.1:0"]
        self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        try:
            wait_until(lambda: self._process.poll() is not None or READY in self.log(), "Prometheus to be ready", 6 * bounds.WAIT)
            found = LISTENING.search(self.log())
            assert found, self.log()
            self.url = f"http://{found.group(1)}/api/v1"
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(6 * bounds.WAIT)
        self._log.close()
        self._folder.cleanup()

    def log(self):
        with open(self._log.name, encoding="utf-8") as log:
            return log.read()

    def asks(self, path, **words):
        with urllib.request.urlopen(f"{self.url}/{path}?{urllib.parse.urlencode(words)}", timeout=bounds.WAIT) as answer:
            told = json.load(answer)
        assert told["status"] == "success", told
        return told["data"]

    def query(self, expression):
        """The values that it has now."""
        return [float(each["value"][1]) for each in self.asks("query", query=expression)["result"]]
