"""On which line of a TOML file a key stands; tomllib does not say."""

import re

HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
PART = r"(?:[\w-]+|\"[^\"]*\"|'[^']*')"
KEY = re.compile(rf"\s*({PART}(?:\s*\.\s*{PART})*)\s*=")
FENCE = re.compile(r"\"\"\"|'''")


def key_lines(text: str) -> dict[str, int]:
    """The line, from 1 on, of every table and key of a valid file, by dotted key.

    What stands inside a value (an inline table, a text of several lines) has the line of its key
    or none.
    """
    found: dict[str, int] = {}
    section, is_inside = "", False
    for number, line in enumerate(text.splitlines(), 1):
        fences = len(FENCE.findall(line))
        if is_inside:
            is_inside = fences % 2 == 0
            continue
        is_inside = fences % 2 == 1
        if header := HEADER.match(line):
            section = _dotted(header[1])
            found.setdefault(section, number)
        elif key := KEY.match(line):
            found.setdefault(f"{section}.{_dotted(key[1])}".removeprefix("."), number)
    return found


def _dotted(written: str) -> str:
    """Bare and quoted parts as one dotted key."""
    return ".".join(part.strip().strip("\"'") for part in written.split("."))
