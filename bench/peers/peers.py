#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our decoders beside cryptofeed and barter-data on the same bytes: usage: peers.py DECODE_BENCH FOLDER

Installs the peers below FOLDER (pip into a venv, cargo), makes the recording there, runs both sides of each row in turns and
prints the table. A peer that cannot be had is said with why, and its rows count as not measured: exit 1, as with a missed goal."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FRAMES = 500_000
ROUNDS = 3
ROWS = [  # what, kind, peer, goal of our time over the peer's
    ("Kraken book, checksums", "kraken", "cryptofeed", 1 / 15),
    ("Binance depth", "depth", "barter-data", 1 / 3),
    ("Binance depth", "depth", "cryptofeed", 1 / 15),
    ("Binance bookTicker", "ticker", "barter-data", None),
    ("Binance bookTicker", "ticker", "cryptofeed", None),
    ("Binance markPrice", "mark", "cryptofeed", None)]


def call(command, **options):
    return subprocess.run([str(word) for word in command], check=True, text=True, **options)


def cryptofeed(folder):
    """The command that runs it; installed where it is not there yet."""
    python = folder / "venv/bin/python"
    if not python.exists():
        print("installing cryptofeed into", folder / "venv", flush=True)
        call([sys.executable, "-m", "venv", folder / "venv"])
    call([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement",
          HERE / "requirements.txt"])
    return [python, HERE / "cryptofeed_bench.py"]


def barter(folder):
    if not shutil.which("cargo"):
        raise FileNotFoundError("cargo is not installed (https://rustup.rs)")
    print("building barter-data (some minutes the first time)", flush=True)
    call(["cargo", "build", "--quiet", "--release", "--manifest-path", HERE / "barter/Cargo.toml",
          "--target-dir", folder / "target"])
    return [folder / "target/release/barter_bench"]


def measure(command, recording, kind):
    """Nanoseconds a message; every message must have been taken."""
    result = json.loads(call([*command, recording, kind], stdout=subprocess.PIPE).stdout.splitlines()[-1])
    if result.get("errors") or result.get("callbacks", result["messages"]) == 0:
        raise ValueError(f"it did not take the recording: {result}")
    return result["ns"]


def main():
    ours, folder = [Path(sys.argv[1])], Path(sys.argv[2])
    recording = folder / "recording"
    if not (recording / "binance_snap.jsonl").exists():
        print("making the recording", flush=True)
        call([sys.executable, HERE.parent / "recording/make_recording.py", recording, FRAMES, 1])
    peers, missing = {}, {}
    for name, install in (("cryptofeed", cryptofeed), ("barter-data", barter)):
        try:
            peers[name] = install(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            missing[name] = str(error)

    print(f"\n{'what':<24} {'ours':>10} {'peer':>12} {'':<12} {'ratio':>7}  goal", flush=True)
    failed = False
    for what, kind, name, goal in ROWS:
        wanted = f"1/{1 / goal:.0f}" if goal else "-"
        if name not in peers:
            print(f"{what:<24} {'':>10} {'missing':>12} {name:<12} {'':>7}  {wanted}")
            failed = True
            continue
        try:
            rounds = [(measure(ours, recording, kind), measure(peers[name], recording, kind)) for _ in range(ROUNDS)]
        except (ValueError, subprocess.CalledProcessError) as error:
            print(f"{what:<24} {'':>10} {'failed':>12} {name:<12} {'':>7}  {wanted}: {error}")
            failed = True
            continue
        mine, theirs = (min(side) for side in zip(*rounds))
        missed = goal and mine / theirs > goal
        failed = failed or bool(missed)
        print(f"{what:<24} {mine:>7.0f} ns {theirs:>9.0f} ns {name:<12} {'1/%.1f' % (theirs / mine):>7}  {wanted}"
              f"{': MISSED' if missed else ''}", flush=True)
    for name, why in missing.items():
        print(f"{name} is missing: {why}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
