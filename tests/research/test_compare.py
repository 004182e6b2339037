import msgspec
import pandas as pd
import pytest
from hypothesis import given, strategies as st

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import BadData, BadUsage
from rustro_kernel.domain.market_time import MINUTE
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.strategy import ExitSignalGenerated, HourlyAlignmentDetermined
from rustro_kernel.research.compare import Comparison, compare
from rustro_kernel.research.decisions import agreement, decisions, parting
from rustro_kernel.research.sides import Side, changed_settings, settings_of, side
from rustro_kernel.research.trade_pairs import pairs, split
from tests.records.day import DAY, gates, minute, trade
from tests.records.make import START, finished_run, story

PRICES = {"buy_value_paise": 500_000, "sell_value_paise": 510_000, "gross_paise": 10_000}
BASE = trade(4_000, **PRICES)


def one(name, *payloads, **settings):
    return Side(name, settings, story(*payloads))


def other(**fields):
    """The base trade with changed values; gross and net follow from them."""
    made = msgspec.structs.replace(BASE, **fields)
    gross = made.sell_value_paise - made.buy_value_paise
    return msgspec.structs.replace(made, gross_paise=gross, net_paise=gross - made.charges_paise)


def test_the_same_day_differs_in_nothing():
    found = Comparison(one("a", *DAY), one("b", *DAY))
    assert (found.first_difference, found.net_paise, found.changed) == (None, 0, {})
    assert "every decision is the same" in repr(found)


def test_settings_that_differ_are_listed_with_both_values():
    found = Comparison(one("a", **{"exits.stop_pct": 20.0, "same": 1}), one("b", same=1))
    assert found.changed == {"exits.stop_pct": (20.0, None)}
    assert found.parameters.loc["exits.stop_pct"].tolist() == [20.0, None]
    assert "exits.stop_pct: 20.0 against None" in repr(found)


def test_places_and_pace_are_no_settings_of_a_run():
    fast, slow = (
        settings_of(Config.load(**{"sim.speed": speed, "run.out": f"r{speed}"}))
        for speed in (60, "max")
    )
    assert fast == slow
    assert "exits.target_pct" not in fast  # none: a file could not say it
    assert fast["exits.stop_pct"] == 20.0


def test_a_configuration_is_the_same_from_its_file_and_from_memory(tmp_path):
    folder, config = finished_run(tmp_path / "x"), Config.load(profile="demo")
    (folder / "config.toml").write_text(config.dump_toml())
    assert side(folder).settings == settings_of(config)


def test_the_first_other_decision_is_the_earliest_and_names_its_gate():
    ours = [minute(60, "vix", *gates(True, False)), minute(61, None, *gates(True, True))]
    theirs = [minute(60, "vix", *gates(True, False)), minute(61, "aligned", *gates(False, None))]
    found = parting(decisions(story(*ours)), decisions(story(*theirs)))
    assert (found.first.answer, found.second.answer) == ("signal", "aligned")
    assert str(found) == (
        "2021-11-30 10:16, minute of NIFTY: signal against aligned "
        "(aligned: 27.5 against 25; 20.25 against 25)"
    )


def test_a_decision_only_one_side_made_is_a_difference():
    exit_ = ExitSignalGenerated("P1", "STOP_LOSS", 2, (), 8_000)
    found = parting([], decisions(story(exit_)))
    assert str(found) == "2021-11-30 09:16, exit of P1: nothing against STOP_LOSS"


def test_an_hour_known_late_is_the_same_hour():
    hour = HourlyAlignmentDetermined("NIFTY", True, (Gate("hourly_adx", 30.0, 25, True),))
    on_time, late = story(hour), story(hour)
    late = [msgspec.structs.replace(event, ts=event.ts + 2 * 10**9) for event in late]
    assert parting(decisions(on_time), decisions(late)) is None


def test_minutes_are_counted_that_both_evaluated():
    ours = decisions(story(minute(60, "vix"), minute(61, "vix"), minute(62, None)))
    theirs = decisions(story(minute(61, "vix"), minute(62, "vix"), minute(63, "vix")))
    assert agreement(ours, theirs) == (2, 1)


def test_a_pair_is_taken_apart_into_size_prices_and_charges():
    changed = other(units=100, buy_value_paise=1_010_000, sell_value_paise=1_040_000)
    changed = msgspec.structs.replace(changed, charges_paise=7_000, net_paise=23_000)
    found = split(BASE, changed)
    assert msgspec.structs.asdict(found) == {
        "size_paise": 10_000,
        "entry_paise": -10_000,
        "exit_paise": 20_000,
        "charges_paise": -1_000,
    }


values = st.integers(1, 40).map(lambda lots: lots * 25)
money = st.integers(1_000, 3_000_000)
trades_ = st.builds(
    lambda units, buy, sell, charges, **more: msgspec.structs.replace(
        BASE, units=units, buy_value_paise=buy, sell_value_paise=sell, charges_paise=charges,
        gross_paise=sell - buy, net_paise=sell - buy - charges, **more,
    ),
    values, money, money, st.integers(0, 50_000),
    signal_id=st.sampled_from("ABC"), symbol=st.sampled_from("XY"),
    reason=st.sampled_from(("STOP_LOSS", "EOD")),
)  # fmt: skip


@given(st.lists(trades_, max_size=5), st.lists(trades_, max_size=5))
def test_the_causes_add_up_to_the_paisa(first, second):
    found = Comparison(one("a", *first), one("b", *second))
    nets = [sum(t.net_paise for t in trades) for trades in (first, second)]
    assert sum(found.by_cause.values()) == found.net_paise == nets[1] - nets[0]
    in_rupees = sum(found.trades["b_less_a_rs"])  # floats of amounts that may cancel
    assert in_rupees == pytest.approx((nets[1] - nets[0]) / 100, abs=1e-6)


def test_trades_of_one_signal_are_a_pair_and_a_second_one_is_another():
    again = other(entry_ns=START + 60 * MINUTE, position_id="P9")
    found = pairs([BASE, again], [BASE])
    assert [(p.first is not None, p.second is not None) for p in found] == [
        (True, True),
        (True, False),
    ]


def test_another_reason_is_told_from_another_price():
    same, rule = other(sell_value_paise=509_000), other(sell_value_paise=509_000, reason="EOD")
    assert Comparison(one("a", BASE), one("b", same)).by_cause["exit price"] == -1_000
    assert Comparison(one("a", BASE), one("b", rule)).by_cause["exit reason"] == -1_000


def test_the_money_is_a_table_in_rupees():
    found = Comparison(one("a", BASE), one("b")).pnl
    assert isinstance(found, pd.DataFrame)
    assert found.loc["trades only in a", "rs"] == -40.0
    assert found["rs"].sum() == -40.0


def test_run_folders_are_compared_by_their_records(tmp_path):
    first, second = finished_run(tmp_path / "x"), finished_run(tmp_path / "y")
    (first / "config.toml").write_text('mode = "sim"\n[exits]\nstop_pct = 20.0\n')
    (second / "config.toml").write_text('mode = "sim"\n[exits]\nstop_pct = 15.0\n')
    found = compare(first, str(second))
    assert found.changed == {"exits.stop_pct": (20.0, 15.0)}
    assert (found.a.name, found.b.name) == ("x", "y")


def test_what_is_no_run_is_refused(tmp_path):
    with pytest.raises(BadData, match="holds no run"):
        side(tmp_path)
    with pytest.raises(BadUsage, match="not a int"):
        side(3)


def test_changes_are_sorted_by_key():
    assert list(changed_settings(one("a", b=1, a=1), one("b"))) == ["a", "b"]
