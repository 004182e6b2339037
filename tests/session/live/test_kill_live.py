"""Kill to flat against the exchange, in real time, through the file that kills."""

import pytest

from rustro_kernel.domain.market_time import SECOND
from rustro_kernel.domain.orders import Side
from rustro_kernel.records.ledger import read_events
from rustro_kernel.records.lines import until_damage
from tests.session.live.crash_bench import crash_bench
from tests.session.waiting import until_blocking


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_kill_is_proven_flat_in_thirty_seconds_of_the_wall(tmp_path):
    with crash_bench(tmp_path, speed=1.0) as bench:
        bench.start()
        until_blocking(lambda: bench.run.exists() and bench.said("PositionOpened"), 240)
        (tmp_path / "state" / "EMERGENCY_STOP").touch()
        until_blocking(lambda: bench.said("KillCompleted"), 60)
        (completed,) = bench.said("KillCompleted")
        stages = {stage.stage: stage.after_ms for stage in bench.said("KillStageReached")}
        print(stages, completed)  # noqa: T201 - the figures asked for
        assert completed.outcome == "PROVEN_FLAT"
        assert stages["ENTRIES_ENDED"] < 5_000
        assert completed.after_ms < 30_000
        assert bench.at_exchange() == {}
        orders = list(bench.exchange.day.desk)
        begun_ns = next(
            e.ts for e in until_damage(read_events(bench.run)) if e.type == "KillSwitchActivated"
        )
        late = [o for o in orders if o.form.side is Side.BUY and o.placed_ns > begun_ns + SECOND]
        assert late == []
        bench.check()
