"""Chain, earlier bars, settings and limits: the same in a session and from another process."""

import asyncio

import pytest

import rustro_kernel as rk
from rustro_kernel.control.status import HEALTH
from rustro_kernel.domain.market_time import MINUTE, ist_date, show_clock
from rustro_kernel.engine.asked import AtHand, Chain
from tests.control.serving import FakeDesk, serving
from tests.session.waiting import until


@pytest.fixture
async def trading(make):
    """A session of a generated day at its open, once options are quoted."""
    session = make(**{"sim.speed": 1200})
    await session.start()
    await until(lambda: any(row.is_atm and row.call.delta for row in session.chain().rows))
    yield session
    await session.stop()
    await session.run()


async def test_a_session_and_one_who_watches_it_answer_alike(trading, tmp_path):
    with rk.attach(tmp_path / "state") as handle:
        assert handle.earlier_bars("NIFTY", "1d") == trading.earlier_bars("NIFTY", "1d")
        assert handle.settings == trading.settings
        seen = await asyncio.to_thread(handle.chain)
        assert (seen.name, seen.expiry) == ("NIFTY", trading.chain("NIFTY").expiry)
        assert set(HEALTH) - {"token_ends_ns"} <= set(handle.health) & set(trading.health)
        assert handle.view.limits.max_positions == trading.view.limits.max_positions == 3


async def test_the_chain_has_the_money_in_its_middle_and_greeks_of_a_call_and_a_put(trading):
    chain = trading.chain()
    (atm,) = (row for row in chain.rows if row.is_atm)
    assert abs(atm.strike_paise - chain.spot_paise) <= 2500
    assert [row.strike_paise for row in chain.rows] == sorted(r.strike_paise for r in chain.rows)
    call, put = atm.call, atm.put
    assert 0.3 < call.delta < 0.7
    assert -0.7 < put.delta < -0.3
    assert 3 < call.iv_pct < 60
    assert min(call.gamma_per_rupee, call.vega_paise_point, -call.theta_paise_day) > 0
    assert call.bid_paise <= call.ask_paise


async def test_bars_before_today_are_those_of_the_warm_up(trading):
    today = ist_date(trading.view.now_ns)
    found = {frame: trading.earlier_bars("", frame) for frame in ("1m", "5m", "15m", "1h", "1d")}
    assert found["1m"] == ()
    assert [len(found[frame]) for frame in ("5m", "15m", "1h", "1d")] == [150, 50, 150, 150]
    assert all(ist_date(bars[-1].start_ns) < today for bars in found.values() if bars)
    quarter = found["15m"][-1]
    assert show_clock(quarter.start_ns) == "15:15:00"
    inside = [b for b in found["5m"] if 0 <= b.start_ns - quarter.start_ns < 15 * MINUTE]
    assert (quarter.open, quarter.close) == (inside[0].open, inside[-1].close)
    assert quarter.high == max(b.high for b in inside)


async def test_a_changed_setting_is_pending_and_then_in_force(trading):
    def setting():
        return next(s for s in trading.settings if s.key == "risk.max_positions")

    assert (setting().value, setting().low, setting().high, setting().kind) == (3, 1, 50, "whole")
    assert await trading.set("risk.max_positions", 2)
    assert (setting().value, setting().pending) in ((3, "2"), (2, ""))
    await until(lambda: (setting().value, setting().pending) == (2, ""))
    assert trading.view.limits.max_positions == 2
    assert await trading.set("exits.trail_floor", "none")  # a value of this one, not nothing
    assert await trading.set("exits.target_pct", "none")
    assert not await trading.set("exits.stop_pct", "none")


async def test_limits_are_todays(trading):
    limits = trading.view.limits
    assert limits.daily_loss_limit_paise == -3_000_000  # 3 % of ten lakh rupees
    assert (limits.margin_limit_bps, limits.max_losses, limits.cooldown_until_ns) == (8000, 3, 0)
    assert (limits.vix_halt_paise, limits.vix_resume_paise) == (3000, 2800)
    assert limits.entries_left == 3 - len(trading.view.positions)
    assert show_clock(limits.entry_from_ns) == "10:00:00"


async def test_after_the_day_the_answers_are_the_last_ones(make):
    session = make(**{"sim.speed": "max"})
    assert session.chain() == Chain()
    assert session.earlier_bars("NIFTY", "1d") == ()
    assert next(s.value for s in session.settings if s.key == "exits.stop_pct") == 20
    await session.run()
    assert len(session.earlier_bars("NIFTY", "1d")) == 150
    assert len(session.chain("NIFTY").rows) >= 9
    assert session.health["bars"] > 300
    assert session.stale_s == 0.0


def test_who_does_not_answer_is_not_asked_and_what_he_said_last_stands(tmp_path):
    with serving(tmp_path, FakeDesk()):
        handle = rk.attach(tmp_path)
        said = handle.chain("NIFTY")
        assert said.rows[0].strike_paise == 100
        assert handle.settings[0].key == "risk.max_positions"
        assert handle.preview("risk.max_positions", 2).result(20).text == "nothing would change"
    assert handle.chain("NIFTY") is said
    assert "no session" in handle.preview("risk.max_positions", 2).result(20).problem
    handle.close()


def test_nothing_is_known_before_the_first_input():
    assert AtHand().options == ()
