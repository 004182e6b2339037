"""The tapes of what is watched, made when first asked for."""

from rustro_kernel.domain.instruments import Instrument, Kind
from rustro_kernel.simulator.book import LEVELS, sizes
from rustro_kernel.simulator.future_tape import future_tape
from rustro_kernel.simulator.index_tape import index_tape, vix_tape
from rustro_kernel.simulator.option_tape import option_tape
from rustro_kernel.simulator.scene import Scene
from rustro_kernel.simulator.seeding import Purpose, generator
from rustro_kernel.simulator.tape import Tape

RESTING_LOTS = 20.0
MAKERS = {
    Kind.INDEX: index_tape,
    Kind.VIX: vix_tape,
    Kind.FUTURE: future_tape,
    Kind.OPTION: option_tape,
}


def make_tape(scene: Scene, instrument: Instrument) -> Tape:
    """An instrument's ticks of the day; the same whenever and however often it is made."""
    return MAKERS[instrument.kind](scene, instrument)


def book_behind(scene: Scene, tape: Tape) -> list[list[int]]:
    """For each tick, the quantities at levels 2-5 of the book in units, bids first."""
    token = int(tape.key.partition(":")[2])
    rng = generator(scene.seed, scene.date, Purpose.DEPTH, token)
    rows, levels = len(tape.columns.exch_ts), 2 * (LEVELS - 1)
    behind: list[list[int]] = (
        sizes(rows * levels, RESTING_LOTS, tape.lot, rng).reshape(rows, levels).tolist()
    )
    return behind
