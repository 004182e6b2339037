"""The current price across the chart: text over the figure, which costs no message of its own."""

from rustro_widgets.panels.candle_values import Edges
from rustro_widgets.panels.words import price


def price_line_html(paise: int, edges: Edges) -> str:
    """A dotted line at a price with its figures; nothing where the price is not seen."""
    low, high = edges.y_range
    down = (high - paise / 100) / (high - low)
    if paise <= 0 or not 0 <= down <= 1:
        return ""
    return f'<div class="rustro-price" style="top:{100 * down:.2f}%"><b>{price(paise)}</b></div>'
