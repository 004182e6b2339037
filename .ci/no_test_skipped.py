"""Fails when a test with a mark was skipped: `no_test_skipped.py JUNIT_FILE MARK`.

Run it where the machine has what these tests need: the data for `data`, chromium for `browser`.
`tests/conftest.py` writes the marks into pytest's JUnit file.
"""

import sys
import xml.etree.ElementTree as ET


def skipped(cases: list[ET.Element], mark: str) -> list[str]:
    """The names of the skipped ones."""
    return [
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if case.find(f"properties/property[@value='{mark}']") is not None
        and case.find("skipped") is not None
    ]


if __name__ == "__main__":
    file, mark = sys.argv[1:]
    found = skipped(list(ET.parse(file).iter("testcase")), mark)  # noqa: S314 - our own pytest wrote it
    sys.exit("\n".join([f"skipped although what {mark} needs is there:", *found]) if found else 0)
