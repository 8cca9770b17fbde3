// SPDX-License-Identifier: GPL-3.0-or-later
//! barter-data over the Binance frames of a recording: usage: barter_bench DIR depth|ticker
//! Prints one JSON line: messages, the least CPU nanoseconds a message of its rounds, and errors.
//! It reads payloads without the combined stream's envelope, which is taken off before the clock runs: in its favour.

use barter_data::{
    books::OrderBook,
    event::{MarketEvent, MarketIter},
    exchange::binance::{
        book::{l1::BinanceOrderBookL1, l2::BinanceOrderBookL2Snapshot},
        futures::{
            l2::{BinanceFuturesOrderBookL2Update, BinanceFuturesUsdOrderBooksL2Transformer},
            BinanceFuturesUsd,
        },
    },
    subscription::{
        book::{OrderBookEvent, OrderBookL1, OrderBooksL2},
        Map,
    },
    transformer::ExchangeTransformer,
};
use barter_instrument::exchange::ExchangeId;
use barter_integration::{subscription::SubscriptionId, Transformer};
use std::hint::black_box;

const ROUNDS: usize = 3;

fn cpu_seconds() -> f64 {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut now) };
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

fn payloads(folder: &str, kind: u8) -> Vec<Vec<u8>> {
    let frames = std::fs::read(format!("{folder}/rec.jsonl")).expect("rec.jsonl");
    let tags = std::fs::read(format!("{folder}/rec.tag")).expect("rec.tag");
    const KEY: &[u8] = b",\"data\":";
    frames
        .split(|&byte| byte == b'\n')
        .zip(&tags)
        .filter(|(_, &tag)| tag == kind)
        .map(|(line, _)| {
            let at = line.windows(KEY.len()).position(|window| window == KEY).expect("an envelope");
            line[at + KEY.len()..line.len() - 1].to_vec()
        })
        .collect()
}

/// Deserialise, check the chain, normalise, apply to the book. Returns the seconds and the errors.
fn depth(folder: &str, frames: &[Vec<u8>]) -> (f64, usize) {
    let mut ids = fnv::FnvHashMap::default();
    let mut snapshots = vec![];
    let mut books = vec![];
    let text = std::fs::read_to_string(format!("{folder}/binance_snap.jsonl")).expect("binance_snap.jsonl");
    for (id, line) in text.lines().enumerate() {
        let symbol = serde_json::from_str::<serde_json::Value>(line).unwrap()["symbol"].as_str().unwrap().to_owned();
        ids.insert(SubscriptionId::from(format!("@depth@100ms|{symbol}")), id);
        let snapshot: BinanceOrderBookL2Snapshot = serde_json::from_str(line).unwrap();
        let event: MarketEvent<usize, OrderBookEvent> =
            MarketEvent::from((ExchangeId::BinanceFuturesUsd, id, snapshot));
        let mut book = OrderBook::default();
        book.update(&event.kind);
        books.push(book);
        snapshots.push(event);
    }
    let (sender, _receiver) = tokio::sync::mpsc::unbounded_channel();
    let mut transformer = futures::executor::block_on(
        <BinanceFuturesUsdOrderBooksL2Transformer<usize> as ExchangeTransformer<
            BinanceFuturesUsd,
            usize,
            OrderBooksL2,
        >>::init(Map(ids), &snapshots, sender),
    )
    .expect("snapshots");
    let mut errors = 0;
    let begin = cpu_seconds();
    for frame in frames {
        let update = serde_json::from_slice::<BinanceFuturesOrderBookL2Update>(frame).expect("a depth update");
        for out in transformer.transform(update) {
            match out {
                Ok(event) => books[event.instrument].update(&event.kind),
                Err(_) => errors += 1,
            }
        }
    }
    let seconds = cpu_seconds() - begin;
    black_box(&books);
    (seconds, errors)
}

fn ticker(frames: &[Vec<u8>]) -> (f64, usize) {
    let begin = cpu_seconds();
    for frame in frames {
        let quote = serde_json::from_slice::<BinanceOrderBookL1>(frame).expect("a book ticker");
        black_box(MarketIter::<usize, OrderBookL1>::from((ExchangeId::BinanceFuturesUsd, 1, quote)).0);
    }
    (cpu_seconds() - begin, 0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let (folder, what) = (&arguments[1], arguments[2].as_str());
    let frames = payloads(folder, if what == "depth" { b'b' } else { b't' });
    let (mut least, mut errors) = (f64::MAX, 0);
    for _ in 0..ROUNDS {
        let (seconds, wrong) = if what == "depth" { depth(folder, &frames) } else { ticker(&frames) };
        least = least.min(seconds);
        errors += wrong;
    }
    println!(
        "{{\"messages\":{},\"ns\":{:.1},\"errors\":{}}}",
        frames.len(),
        least / frames.len() as f64 * 1e9,
        errors
    );
}
