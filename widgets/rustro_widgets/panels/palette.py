"""The two pairs of colours for up and down; every panel and chart takes them from here."""

from typing import NamedTuple

from rustro_widgets.charts import palette as apart


class Palette(NamedTuple):
    """Rising and falling, gain and loss, yes and no.

    Colours alone never carry a meaning: signs, words and marks say the same.
    """

    name: str
    up: str
    down: str


RED_GREEN = Palette("red and green", "#26a69a", "#ef5350")
BLUE_ORANGE = Palette("blue and orange", "#3b8eea", apart.DOWN)
"""Kept apart by every kind of colour vision (Okabe and Ito), on white and on black."""
