# SPDX-License-Identifier: GPL-3.0-or-later
"""kill -9 under load: whatever the moment, the journal is whole, no number repeats, no store is ahead of the journal."""

import os
import random
import sqlite3
import tempfile
import time
import unittest
from pathlib import Path

from program import Engine, Process, need, replay, wait_for

KILLS = int(os.environ.get("TICKDECK_KILLS", "20"))
RATE = 3000   # steps of the simulated market per second


class Kill(unittest.TestCase):
    def setUp(self):
        self.duckdb = need("duckdb")
        self.seed = int(os.environ.get("TICKDECK_SEED", random.randrange(1 << 30)))
        print(f"TICKDECK_SEED={self.seed}")
        self.random = random.Random(self.seed)

    def lake(self, data):
        return str(Path(data) / "data/v1/*/*/*/part-*.parquet")

    def check_stores(self, data, journal_last):
        for folder in sorted((Path(data) / "data/v1").glob("*/")):
            files = list(folder.glob("*/*/part-*.parquet"))
            if not files:
                continue
            rows, distinct, last = self.duckdb.sql(
                f"select count(*), count(distinct seq), max(seq) from read_parquet({[str(f) for f in files]}, "
                "hive_partitioning = true)").fetchall()[0]
            self.assertEqual(rows, distinct, f"{folder.name}: a number stands twice in the lake")
            self.assertLessEqual(last, journal_last, f"{folder.name}: the lake is ahead of the journal")
        recent = Path(data) / "recent.db"
        if recent.exists():
            with sqlite3.connect(f"file:{recent}?mode=ro", uri=True) as db:
                for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                    columns = [row[1] for row in db.execute(f'pragma table_info("{table}")')]
                    if "seq" not in columns:
                        continue
                    rows, distinct, last = db.execute(
                        f'select count(*), count(distinct seq), coalesce(max(seq), 0) from "{table}"').fetchone()
                    self.assertEqual(rows, distinct, f"{table}: a number stands twice in recent.db")
                    self.assertLessEqual(last, journal_last, f"{table}: recent.db is ahead of the journal")

    def test_kills(self):
        with tempfile.TemporaryDirectory() as folder, \
                Process(folder, "simulate", "kraken", "--rate", RATE, name="simulator") as simulator:
            url = wait_for(lambda: simulator.out.read_text().strip(), "the simulator").split()[1]
            data = Path(folder) / "data"
            settings = ["--set", f"connectors.kraken.url={url}", "--set", "connectors.binance.enabled=false",
                        "--set", "sinks.parquet.rotate_after_s=1", "--set", "journal.segment_mb=1"]
            newest = 0
            for kill in range(KILLS):
                with Engine(folder, data, *settings, demo=False) as engine:
                    engine.wait_events(200)
                    time.sleep(self.random.uniform(0, 1.5))   # the random point, not a wait for something
                    engine.kill()
                if kill % 4 == 3 or kill == KILLS - 1:
                    code, last, said = replay(data)
                    self.assertEqual(code, 0, f"after kill {kill + 1}:\n{said}")
                    self.assertIn("No difference", said)
                    self.assertGreater(last, newest, "numbers went back")
                    newest = last
                    self.check_stores(data, last)

            # What is in the journal reaches the stores once the engine has run and ended well.
            with Engine(folder, data, *settings, demo=False) as engine:
                engine.wait_events(200)
                self.assertEqual(engine.stop()[0], 0, engine.own_text())
            code, last, said = replay(data)
            self.assertEqual(code, 0, said)
            self.check_stores(data, last)
            self.open_lake_with_all_readers(data)

            # The oldest segment is gone: what is left stands alone.
            segments = sorted((data / "journal").glob("*.tdj"))
            self.assertGreater(len(segments), 2)
            segments[0].unlink()
            code, _, said = replay(data)
            self.assertEqual(code, 0, said)
            self.assertIn("No difference", said)

    def open_lake_with_all_readers(self, data):
        polars, pandas = need("polars"), need("pandas")
        for kind in ("trade", "quote", "book"):
            pattern = str(data / f"data/v1/{kind}/**/part-*.parquet")
            count = self.duckdb.sql(
                f"select count(*) from read_parquet('{pattern}', hive_partitioning = true)").fetchall()[0][0]
            self.assertGreater(count, 0, kind)
            self.assertEqual(
                polars.scan_parquet(pattern, hive_partitioning=True).select(polars.len()).collect().item(), count)
            self.assertEqual(len(pandas.read_parquet(data / f"data/v1/{kind}")), count)


if __name__ == "__main__":
    unittest.main()
