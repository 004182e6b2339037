"""One text for all that a tick changes: which place shows what, and that it costs one message."""

from typing import Any

import pytest

from rustro_widgets.panels.candle_values import Edges
from rustro_widgets.panels.live_text import PLACES, LiveText
from rustro_widgets.panels.price_line import price_line_html
from rustro_widgets.panels.style import CSS

EDGES = Edges((100.0, 200.0), [])


def test_all_that_is_put_goes_out_in_one_message_and_the_same_again_in_none(messages: list[Any]):
    text = LiveText()
    places = [text.place(name) for name in PLACES]
    messages.clear()
    for _ in range(2):
        for name in PLACES:
            text.put(name, name.upper())
        text.send()
    (message,) = messages
    assert message["state"]["value"] == "".join(
        f'<div class="of-{name}">{name.upper()}</div>' for name in PLACES
    )
    assert {place.children for place in places} == {(text.widget,)}


def test_what_is_put_last_is_what_a_place_says():
    text = LiveText()
    text.put("held", "a row")
    text.put("head", "10:00")
    text.send()
    text.put("held", "")
    text.send()
    assert text.widget.value == '<div class="of-held"></div><div class="of-head">10:00</div>'


def test_every_place_shows_its_own_part_only():
    assert ".rustro-part [class^=of-] { display: none; }" in CSS
    for name in PLACES:
        assert f".rustro-part-{name} .of-{name} {{ display: block; }}" in CSS


@pytest.mark.parametrize(
    ("paise", "top"), [(20_000, "0.00%"), (17_500, "25.00%"), (10_000, "100.00%")]
)
def test_the_price_stands_as_far_down_as_its_axis_has_it(paise: int, top: str):
    assert f'style="top:{top}"' in price_line_html(paise, EDGES)


@pytest.mark.parametrize("paise", [0, 9_999, 20_001])
def test_a_price_that_is_not_known_or_not_in_view_has_no_line(paise: int):
    assert price_line_html(paise, EDGES) == ""
