"""Status, banners, option chain, events and health: what they say."""

from typing import Any

import pytest

from rustro_kernel.domain.market_time import HOUR, MINUTE
from rustro_kernel.engine.asked import Chain, ChainRow, OptionFigures
from rustro_kernel.engine.events.system import Alerted, CommandReceived
from rustro_kernel.engine.events.tokens import TokenLoaded
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import KillView, Refusal
from rustro_widgets.panels import banner, event_lines, health_table, pulse, state_strip, words
from rustro_widgets.panels.chain_panel import ChainPanel
from rustro_widgets.panels.chain_table import chain_html
from rustro_widgets.panels.day import Day
from rustro_widgets.panels.reading import Reading
from tests.session.waiting import until_blocking
from tests.widgets import views
from tests.widgets.make import OPEN
from tests.widgets.spying import press


def reading(stale_s: float = 0.0, health: dict[str, Any] | None = None, **fields: Any) -> Reading:
    return Reading(views.view(**fields), Day(), 0, health or {}, {}, stale_s)


def event(seq: int, data: Any) -> Event:
    return Event(seq, seq, OPEN + seq * MINUTE, type(data).__name__, None, None, data)


def test_an_ordinary_day_has_no_banner():
    assert banner.banner_html(reading(stale_s=2.9)) == ""


def test_the_line_of_messages_is_always_there_and_the_worst_comes_first():
    assert banner.HINT in banner.message_html(reading())
    now = reading(12.0)
    for seq, level in enumerate(("critical", "info"), 10):
        now.day.take(event(seq, Alerted(level, "<margin>")))
    calm = now._replace(stale_s=0.0)
    assert "09:25 critical: &lt;margin&gt;" in banner.message_html(calm)
    assert "STALE" in banner.message_html(now)
    assert "margin" not in banner.message_html(now)
    later = calm._replace(view=views.view(now_ns=OPEN + 40 * MINUTE))
    assert banner.HINT in banner.message_html(later)


def test_an_old_picture_says_since_when_and_how_it_stood():
    assert "STALE since 12 s: this is how it stood at 09:35:00" in banner.banner_html(reading(12.3))
    assert banner.is_stale(reading(overlays=("STALE",)))


def test_a_kill_shows_what_is_proven_and_what_is_not():
    kill = KillView(OPEN, True, True, False, "", 2)
    html = banner.banner_html(reading(kill=kill))
    assert (
        "KILLED at 09:15:00   ✓ no new orders   ✓ flat by our books   … flat by the broker" in html
    )
    assert "attempt 2" in html
    done = KillView(OPEN, True, True, True, "PROVEN_FLAT", 2)
    assert "✓ flat by the broker   proven flat" in banner.banner_html(reading(kill=done))


def test_half_size_after_a_kill_says_until_when():
    html = banner.banner_html(reading(limited_until_ns=OPEN + HOUR))
    assert "half size and one position until 10:15" in html
    assert banner.banner_html(reading(limited_until_ns=OPEN)) == ""


def test_data_that_stays_away_in_trading_hours_is_bad():
    assert '"rustro-chip bad" title="age of the last tick">data 7 s' in pulse.pulse_html(
        reading(health={"data_age_ms": 7_000})
    )
    assert "bad" not in pulse.pulse_html(reading(phase="PREOPEN", health={"data_age_ms": 7_000}))
    assert ">data live<" in pulse.pulse_html(reading(health={"data_age_ms": 700}))


def test_the_lag_of_the_loop_is_shown_and_a_long_one_is_bad():
    assert ">lag 3 ms<" in pulse.pulse_html(reading(health={"loop_lag_p99_ms": 3.2}))
    assert "bad" in pulse.lag({"loop_lag_p99_ms": 400.0})


def test_the_token_says_until_when_and_warns_in_time():
    live = {"mode": "live", "is_authenticated": True}
    assert pulse.token(views.view()) == ""
    assert 'bad">no valid token' in pulse.token(views.view(mode="live"))
    assert 'good">token until 15:15' in pulse.token(
        views.view(token_ends_ns=OPEN + 6 * HOUR, **live)
    )
    soon = views.view(token_ends_ns=OPEN + 40 * MINUTE, **live)
    assert 'bad">token until 09:55' in pulse.token(soon)


def test_a_reason_for_no_entries_says_whose_it_is_and_what_ends_it():
    why = Refusal("PAUSED", "asha", "paused by asha", OPEN, "the operator resumes")
    html = state_strip.state_html(views.view(refusals=(why.text,), reasons=(why,)))
    assert 'title="asha; ends: the operator resumes">PAUSED: paused by asha</span>' in html


@pytest.mark.parametrize(
    ("seconds", "shown"), [(4.9, "4 s"), (119, "119 s"), (720, "12 min"), (7_500, "2 h 05 min")]
)
def test_durations_are_short(seconds: float, shown: str):
    assert words.lasting(seconds) == shown


CALL = OptionFigures(
    "NFO:1", "NIFTYCE", 12_000, 11_990, 12_010, volume_units=1_234_567, iv_pct=13.25
)
CHAIN = Chain(
    "NIFTY", "2026-07-21", OPEN, 2_500_650, 2_503_200.0, 65, 0.016, (
        ChainRow(2_500_000, CALL, None, is_atm=True),
    )
)  # fmt: skip


def test_the_chain_marks_the_money_and_shows_what_is_not_known_as_a_dash():
    html = chain_html(CHAIN)
    assert "NIFTY, expiry 2026-07-21, spot 25,006.50, forward 25,032.00, lot 65" in html
    assert '<tr class="first"><td>13.2</td><td>–</td>' in html  # noqa: RUF001
    assert "<td>12,34,567</td><td>119.90</td><td>120.10</td><td>120.00</td>" in html
    assert '<td class="strike">25,000</td><td>–</td>' in html  # noqa: RUF001


def test_a_chain_without_options_says_so():
    assert "watches no options yet" in chain_html(Chain("NIFTY"))


class Loading:
    """A chain panel whose session counts how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.times = 0, [0.0]
        self.panel = ChainPanel(self.chain, lambda _: None, views.clock_of(self.times))

    def chain(self) -> Chain:
        self.asked += 1
        return CHAIN

    def shown(self) -> str:
        until_blocking(lambda: not self.panel._asked.is_waiting)
        self.panel.show(reading())
        until_blocking(lambda: not self.panel._asked.is_waiting)
        return str(self.panel.table.value)


def test_the_chain_is_loaded_on_demand_only(messages: list[Any]):
    loading = Loading()
    assert "when you load it" in loading.shown()
    assert loading.asked == 0
    press(loading.panel.load)
    assert "strike" in loading.shown()
    loading.times.append(60.0)
    loading.shown()
    assert loading.asked == 1


def test_a_chain_that_is_kept_fresh_is_asked_for_every_two_seconds(messages: list[Any]):
    loading = Loading()
    loading.panel.keep.value = True
    for now in (10.0, 10.5, 11.9, 12.0):
        loading.times.append(now)
        loading.shown()
    assert loading.asked == 2


def test_a_chain_that_cannot_be_had_says_why(messages: list[Any]):
    def broken() -> Chain:
        raise RuntimeError("no <answer>")

    panel = ChainPanel(broken, lambda _: None)
    press(panel.load)
    until_blocking(lambda: not panel._asked.is_waiting)
    panel.show(reading())
    assert "no &lt;answer&gt;" in panel.table.value


def test_alerts_stand_newest_first():
    day = Day([event(1, Alerted("info", "one")), event(2, Alerted("critical", "<two>"))])
    html = event_lines.alerts_html(day)
    assert html.index("&lt;two&gt;") < html.index("one")
    assert '<span class="rustro-chip bad">critical</span>' in html


def test_commands_show_who_asked_what_became_of_it_and_the_id():
    asked = CommandReceived("click-7", "close", {"position": "P1"}, "asha", False, "no such")
    html = event_lines.commands_html(Day([event(1, asked)]))
    assert "<td>close position=P1</td><td>asha</td>" in html
    assert '<span class="rustro-chip bad">no such</span></td><td>click-7</td>' in html


def test_events_show_times_as_times_and_leave_out_those_of_every_minute():
    html = event_lines.events_html(
        [event(1, TokenLoaded(OPEN + HOUR)), event(2, Alerted("info", "not here"))]
    )
    assert "<td>09:16:00</td><td>1</td><td>TokenLoaded</td><td>expires_ns 10:15:00</td>" in html
    assert "not here" not in html


def test_health_has_units_and_meanings():
    html = health_table.health_html(
        {"rss_bytes": 220_200_960, "loop_lag_p99_ms": 3.14, "odd_us": 5}
    )
    assert "<td>loop lag p99</td><td>3.1 ms</td>" in html
    assert "<td>rss</td><td>210 MiB</td><td>memory of the session&#x27;s process</td>" in html
    assert "<td>odd</td><td>0.01 ms</td>" in html
