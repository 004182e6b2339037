"""Nothing that comes from outside becomes markup: no panel shows a tag it did not write."""

from collections.abc import Iterator
from typing import Any

import ipywidgets
import pytest

from rustro_kernel.domain.verdicts import Gate
from rustro_kernel.engine.events.payload import Payload
from rustro_kernel.engine.events.strategy import EntryEvaluated
from rustro_kernel.engine.events.system import Alerted, CommandReceived, ParameterChanged
from rustro_kernel.engine.turn import Event
from rustro_kernel.engine.view import OrderView, Refusal
from rustro_widgets import Cockpit
from tests.widgets import views
from tests.widgets.make import OPEN

EVIL = '<img src=x onerror="alert(1)">'
GATES = (Gate(EVIL, EVIL, EVIL, False), Gate("trigger", EVIL, EVIL, True))


def widgets_of(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_of(child)


def event(seq: int, data: Payload) -> Event:
    return Event(seq, seq, OPEN + seq, type(data).__name__, None, None, data)


@pytest.fixture
def session() -> views.FakeSession:
    """One whose every text is an attack."""
    refusal = Refusal(EVIL, EVIL, EVIL, OPEN, EVIL)
    made = views.FakeSession(
        views.view(
            underlyings=(views.underlying(20, direction=EVIL, first_no=EVIL, gates=GATES),),
            positions=(views.position(symbol=EVIL, right=EVIL, closing=EVIL),),
            orders=(OrderView("t", EVIL, EVIL, 65, 0, 24_005, EVIL),),
            overlays=(EVIL,),
            refusals=(EVIL,),
            reasons=(refusal,),
            phase=EVIL,
            state="TRADING",
            lines=(EVIL,),
        )
    )
    minute = EntryEvaluated("NIFTY", OPEN + 60_000_000_000, 1, EVIL, EVIL, EVIL, EVIL, GATES, ())
    facts = (
        minute,
        Alerted("critical", EVIL),
        *_filled(CommandReceived),
        *_filled(ParameterChanged),
    )
    made.happen(*(event(n, fact) for n, fact in enumerate(facts, 1)))
    return made


def _filled(payload: type[Payload]) -> Iterator[Payload]:
    """The payload with the attack in every text."""
    kinds = payload.__annotations__
    values: dict[str, Any] = {
        name: EVIL if kind in (str, "str", str | None) else {} if "dict" in str(kind) else True
        for name, kind in kinds.items()
    }
    yield payload(**values)


def test_no_text_from_outside_becomes_a_tag(session: views.FakeSession):
    cockpit = Cockpit(session)
    tabs = next(w for w in widgets_of(cockpit) if isinstance(w, ipywidgets.Tab))
    for number in range(len(tabs.children)):
        tabs.selected_index = number
        cockpit.draw()
        shown = [w.value for w in widgets_of(cockpit) if isinstance(w, ipywidgets.HTML)]
        assert any("&lt;img" in text for text in shown)
        assert [text for text in shown if "<img" in text or 'onerror="' in text] == []
    cockpit.close()
