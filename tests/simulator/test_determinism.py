import os
import subprocess
import sys

import pytest

from rustro_kernel.domain.errors import BadData
from rustro_kernel.domain.market_time import MINUTE, SECOND, at
from tests.conftest import ROOT
from tests.simulator.make import ORDINARY, fingerprint, future, generated, index, near, play, usual

PROGRAM = """
from tests.simulator.make import fingerprint
print(fingerprint(7))
"""


def elsewhere(hash_seed):
    """The same day in a new process."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_two_processes_with_other_hash_seeds_make_the_same_day():
    first, second = (run.communicate()[0] for run in [elsewhere("1"), elsewhere("2")])
    assert len(first.strip()) == 64
    assert first == second


def test_another_seed_makes_another_day():
    assert fingerprint(7) != fingerprint(8)


def test_what_an_instrument_sends_does_not_depend_on_what_else_is_watched():
    alone = play(generated(), lambda m: near(m, 0))
    together = play(generated(), usual)
    keys = {tick.instrument for tick in alone}
    assert [tick for tick in together if tick.instrument in keys] == alone


def test_watching_late_gives_the_rest_of_the_same_ticks():
    market, late = generated(), generated()
    (key,) = [one.key for one in future(market)]
    whole = play(market, future, until_ns=at(ORDINARY, "09:20"))
    found = []
    for second_ns, ticks in late.seconds():
        if second_ns == at(ORDINARY, "09:17") + 30 * SECOND:
            late.watch([key], depth=False)
        if second_ns >= at(ORDINARY, "09:20"):
            break
        found += ticks
    assert found == [t for t in whole if t.exch_ts >= at(ORDINARY, "09:17") + 31 * SECOND]


def test_what_is_no_longer_watched_stops_at_the_next_second():
    market = generated()
    (key,) = [one.key for one in index(market)]
    market.watch([key], depth=False)
    counted = 0
    for second_ns, ticks in market.seconds():
        counted += len(ticks)
        if second_ns == at(ORDINARY, "09:15") + 9 * SECOND:
            market.unwatch([key])
    assert counted == 10


def test_ticks_of_a_second_lie_inside_it_in_order():
    market = generated()
    market.watch([one.key for one in usual(market)], depth=False)
    for second_ns, ticks in market.seconds():
        order = [(tick.exch_ts, tick.instrument) for tick in ticks]
        assert order == sorted(order)
        assert all(second_ns <= ts < second_ns + SECOND for ts, _ in order)
        if second_ns > at(ORDINARY, "09:15") + 10 * MINUTE:
            break


def test_an_unknown_instrument_cannot_be_watched():
    with pytest.raises(BadData, match="has no instrument NFO:1"):
        generated().watch(["NFO:1"], depth=False)


def test_a_usual_watch_list_sends_about_two_hundred_thousand_ticks():
    assert 190_000 < len(play(generated(), usual)) < 230_000
