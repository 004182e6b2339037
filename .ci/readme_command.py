"""Writes out the README's test command: the fenced block after `<!-- test command -->`."""

import re
import sys
from pathlib import Path

MARKER = r"<!-- test command -->\s*```\w*\n(.*?)```"

if __name__ == "__main__":
    readme = Path(__file__).parents[1] / "README.md"
    found = re.search(MARKER, readme.read_text(encoding="utf-8"), re.DOTALL)
    if found is None:
        sys.exit("README.md has no fenced block after <!-- test command -->")
    sys.stdout.write(found[1].strip() + "\n")
