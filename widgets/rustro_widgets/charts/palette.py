"""Colours that stay apart for every kind of colour vision (Okabe and Ito), and what they mean."""

INK = "#24292f"
FAINT = "#6e7781"
GRID = "#e4e7eb"
PAPER = "#ffffff"
UP = "#0072b2"
DOWN = "#d55e00"
GREEN = "#009e73"
AMBER = "#e69f00"
SKY = "#56b4e9"
PINK = "#cc79a7"
BLACK = "#000000"

SIGNAL = BLACK
GATES = {
    "direction": "#d0d7de",
    "aligned": "#afb8c1",
    "trigger": "#f5ecb0",
    "time_window": SKY,
    "positions": "#5ab89a",
    "positions_underlying": "#5ab89a",
    "vix": DOWN,
    "daily_loss": DOWN,
    "losses": DOWN,
    "hour_volume": UP,
    "market_open": "#8c959f",
    "contract": PINK,
    "spread": PINK,
    "margin": AMBER,
    "size": AMBER,
    "signal_unused": "#7a5195",
    "reentries": "#7a5195",
    "reentry_pause": "#7a5195",
    "no_halt": DOWN,
}
"""A colour for each gate; gates of one family share theirs."""
OTHER = "#57606a"


def gate_colour(gate: str) -> str:
    """The colour of a gate, also of one this list does not know."""
    return GATES.get(gate, OTHER)
