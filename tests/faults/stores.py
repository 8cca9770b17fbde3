# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test of a failing machine asks of the program's journal and stores."""

import json
import os
import random
import re
import shutil
import sqlite3
import tempfile
import unittest
from pathlib import Path

from program import Engine, Process, need, replay, wait_for


class Stores(unittest.TestCase):
    """A data directory of the program, fed by a simulated venue."""

    def setUp(self):
        self.duckdb = need("duckdb")
        self.seed = int(os.environ.get("TICKDECK_SEED", random.randrange(1 << 30)))
        print(f"TICKDECK_SEED={self.seed}")
        self.random = random.Random(self.seed)
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.data = Path(self.folder.name) / "data"

    def simulator(self, rate):
        return Process(self.folder.name, "simulate", "kraken", "--rate", rate, name="simulator")

    def settings(self, simulator, *more):
        url = wait_for(lambda: simulator.out.read_text().strip(), "the simulator").split()[1]
        out = []
        for setting in (f"connectors.kraken.url={url}", "sinks.parquet.rotate_after_s=1", *more):
            out += ["--set", setting]
        return out

    def positions(self):
        """Where the stores say that they stand, before anybody has repaired them."""
        out = {}
        lake = self.data / "data/v1/_position.json"
        if lake.exists():
            out["lake"] = json.loads(lake.read_text())["position"]
        if (self.data / "recent.db").exists():
            with tempfile.TemporaryDirectory() as copy:
                for file in self.data.glob("recent.db*"):
                    shutil.copy(file, copy)
                with sqlite3.connect(Path(copy) / "recent.db") as db:
                    if db.execute("select count(*) from sqlite_master where name = 'meta'").fetchone()[0]:
                        row = db.execute("select value from meta where key = 'position'").fetchone()
                        out["recent.db"] = int(row[0]) if row else 0
        return out

    def check_lake(self, events, first, last):
        """Each event of the journal once; a full disk may have taken its beginning, which the lake still has."""
        total = 0
        for kind in sorted((self.data / "data/v1").glob("[a-z]*/")):
            files = [str(file) for file in kind.glob("*/*/part-*.parquet")]
            if not files:
                continue
            rows, distinct, greatest, there = self.duckdb.sql(
                f"select count(*), count(distinct seq), max(seq), count(*) filter (seq >= {first}) from read_parquet({files}, "
                "hive_partitioning = true)").fetchall()[0]
            self.assertEqual(rows, distinct, f"{kind.name}: a number stands twice in the lake")
            self.assertLessEqual(greatest, last, f"{kind.name}: the lake is ahead of the journal")
            total += there
        self.assertEqual(total, events, "events in the lake against events in the journal")

    def check_recent(self, last):
        with sqlite3.connect(f"file:{self.data / 'recent.db'}?mode=ro", uri=True) as db:
            for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                if "seq" not in [row[1] for row in db.execute(f'pragma table_info("{table}")')]:
                    continue
                rows, distinct, greatest = db.execute(
                    f'select count(*), count(distinct seq), coalesce(max(seq), 0) from "{table}"').fetchone()
                self.assertEqual(rows, distinct, f"{table}: a number stands twice in recent.db")
                self.assertLessEqual(greatest, last, f"{table}: recent.db is ahead of the journal")

    def run_whole(self, settings, what):
        """The engine starts, runs, ends well; its journal and its stores are whole. Gives the journal's last number."""
        with Engine(self.folder.name, self.data, *settings, demo=False) as engine:
            engine.wait_events(200)
            self.assertEqual(engine.stop()[0], 0, f"{what}\n{engine.own_text()[-4000:]}")
        code, last, said = replay(self.data)
        self.assertEqual(code, 0, f"{what}\n{said}")
        self.assertIn("No difference", said)
        found = re.search(r"with (\d+) events, numbers (\d+) to", said)
        self.check_lake(int(found.group(1)), int(found.group(2)), last)
        self.check_recent(last)
        return last
