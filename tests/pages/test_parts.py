from rustro_kernel.pages import parts
from rustro_kernel.pages.html import element, text
from rustro_kernel.pages.parts import Column, Tile
from tests.pages.reading import asks_for, read

EVIL = '<script>alert("x")</script>&\' onload=1'


def test_whatever_comes_in_stays_a_text():
    everything = [
        parts.card(EVIL, EVIL, parts.note(EVIL), parts.folded(EVIL)),
        parts.tiles([Tile(EVIL, EVIL, EVIL)]),
        parts.table([Column(EVIL)], [[EVIL]]),
        parts.facts([(EVIL, EVIL)]),
        parts.key([(EVIL, "up")]),
    ]
    page = parts.page(EVIL, EVIL, everything, EVIL)
    assert asks_for(page) == []
    assert read(page).texts.count(EVIL) == 16


def test_an_attribute_cannot_be_left():
    assert element("p", class_='a" onclick="b') == '<p class="a&quot; onclick=&quot;b"></p>'


def test_the_browser_is_told_to_load_nothing():
    page = parts.page("title", "", [])
    assert "default-src &#x27;none&#x27;" in page
    assert page.startswith("<!doctype html>")


def test_a_signed_column_is_coloured_by_its_sign():
    rows = [["+1.00"], ["\u22121.00"], ["0.00"]]
    found = read(parts.table([Column("net", "signed")], rows, has_total=True))
    cells = [a.get("class") for tag, a in found.tags if tag == "td"]
    assert cells == ["r up", "r down", "r"]
    assert [a.get("class") for tag, a in found.tags if tag == "tr"] == [None, None, None, "sum"]


def test_text_is_escaped_once():
    assert text("a & b") == "a &amp; b"
