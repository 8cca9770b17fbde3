# SPDX-License-Identifier: GPL-3.0-or-later
"""The engine as an operator meets it: it starts, serves, refuses a second one, and stops."""

import socket
import sqlite3
import tempfile
import time
import unittest
from pathlib import Path

from program import Engine, Process, replay, run, wait_for


class Run(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = Path(self.folder.name) / "data"

    def test_demo_from_start_to_stop(self):
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.get("/readyz")[0] == 200, "readiness")
            self.assertEqual(engine.get("/livez")[0], 200)
            engine.wait_events(500)
            for kind in ("trade", "quote", "book", "candle", "instrument", "status"):
                wait_for(lambda k=kind: f'type="{k}"' in engine.get("/metrics")[1], f"events of type {kind}")
            health = engine.health()
            self.assertIn(health["status"], ("ok", "degraded"), health)

            # One engine for each data directory; the message names the other's process.
            code, _, said = run("--demo", "--no-gui", "--data", self.data, "--set", "serve.http_port=0",
                                "--set", "serve.metrics_port=0")
            self.assertEqual(code, 2, said)
            self.assertIn(str(engine.process.pid), said)

            # Local commands reach the running engine.
            code, out, said = run("dlq", "list", "--data", self.data)
            self.assertEqual((code, out), (0, "No dead letters.\n"), said)

            code, took = engine.stop()
            self.assertEqual(code, 0, engine.own_text())
            self.assertLess(took, 5)
        code, last, said = replay(self.data)
        self.assertEqual(code, 0, said)
        self.assertGreater(last, 500)

    def test_demo_makes_two_hundred_events_a_second(self):
        with Engine(self.folder.name, self.data) as engine:
            begun = time.monotonic()
            engine.wait_events(1)
            wait_for(lambda: time.monotonic() - begun > 5, "the fifth second")
            first, at = engine.metric("tickdeck_events_total"), time.monotonic()
            wait_for(lambda: time.monotonic() - at > 3, "three seconds of events")
            rate = (engine.metric("tickdeck_events_total") - first) / (time.monotonic() - at)
            self.assertGreaterEqual(rate, 200)

    def test_restart_is_told_as_a_gap(self):
        with Engine(self.folder.name, self.data) as engine:
            engine.wait_events(300)
            engine.stop()
        with Engine(self.folder.name, self.data) as engine:
            engine.wait_events(300)
            wait_for(lambda: 'type="gap"' in engine.get("/metrics")[1], "gap events")
            wait_for(lambda: engine.metric("tickdeck_open_gaps") == 0, "the gaps' end")
            engine.stop()
        code, _, said = replay(self.data)
        self.assertEqual(code, 0, said)

    def test_faults_of_a_venue_are_gaps_and_dead_letters(self):
        faults = Path(self.folder.name) / "faults.toml"
        faults.write_text('[[fault]]\nkind = "garbage"\nafter_frames = 100\ntarget = "book"\n'
                          '[[fault]]\nkind = "bad_checksum"\nafter_frames = 60\ntarget = "BTC/USD"\n'
                          '[[fault]]\nkind = "close"\nafter_frames = 400\ntarget = "book"\n')
        with Process(self.folder.name, "simulate", "kraken", "--faults", faults, name="simulator") as simulator:
            url = wait_for(lambda: simulator.out.read_text().strip(), "the simulator").split()[1]
            with Engine(self.folder.name, self.data, "--set", f"connectors.kraken.url={url}",
                        "--set", "connectors.binance.enabled=false", demo=False) as engine:
                wait_for(lambda: engine.metric("tickdeck_connects_total") >= 2, "the connection's return")
                wait_for(lambda: engine.metric("tickdeck_open_gaps") == 0, "the gaps' end")
                self.assertEqual(engine.metric("tickdeck_decode_errors_total"), 1)
                code, out, said = run("dlq", "list", "--data", self.data)   # the engine answers
                self.assertEqual(code, 0, said)
                self.assertIn("malformed", out)
                self.assertIn("1 kept.", out)
                engine.stop()
            code, out, said = run("dlq", "show", "1", "--data", self.data)   # the file does
            self.assertEqual(code, 0, said)
            self.assertIn("bytes: ", out)
            self.assertEqual(run("dlq", "show", "99", "--data", self.data)[0], 1)
        with sqlite3.connect(self.data / "state.db") as db:
            causes = {cause for (cause,) in db.execute("select distinct cause from gap")}
        self.assertEqual(causes, {"checksum", "disconnect"})
        code, _, said = replay(self.data)
        self.assertEqual(code, 0, said)

    def test_replay_follows_changed_settings(self):
        for lateness in (500, 500, 100):
            with Engine(self.folder.name, self.data, "--set", f"pipelines.candles.lateness_ms={lateness}") as engine:
                engine.wait_events(500)
                wait_for(lambda: engine.metric("tickdeck_pipeline_derived_total") > 5, "candles")
                engine.stop()
        code, _, said = replay(self.data)
        self.assertEqual(code, 0, said)

    def test_taken_port_is_named_with_its_setting(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            code, _, said = run("--demo", "--no-gui", "--data", self.data, "--set", f"serve.http_port={port}",
                                "--set", "serve.metrics_port=0")
        self.assertEqual(code, 2, said)
        self.assertIn("serve.http_port", said)
        self.assertIn(str(port), said)

    def test_refill_from_a_journal(self):
        with Engine(self.folder.name, self.data) as engine:
            engine.wait_events(500)
            engine.stop()
        fresh = Path(self.folder.name) / "fresh"
        code, last, said = replay(self.data, "--into", fresh)
        self.assertEqual(code, 0, said)
        self.assertEqual(replay(fresh)[:2], (0, last))
        self.assertTrue(list(fresh.glob("data/v1/trade/*/*/part-*.parquet")))
        self.assertEqual(replay(self.data, "--into", fresh)[0], 2, "a directory that is not empty")


if __name__ == "__main__":
    unittest.main()
