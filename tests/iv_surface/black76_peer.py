# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares our implied volatilities and prices with py_lets_be_rational's.

usage: black76_peer.py FILE     (a line each: price forward strike years ±1 volatility, as hexadecimal floats)
Exit code 77: the wheel is not installed; 1: a relative difference above 1e-12.
"""

import math
import sys

try:
    from py_lets_be_rational import black, implied_volatility_from_a_transformed_rational_guess as implied
except ImportError as missing:
    print(missing)
    sys.exit(77)

options = 0
worst_volatility = worst_price = 0.0
for line in open(sys.argv[1]):
    price, forward, strike, years, sign, ours = line.split()
    price, forward, strike, years, ours = (float.fromhex(text) for text in (price, forward, strike, years, ours))
    theirs = implied(price, forward, strike, years, float(sign))
    worst_volatility = max(worst_volatility, abs(ours / theirs - 1))
    worst_price = max(worst_price, abs(price / black(forward, strike, theirs, years, float(sign)) - 1))
    options += 1
print(f"{options} options, worst relative difference: volatility {worst_volatility:.2e}, price {worst_price:.2e}")
good = options == 100_000 and worst_volatility <= 1e-12 and worst_price <= 1e-11 and math.isfinite(worst_price)
sys.exit(0 if good else 1)
