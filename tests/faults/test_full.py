# SPDX-License-Identifier: GPL-3.0-or-later
"""The disk is full for a while under load: nothing is lost, health says so, all of it recovers by itself.

TICKDECK_FULL_SECONDS=60 TICKDECK_FULL_RATE=10000 (messages a second); 5 and 1000 without."""

import os
import time
import unittest
from pathlib import Path

import machine
from program import Engine, replay, wait_for
from stores import Stores

SECONDS = float(os.environ.get("TICKDECK_FULL_SECONDS", "5"))
RATE = int(os.environ.get("TICKDECK_FULL_RATE", "1000"))
MESSAGES_A_STEP = 1.37   # of all pairs with all channels
PAIRS = "BTC/USD,ETH/USD,SOL/USD,XRP/USD,ADA/USD,DOGE/USD,LTC/USD,DOT/USD,BTC/EUR,ETH/BTC,USDT/USD,MINA/GBP"


class Full(Stores):
    def component(self, engine, name):
        return next(c for c in engine.health()["components"] if c["name"] == name)

    def test_full_disk(self):
        switch = Path(self.folder.name) / "full"
        with self.simulator(RATE / MESSAGES_A_STEP) as simulator:
            settings = self.settings(simulator, f"connectors.kraken.symbols={PAIRS}", "journal.segment_mb=16")
            with Engine(self.folder.name, self.data, *settings, demo=False,
                        env=machine.environment(self.data, full=switch)) as engine:
                engine.wait_events(1000)
                frames, begun = engine.metric("tickdeck_frames_total"), time.monotonic()
                switch.touch()
                wait_for(lambda: self.component(engine, "journal")["state"] != "ok", "health to tell of it")
                told = self.component(engine, "journal")["reason"]
                self.assertIn("No space left", told)
                committed = engine.metric("tickdeck_committed_seq")
                wait_for(lambda: time.monotonic() - begun > SECONDS, "the time to pass", SECONDS + 30)
                self.assertNotEqual(self.component(engine, "journal")["state"], "ok")
                self.assertEqual(engine.get("/livez")[0], 200)
                rate = (engine.metric("tickdeck_frames_total") - frames) / (time.monotonic() - begun)
                memory = engine.metric("tickdeck_pool_bytes")
                newest = engine.metric("tickdeck_newest_seq")
                switch.unlink()
                freed = time.monotonic()
                wait_for(lambda: engine.metric("tickdeck_committed_seq") >= newest, "all to be committed", 60)
                print(f"{rate:.0f} messages a second, {memory / 1e6:.0f} MB waited; committed {newest - committed:.0f} "
                      f"numbers {time.monotonic() - freed:.1f} s after there was room")
                for name in ("journal", "router", "sinks.parquet", "sinks.sqlite"):
                    wait_for(lambda n=name: self.component(engine, n)["state"] == "ok", f"{name} to be well", 60)
                self.assertEqual(engine.metric("tickdeck_frames_lost_total"), 0)
                self.assertEqual(engine.metric("tickdeck_overflows_total"), 0)
                self.assertEqual(engine.metric("tickdeck_connects_total"), 1, "the feed went on")
                self.assertEqual(engine.metric("tickdeck_open_gaps"), 0)
                self.assertGreater(rate, RATE / 4)
                code, _ = engine.stop(30)
                self.assertEqual(code, 0, engine.own_text()[-4000:])
            code, last, said = replay(self.data)
            self.assertEqual(code, 0, said)
            self.assertIn("No difference", said)
            # The rest of what the stores missed comes with the next start at the latest.
            self.run_whole(settings, "after the full disk")


if __name__ == "__main__":
    unittest.main()
