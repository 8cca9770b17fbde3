# SPDX-License-Identifier: GPL-3.0-or-later
"""Dead letters and failing components as an operator handles them."""

import json
import re
import sqlite3
import tempfile
import unittest
from pathlib import Path

from program import Engine, Process, replay, run, wait_for


class DeadLetters(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = Path(self.folder.name) / "data"

    def dlq(self, *arguments):
        return run("dlq", *arguments, "--data", self.data)

    def letters(self, *arguments):
        """Number and component of each letter, newest first."""
        code, out, said = self.dlq("list", "--most", 1000, *arguments)
        self.assertEqual(code, 0, said)
        return [(int(line.split("  ")[0]), line.split("  ")[2]) for line in out.splitlines() if "  " in line]

    def stored(self, seq):
        with sqlite3.connect(f"file:{self.data}/recent.db?mode=ro", uri=True) as database:
            return database.execute("SELECT COUNT(*) FROM trade WHERE seq = ?", (seq,)).fetchone()[0]

    def test_frames_that_no_decoder_takes(self):
        faults = Path(self.folder.name) / "faults.toml"
        faults.write_text('[[fault]]\nkind = "garbage"\nafter_frames = 20\ncount = 3\n')
        with Process(self.folder.name, "simulate", "kraken", "--faults", faults, name="simulator") as simulator:
            url = wait_for(lambda: re.search(r"ws://\S+", simulator.out.read_text()), "the simulator").group(0)
            with Engine(self.folder.name, self.data, "--set", f"connectors.kraken.url={url}",
                        "--set", "connectors.binance.enabled=false", demo=False) as engine:
                wait_for(lambda: engine.get("/readyz")[0] == 200, "readiness")
                wait_for(lambda: len(self.letters("--component", "kraken")) == 3, "three dead letters")
                ids = [number for number, _ in self.letters()]

                # Each names its frame in the journal.
                self.assertGreater(self.position_of(ids[0]), 0)
                code, out, said = self.dlq("retry", ids[0])
                self.assertEqual(code, 0, said)
                self.assertIn("0 passed and are gone, 1 kept", out)
                self.assertEqual(engine.metric("tickdeck_dead_letters"), 3)

                code, _, said = self.dlq("drop", "99999")
                self.assertEqual(code, 1, said)
                self.assertIn("99999", said)
                code, out, _ = self.dlq("drop", ids[0])
                self.assertEqual((code, out), (0, "1 dropped.\n"))
                self.assertEqual(engine.metric("tickdeck_dead_letters"), 2)
                self.assertEqual(engine.metric("tickdeck_dead_letters_dropped_total"), 1)
                self.assertEqual(engine.metric("tickdeck_dead_letters_total"), 3)
                self.assertIn("dead_letters.dropped", engine.own_text())
                engine.stop()
        # The stopped engine: dropping works, a retry says what it needs.
        code, _, said = self.dlq("retry", "--all")
        self.assertEqual(code, 1)
        self.assertIn("start it", said)
        code, _, said = self.dlq("drop")
        self.assertEqual(code, 2)
        code, out, said = self.dlq("drop", f"{min(ids)}-{max(ids)}", "--component", "kraken")
        self.assertEqual((code, out), (0, "2 dropped.\n"), said)
        self.assertEqual(self.dlq("list")[1], "No dead letters.\n")
        self.assertEqual(replay(self.data)[0], 0)

    @staticmethod
    def position_of_lake(engine):
        found = re.search(r'^tickdeck_sink_position\{sink="parquet"\} (\S+)', engine.get("/metrics")[1], re.MULTILINE)
        return float(found.group(1)) if found else 0

    def position_of(self, letter):
        def seq():
            return int(re.search(r"^seq: (\d+)$", self.dlq("show", letter)[1], re.MULTILINE).group(1))
        return wait_for(seq, "the letter's journal position")

    def test_what_a_store_lacks_is_stored_again(self):
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.metric("tickdeck_sink_position") > 500, "stored events")
            engine.stop()
        # A letter as a store's refusal leaves it: the event is in the journal and not in the store.
        with sqlite3.connect(self.data / "recent.db") as database:
            seq, = database.execute("SELECT seq FROM trade WHERE venue = 'kraken' ORDER BY seq LIMIT 1").fetchone()
            database.execute("DELETE FROM trade WHERE seq = ?", (seq,))
            first, second = database.execute(
                "SELECT a.seq, b.seq FROM trade a JOIN trade b ON b.seq = a.seq + 1 AND b.receive_time = a.receive_time "
                "AND b.symbol = a.symbol WHERE a.seq > ? ORDER BY a.seq LIMIT 1", (seq,)).fetchone()
        line = json.dumps({"seq": seq, "type": "trade"}, separators=(",", ":")) + "\n"
        with sqlite3.connect(self.data / "state.db") as database:
            for component, where, text in (("sinks.sqlite", seq, line), ("sinks.sqlite", 10 ** 12, line),
                                           ("kraken", seq, line), ("pipelines.candles", seq, "{}")):
                database.execute("INSERT INTO dead_letter (time, component, code, text, seq, size, kept, bytes) "
                                 "VALUES (1, ?, 'out_of_range', 'made by hand', ?, ?, ?, ?)",
                                 (component, where, len(text), len(text), text.encode()))
        self.assertEqual(self.stored(seq), 0)
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.get("/readyz")[0] == 200, "readiness")
            wait_for(lambda: engine.metric("tickdeck_sink_position") > 500, "the stores")
            code, out, said = self.dlq("retry", "--all")
            self.assertEqual(code, 0, said)
            self.assertIn("2 passed and are gone, 2 kept", out)
            self.assertIn("1: stored in sqlite", out)
            self.assertIn("no longer has number", out)
            self.assertIn("3: is decoded now", out)
            self.assertIn("a pipeline's skipped input stays skipped", out)
            self.assertEqual([number for number, _ in self.letters()], [4, 2])
            self.assertEqual(self.stored(seq), 1)
            self.assertEqual(engine.metric("tickdeck_sink_restored_total"), 1)

            # Of a sink that was begun anew the figures go on.
            code, _, said = run("restart", "sinks.sqlite", "--data", self.data)
            self.assertEqual(code, 0, said)
            wait_for(lambda: engine.metric("tickdeck_component_restarts_total") == 1, "the restart")
            with sqlite3.connect(self.data / "recent.db", timeout=30) as database:
                database.execute("DELETE FROM trade WHERE seq = ?", (seq,))
            with sqlite3.connect(self.data / "state.db", timeout=30) as database:
                database.execute("INSERT INTO dead_letter (time, component, code, text, seq, size, kept, bytes) "
                                 "VALUES (1, 'sinks.sqlite', 'out_of_range', 'made by hand', ?, ?, ?, ?)",
                                 (seq, len(line), len(line), line.encode()))
            wait_for(lambda: "1 passed" in self.dlq("retry", "5")[1], "the letter's storing")
            self.assertEqual(engine.metric("tickdeck_sink_restored_total"), 2)

            # For a letter that was cut, all of its batch is stored but what was refused by itself.
            with sqlite3.connect(self.data / "recent.db", timeout=30) as database:
                database.execute("DELETE FROM trade WHERE seq IN (?, ?)", (first, second))
            with sqlite3.connect(self.data / "state.db", timeout=30) as database:
                for where, text, size in ((second, f'{{"seq":{second}}}\n', 0),
                                          (first, f'{{"seq":{first}}}\n{{"seq":{first + 2}}}\n', 2 << 20)):
                    database.execute("INSERT INTO dead_letter (time, component, code, text, seq, size, kept, bytes) "
                                     "VALUES (1, 'sinks.sqlite', 'out_of_range', 'made by hand', ?, ?, ?, ?)",
                                     (where, size or len(text), len(text), text.encode()))
            wait_for(lambda: "1 passed" in self.dlq("retry", "7")[1], "the cut letter's storing")
            self.assertEqual((self.stored(first), self.stored(second)), (1, 0))
            wait_for(lambda: "1 passed" in self.dlq("retry", "6")[1], "the other's storing")
            self.assertEqual(self.stored(second), 1)
            engine.stop()
        self.assertEqual(self.stored(seq), 1)
        self.assertEqual(replay(self.data)[0], 0)

    def test_poison_of_a_store_is_skipped_for_ever(self):
        # Prices of five digits pass, quantities of eight do not.
        coarse = ["--set", "sinks.parquet.price_scale=5", "--set", "sinks.parquet.rotate_after_s=1",
                  "--set", "sinks.parquet.events=trade,candle,gap"]
        with Engine(self.folder.name, self.data, *coarse) as engine:
            wait_for(lambda: engine.metric("tickdeck_dead_letters") >= 5, "refused events", 60)
            engine.stop()
        letters = self.letters("--component", "sinks.parquet")
        self.assertEqual(len(letters), len(self.letters()))
        # The store is put back before the poison: what was skipped is not asked of it again.
        position = self.data / "data" / "v1" / "_position.json"
        lake = json.loads(position.read_text())
        position.write_text(json.dumps(lake | {"position": 0}))
        with Engine(self.folder.name, self.data, *coarse) as engine:
            wait_for(lambda: self.position_of_lake(engine) > lake["position"], "the lake", 60)
            engine.stop()
        again = [number for number, _ in self.letters("--component", "sinks.parquet")]
        seqs = [self.position_of(number) for number in again]
        self.assertEqual(len(seqs), len(set(seqs)), "refused twice")
        # And a store that is filled by replay does without them, too. What comes after the last one that was skipped it
        # is asked for the first time: at most one refusal was kept and could not be journalled for the stop.
        into = Path(self.folder.name) / "again"
        _, _, said = replay(self.data, "--into", into, *coarse)
        self.assertIn("No difference.", said)
        asked = {int(number) for number in re.findall(r"parquet cannot hold number (\d+)", said)}
        self.assertLessEqual(asked & set(seqs), {max(seqs)}, said)
        self.assertTrue(list(into.glob("data/v1/candle/*/*/part-*.parquet")))

    def test_what_a_store_will_never_get_is_a_gap_in_it(self):
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.metric("tickdeck_committed_seq") > 3000, "data")
            engine.stop()
        # The lake must be read anew from the journal's start, and the journal is damaged in the middle.
        position = self.data / "data" / "v1" / "_position.json"
        position.write_text(json.dumps(json.loads(position.read_text()) | {"position": 0}))
        segment = max((self.data / "journal").glob("*.tdj"), key=lambda path: path.stat().st_size)
        content = bytearray(segment.read_bytes())
        middle = len(content) // 2
        content[middle:middle + 30_000] = bytes(30_000)  # whole blocks, their frames and their events
        segment.write_bytes(content)

        def gap():
            with sqlite3.connect(f"file:{self.data}/state.db?mode=ro", uri=True) as database:
                return database.execute("SELECT cause, from_time, to_time FROM gap WHERE channel = 'sinks.parquet' AND "
                                        "to_time IS NOT NULL").fetchone()
        with Engine(self.folder.name, self.data, "--set", "sinks.parquet.rotate_after_s=1") as engine:
            found = wait_for(gap, "the gap", 30)
            self.assertEqual(found[0], "damage")
            self.assertLess(found[1], found[2])
            self.assertIn('tickdeck_gaps_total{cause="damage",channel="sinks.parquet",venue="tickdeck"} 1',
                          engine.get("/metrics")[1])
            # In-band: the lake holds it beside what it lacks.
            wait_for(lambda: list(self.data.glob("data/v1/gap/venue=tickdeck/*/part-*.parquet")), "the gap in the lake")
            engine.stop()
        with sqlite3.connect(self.data / "state.db") as database:
            self.assertEqual(database.execute("SELECT COUNT(*) FROM gap WHERE channel = 'sinks.parquet'").fetchone(),
                             (1,))

    def test_a_pipeline_and_a_connector_are_restarted_by_hand(self):
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.metric("tickdeck_pipeline_derived_total") > 5, "candles")
            for component in ("pipelines.candles", "kraken"):
                before = engine.metric("tickdeck_component_restarts_total")
                code, _, said = run("restart", component, "--data", self.data)
                self.assertEqual(code, 0, said)
                wait_for(lambda b=before: engine.metric("tickdeck_component_restarts_total") > b, "the restart")
                wait_for(lambda c=component: {part["name"]: part["state"] for part in engine.health()["components"]}[c]
                         == "ok", f"{component} to be well again")
            derived = engine.metric("tickdeck_pipeline_derived_total")
            wait_for(lambda: engine.metric("tickdeck_pipeline_derived_total") > derived, "further candles")
            wait_for(lambda: engine.metric("tickdeck_open_gaps") == 0, "the gaps' end")
            engine.stop()
        code, _, said = replay(self.data)
        self.assertEqual(code, 0, said)

    def test_a_sink_out_of_budget_stays_failed_and_the_rest_runs(self):
        budget = ["--set", "supervisor.restarts=2", "--set", "supervisor.first_delay_ms=10",
                  "--set", "supervisor.longest_delay_ms=20"]
        with Engine(self.folder.name, self.data) as engine:
            wait_for(lambda: engine.metric("tickdeck_sink_position") > 100, "the lake")
            engine.stop()
        with Engine(self.folder.name, self.data, "--set", "sinks.parquet.price_scale=10", *budget) as engine:
            def lake():
                return next(part for part in engine.health()["components"] if part["name"] == "sinks.parquet")
            wait_for(lambda: "not restarted any more" in lake()["reason"], "the budget's end")
            self.assertEqual(lake()["state"], "failed")
            self.assertIn("2 restarts", lake()["reason"])
            self.assertIn("price_scale", lake()["reason"])
            engine.wait_events(300)
            others = {part["name"]: part["state"] for part in engine.health()["components"]}
            self.assertEqual(others["sinks.sqlite"], "ok", others)
            self.assertEqual(others["pipelines.candles"], "ok", others)
            # By hand it is tried again, with a whole budget.
            before = engine.metric("tickdeck_component_restarts_total")
            code, out, said = run("restart", "sinks.parquet", "--data", self.data)
            self.assertEqual(code, 0, said)
            wait_for(lambda: engine.metric("tickdeck_component_restarts_total") >= before + 3, "three restarts")
            wait_for(lambda: "not restarted any more" in lake()["reason"], "the budget's end")
            self.assertEqual(run("restart", "sinks.nothing", "--data", self.data)[0], 2)
            engine.stop()
        self.assertEqual(run("restart", "sinks.parquet", "--data", self.data)[0], 1)


if __name__ == "__main__":
    unittest.main()
