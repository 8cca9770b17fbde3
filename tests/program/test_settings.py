# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings changed in a running engine, from the command line."""

import random
import re
import tempfile
import threading
import unittest
from pathlib import Path

from program import Engine, replay, run, wait_for


class Settings(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = Path(self.folder.name) / "data"
        self.file = Path(self.folder.name) / "mine.toml"
        self.file.write_text("# my settings\n[connectors.kraken]\nbook_depth = 100  # deep\n")

    def engine(self, *arguments, **more):
        return Engine(self.folder.name, self.data, "--config", self.file, *arguments, **more)

    def config(self, *arguments, ok=True):
        """Runs `tickdeck config …` on the data directory; gives what it printed."""
        code, out, said = run("config", *arguments, "--data", self.data, "--config", self.file)
        if ok:
            self.assertEqual(code, 0, said)
            return out
        return code, said

    @staticmethod
    def components(engine):
        return {part["name"]: part for part in engine.health()["components"]}

    def books(self, engine, timeout=20):
        """Waits until books come in and no gap is open."""
        engine.wait_events(200, timeout)
        wait_for(lambda: engine.metric("tickdeck_open_gaps") == 0, "the gaps' end", timeout)

    def revision(self, text):
        return int(re.search(r"Revision (\d+)", text).group(1))

    def wait_replays(self):
        code, _, said = replay(self.data)
        self.assertEqual(code, 0, said)

    def test_a_change_restarts_its_component_alone(self):
        with self.engine() as engine:
            self.books(engine)
            before = self.components(engine)
            planned = self.config("set", "connectors.kraken.book_depth=25", "--dry-run")
            self.assertIn("connectors.kraken.book_depth: 100 → 25", planned)
            self.assertIn("would restart: kraken", planned)
            self.assertIn("Nothing was changed.", planned)
            self.assertEqual(self.components(engine)["kraken"]["since"], before["kraken"]["since"])

            done = self.config("set", "connectors.kraken.book_depth=25")
            self.assertIn("restarted: kraken", done)
            self.assertEqual(self.file.read_text(),
                             "# my settings\n[connectors.kraken]\nbook_depth = 25  # deep\n")
            wait_for(lambda: self.components(engine)["kraken"]["state"] == "ok", "the connector's return")
            self.books(engine)
            after = self.components(engine)
            self.assertNotEqual(after["kraken"]["since"], before["kraken"]["since"])
            for name in before:
                if name != "kraken":
                    self.assertEqual(after[name]["since"], before[name]["since"], name)
            # What is counted goes on counting.
            self.assertGreaterEqual(engine.metric("tickdeck_connects_total"), 2)

            # The same again is no change.
            self.assertIn("Nothing is different.", self.config("set", "connectors.kraken.book_depth=25"))
            self.assertEqual(len(self.config("history").splitlines()), 2)
            code, _ = engine.stop()
            self.assertEqual(code, 0, engine.own_text())
        self.wait_replays()

    def test_wrong_changes_leave_everything_as_it_was(self):
        with self.engine("--set", "connectors.kraken.liveness_timeout_ms=20000") as engine:
            self.books(engine)
            before, text = self.components(engine), self.file.read_text()
            code, said = self.config("set", "connectors.kraken.book_depth=25", "connectors.kraken.boook_depth=1",
                                     "connectors.kraken.liveness_timeout_ms=5000", "serve.http_bind=0.0.0.0",
                                     "connectors.kraken.url=wss://elsewhere", ok=False)
            self.assertEqual(code, 2, said)
            self.assertIn("did you mean `connectors.kraken.book_depth`?", said)
            self.assertIn("is set on the command line (--set)", said)
            self.assertIn("is set by the engine itself (the demo's simulator)", said)
            code, said = self.config("set", "serve.http_bind=0.0.0.0", "connectors.kraken.book_depth=25", ok=False)
            self.assertEqual(code, 2, said)
            self.assertIn("serve.http_bind: only loopback addresses", said)
            self.assertEqual(self.config("set", "no_equals_sign", ok=False)[0], 2)
            self.assertEqual(self.config("rollback", "999", ok=False)[0], 2)
            self.assertEqual(self.components(engine)["kraken"]["since"], before["kraken"]["since"])
            self.assertEqual(self.file.read_text(), text)
            self.assertEqual(len(self.config("history").splitlines()), 1)

            # A file that somebody broke by hand is named with its line, and is not written over.
            self.file.write_text("[connectors.kraken\n")
            code, said = self.config("set", "connectors.kraken.book_depth=25", ok=False)
            self.assertEqual(code, 2, said)
            self.assertIn("mine.toml:1", said)
            self.assertEqual(self.file.read_text(), "[connectors.kraken\n")
            self.file.write_text(text)
            engine.stop()

    def test_history_and_rollback(self):
        with self.engine() as engine:
            self.books(engine)
            first = self.revision(self.config("set", "connectors.kraken.book_depth=25"))
            self.config("set", "connectors.kraken.symbols=BTC/USD,ETH/USD", "log.level=debug")
            self.assertIn('symbols = ["BTC/USD", "ETH/USD"]', self.file.read_text())
            history = self.config("history").splitlines()
            self.assertEqual(len(history), 3)
            self.assertTrue(history[0].startswith("* "))
            self.assertIn("connectors.kraken.symbols", history[0])
            self.assertIn("log.level: info → debug", history[0])
            self.assertIn("settings at start", history[2])

            said = self.config("rollback", first)
            self.assertIn("log.level: debug → info", said)
            self.assertIn("at once: ", said)
            self.assertNotIn("symbols", self.file.read_text())
            self.assertIn("book_depth = 25  # deep", self.file.read_text())
            self.assertIn(f"back to {first}", self.config("history").splitlines()[0])
            self.books(engine)

            # Taken out of the file: what lies below holds, here the default.
            said = self.config("unset", "connectors.kraken.book_depth")
            self.assertIn("connectors.kraken.book_depth: 25 → 100", said)
            self.assertNotIn("book_depth", self.file.read_text())
            self.books(engine)
            engine.stop()
        self.wait_replays()

    def test_symbols_change_without_a_new_connection(self):
        with self.engine() as engine:
            self.books(engine)
            connects = engine.metric("tickdeck_connects_total")
            before = self.components(engine)["kraken"]["since"]
            said = self.config("set", "connectors.kraken.symbols=BTC/USD")
            self.assertIn("at once: connectors.kraken.symbols", said)
            self.assertNotIn("restarted", said)
            self.books(engine)
            self.config("set", "connectors.kraken.symbols=BTC/USD,SOL/USD")
            self.books(engine)
            self.assertEqual(engine.metric("tickdeck_connects_total"), connects)
            self.assertEqual(self.components(engine)["kraken"]["since"], before)
            engine.stop()
        self.wait_replays()

    def test_components_are_switched_off_and_on(self):
        with self.engine() as engine:
            self.books(engine)
            for section, name in (("connectors.kraken", "kraken"), ("connectors.binance", "binance"),
                                  ("sinks.parquet", "sinks.parquet"), ("pipelines.candles", "pipelines.candles")):
                said = self.config("set", f"{section}.enabled=false")
                self.assertIn(f"restarted: {name}", said)
                wait_for(lambda n=name: self.components(engine)[n]["state"] == "stopped", f"the end of {name}")
            newest = engine.metric("tickdeck_frames_total")
            self.config("set", "connectors.kraken.enabled=true", "connectors.binance.enabled=true",
                        "sinks.parquet.enabled=true", "pipelines.candles.enabled=true")
            for name in ("kraken", "binance", "sinks.parquet", "pipelines.candles"):
                wait_for(lambda n=name: self.components(engine)[n]["state"] == "ok", f"the return of {name}")
            wait_for(lambda: engine.metric("tickdeck_frames_total") > newest + 50, "frames")
            self.books(engine)
            # Of another venue: its depth restarts it, its contracts and channels do not.
            self.config("set", "connectors.binance.book_depth=500")
            self.books(engine)
            said = self.config("set", "connectors.binance.symbols=BTCUSDT", "connectors.binance.channels=book,trade")
            self.assertNotIn("restarted", said)
            self.config("unset", "connectors.binance.symbols", "connectors.binance.channels")
            self.books(engine)
            # Another restart of the pipeline, under other settings and back: each begins anew, and replay follows.
            self.config("set", "pipelines.candles.intervals=1s,5s")
            engine.wait_events(300)
            self.config("unset", "pipelines.candles.intervals")
            engine.wait_events(300)
            wait_for(lambda: 'type="candle"' in engine.get("/metrics")[1], "candles")
            # What only the next start reads is said so.
            self.assertIn("from the next start: journal.budget_mb",
                          self.config("set", "journal.budget_mb=10000"))
            code, _ = engine.stop()
            self.assertEqual(code, 0, engine.own_text())
            self.assertNotIn("settings.unordered", engine.own_text())
        self.wait_replays()
        # A data directory that is filled from it is the same.
        into = Path(self.folder.name) / "into"
        code, _, said = run("replay", self.data, "--into", into, timeout=300)
        self.assertEqual(code, 0, said)
        code, _, said = replay(into)
        self.assertEqual(code, 0, said)

    def test_without_an_engine_the_files_are_changed(self):
        said = self.config("set", "connectors.kraken.book_depth=10")
        self.assertIn("from the next start", said)
        self.assertEqual(self.file.read_text(), "# my settings\n[connectors.kraken]\nbook_depth = 10  # deep\n")
        history = self.config("history").splitlines()
        self.assertEqual(len(history), 2)
        start = int(history[1].split()[0])
        self.config("rollback", start)
        self.assertIn("book_depth = 100  # deep", self.file.read_text())
        self.assertEqual(self.config("set", "connectors.kraken.book_depth=11", ok=False)[0], 2)

    def test_secrets_are_never_given_literally_nor_shown(self):
        code, said = self.config("set", "connectors.kraken.url=wss://me:hunter2@elsewhere", ok=False)
        self.assertEqual(code, 2)
        self.assertNotIn("hunter2", said)

    def test_demo_keeps_its_own_file(self):
        with Engine(self.folder.name, self.data) as engine:
            engine.wait_events(100)
            code, out, said = run("config", "set", "connectors.kraken.book_depth=10", "--data", self.data)
            self.assertEqual(code, 0, said)
            self.assertIn(str(self.data / "tickdeck.toml"), out)
            engine.stop()
        with Engine(self.folder.name, self.data) as engine:
            engine.wait_events(100)
            code, out, _ = run("config", "show", "--demo", "--data", self.data)
            self.assertIn("book_depth = 10", out)
            engine.stop()

    def test_killed_amid_changes_it_comes_back_whole(self):
        randomly = random.Random(4)
        for _ in range(3):
            with self.engine() as engine:
                self.books(engine)
                depths = [10, 25, 100, 500]
                killer = threading.Timer(randomly.uniform(0.05, 1.0), engine.kill)
                killer.start()
                for depth in depths:
                    run("config", "set", f"connectors.kraken.book_depth={depth}", "--data", self.data,
                        "--config", self.file)
                killer.join()
            # The file is whole: the one from before a change or from after.
            self.assertRegex(self.file.read_text(),
                             r"\A# my settings\n\[connectors\.kraken\]\nbook_depth = (10|25|100|500)  # deep\n\Z")
            code, out, said = run("config", "check", "--config", self.file)
            self.assertEqual(code, 0, said)
        with self.engine() as engine:
            self.books(engine)
            self.assertGreaterEqual(len(self.config("history").splitlines()), 1)
            engine.stop()
        self.wait_replays()


if __name__ == "__main__":
    unittest.main()
