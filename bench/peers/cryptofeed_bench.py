# SPDX-License-Identifier: GPL-3.0-or-later
"""cryptofeed's message handlers over a recording: usage: cryptofeed_bench.py FOLDER KIND [FRAMES]
KIND: kraken (book, v1 wire, with checksums), depth, ticker or mark (Binance). Prints one JSON line: messages, the least CPU
nanoseconds a message of its rounds, and callbacks. No network: symbol tables and snapshots are put in; a callback does nothing."""

import asyncio
import json
import logging
import sys
import time
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from cryptofeed.defines import FUNDING, L2_BOOK, TICKER
from cryptofeed.exchanges import BinanceFutures, Kraken
from cryptofeed.symbols import Symbols
from cryptofeed.types import OrderBook

ROUNDS = 3
logging.disable(logging.CRITICAL)


class Connection:
    uuid = "bench"
    subscription = {}


def feed_of(cls, name, symbols, channels, callbacks, **options):
    Symbols.set(name, symbols, {"instrument_type": defaultdict(lambda: "spot"), "tick_size": {}, "contract_size": {}})
    return cls(symbols=list(symbols), channels=channels, callbacks=dict.fromkeys(channels, callbacks), **options)


def kraken(folder, callbacks):
    books = [line for line in (folder / "kraken_v1.jsonl").read_text().splitlines() if '"book-' in line]
    names = {json.loads(line)[-1] for line in books}
    symbols = {name.replace("XBT", "BTC").replace("XDG", "DOGE").replace("/", "-"): name for name in names}
    feed = feed_of(Kraken, "KRAKEN", symbols, [L2_BOOK], callbacks, max_depth=100, checksum_validation=True)
    first = [line for line in books if '"as"' in line]
    return feed, first, [line for line in books if '"as"' not in line]


def binance(folder, kind, channel, callbacks):
    snapshots = [json.loads(line) for line in (folder / "binance_snap.jsonl").read_text().splitlines()]
    symbols = {f"{s['symbol'][:-4]}-USDT-PERP": s["symbol"] for s in snapshots}
    feed = feed_of(BinanceFutures, "BINANCE_FUTURES", symbols, [channel], callbacks)
    feed._reset()
    for snapshot in snapshots:
        name = feed.exchange_symbol_to_std_symbol(snapshot["symbol"])
        feed.last_update_id[name] = snapshot["lastUpdateId"]
        sides = {side: {Decimal(p): Decimal(q) for p, q in snapshot[side]} for side in ("bids", "asks")}
        feed._l2_book[name] = OrderBook(feed.id, name, max_depth=feed.max_depth, **sides)
        feed._l2_book[name].delta = {}
    tags = (folder / "rec.tag").read_text()
    with (folder / "rec.jsonl").open() as frames:
        return feed, [], [line for line, tag in zip(frames, tags) if tag == kind]


def main():
    folder, kind = Path(sys.argv[1]), sys.argv[2]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 20_000
    calls = 0

    async def callback(_, __):
        nonlocal calls
        calls += 1

    make = {"kraken": lambda: kraken(folder, callback),
            "depth": lambda: binance(folder, "b", L2_BOOK, callback),
            "ticker": lambda: binance(folder, "t", TICKER, callback),
            "mark": lambda: binance(folder, "m", FUNDING, callback)}[kind]

    async def once():
        feed, first, frames = make()
        connection, now = Connection(), time.time()
        for frame in first:
            await feed.message_handler(frame, connection, now)
        frames = frames[:most]
        begin = time.process_time()
        for frame in frames:
            await feed.message_handler(frame, connection, now)
        return time.process_time() - begin, len(frames)

    rounds = [asyncio.run(once()) for _ in range(ROUNDS)]
    seconds, messages = min(rounds)
    print(json.dumps({"messages": messages, "ns": round(seconds / messages * 1e9, 1), "callbacks": calls // ROUNDS}))


if __name__ == "__main__":
    main()
