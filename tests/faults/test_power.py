# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes, at any moment, again and again: what was committed is there, replay equals live, no store is ahead.

TICKDECK_POWER_CUTS=100 makes so many cuts (10 without); TICKDECK_SEED=N takes the same moments and the same losses."""

import os
import shutil
import threading
import time
import unittest
from pathlib import Path

import machine
from program import Engine, replay
from stores import Stores

CUTS = int(os.environ.get("TICKDECK_POWER_CUTS", "10"))
RATE = 2000   # steps of the simulated market per second


class Committed(threading.Thread):
    """Asks the engine over and over how far its journal is committed, and when it said so."""

    def __init__(self, engine):
        super().__init__(daemon=True)
        self.engine, self.said, self.ended = engine, [], threading.Event()

    def run(self):
        while not self.ended.is_set():
            try:
                value = self.engine.metric("tickdeck_committed_seq")
            except (OSError, ValueError):   # it is gone
                return
            self.said.append((time.monotonic_ns(), int(value)))
            self.ended.wait(0.02)

    def at(self, instant):
        return max((value for when, value in self.said if when < instant), default=0)


class Power(Stores):
    def cut(self, settings, number):
        log = Path(self.folder.name) / "changes.log"
        base = machine.read_folder(self.data) if self.data.exists() else ({}, set())
        with Engine(self.folder.name, self.data, *settings, demo=False,
                    env=machine.environment(self.data, log=log)) as engine:
            engine.get("/livez")
            committed = Committed(engine)
            committed.start()
            engine.wait_events(200)
            time.sleep(self.random.uniform(0, 1.2))   # the random point, not a wait for something
            engine.kill()
            committed.ended.set()
            committed.join()
        records = machine.read_log(log)
        # One in five falls anywhere, the start's own repairs included; the others into the last second.
        first = 0 if self.random.random() < 0.2 else next(
            (i for i, record in enumerate(records) if record.time > records[-1].time - 1_000_000_000), 0)
        upto = self.random.randrange(first, len(records)) + 1
        safe = committed.at(records[upto - 1].time)
        what = f"cut {number}, behind {upto} of {len(records)} changes, {safe} committed; TICKDECK_SEED={self.seed}"
        machine.write_folder(self.data, machine.power_cut(base, records[:upto], self.random))
        return safe, what

    def test_power_cuts(self):
        with self.simulator(RATE) as simulator:
            settings = self.settings(simulator, "journal.segment_mb=1")
            highest = 0
            for number in range(CUTS):
                # Without recent.db nobody else syncs the folder that all lies in.
                only = ["--set", "sinks.sqlite.enabled=false"] if number % 10 in (0, 8) else []
                safe, what = self.cut(settings + only, number)
                if safe > 0 or list((self.data / "journal").glob("*.tdj")):
                    code, last, said = replay(self.data)
                    self.assertGreaterEqual(last, max(safe, highest), f"{what}: committed and lost\n{said}")
                    self.assertNotIn("difference at", said, what)
                    for store, position in self.positions().items():
                        self.assertLessEqual(position, last, f"{what}: {store} is ahead of the journal")
                    highest = max(highest, safe)
                    if code != 0:   # a damaged tail is cut off at the next start
                        self.assertIn("No difference in what could be read", said, what)
                if number % 5 == 4 or number == CUTS - 1:
                    highest = max(highest, self.run_whole(settings, what))
                if number % 10 >= 7:   # the first start of all is cut, too
                    shutil.rmtree(self.data)
                    highest = 0


if __name__ == "__main__":
    unittest.main()
