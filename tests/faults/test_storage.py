# SPDX-License-Identifier: GPL-3.0-or-later
"""One operation of the disk fails, or some in a row, or all from then on: the engine runs on, or says what is broken; and
the next start, on a sound disk, finds all that was committed.

TICKDECK_STORAGE_FAULTS=60 tries so many (6 without); TICKDECK_SEED=N takes the same ones."""

import os
import shutil
import unittest

import machine
from program import Engine, replay, wait_for
from stores import Stores

FAULTS = int(os.environ.get("TICKDECK_STORAGE_FAULTS", "6"))
ERRORS = {5: "Input/output error", 28: "No space left"}


class Storage(Stores):
    def one(self, settings, number):
        kind = self.random.choice(["write", "write", "sync", "sync", "rename", "create", "remove"])
        at = int(2 ** self.random.uniform(0, 8 if kind in ("write", "sync") else 5))
        count = self.random.choice([1, 1, 2, 5, 1_000_000])
        error = self.random.choice(list(ERRORS))
        spec = f"{kind}:{at}:{count}:{error}"
        what = f"fault {number}: {spec}; TICKDECK_SEED={self.seed}"
        with Engine(self.folder.name, self.data, *settings, demo=False,
                    env=machine.environment(self.data, fail=spec)) as engine:
            def decided():
                return engine.process.poll() is not None or "faulty machine" in engine.own_text() or \
                    '"engine.started"' in engine.own_text() and engine.metric("tickdeck_events_total") > 1000
            wait_for(decided, f"something to happen ({what})")
            wait_for(lambda: engine.process.poll() is not None or '"engine.started"' in engine.own_text(),
                     f"the start or the end ({what})\n" + engine.own_text()[-2000:], 30)
            ended = engine.process.poll()
            committed = 0
            if ended is None:
                # It answers, and whoever is not well says why.
                for component in engine.health()["components"]:
                    if component["state"] in ("degraded", "failed"):
                        self.assertTrue(component["reason"], f"{what}: {component}")
                committed = engine.metric("tickdeck_committed_seq")
                ended = engine.stop(30)[0]
            said = engine.own_text()
            self.assertIn(ended, (0, 1, 2), f"{what}\n{said[-4000:]}")
            if ended != 0:
                self.assertTrue(any(text in said for text in ERRORS.values()) or "disk" in said,
                                f"{what}: it does not say why it ended\n{said[-4000:]}")
        if list((self.data / "journal").glob("*.tdj")):
            _, last, said = replay(self.data)
            self.assertGreaterEqual(last, committed, f"{what}: committed and lost\n{said}")
            self.assertNotIn("first difference", said, what)
        return what

    def test_operations_fail(self):
        with self.simulator(1000) as simulator:
            settings = self.settings(simulator, "journal.segment_mb=1")
            for number in range(FAULTS):
                what = self.one(settings, number)
                self.run_whole(settings, what)
                if number % 3 == 2:   # the first start meets faults, too
                    shutil.rmtree(self.data)

    def test_a_file_that_cannot_be_made_is_told_with_its_reason(self):
        env = machine.environment(self.data, fail="create:4:1:28")   # the log of state.db
        with Engine(self.folder.name, self.data, demo=False, env=env) as engine:
            self.assertEqual(engine.process.wait(30), 1)
            self.assertRegex(engine.own_text(), "state.db.*: unable to open database file: No space left on device")


if __name__ == "__main__":
    unittest.main()
