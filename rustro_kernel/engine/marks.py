"""What charts mark, and the once-a-minute word on open positions."""

from rustro_kernel.domain.money import WHOLE_BPS
from rustro_kernel.engine.account import open_cost, open_positions, open_units
from rustro_kernel.engine.events.positions import PositionUpdated
from rustro_kernel.engine.holdings import Position
from rustro_kernel.engine.view import MarkerView
from rustro_kernel.engine.world import World


def mark(world: World, kind: str, underlying_paise: int, text: str) -> None:
    """Put a mark on the chart."""
    world.state.markers.append(MarkerView(world.now, kind, underlying_paise, text))


def on_boundary(world: World) -> None:
    """Say where each open position stands."""
    for position in open_positions(world):
        state_update(world, position)


def state_update(world: World, position: Position, *, cause: int | None = None) -> None:
    """Emit PositionUpdated."""
    held, cost = open_units(position), open_cost(position)
    pnl = held * position.price - cost
    world.emit(
        PositionUpdated(
            position.id,
            position.symbol,
            held,
            cost,
            position.price,
            pnl,
            WHOLE_BPS * pnl // cost if cost else 0,
        ),
        cause=cause,
    )
