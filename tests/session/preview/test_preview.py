"""What another setting would have done to a recorded day."""

import asyncio
import json
from concurrent.futures import Future

import pytest

from rustro_kernel.config import Config
from rustro_kernel.engine.asked import Preview
from rustro_kernel.session.preview.asked import REPLACED, Previews
from rustro_kernel.session.preview.comparison import preview
from rustro_kernel.session.preview.question import Question
from rustro_kernel.session.session import Session
from rustro_kernel.strategies import STRATEGIES

CFG = Config.load(None, profile="demo", **{"sim.regime": "trend_up"})
SETTINGS = CFG.engine().model_dump(mode="json")


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """The run folder of a day with two trades."""
    base = tmp_path_factory.mktemp("previewed")
    places = {"run.out": base / "run", "state.dir": base / "state"}
    result = asyncio.run(Session(CFG.changed(places), out=lambda line: None).run())
    assert result.exit_code == 0
    return base / "run"


def asked(day, key, value) -> Question:
    return Question(str(day), key, str(value), CFG.paper.slippage_ticks, CFG.paper.latency_ms)


def tried(day, key, value) -> Preview:
    return preview(asked(day, key, value), STRATEGIES)


def test_the_day_as_it_is_comes_out_as_it_was_recorded(day):
    same = tried(day, "exits.stop_pct", SETTINGS["exits"]["stop_pct"])
    lines = (day / "trades.jsonl").read_text().splitlines()
    recorded = [(t["symbol"], t["net_paise"]) for t in map(json.loads, lines)]
    assert [(t.symbol, t.net_paise) for t in same.without.trades] == recorded
    assert len(recorded) == 2
    assert same.with_it == same.without
    assert same.text.endswith("today so far: nothing different")


def test_a_setting_that_would_have_kept_out_says_so_in_one_sentence(day):
    strict = tried(day, "strategy.daily_adx_threshold", 99)
    assert strict.with_it.trades == ()
    assert strict.text == (
        "With strategy.daily_adx_threshold = 99, today so far: 0 signals instead of 2, "
        "0 trades instead of 2, Rs 0.00 instead of Rs 5,477.77"
    )


def test_a_setting_that_only_changes_which_gate_said_no_says_that(day):
    assert tried(day, "risk.max_positions", 1).text.endswith(
        "the same signals and trades, some minutes stop at another gate"
    )


def answer(promised: "Future[Preview]") -> Preview:
    return promised.result(timeout=100)


def test_what_cannot_be_set_is_refused_at_once(day):
    refused = answer(Previews().ask(asked(day, "exits.stop_pct", "much"), SETTINGS))
    assert "exits.stop_pct" in refused.problem
    assert refused.text == refused.problem
    early = answer(Previews().ask(asked("", "exits.stop_pct", 5), SETTINGS))
    assert early.problem == "the session has not begun"


def test_it_is_worked_out_in_a_process_of_its_own_and_the_newest_question_wins(day):
    previews = Previews()
    first = previews.ask(asked(day, "exits.stop_pct", 5), SETTINGS)
    second = previews.ask(asked(day, "exits.stop_pct", 6), SETTINGS)
    assert answer(first).problem == REPLACED
    found = answer(second)
    assert (found.problem, found.value) == ("", "6")
    assert len(found.without.trades) == 2
    assert found.took_s > 0


def test_a_question_is_given_up_with_its_session(day):
    previews = Previews()
    promised = previews.ask(asked(day, "exits.stop_pct", 5), SETTINGS)
    previews.close()
    assert answer(promised).problem == REPLACED


def test_a_folder_without_a_day_is_a_sentence(tmp_path):
    assert (
        "nothing of the day is recorded yet"
        in answer(Previews().ask(asked(tmp_path, "exits.stop_pct", 5), SETTINGS)).text
    )
