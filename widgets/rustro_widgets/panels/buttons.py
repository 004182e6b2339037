"""A button as every panel has it: an icon, a class to find it by, a hint to read."""

from typing import Any

import ipywidgets


def button(name: str, text: str, style: str = "", icon: str = "", hint: str = "") -> Any:  # noqa: ANN401 - ipywidgets is untyped
    """A button with the class `rustro-<name>`.

    Args:
        name: What it does, in one word.
        text: What it says.
        style: success, warning, danger, info or none.
        icon: Of Font Awesome 4, which JupyterLab brings along.
        hint: Shown when it is pointed at, and read by screen readers.
    """
    layout = ipywidgets.Layout(width="auto")
    made = ipywidgets.Button(
        description=text, button_style=style, icon=icon, tooltip=hint, layout=layout
    )
    made.add_class(f"rustro-{name}")
    made.add_class("rustro-button")
    return made
