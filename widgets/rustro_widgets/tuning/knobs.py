"""Sliders, switches and lists, one for each parameter."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import ipywidgets

from rustro_widgets.tuning.parameter import Parameter

CHANGED = "rustro-changed"
WIDE = {"description_width": "150px"}
LAYOUT = {"width": "auto", "margin": "1px 0"}


class Knob:
    """One parameter's control. `value` is None where it is off."""

    def __init__(self, parameter: Parameter, *, is_live: bool) -> None:
        self.parameter = parameter
        self._control = _control(parameter, is_live=is_live)
        self._is_on = (
            ipywidgets.Checkbox(
                value=parameter.value is not None,
                indent=False,
                layout={"width": "22px", "margin": "4px 2px 0 0"},
                tooltip=f"{parameter.label}: on or off",
            )
            if parameter.is_optional
            else None
        )
        self.widget = self._control
        if self._is_on is not None:
            self._control.layout.flex = "1 1 auto"
            self.widget = ipywidgets.HBox([self._is_on, self._control], layout={"width": "auto"})

    @property
    def value(self) -> Any:  # noqa: ANN401 - a parameter's
        """What it says."""
        if self._is_on is not None and not self._is_on.value:
            return None
        return self._control.value

    def take(self, value: Any) -> None:  # noqa: ANN401 - a parameter's
        """Show a value; a slider's range grows to hold it."""
        if self._is_on is not None:
            self._is_on.value = value is not None
        if value is None:
            return
        if self.parameter.is_number:
            self._control.max = max(self._control.max, value)
            self._control.min = min(self._control.min, value)
        self._control.value = value

    def mark(self, *, is_changed: bool) -> None:
        """Whether it differs from where it began."""
        has_it = CHANGED in self.widget._dom_classes
        if is_changed and not has_it:
            self.widget.add_class(CHANGED)
        elif has_it and not is_changed:
            self.widget.remove_class(CHANGED)

    def watch(self, told: Callable[[object], None]) -> None:
        """Call back on every change, on whatever thread it comes."""
        for widget in (self._control, self._is_on):
            if widget is not None:
                widget.observe(told, "value")


class Knobs:
    """All of them, in groups. `params` is what differs from the configuration.

    Args:
        found: The parameters.
        base: The value of each in the configuration.
        moved: Called after each change, on any thread.
        is_live: Whether a slider tells while it is dragged; else when it is let go.
    """

    def __init__(
        self,
        found: Sequence[Parameter],
        base: Mapping[str, Any],
        moved: Callable[[], None],
        *,
        is_live: bool,
    ) -> None:
        self._knobs = {one.key: Knob(one, is_live=is_live) for one in found}
        self._base, self._moved, self._is_quiet = base, moved, False
        for knob in self._knobs.values():
            knob.watch(self._changed)
        self.widget = _grouped(self._knobs.values())
        self._mark()

    @property
    def params(self) -> dict[str, Any]:
        """What the knobs say where it differs from the configuration, by dotted key."""
        values = {key: knob.value for key, knob in self._knobs.items()}
        return {key: value for key, value in values.items() if value != self._base[key]}

    @property
    def numbers(self) -> list[Parameter]:
        """Those that can be swept, with their values now."""
        return [
            knob.parameter._replace(value=knob.value)
            for knob in self._knobs.values()
            if knob.parameter.is_number
        ]

    def take(self, values: Mapping[str, Any]) -> None:
        """Move several at once: one change.

        Raises:
            KeyError: If one of them has no knob.
        """
        wanted = {self._knobs[key]: value for key, value in values.items()}
        self._is_quiet = True
        try:
            for knob, value in wanted.items():
                knob.take(value)
        finally:
            self._is_quiet = False
        self._changed(None)

    def reset(self) -> None:
        """Back to where they began."""
        self.take({key: knob.parameter.value for key, knob in self._knobs.items()})

    def _changed(self, _: object) -> None:
        if self._is_quiet:
            return
        self._mark()
        self._moved()

    def _mark(self) -> None:
        for key, knob in self._knobs.items():
            knob.mark(is_changed=knob.value != self._base[key])


def _grouped(knobs: Iterable[Knob]) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    groups = [(name, list(each)) for name, each in groupby(knobs, lambda k: k.parameter.group)]
    boxes = [ipywidgets.VBox([knob.widget for knob in each]) for _, each in groups]
    return ipywidgets.Accordion(boxes, titles=[name for name, _ in groups], selected_index=0)


def _control(parameter: Parameter, *, is_live: bool) -> Any:  # noqa: ANN401 - ipywidgets is untyped
    words = {
        "description": parameter.said,
        "tooltip": f"{parameter.key}: {parameter.doc}",
        "style": WIDE,
        "layout": LAYOUT,
    }
    if parameter.kind == "switch":
        return ipywidgets.Checkbox(value=parameter.value, **words)
    if parameter.kind == "choice":
        options = [(_shown(each), each) for each in parameter.choices]
        return ipywidgets.Dropdown(options=options, value=parameter.value, **words)
    whole = parameter.kind == "whole"
    exact: Callable[[float], float] = int if whole else float
    start = parameter.low if parameter.value is None else parameter.value
    return (ipywidgets.IntSlider if whole else ipywidgets.FloatSlider)(
        value=exact(start),
        min=exact(min(parameter.low, start)),
        max=exact(max(parameter.high, start)),
        step=exact(parameter.step),
        readout_format="d" if whole else _format(parameter.step),
        continuous_update=is_live,
        **words,
    )


def _format(step: float) -> str:
    """As many decimals as the step has."""
    text = f"{step:.4f}".rstrip("0")
    return f",.{len(text.split('.')[1])}f"


def _shown(value: object) -> str:
    return "none" if value is None else str(value).replace("_", " ")
