"""`python -m tests.week`: the whole week, with a report. Exit code 1 if something does not hold."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.week.plan import SHORT, SHORT_SPEED, SPEED, WEEK
from tests.week.report import as_text
from tests.week.week import Week


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.week", description=__doc__)
    parser.add_argument("--short", action="store_true", help="two dates and one misfortune")
    parser.add_argument("--speed", type=float, help=f"market seconds a second, {SPEED:g}")
    parser.add_argument("--out", type=Path, help="a new folder for everything that is left")
    args = parser.parse_args()
    out = args.out or Path(tempfile.mkdtemp(prefix="rustro-week-")) / "week"
    dates, speed = (SHORT, SHORT_SPEED) if args.short else (WEEK, SPEED)
    week = Week(dates, args.speed or speed, out.absolute(), is_muted=not args.short)
    report = week.live()
    sys.stdout.write(f"{as_text(report)}everything of it is in {out}\n")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
