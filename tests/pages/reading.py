"""Reading a page as a browser would, strictly."""

from html.parser import HTMLParser

VOID = {"meta", "br", "hr"}


class Reader(HTMLParser):
    """Collects tags, attributes and texts; fails on a tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


def read(page: str) -> Reader:
    """A page, whole and closed in order."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def asks_for(page: str) -> list[str]:
    """Everything in a page that would make a browser load or run something."""
    found = []
    for tag, attributes in read(page).tags:
        if tag in {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"}:
            found.append(tag)
        found += [name for name in attributes if name.startswith("on") or name in ("src", "href")]
    return found + [word for word in ("url(", "@import", "://") if word in page]
