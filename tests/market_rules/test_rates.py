import datetime as dt

import pytest

from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.rules import ChargeRates, PriceBand


def day(text):
    return dt.date.fromisoformat(text)


def rates(stt, txn, ipft, sebi, stamp_buy, stamp_sell, tax, rate=0):
    return ChargeRates(stt, txn, ipft, sebi, stamp_buy, stamp_sell, tax, 2000, rate)


PERCENT_BROKERAGE = 2_500_000


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2015-01-01", rates(170_000, 500_000, 0, 2000, 20_000, 20_000, 1236)),
        ("2015-06-01", rates(170_000, 500_000, 0, 2000, 20_000, 20_000, 1400)),
        ("2015-11-16", rates(170_000, 500_000, 0, 2000, 20_000, 20_000, 1450)),
        ("2016-06-01", rates(500_000, 500_000, 0, 2000, 20_000, 20_000, 1500)),
        ("2017-04-03", rates(500_000, 500_000, 0, 1500, 20_000, 20_000, 1500)),
        ("2017-07-03", rates(500_000, 500_000, 0, 1500, 20_000, 20_000, 1800)),
        ("2019-04-01", rates(500_000, 500_000, 0, 1000, 20_000, 20_000, 1800)),
        ("2019-11-01", rates(500_000, 500_000, 0, 1000, 20_000, 20_000, 1800, PERCENT_BROKERAGE)),
        ("2020-06-01", rates(500_000, 500_000, 0, 500, 20_000, 20_000, 1800, PERCENT_BROKERAGE)),
        ("2020-07-01", rates(500_000, 500_000, 0, 500, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2021-01-01", rates(500_000, 530_000, 0, 500, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2021-04-01", rates(500_000, 530_000, 0, 1000, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2023-04-01", rates(625_000, 500_000, 5000, 1000, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2024-04-01", rates(625_000, 495_000, 5000, 1000, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2024-10-01", rates(1_000_000, 350_300, 5000, 1000, 30_000, 0, 1800, PERCENT_BROKERAGE)),
        ("2024-11-01", rates(1_000_000, 350_300, 5000, 1000, 30_000, 0, 1800)),
        ("2026-03-01", rates(1_000_000, 355_200, 100, 1000, 30_000, 0, 1800)),
        ("2026-04-01", rates(1_500_000, 355_200, 100, 1000, 30_000, 0, 1800)),
        ("2026-12-31", rates(1_500_000, 355_200, 100, 1000, 30_000, 0, 1800)),
    ],
)
def test_rates_from_the_day_they_changed(rules, date, expected):
    assert rules.charges(day(date)) == expected


def test_a_rate_holds_until_the_day_before_the_next(rules):
    assert rules.charges(day("2026-03-31")).stt_sell == 1_000_000
    assert rules.charges(day("2024-10-31")).brokerage_rate == PERCENT_BROKERAGE
    assert rules.charges(day("2020-06-30")).stamp_sell == 20_000


def test_sensex_pays_the_rates_of_its_exchange(rules):
    assert rules.charges(day("2026-04-01"), "BFO").exchange_txn == 325_000
    assert rules.charges(day("2026-04-01"), "BFO").ipft == 0
    assert rules.day(day("2026-04-01"), ("SENSEX",)).charges.exchange_txn == 325_000


def test_every_day_and_exchange_has_rates(rules):
    for date in rules.trading_days(day("2015-01-01"), day("2026-12-31")):
        assert rules.charges(date, "NFO").tax_bps > 0
        assert rules.charges(date, "BFO").tax_bps > 0


def test_an_unknown_exchange_is_named(rules):
    with pytest.raises(BadConfig, match="unknown 'MCX'; known are NFO, BFO"):
        rules.charges(day("2021-11-04"), "MCX")


@pytest.mark.parametrize(
    ("date", "band"),
    [
        ("2021-11-04", PriceBand(0, 0, 0, 2000, 1000)),
        ("2022-10-28", PriceBand(0, 0, 0, 2000, 1000)),
        ("2022-10-31", PriceBand(5000, 2000, 4000, 2000, 1000)),
        ("2026-11-23", PriceBand(5000, 2000, 4000, 2000, 1000)),
    ],
)
def test_limit_price_protection_began_in_october_2022(rules, date, band):
    assert rules.day(day(date)).price_band == band
