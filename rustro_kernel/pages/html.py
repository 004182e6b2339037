"""Markup, and the escaping of everything that is none."""

import html
from collections.abc import Iterable
from typing import NewType

Html = NewType("Html", str)
"""Markup made here; a text of anybody else becomes one only through `text`."""


def text(value: object) -> Html:
    """Any value as a text of the page, whatever is in it."""
    return Html(html.escape(str(value), quote=True))


def element(name: str, *inside: Html, **attributes: object) -> Html:
    """An element; `class_` and `data_x` are written class and data-x, None is left out."""
    marks = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{marks}>{''.join(inside)}</{name}>")


def joined(parts: Iterable[Html]) -> Html:
    """One after the other."""
    return Html("".join(parts))
