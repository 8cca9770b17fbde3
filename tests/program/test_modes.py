# SPDX-License-Identifier: GPL-3.0-or-later
"""The modes that end by themselves: exit codes and what they say."""

import json
import tempfile
import unittest
from decimal import Decimal
from pathlib import Path

from program import CI, RECORDINGS, run

INSTRUMENT = ('{"channel":"instrument","type":"snapshot","data":{"assets":[],"pairs":[{"symbol":"BTC/USD","base":"BTC",'
              '"quote":"USD","status":"online","qty_precision":8,"qty_increment":1e-08,"price_precision":1,'
              '"price_increment":0.1,"cost_precision":5,"cost_min":0.5,"qty_min":5e-05}]}}\n')


class Usage(unittest.TestCase):
    def test_help_and_version(self):
        code, out, _ = run("--help")
        self.assertEqual(code, 0)
        for mode in ("decode", "replay", "export", "simulate", "config", "dlq", "doctor", "Exit:"):
            self.assertIn(mode, out)
        code, out, _ = run("--version")
        self.assertEqual(code, 0)
        self.assertRegex(out, r"tickdeck \d+\.\d+\.\d+")

    def test_wrong_usage_is_two(self):
        for arguments in (["--nonsense"], ["decode"], ["decode", "nowhere"], ["export", "trade"], ["config"], ["dlq"],
                          ["replay", "/nonexistent", "--from", "yesterday"]):
            self.assertEqual(run(*arguments)[0], 2, arguments)

    def test_replay_of_nothing_is_one(self):
        self.assertEqual(run("replay", "/nonexistent")[0], 1)

    def test_typo_in_settings(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "bad.toml"
            file.write_text('[serve]\nhttp_prot = 1\n[journal]\nsegment_mb = "big"\ncompression = 99\n')
            data = Path(folder) / "data"
            for mode in (["config", "check"], ["--no-gui", "--demo"]):
                code, _, said = run(*mode, "--config", file, "--data", data)
                self.assertEqual(code, 2, said)
                self.assertIn("bad.toml:2", said)
                self.assertIn("http_port", said)   # the nearest name
                self.assertIn("bad.toml:4", said)
                self.assertIn("bad.toml:5", said)
                self.assertFalse(data.exists(), "something was started")

    def test_addresses_that_are_not_safe(self):
        for setting in ("serve.http_bind=0.0.0.0", "connectors.kraken.url=ws://example.com/v2",
                        "connectors.kraken.url=http://127.0.0.1",
                        "connectors.kraken.url=ws://localhost:x@example.com/v2"):
            code, _, said = run("config", "check", "--set", setting)
            self.assertEqual(code, 2, setting)
            self.assertIn(setting.split("=")[0], said)

    def test_nothing_to_replay_or_export(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run("replay", folder)[0], 1)
            self.assertEqual(run("export", "trade", "--from", 1, "--to", 2, "--out", Path(folder) / "x.csv",
                                 "--data", folder)[0], 1)
            self.assertFalse((Path(folder) / "x.csv").exists())

    def test_settings_documents(self):
        code, out, _ = run("config", "schema")
        self.assertEqual(code, 0)
        self.assertIn("properties", json.loads(out))
        code, out, _ = run("config", "docs")
        self.assertEqual(code, 0)
        self.assertIn("connectors.kraken", out)
        code, out, _ = run("config", "show", "--set", "serve.http_port=1234")
        self.assertEqual(code, 0)
        self.assertIn("1234", out)
        self.assertIn("--set", out)

    def test_common_options_stand_before_or_behind(self):
        before = run("--set", "serve.http_port=1234", "config", "show")
        behind = run("config", "show", "--set", "serve.http_port=1234")
        self.assertEqual(before, behind)


class DecodeBadInput(unittest.TestCase):
    def test_a_deep_answer_is_a_bad_line(self):
        deep = '{"rest":"x","body":' + "[" * 50_000 + "]" * 50_000 + "}\n"
        code, out, said = run("decode", "kraken", stdin=deep)
        self.assertEqual((code, out), (1, ""), said)


class Decode(unittest.TestCase):
    def setUp(self):
        self.kraken = RECORDINGS / "exchanges/kraken_v2"
        if not self.kraken.is_dir():
            self.skipTest("the recordings are not here")

    def decode(self, *files, stdin=None):
        code, out, said = run("decode", "kraken", *files, stdin=stdin)
        return code, [json.loads(line) for line in out.splitlines()], said

    def test_every_checksum_of_a_long_recording(self):
        frames = INSTRUMENT + (self.kraken / "book.btcusd_d10_20230730.jsonl").read_text()
        code, events, said = self.decode(stdin=frames)
        books = [event for event in events if event["type"] == "book"]
        self.assertEqual(code, 0, said)
        self.assertEqual(len(books), 510)
        self.assertTrue(all(book["verified"] is True for book in books))

        # The values that come out are those that went in.
        sent = [json.loads(line, parse_float=Decimal, parse_int=Decimal)["data"][0]
                for line in frames.splitlines()[1:]]
        for book, message in zip(books, sent, strict=True):
            for side in ("bids", "asks"):
                self.assertEqual([[Decimal(p), Decimal(q)] for p, q in book[side]],
                                 [[level["price"], level["qty"]] for level in message[side]])

    def test_every_other_recording(self):
        verified = {"book.minagbp_d25_20260816.jsonl": 30, "book.ethusd_d10_snapshot_20260723.jsonl": 1}
        for file in sorted(self.kraken.glob("*.jsonl")):
            if file.name == "instrument_pair_entry.jsonl":
                continue
            with self.subTest(file=file.name):
                code, events, said = self.decode(file)
                if file.name.startswith("book.btcusd"):   # it lost its trailing zeros, and no precision is given
                    continue
                self.assertEqual(code, 0, said)
                self.assertEqual(sum(event.get("verified") is True for event in events), verified.get(file.name, 0))


if __name__ == "__main__":
    unittest.main()
