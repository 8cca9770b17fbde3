# SPDX-License-Identifier: GPL-3.0-or-later
"""What `doctor` finds, in the words and codes that operators and scripts go by."""

import json
import re
import socket
import sqlite3
import tempfile
import time
import unittest
from pathlib import Path

from program import Engine, Process, run, wait_for


class Doctor(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = Path(self.folder.name) / "data"

    def doctor(self, *arguments):
        """Exit code and the checks by name."""
        code, out, said = run("doctor", "--json", "--data", self.data, "--set", "serve.http_port=0",
                              "--set", "serve.metrics_port=0", "--set", "connectors.binance.enabled=false", *arguments)
        self.assertEqual(said, "")
        report = json.loads(out)
        checks = {check["name"]: check for check in report["checks"]}
        self.assertEqual(report["verdict"] == "bad", code == 1, out)
        for check in report["checks"]:
            self.assertEqual(check["verdict"] == "ok", check["remedy"] == "", check)
        return code, checks

    def test_a_fresh_machine(self):
        code, checks = self.doctor("--offline")
        self.assertEqual(code, 0, checks)
        for name in ("clock", "limits", "disk space", "state.db", "journal", "store parquet", "store sqlite"):
            self.assertIn(name, checks)
        self.assertFalse([name for name in checks if name.startswith("venue")])
        self.assertFalse(self.data.exists(), "it left something behind")
        code, out, _ = run("doctor", "--offline", "--data", self.data)
        self.assertIn("limits: ", out)

    def test_venues(self):
        with Process(self.folder.name, "simulate", "kraken", name="simulator") as simulator:
            url = wait_for(lambda: re.search(r"ws://\S+", simulator.out.read_text()), "the simulator").group(0)
            code, checks = self.doctor("--set", f"connectors.kraken.url={url}")
            found = [check for name, check in checks.items() if name.startswith("venue kraken")]
            self.assertEqual([check["verdict"] for check in found], ["ok"], found)
        # Nobody listens there any more: a warning with a remedy, as offline is no fault of the set-up.
        code, checks = self.doctor("--set", f"connectors.kraken.url={url}")
        found = next(check for name, check in checks.items() if name.startswith("venue kraken"))
        self.assertEqual((code, found["verdict"]), (0, "warning"), found)
        # One that takes connections and says nothing does not hold it up.
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            begun = time.monotonic()
            code, checks = self.doctor("--set", f"connectors.kraken.url=wss://127.0.0.1:{mute.getsockname()[1]}")
            self.assertLess(time.monotonic() - begun, 10)
        found = next(check for name, check in checks.items() if name.startswith("venue kraken"))
        self.assertIn("no answer in time", found["detail"])

    def test_stores(self):
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.metric("tickdeck_sink_position") > 300, "stored events")
            engine.stop()
        code, checks = self.doctor("--offline")
        self.assertEqual(code, 0, checks)
        self.assertIn("first and the last are readable", checks["journal"]["detail"])
        code, checks = self.doctor("--offline", "--set", "sinks.parquet.price_scale=7")
        self.assertEqual((code, checks["store parquet"]["verdict"]), (1, "bad"))
        self.assertIn("price_scale = 18", checks["store parquet"]["detail"])
        with sqlite3.connect(self.data / "state.db") as database:
            database.execute("PRAGMA user_version = 999")
        code, checks = self.doctor("--offline")
        self.assertEqual((code, checks["state.db"]["verdict"]), (1, "bad"))
        self.assertIn("later version", checks["state.db"]["detail"])
        (self.data / "recent.db").write_bytes(b"no database at all" * 1000)
        segment = sorted((self.data / "journal").glob("*.tdj"))[0]
        segment.write_bytes(b"\0" * 5000 + segment.read_bytes()[5000:])
        code, checks = self.doctor("--offline")
        self.assertEqual({checks[name]["verdict"] for name in ("store sqlite", "journal")}, {"bad"}, checks)


if __name__ == "__main__":
    unittest.main()
