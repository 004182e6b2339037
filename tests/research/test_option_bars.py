import datetime as dt

import numpy as np
import pandas as pd
import pytest

from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.instruments import Right
from rustro_kernel.domain.market_time import MINUTE, at
from rustro_kernel.research.option_bars import OptionBars
from rustro_kernel.research.premium import real_first

DAY = dt.date(2023, 3, 14)
OPENED = at(DAY, "09:15")
MODEL = [
    [9_900.0, 9_800.0, 10_050.0, 10_000.0],
    [10_000.0, 9_850.0, 10_100.0, 10_020.0],
    [10_020.0, 10_200.0, 9_900.0, 9_950.0],
]
LOW_FIRST, HIGH_FIRST = (
    [17_000.0, 16_980.0, 17_030.0, 17_010.0],
    [17_010.0, 17_040.0, 16_990.0, 17_000.0],
)


def table(*clocks, right="CE", strike=17_000.0, prices=(100.0, 110.0, 90.0, 105.0)):
    ts = pd.to_datetime([f"2023-03-14 {clock}" for clock in clocks]).tz_localize("Asia/Kolkata")
    frame = pd.DataFrame({"ts": ts, "expiry": pd.Timestamp("2023-03-16"), "strike": strike})
    return frame.assign(
        right=right, **dict(zip(("open", "high", "low", "close"), prices, strict=True))
    )


def day(*minutes):
    """Starts of minutes from the open on, the index's four prices in each, modelled premiums."""
    starts = OPENED + MINUTE * np.arange(len(minutes))
    spot = np.rint(np.array(minutes) * 100).astype(np.int64)
    return starts, spot, np.array(MODEL[: len(minutes)])


def fair(moments, bars, right=Right.CE):
    starts, spot, model = moments
    return real_first(model, spot, starts, bars.minutes("2023-03-16", 1_700_000, right), right)


def test_a_call_is_at_its_low_when_the_index_is_and_a_put_at_its_high():
    both = pd.concat([table("09:15", "09:16"), table("09:15", "09:16", right="PE")])
    bars, moments = OptionBars.load(both), day(LOW_FIRST, HIGH_FIRST)
    assert fair(moments, bars).tolist() == [
        [10_000, 9_000, 11_000, 10_500],
        [10_000, 11_000, 9_000, 10_500],
    ]
    assert fair(moments, bars, Right.PE).tolist() == [
        [10_000, 11_000, 9_000, 10_500],
        [10_000, 9_000, 11_000, 10_500],
    ]


def test_a_minute_nobody_traded_in_is_modelled_from_the_last_real_close():
    found = fair(day(LOW_FIRST, LOW_FIRST, HIGH_FIRST), OptionBars.load(table("09:16")))
    assert found[0].tolist() == MODEL[0]
    assert found[2] == pytest.approx(np.array(MODEL[2]) * 10_500 / MODEL[1][-1])


def test_a_minute_without_an_index_leads_nothing():
    nothing = [0.0] * 4
    found = fair(day(LOW_FIRST, nothing, HIGH_FIRST), OptionBars.load(table("09:16")))
    assert found[1, -1] == 10_500
    assert found[2].tolist() == MODEL[2]


def test_bars_come_from_a_file_in_any_order_and_know_their_dates(tmp_path):
    table("09:20", "09:15", "09:18").to_parquet(tmp_path / "o.parquet")
    table("09:20", "09:15", "09:18").to_csv(tmp_path / "o.csv", index=False)
    for name in ("o.parquet", "o.csv"):
        bars = OptionBars.load(tmp_path / name)
        minutes = bars.minutes("2023-03-16", 1_700_000, Right.CE)
        assert (len(bars), bars.dates) == (3, {DAY})
        assert ((minutes.start_ns - OPENED) // MINUTE).tolist() == [0, 3, 5]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (table("09:15").drop(columns="strike"), "option bars: lacks strike"),
        (table("09:15").iloc[:0], "has no rows"),
        (table("09:15").assign(ts=pd.Timestamp("2023-03-14 09:15")), "ts has no time zone"),
        (table("09:15", right="C"), "something else than CE and PE"),
        (table("09:15", prices=(100.0, 99.0, 90.0, 95.0)), "row 1 has no price"),
        (table("09:15", prices=(float("nan"), 99.0, 90.0, 95.0)), "row 1 has no price"),
        (table("09:15", prices=(0.0, 99.0, 0.0, 95.0)), "row 1 has no price"),
        (table("09:15:01"), "times inside a minute"),
        (table("09:15", "09:15"), "two bars of one series and minute"),
    ],
)
def test_a_table_that_would_be_priced_wrongly_is_refused(wrong, said):
    with pytest.raises(BadData, match=said):
        OptionBars.load(wrong)


def test_the_same_bars_have_one_identity_in_whatever_order_they_come():
    one, other = (
        OptionBars.load(table(*clocks)) for clocks in (("09:15", "09:16"), ("09:16", "09:15"))
    )
    assert one.identity == other.identity
    assert OptionBars.load(one) is one
    assert OptionBars.load(table("09:15")).identity != one.identity


def test_what_is_no_table_is_refused(tmp_path):
    (tmp_path / "o.parquet").write_bytes(b"nothing")
    with pytest.raises(BadData, match=r"o\.parquet: cannot be read"):
        OptionBars.load(tmp_path / "o.parquet")
    with pytest.raises(BadData, match="no such file"):
        OptionBars.load(tmp_path / "missing.parquet")


@pytest.mark.data
def test_a_real_morning_is_used_as_it_is(market_data):
    path = market_data / "options" / "nifty_opt_1m_20221118_morning.parquet"
    bars = OptionBars.load(path)
    assert bars.dates == {dt.date(2022, 11, 18)}
    assert len(bars) == len(pd.read_parquet(path))
