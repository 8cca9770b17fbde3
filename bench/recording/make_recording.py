#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A made recording of what Kraken v2 and Binance USD-M send, for benchmarks: usage: make_recording.py FOLDER [FRAMES] [SEED]

Writes, the same for the same seed:
  rec.jsonl           a WebSocket frame a line
  rec.tag             a byte a line, its kind: k Kraken's book, K its ticker, b Binance's depthUpdate, t bookTicker, m markPriceUpdate
  binance_snap.jsonl  the REST snapshots that the depth streams go on from, each with its symbol
  kraken_v1.jsonl     Kraken's frames once more in the v1 form, for peers that speak only that
The wire is faithful where it matters: Kraken's checksums are true, Binance's U/u/pu chain is whole. The mix, the books' shape
and the number of levels in a message are assumptions: about 100 levels a side at Kraken, 500 at Binance, changes near the touch."""

import bisect
import math
import random
import sys
import time
import zlib
from pathlib import Path

START = 1_760_000_000 * 10**9  # ns
MARKETS = [  # base, price, digits of the price, share of the traffic
    ("BTC", 64250.1, 1, 30), ("ETH", 2481.37, 2, 20), ("SOL", 151.22, 2, 12), ("XRP", 2.31, 4, 8), ("DOGE", 0.2031, 5, 6),
    ("ADA", 0.715, 4, 2), ("AVAX", 27.31, 2, 2), ("LINK", 14.92, 3, 2), ("LTC", 84.11, 2, 2), ("DOT", 5.03, 3, 2),
    ("BCH", 391.7, 2, 2), ("UNI", 8.11, 3, 2), ("ATOM", 6.42, 3, 2), ("NEAR", 4.13, 3, 2), ("APT", 6.9, 3, 2),
    ("ARB", 0.551, 4, 2), ("OP", 1.23, 4, 2), ("FIL", 3.91, 3, 2), ("SUI", 1.72, 4, 2), ("INJ", 18.3, 3, 2)]
KRAKEN_MARKETS = 12
KINDS = {"k": 18, "K": 3, "b": 20, "t": 30, "m": 3}  # shares


def fixed(value, digits):
    text = str(value).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text


class Book:
    """Prices in ticks, quantities in lots; each side sorted ascending and cut at its depth."""

    def __init__(self, dice, market, quantity_digits, depth):
        self.base, price, self.price_digits, self.share = market
        self.dice, self.quantity_digits, self.depth = dice, quantity_digits, depth
        middle = round(price * 10**self.price_digits)
        self.bids, self.asks = {}, {}
        for side, step in ((self.bids, -1), (self.asks, 1)):
            at = middle
            for _ in range(depth):
                at += step * (1 + int(dice.expovariate(0.7)))
                side[at] = self.quantity()
        self.sorted = {True: sorted(self.bids), False: sorted(self.asks)}

    def quantity(self):
        return max(1, int(self.dice.lognormvariate(0, 1.3) * 10**self.quantity_digits))

    def best(self, bid):
        return self.sorted[bid][-1 if bid else 0]

    def levels(self, bid):
        """Best first."""
        prices, side = self.sorted[bid], self.bids if bid else self.asks
        return [(price, side[price]) for price in (reversed(prices) if bid else prices)]

    def change(self, count):
        """About so many changed levels: {(is bid, price): quantity}; 0 is gone."""
        changes = {}
        for _ in range(count):
            bid = self.dice.random() < 0.5
            prices, side = self.sorted[bid], self.bids if bid else self.asks
            rank = min(int(self.dice.expovariate(1 / 6)), len(prices) - 1)
            price, quantity, chance = prices[len(prices) - 1 - rank if bid else rank], self.quantity(), self.dice.random()
            if 0.55 <= chance < 0.775 and len(prices) > self.depth * 0.9:
                quantity = 0
            elif chance >= 0.55:
                price += self.dice.choice((-1, 1)) * (1 + int(self.dice.expovariate(0.8)))
            if price >= self.best(False) if bid else price <= self.best(True):
                continue  # would cross
            if quantity == 0:
                if len(prices) < 12 or price not in side:
                    continue
                del side[price]
                prices.pop(bisect.bisect_left(prices, price))
            else:
                if price not in side:
                    bisect.insort(prices, price)
                side[price] = quantity
                if len(prices) > self.depth:
                    far = prices.pop(0 if bid else -1)
                    del side[far]
                    if far == price:
                        changes.pop((bid, price), None)
                        continue
            changes[bid, price] = quantity
        return changes


def crc(book):
    text = "".join(f"{price}{quantity}" for bid in (False, True) for price, quantity in book.levels(bid)[:10])
    return zlib.crc32(text.encode())


class Recording:
    def __init__(self, folder, seed):
        self.dice = random.Random(seed)
        self.now = START
        self.frames, self.tags, self.v1 = ((folder / name).open("w") for name in ("rec.jsonl", "rec.tag", "kraken_v1.jsonl"))
        self.count = 0
        self.kraken = [Book(self.dice, market, 8, 100) for market in MARKETS[:KRAKEN_MARKETS]]
        self.binance = [Book(self.dice, market, 3, 500) for market in MARKETS]
        self.update_ids = [10**12 + 10**9 * i for i in range(len(MARKETS))]
        for book in self.kraken:
            self.kraken_book(book, "snapshot", {(bid, price): quantity for bid in (True, False)
                                                for price, quantity in book.levels(bid)})
        with (folder / "binance_snap.jsonl").open("w") as snapshots:
            for i, book in enumerate(self.binance):
                sides = (",".join(f'["{self.price(book, p)}","{fixed(q, 3)}"]' for p, q in book.levels(bid))
                         for bid in (True, False))
                snapshots.write('{"lastUpdateId":%d,"E":%d,"T":%d,"symbol":"%sUSDT","bids":[%s],"asks":[%s]}\n' %
                                (self.update_ids[i] + 10, self.ms, self.ms, book.base, *sides))

    def close(self):
        for file in (self.frames, self.tags, self.v1):
            file.close()

    @property
    def ms(self):
        return self.now // 10**6

    @staticmethod
    def price(book, ticks):
        return fixed(ticks, book.price_digits)

    def emit(self, kind, text, v1=None):
        self.frames.write(text + "\n")
        self.tags.write(kind)
        if v1:
            self.v1.write(v1 + "\n")
        self.count += 1

    def pick(self, books):
        return self.dice.choices(range(len(books)), [book.share for book in books])[0]

    def step(self):
        self.now += int(self.dice.expovariate(1 / 50_000))
        kind = self.dice.choices(list(KINDS), KINDS.values())[0]
        if kind in "kK":
            book = self.kraken[self.pick(self.kraken)]
            if kind == "K":
                self.kraken_ticker(book)
            elif changes := book.change(1 + int(self.dice.expovariate(0.6))):
                self.kraken_book(book, "update", changes)
            return
        i = self.pick(self.binance)
        {"b": self.binance_depth, "t": self.binance_ticker, "m": self.binance_mark}[kind](i, self.binance[i])

    def kraken_time(self):
        return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self.now // 10**9)) + f".{self.now % 10**9 // 1000:06d}Z"

    @staticmethod
    def v1_name(book):
        return {"BTC": "XBT", "DOGE": "XDG"}.get(book.base, book.base) + "/USD"

    def kraken_book(self, book, kind, changes):
        def side(is_bid):
            return [(price, quantity) for (bid, price), quantity in changes.items() if bid == is_bid]

        def v2(levels):
            return ",".join(f'{{"price":{self.price(book, p)},"qty":{fixed(q, 8)}}}' for p, q in levels)

        def v1(levels):
            stamp = f"{self.now // 10**9}.{self.now % 10**9 // 1000:06d}"
            return ",".join(f'["{self.price(book, p)}","{fixed(q, 8)}","{stamp}"]' for p, q in levels)

        bids, asks, checksum = side(True), side(False), crc(book)
        if kind == "snapshot":
            parts = [f'{{"as":[{v1(asks)}],"bs":[{v1(bids)}]}}']
        else:
            parts = [f'{{"{key}":[{v1(levels)}]}}' for key, levels in (("a", asks), ("b", bids)) if levels]
            parts[-1] = f'{parts[-1][:-1]},"c":"{checksum}"}}'
        self.emit("k", f'{{"channel":"book","type":"{kind}","data":[{{"symbol":"{book.base}/USD","bids":[{v2(bids)}],'
                       f'"asks":[{v2(asks)}],"checksum":{checksum},"timestamp":"{self.kraken_time()}"}}]}}',
                  f'[300,{",".join(parts)},"book-100","{self.v1_name(book)}"]')

    def kraken_ticker(self, book):
        bid, ask = book.best(True), book.best(False)
        text = {name: self.price(book, int(value)) for name, value in
                {"bid": bid, "ask": ask, "vwap": bid * 0.999, "low": bid * 0.97, "high": bid * 1.02, "change": bid * 0.01}.items()}
        bid_quantity, ask_quantity = fixed(book.bids[bid], 8), fixed(book.asks[ask], 8)
        self.emit("K", f'{{"channel":"ticker","type":"update","data":[{{"symbol":"{book.base}/USD","bid":{text["bid"]},'
                       f'"bid_qty":{bid_quantity},"ask":{text["ask"]},"ask_qty":{ask_quantity},"last":{text["ask"]},'
                       f'"volume":{fixed(self.dice.randrange(10**12, 10**13), 8)},"vwap":{text["vwap"]},"low":{text["low"]},'
                       f'"high":{text["high"]},"change":{text["change"]},"change_pct":{self.dice.uniform(-5, 5):.2f},'
                       f'"timestamp":"{self.kraken_time()}"}}]}}',
                  f'[400,{{"a":["{text["ask"]}",1,"{ask_quantity}"],"b":["{text["bid"]}",1,"{bid_quantity}"],'
                  f'"c":["{text["ask"]}","0.50000000"],"v":["1000.00000000","2000.00000000"],"p":["{text["bid"]}","{text["bid"]}"],'
                  f'"t":[1000,2000],"l":["{text["low"]}","{text["low"]}"],"h":["{text["high"]}","{text["high"]}"],'
                  f'"o":["{text["bid"]}","{text["bid"]}"]}},"ticker","{self.v1_name(book)}"]')

    def binance_depth(self, i, book):
        changes = book.change(2 + min(200, int(self.dice.lognormvariate(2.9, 0.8))))
        if not changes:
            return
        previous = self.update_ids[i]
        first = previous + 1  # the first also brackets its snapshot
        self.update_ids[i] = first + self.dice.randrange(50, 4000)
        sides = (",".join(f'["{self.price(book, p)}","{fixed(q, 3)}"]' for (bid, p), q in changes.items() if bid == wanted)
                 for wanted in (True, False))
        self.wrapped("b", book, "depth@100ms", '"e":"depthUpdate","E":%d,"T":%d,"s":"%sUSDT","U":%d,"u":%d,"pu":%d,"b":[%s],"a":[%s]' %
                     (self.ms, self.ms - 2, book.base, first, self.update_ids[i], previous, *sides))

    def binance_ticker(self, i, book):
        bid, ask = book.best(True), book.best(False)
        self.wrapped("t", book, "bookTicker",
                     f'"e":"bookTicker","u":{self.update_ids[i]},"s":"{book.base}USDT","b":"{self.price(book, bid)}",'
                     f'"B":"{fixed(book.bids[bid], 3)}","a":"{self.price(book, ask)}","A":"{fixed(book.asks[ask], 3)}",'
                     f'"T":{self.ms - 1},"E":{self.ms}')

    def binance_mark(self, _, book):
        price = book.best(True) / 10**book.price_digits
        self.wrapped("m", book, "markPrice@1s",
                     f'"e":"markPriceUpdate","E":{self.ms},"s":"{book.base}USDT","p":"{price:.8f}","P":"{price * 1.0001:.8f}",'
                     f'"i":"{price * 0.9999:.8f}","r":"{self.dice.uniform(-0.0003, 0.0003):.8f}",'
                     f'"T":{math.ceil(self.ms / 28_800_000) * 28_800_000}')

    def wrapped(self, kind, book, stream, data):
        self.emit(kind, f'{{"stream":"{book.base.lower()}usdt@{stream}","data":{{{data}}}}}')


def main():
    folder = Path(sys.argv[1])
    frames = int(sys.argv[2]) if len(sys.argv) > 2 else 500_000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    folder.mkdir(parents=True, exist_ok=True)
    recording = Recording(folder, seed)
    while recording.count < frames:
        recording.step()
    recording.close()


if __name__ == "__main__":
    main()
