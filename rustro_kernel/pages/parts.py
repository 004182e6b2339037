"""The parts of a page: the page itself, cards, tiles, tables, lists, notes."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rustro_kernel.pages.html import Html, element, joined, text
from rustro_kernel.pages.look import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser itself refuses to load anything, and to run anything."""


LONG = 40
"""Rows of a table that no longer stands in full height."""


class Tile(NamedTuple):
    """One figure in large letters; `tone` is up, down or empty."""

    name: str
    value: str
    about: str = ""
    tone: str = ""


class Column(NamedTuple):
    """A column of a table. `kind`: text, number, signed (coloured by its sign), wide (wraps)."""

    name: str
    kind: str = "text"


def page(title: str, subtitle: str, parts: Iterable[Html], end: str = "") -> Html:
    """A whole HTML file."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{text(POLICY)}">'
        f"<title>{text(title)}</title><style>{STYLE}</style>"
    )
    top = element("header", element("h1", text(title)), element("p", text(subtitle)))
    bottom = element("footer", text(end)) if end else Html("")
    body = element("main", top, *parts, bottom)
    return Html(
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'
    )


def card(title: str, says: str, *inside: Html) -> Html:
    """A part with its heading and a sentence on how to read it."""
    about = [element("p", text(says), class_="says")] if says else []
    return element("section", element("h2", text(title)), *about, *inside, class_="card")


def pair(*cards: Html) -> Html:
    """Cards side by side where there is room."""
    return element("div", *cards, class_="pair")


def stack(*cards: Html) -> Html:
    """Cards one below the other, as one side of a pair."""
    return element("div", *cards, class_="stack")


def tiles(figures: Iterable[Tile]) -> Html:
    """The figures one looks at first."""
    return element("div", *map(_tile, figures), class_="tiles")


def _tile(tile: Tile) -> Html:
    value = element("b", text(tile.value), class_=tile.tone or None)
    about = [element("small", text(tile.about))] if tile.about else []
    return element("div", element("span", text(tile.name)), value, *about, class_="tile")


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], *, has_total: bool = False
) -> Html:
    """A table of texts; with `has_total` the last row is a sum."""
    heads = [element("th", text(c.name), class_=_side(c)) for c in columns]
    lines = [joined(_cell(c, v) for c, v in zip(columns, row, strict=True)) for row in rows]
    last = len(lines) - 1
    body = (
        element("tr", line, class_="sum" if has_total and n == last else None)
        for n, line in enumerate(lines)
    )
    head = element("thead", element("tr", *heads))
    name = "scroll long" if len(lines) > LONG else "scroll"
    return element("div", element("table", head, element("tbody", *body)), class_=name)


def _side(column: Column) -> str | None:
    return "r" if column.kind in ("number", "signed") else None


def _cell(column: Column, value: str) -> Html:
    names = [_side(column) or "", "wide" if column.kind == "wide" else ""]
    if column.kind == "signed":
        names.append({"\u2212": "down", "+": "up"}.get(value[:1], ""))
    return element("td", text(value), class_=" ".join(filter(None, names)) or None)


def facts(pairs: Iterable[tuple[str, str]]) -> Html:
    """Names with their values."""
    return element(
        "dl",
        *(element("dt", text(n)) + element("dd", text(v)) for n, v in pairs),  # type: ignore[arg-type]
    )


def note(sentence: str, *, is_bad: bool = False) -> Html:
    """A sentence nobody should miss."""
    return element("p", text(sentence), class_="note bad" if is_bad else "note")


def folded(summary: str, *inside: Html) -> Html:
    """What is shown on a click."""
    return element("details", element("summary", text(summary)), *inside)


def key(entries: Iterable[tuple[str, str]]) -> Html:
    """What the colours of a picture mean: names with tones."""
    marks = (element("span", element("i", class_=tone or None), text(n)) for n, tone in entries)
    return element("div", *marks, class_="key")
