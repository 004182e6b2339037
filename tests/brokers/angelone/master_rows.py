"""Rows of an instrument master, in the broker's format, all invented."""

import json

STRIKE_STEP = 5000


def row(token, symbol, name, kind, exchange="NFO", **values):
    usual = {
        "expiry": "", "strike": "0.000000", "lotsize": "1", "tick_size": "0.000000",
        "freeze_qty": "0", "is_cas_enabled": False,
    }  # fmt: skip
    named = {"token": token, "symbol": symbol, "name": name, "instrumenttype": kind}
    return {**named, "exch_seg": exchange, **usual, **values}


def nifty(token="99926000"):
    return row(token, "Nifty 50", "NIFTY", "AMXIDX", "NSE")


def vix():
    return row("99926017", "India VIX", "INDIA VIX", "AMXIDX", "NSE")


def option(token, strike=24500, right="CE", expiry="24NOV2026", **values):
    contract = {"strike": f"{strike * 100}.000000", "lotsize": "65", "tick_size": "5.000000"}
    symbol = f"NIFTY{expiry[:5]}{expiry[-2:]}{strike}{right}"
    more = {"expiry": expiry, "freeze_qty": "1801", **contract, **values}
    return row(str(token), symbol, "NIFTY", "OPTIDX", **more)


def future(token=45001, expiry="24NOV2026", **values):
    more = {"strike": "-1.000000", "lotsize": "65", "tick_size": "10.000000", "freeze_qty": "1801"}
    symbol = f"NIFTY{expiry[:5]}{expiry[-2:]}FUT"
    return row(str(token), symbol, "NIFTY", "FUTIDX", **{"expiry": expiry, **more, **values})


TRAPS = [
    row("26000", "NIFTY", "NIFTY", "", "NSE"),
    row("26009", "BANKNIFTY", "BANKNIFTY", "", "NSE", lotsize="-1"),
    row("71", "NIFTYNSETEST24NOV26FUT", "NIFTY", "FUTIDX", expiry="24NOV2026", strike="-1.000000",
        lotsize="65", tick_size="10.000000"),
    row("3045", "SBIN-EQ", "SBIN", "", "NSE", strike="-1.000000", tick_size="5.000000"),
]  # fmt: skip


def usual():
    return [nifty(), vix(), future(), option(45678), option(45679, right="PE"), *TRAPS]


def encoded(rows):
    return json.dumps(rows).encode()


def filler(count):
    """Derivatives of stocks nobody asked for."""
    return [
        row(str(100_000 + i), f"STOCK{i % 180}24NOV26{2000 + i}CE", f"STOCK{i % 180}", "OPTSTK",
            expiry="24NOV2026", strike=f"{200_000 + i}.000000", lotsize="250",
            tick_size="5.000000", freeze_qty="50001")
        for i in range(count)
    ]  # fmt: skip
