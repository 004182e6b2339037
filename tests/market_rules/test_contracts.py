import datetime as dt

import pytest

from rustro_kernel.domain.errors import BadConfig, OutsideRules, UnverifiedRule
from rustro_kernel.market_rules import Override
from rustro_kernel.market_rules.expiries import ExpiryRow
from rustro_kernel.market_rules.tables import table
from rustro_kernel.market_rules.trading_days import TradingDays

EXPIRIES = table("expiries", ExpiryRow)
UNDERLYINGS = ("NIFTY", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "SENSEX")


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("underlying", "switches"),
    [
        ("NIFTY", [
            ("2015-10-29", 25), ("2015-11-26", 75), ("2021-07-22", 75), ("2021-07-29", 50),
            ("2024-04-25", 50), ("2024-05-02", 25), ("2024-12-26", 25), ("2025-01-02", 75),
            ("2025-01-23", 75), ("2025-01-30", 25), ("2025-02-06", 75), ("2025-12-30", 75),
            ("2026-01-06", 65), ("2026-01-27", 65), ("2026-12-29", 65),
        ]),
        ("BANKNIFTY", [
            ("2015-10-29", 25), ("2015-11-26", 30), ("2016-06-30", 30), ("2016-07-28", 40),
            ("2018-10-25", 40), ("2018-11-01", 20), ("2020-07-23", 20), ("2020-07-30", 25),
            ("2023-07-20", 25), ("2023-07-27", 15), ("2025-01-30", 15), ("2025-02-27", 30),
            ("2025-06-26", 30), ("2025-07-31", 35), ("2025-12-30", 35), ("2026-01-27", 30),
        ]),
        ("FINNIFTY", [
            ("2021-01-14", 40), ("2024-07-23", 40), ("2024-07-30", 25), ("2025-01-30", 25),
            ("2025-02-27", 65), ("2025-12-30", 65), ("2026-01-27", 60),
        ]),
        ("MIDCPNIFTY", [
            ("2022-01-25", 75), ("2024-07-22", 75), ("2024-07-29", 50), ("2025-02-27", 120),
            ("2025-06-26", 120), ("2025-07-31", 140), ("2025-12-30", 140), ("2026-01-27", 120),
        ]),
        ("NIFTYNXT50", [("2024-05-31", 10), ("2025-01-30", 10), ("2025-02-27", 25)]),
        ("SENSEX", [
            ("2023-05-12", 15), ("2023-05-19", 10), ("2025-01-03", 10), ("2025-01-07", 20),
            ("2026-12-31", 20),
        ]),
    ],
)  # fmt: skip
def test_lots_at_every_switch(rules, underlying, switches):
    found = [(date, rules.lot(underlying, day(date))) for date, _ in switches]
    assert found == switches


@pytest.mark.parametrize(
    ("underlying", "expiry", "on", "lot"),
    [
        ("NIFTY", "2024-05-02", "2024-04-25", 50),
        ("NIFTY", "2024-05-02", "2024-04-26", 25),
        ("NIFTY", "2024-04-25", "2024-04-25", 50),
        ("BANKNIFTY", "2018-11-01", "2018-10-25", 40),
        ("BANKNIFTY", "2018-11-01", "2018-10-26", 20),
        ("BANKNIFTY", "2018-10-25", "2018-10-25", 40),
        ("NIFTY", "2025-06-26", "2024-12-26", 25),
        ("NIFTY", "2025-06-26", "2024-12-27", 75),
        ("NIFTY", "2026-06-30", "2024-04-25", 50),
        ("NIFTY", "2026-06-30", "2024-04-26", 25),
        ("NIFTY", "2026-06-30", "2025-12-30", 75),
        ("NIFTY", "2026-06-30", "2025-12-31", 65),
        ("BANKNIFTY", "2025-03-27", "2024-12-24", 15),
        ("BANKNIFTY", "2025-03-27", "2024-12-26", 30),
    ],
)
def test_a_live_contract_changes_lot_overnight(rules, underlying, expiry, on, lot):
    assert rules.lot(underlying, day(expiry), on=day(on)) == lot


def test_two_lots_trade_on_one_day(rules):
    lots = {expiry.date: expiry.lot for expiry in rules.expiries("NIFTY", day("2025-01-10"))}
    assert (lots["2025-01-16"], lots["2025-01-30"], lots["2025-02-27"]) == (75, 25, 75)


def test_the_lot_stored_with_an_expiry_is_the_lot_of_the_rules(rules):
    wrong = [
        row
        for row in EXPIRIES
        if not _is_unverified(row) and rules.lot(row.underlying, row.expiry) != row.lot
    ]
    assert len(EXPIRIES) == 1538 + 32
    assert wrong == []


def _is_unverified(row):
    return (
        row.underlying == "BANKNIFTY"
        and row.lot == 30
        and not row.monthly
        and row.expiry.year == 2016
    )


def test_the_lot_of_the_first_banknifty_weeklies_is_refused(rules):
    for expiry in ("2016-06-02", "2016-06-23", "2016-07-21"):
        with pytest.raises(UnverifiedRule, match="BANKNIFTY lot for the expiry"):
            rules.lot("BANKNIFTY", day(expiry))


def test_every_expiry_is_its_scheduled_day_or_the_trading_day_before():
    days = TradingDays(Override())
    fixed_before_the_holiday_moved = ("MIDCPNIFTY", day("2023-06-27"))
    odd = [row for row in EXPIRIES if days.expiry_day(row.scheduled) != row.expiry]
    assert [(row.underlying, row.expiry) for row in odd] == [fixed_before_the_holiday_moved]
    assert all(days.expiry_day(row.expiry) == row.expiry for row in EXPIRIES)


@pytest.mark.parametrize(
    ("underlying", "on", "expiries"),
    [
        ("NIFTY", "2018-06-01", "28Jun26Jul30Aug 27Sep27Dec28Mar"),
        ("NIFTY", "2021-06-01", "3Jun10Jun17Jun24Jun1Jul"),
        ("NIFTY", "2025-10-20", "20Oct28Oct4Nov11Nov18Nov"),
        ("NIFTY", "2026-11-23", "23Nov1Dec8Dec15Dec22Dec29Dec"),
        ("BANKNIFTY", "2024-11-13", "13Nov27Nov24Dec"),
        ("BANKNIFTY", "2024-11-14", "27Nov24Dec30Jan"),
        ("FINNIFTY", "2026-10-01", "27Oct23Nov29Dec"),
        ("MIDCPNIFTY", "2024-01-20", "20Jan29Jan"),
        ("NIFTYNXT50", "2024-05-31", "31May28Jun26Jul"),
        ("SENSEX", "2026-11-23", "26Nov3Dec10Dec17Dec24Dec31Dec"),
    ],
)
def test_listed_expiries_begin_with(rules, underlying, on, expiries):
    listed = rules.expiries(underlying, day(on))
    text = "".join(f"{d.day}{d:%b}" for d in (day(expiry.date) for expiry in listed))
    assert text.startswith(expiries.replace(" ", ""))


@pytest.mark.parametrize(
    ("on", "count"), [("2018-06-01", 0), ("2021-06-01", 7), ("2022-03-03", 7), ("2022-03-04", 4)]
)
def test_nifty_lists_seven_then_four_weeklies(rules, on, count):
    assert sum(not expiry.monthly for expiry in rules.expiries("NIFTY", day(on))) == count


def test_expiries_are_never_in_the_past(rules):
    for underlying in UNDERLYINGS:
        for on in rules.trading_days(day("2024-06-03"), day("2026-12-24")):
            listed = [expiry.date for expiry in rules.expiries(underlying, on)]
            assert listed[0] >= on.isoformat()
            assert listed == sorted(set(listed))


@pytest.mark.parametrize(
    ("underlying", "on", "exchange", "token", "step", "tick", "future_tick", "freeze"),
    [
        ("NIFTY", "2026-11-23", "NFO", "99926000", 5000, 5, 10, 1800),
        ("NIFTY", "2019-06-03", "NFO", "99926000", 5000, 5, 5, 1800),
        ("BANKNIFTY", "2026-11-23", "NFO", "99926009", 10000, 5, 20, 600),
        ("BANKNIFTY", "2025-09-01", "NFO", "99926009", 10000, 5, 20, 900),
        ("BANKNIFTY", "2025-10-01", "NFO", "99926009", 10000, 5, 20, 600),
        ("BANKNIFTY", "2026-04-01", "NFO", "99926009", 10000, 5, 20, 900),
        ("FINNIFTY", "2026-01-01", "NFO", "99926037", 5000, 5, 10, 1200),
        ("FINNIFTY", "2026-04-01", "NFO", "99926037", 5000, 5, 10, 1800),
        ("MIDCPNIFTY", "2026-04-01", "NFO", "99926074", 2500, 5, 10, 2800),
        ("NIFTYNXT50", "2026-04-01", "NFO", "99926013", 10000, 5, 20, 600),
        ("SENSEX", "2026-04-01", "BFO", "99919000", 10000, 5, 5, 1000),
    ],
)
def test_contract_values_by_date(
    rules, underlying, on, exchange, token, step, tick, future_tick, freeze
):
    (found,) = rules.day(day(on), (underlying,)).contracts
    assert (found.derivative_exchange, found.index_token) == (exchange, token)
    assert (found.strike_step, found.option_tick, found.future_tick) == (step, tick, future_tick)
    assert found.freeze_quantity == freeze


def test_an_underlying_is_unknown_before_it_traded(rules):
    with pytest.raises(OutsideRules, match="cover 2021-01-11 to 2026-12-31"):
        rules.day(day("2020-06-01"), ("FINNIFTY",))
    with pytest.raises(OutsideRules):
        rules.lot("NIFTYNXT50", day("2024-03-28"))


@pytest.mark.parametrize("on", [None, day("2027-01-04")])
def test_a_lot_is_unknown_after_2026_as_it_is_before_2015(rules, on):
    with pytest.raises(OutsideRules, match="the NIFTY lot is not known for 2027-01-"):
        rules.lot("NIFTY", day("2027-01-05"), on)
    assert rules.lot("NIFTY", day("2027-01-05"), day("2026-12-31")) == 65


def test_an_unknown_underlying_is_named(rules):
    with pytest.raises(BadConfig, match="unknown 'GOLD'; known are NIFTY, BANKNIFTY"):
        rules.lot("GOLD", day("2024-03-28"))
    with pytest.raises(BadConfig, match="unknown 'GOLD'"):
        rules.day(day("2024-03-28"), ("GOLD",))


def test_the_volatility_index_has_a_token(rules):
    assert rules.index_token("INDIAVIX") == "99926017"


def test_every_trading_day_has_an_answer_for_nifty(rules):
    for date in rules.trading_days(day("2015-01-01"), day("2026-12-31")):
        if date != day("2026-11-08"):
            found = rules.day(date)
            assert found.date == date.isoformat()
            assert found.contracts[0].expiries or date > day("2026-12-29")
