# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a lake with DuckDB, Polars and pandas and compares every value with the events that went in.

usage: readers.py READER LAKE EXPECTED     (READER: duckdb, polars, pandas; EXPECTED: events as JSON lines)
Exit code 77: the reader's wheel is not installed; 1: a difference.
"""

import decimal
import json
import sys
from collections import defaultdict

decimal.getcontext().prec = 60


def with_duckdb(folder):
    import duckdb

    rows = duckdb.sql(f"select * from read_parquet('{folder}/**/*.parquet', hive_partitioning = true)")
    return [dict(zip(rows.columns, row)) for row in rows.fetchall()]


def with_polars(folder):
    import polars

    return polars.scan_parquet(f"{folder}/", hive_partitioning=True).collect().to_dicts()


def with_pandas(folder):
    import pandas
    import pyarrow  # noqa: F401  (the engine that pandas reads with)

    frame = pandas.read_parquet(folder, dtype_backend="pyarrow")
    rows = frame.to_dict("records")
    return [{key: None if value is pandas.NA else value for key, value in row.items()} for row in rows]


def plain(value):
    """A value as the reader gave it, in the form that the JSON has."""
    if isinstance(value, dict):
        return [plain(item) for item in value.values()]
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    return value


def same(stored, expected):
    if isinstance(expected, dict):
        expected = list(expected.values())
    if isinstance(stored, list) and isinstance(expected, list):
        return len(stored) == len(expected) and all(same(a, b) for a, b in zip(stored, expected))
    if isinstance(stored, decimal.Decimal):
        return isinstance(expected, str) and stored == decimal.Decimal(expected)
    return type(stored) is type(expected) and stored == expected


def main():
    reader, lake, expected_file = sys.argv[1:]
    expected = defaultdict(dict)
    with open(expected_file, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            expected[event["type"]][event["seq"]] = event
    for kind, events in expected.items():
        try:
            rows = {"duckdb": with_duckdb, "polars": with_polars, "pandas": with_pandas}[reader](f"{lake}/{kind}")
        except ImportError as error:
            print(f"{error}: not installed")
            return 77
        if len(rows) != len(events):
            print(f"{kind}: {len(rows)} rows, expected {len(events)}")
            return 1
        for row in rows:
            event = events[row["seq"]]
            lineage = "cause_seq" if kind == "gap" else "cause"
            for key, value in event.items():
                if key == "type" or (kind == "gap" and key == "cause_seq"):
                    continue
                stored = plain(row[key])
                if key == lineage and stored is not None and all(item is None for item in stored):
                    stored = None
                if not same(stored, value):
                    print(f"{kind} {row['seq']}: {key} is {stored!r}, expected {value!r}")
                    return 1
            if str(row["date"])[:4] not in ("2025", "2026"):
                print(f"{kind} {row['seq']}: date {row['date']!r}")
                return 1
        print(f"{kind}: {len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
