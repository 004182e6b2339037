import pytest

from rustro_kernel.domain.errors import BadUsage
from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.startup import NoTradeModeActivated, TradingDayChecked
from rustro_kernel.engine.events.strategy import DailyDirectionDetermined
from rustro_kernel.engine.events.system import ShutdownCompleted
from rustro_kernel.records.why import why
from rustro_kernel.records.words import causes
from tests.records.day import DAY, ENTRY, START_UP, gates, minute
from tests.records.make import crashed_run, finish, story


def test_the_story_of_a_day_with_a_trade():
    lines = why(story(*DAY)).splitlines()
    assert lines[0] == "2021-11-30 sim 2021-11-30-sim-demo-1"
    assert lines[1] == "not measured but synthetic: option prices"
    assert lines[2] == "1 trade, net 40.00 rupees."
    assert "09:23:00 NIFTY: direction CE" in lines
    assert "  daily_adx 31.25 against 25: yes" in lines
    assert "NIFTY: 4 minutes evaluated, 1 passed all" in lines
    assert "  vix                3        2        2        18.5        30" in lines
    assert lines[-1].endswith(
        "trade 50 x NIFTY02DEC2117000CE 100.00 -> 102.00 TRAILING_STOP: "
        "gross 100.00, charges 60.00, net 40.00"
    )


def test_a_day_without_a_direction_says_which_gate_said_no():
    text = why(
        story(
            *START_UP[:4],
            DailyDirectionDetermined(
                "NIFTY", "NO_TRADE", (Gate("adx", 18.5, 25, False),), 150, False
            ),
            NoTradeModeActivated("no underlying has a direction today"),
        )
    )
    assert "No trade: no underlying has a direction today." in text
    assert "adx 18.5 against 25: NO" in text


def test_a_day_that_stopped_at_a_gate_names_the_hardest_one():
    text = why(story(*START_UP, *ENTRY[:3]))
    assert "No trade: 2 of 3 minutes stopped at vix." in text


@pytest.mark.parametrize(
    ("payloads", "said"),
    [
        ([], "No trade: no minute was evaluated for an entry."),
        ([minute(60, None)], "No trade: 1 minute evaluated and none asked for an entry."),
        (ENTRY, "1 signal, but no trade was completed."),
    ],
)
def test_every_day_has_an_answer(payloads, said):
    assert said in why(story(*payloads))


def test_a_minute_shows_every_gate_and_never_calls_unknown_a_no():
    text = why(story(minute(60, "aligned", *gates(False, None))), at="10:15")
    assert text.splitlines() == [
        "10:15 NIFTY 17,000.00, CE: no entry, stopped at aligned",
        "  gate               value  threshold  verdict",
        "  aligned            20.25  25         NO",
        "    breakout.volume  900    1000       NO",
        "  vix                18.5   30         not evaluated",
        "not measured but synthetic: option prices",
    ]


def test_what_happened_in_a_minute_is_traced_to_the_input():
    events = story(*DAY)
    fill = next(e for e in events if e.type == "PositionOpened")
    text = why(events, at="09:38")
    assert "09:38:00 opened 50 x NIFTY02DEC2117000CE at 100.00, stop 80.00" in text
    assert f"because PositionOpened #{fill.seq} <- OrderExecuted #{fill.seq - 1}" in text
    assert text.endswith("<- input 1")


def test_a_cause_told_of_before_is_not_traced_again():
    by_seq = {event.seq: event for event in story(*DAY)}
    signal, order = by_seq[14], by_seq[16]
    assert [signal.type, order.type] == ["SignalGenerated", "OrderSubmissionRequired"]
    assert causes(order, by_seq, {signal.seq}) == (
        "OrderSubmissionRequired #16 <- OrderPlacementRequired #15 (09:30:00) "
        "<- SignalGenerated #14 (09:29:00) <- as above"
    )


def test_a_minute_without_an_evaluation_says_so():
    assert why(story(*DAY), at="08:00") == (
        "08:00: no minute ended then; minutes were evaluated from 10:15:00 to 10:18:00."
    )
    assert "No minute of the day was evaluated" in why([], at="10:15")


def test_a_time_that_is_none_is_refused():
    with pytest.raises(BadUsage, match="a time is HH:MM"):
        why([], at="ten")


def test_a_run_folder_can_be_asked_even_after_a_crash(tmp_path):
    path = crashed_run(tmp_path) / "events.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    lines = why(tmp_path).splitlines()
    assert lines[0] == "test-sim-1: it did not come to the check of its trading day"
    assert lines[-1].startswith("the ledger cannot be read further: events.jsonl, record ")


def test_a_session_that_ended_in_its_start_up_says_why():
    end = ShutdownCompleted(1, "no tokens from the broker: wrong PIN")
    lines = why(story(*START_UP[:2], end)).splitlines()
    assert lines[0] == "sim 2021-11-30-sim-demo-1: it did not come to the check of its trading day"
    assert "No trade: the session ended in its start-up: no tokens from the broker: wrong PIN." in (
        lines
    )


def test_an_end_that_is_in_the_manifest_alone_is_told(tmp_path):
    assert "Ended" not in why(crashed_run(tmp_path))
    finish(tmp_path)
    assert why(tmp_path).splitlines()[-1] == "Ended: the day is over (exit code 0)"


def test_a_gate_that_no_minute_passed_is_the_reason_even_where_none_came_as_far():
    blocked = [minute(60 + n, "aligned", *gates(False, False)) for n in range(2)]
    free = minute(62, "vix", *gates(True, False))
    assert "No trade: vix said no in every one of 3 minutes." in why(
        story(*START_UP, *blocked, free)
    )


def test_a_day_outside_the_window_is_called_by_its_name():
    evening = TradingDayChecked("2021-11-04", "muhurat", "Muhurat trading", "2021-11-08")
    look = minute(540, "aligned", *gates(False, True), Gate("time_window", "18:16", "10-14", False))
    assert "No trade: Muhurat trading lies outside the entry window." in why(story(evening, look))


def test_a_price_reads_in_rupees():
    text = why(story(minute(60, "x", Gate("breakout.close_paise", 1_726_880, 1_705_105.5, True))))
    row = next(line for line in text.splitlines() if "breakout.close" in line)
    assert row.split() == ["breakout.close", "0", "17,268.80", "17,051.06"]


def test_the_day_is_told_in_the_order_of_its_events():
    lines = why(story(*DAY, *ENTRY)).splitlines()
    told = [word for line in lines for word in line.split()[1:2] if word in ("signal", "trade")]
    assert told == ["signal", "trade", "signal"]


def test_a_gate_that_is_true_or_false_reads_as_yes_or_no():
    text = why(story(minute(60, "aligned", Gate("aligned", False, True, False))), at="10:15")
    assert "  aligned  no     yes        NO" in text.splitlines()
