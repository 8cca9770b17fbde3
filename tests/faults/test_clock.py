# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall clock is stepped by an hour, forth and back: times stay in order, the step is told, no feed is given up.

It takes over two minutes: the engine looks at the wall once a minute."""

import struct
import unittest
from pathlib import Path

import machine
from program import Engine, replay, wait_for
from stores import Stores

HOUR = 3600


class Clock(Stores):
    def test_steps_of_an_hour(self):
        clock = Path(self.folder.name) / "clock"
        clock.write_bytes(struct.pack("<q", 0))

        def gaps_in(engine):
            return sum(float(line.rsplit(" ", 1)[1]) for line in engine.get("/metrics")[1].splitlines()
                       if line.startswith("tickdeck_events_total") and 'type="gap"' in line)

        def step(seconds):
            with open(clock, "r+b") as file:   # the program has it mapped
                file.write(struct.pack("<q", seconds * 1_000_000_000))

        with self.simulator(400) as simulator:
            settings = self.settings(simulator)
            with Engine(self.folder.name, self.data, *settings, demo=False,
                        env=machine.environment(self.data, clock=clock)) as engine:
                engine.wait_events(500)
                gaps = gaps_in(engine)
                step(HOUR)
                wait_for(lambda: engine.metric("tickdeck_clock_skew_seconds") > HOUR - 60, "the step forward", 80)
                engine.wait_events(500)
                step(0)
                wait_for(lambda: engine.metric("tickdeck_clock_skew_seconds") < 60 - HOUR, "the step back", 80)
                engine.wait_events(500)
                self.assertEqual(gaps_in(engine), gaps, "no gap")
                self.assertEqual(engine.metric("tickdeck_connects_total"), 1, "one connection through it all")
                self.assertEqual(engine.metric("tickdeck_open_gaps"), 0)
                self.assertEqual(engine.stop(30)[0], 0, engine.own_text()[-4000:])
            code, _, said = replay(self.data)
            self.assertEqual(code, 0, said)
            for kind in ("trade", "quote", "book"):
                pattern = str(self.data / f"data/v1/{kind}/venue=kraken/**/part-*.parquet")
                rows, back, widest = self.duckdb.sql(
                    "select count(*), count(*) filter (receive_time < before), max(receive_time - before) from (select "
                    "receive_time, lag(receive_time) over (order by seq) as before from "
                    f"read_parquet('{pattern}', hive_partitioning = true))").fetchall()[0]
                self.assertGreater(rows, 100, kind)
                self.assertEqual(back, 0, f"{kind}: receive times go back")
                self.assertGreater(widest, (HOUR - 60) * 1_000_000_000, "the hour was taken at once")


if __name__ == "__main__":
    unittest.main()
