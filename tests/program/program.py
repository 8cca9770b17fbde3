# SPDX-License-Identifier: GPL-3.0-or-later
"""The program under test as a process: started on free ports, watched through its health, ended for sure."""

import json
import os
import re
import signal
import subprocess
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

PROGRAM = os.environ["TICKDECK_PROGRAM"]
RECORDINGS = Path(os.environ.get("TICKDECK_RECORDINGS", ""))
CI = os.environ.get("CI") == "true"


def run(*arguments, stdin=None, timeout=60, env=None):
    """Runs a mode to its end; gives exit code, standard output and standard error."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=timeout, env=env)
    return done.returncode, done.stdout, done.stderr


def wait_for(condition, what, timeout=20.0):
    """The condition's first true value; fails after `timeout` seconds."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"timed out waiting for {what}")


class Process:
    """A running mode; standard error goes to a file that a failure can show."""

    def __init__(self, folder, *arguments, name="engine", env=None):
        self.log = Path(folder) / f"{name}.log"
        self.out = Path(folder) / f"{name}.out"
        with open(self.log, "ab") as log, open(self.out, "wb") as out:
            self.process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=log, env=env)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def text(self):
        return self.log.read_text(errors="replace")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, timeout=10):
        """SIGTERM; gives the exit code and how long it took."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        return code, time.monotonic() - begun


class Engine(Process):
    """The engine alone, over a simulator, on free ports."""

    def __init__(self, folder, data, *arguments, env=None, demo=True):
        self.data = Path(data)
        self.begun = self.text_size(folder)
        # Without the demo only the venues whose address a test gives can be reached; the others stay out.
        venues = ["--demo"] if demo else ["--set", "connectors.binance.enabled=false"]
        super().__init__(folder, *venues, "--no-gui", "--data", data,
                         "--set", "serve.http_port=0", "--set", "serve.metrics_port=0", "--set", "log.format=json",
                         *arguments, env=env)
        self.port = None

    @staticmethod
    def text_size(folder):
        log = Path(folder) / "engine.log"
        return log.stat().st_size if log.exists() else 0

    def own_text(self):
        return self.log.read_bytes()[self.begun:].decode(errors="replace")

    def get(self, path):
        """Status and body of an HTTP request."""
        if self.port is None:
            self.port = wait_for(self._http_port, "the engine's start")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def _http_port(self):
        found = re.search(r'"http_port":(\d+)', self.own_text())
        if not found and self.process.poll() is not None:
            raise AssertionError(f"the engine ended with {self.process.returncode}:\n{self.own_text()}")
        return int(found.group(1)) if found else None

    def metric(self, name):
        """The sum of a metric over its labels."""
        _, text = self.get("/metrics")
        return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                   if re.match(rf"{name}(\{{|\s)", line))

    def wait_events(self, more=1, timeout=20):
        """Waits until so many further events have come in."""
        begun = self.metric("tickdeck_events_total")
        wait_for(lambda: self.metric("tickdeck_events_total") >= begun + more, f"{more} events", timeout)

    def health(self):
        return json.loads(self.get("/health")[1])


def replay(data, *arguments):
    """Verifies a journal; gives exit code, the last number, and what was said."""
    code, out, err = run("replay", data, *arguments, timeout=300)
    last = re.search(r"numbers (\d+) to (\d+)", out)
    return code, int(last.group(2)) if last else 0, out + err


def need(module):
    """The Python module, else a named skip; in CI a failure."""
    try:
        return __import__(module)
    except ImportError:
        if CI:
            raise
        raise unittest.SkipTest(f"the Python module {module} is not installed")
