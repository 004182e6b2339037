"""The trades of a run folder as a table for people: rupees, and times of the exchange's day."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

ZONE = "Asia/Kolkata"


def trades(folder: Path | str) -> "pd.DataFrame":
    """A column for each trade, a row for each of its figures; empty without trades."""
    import pandas as pd  # a second to import, and only notebooks want it

    raw = pd.read_json(Path(folder) / "trades.jsonl", lines=True)
    names = [str(name) for name in raw.columns]
    money = {name: raw[name] / 100 for name in names if name.endswith("_paise")}
    times = {
        name: pd.to_datetime(raw[name], utc=True).dt.tz_convert(ZONE).dt.strftime("%H:%M:%S")
        for name in names
        if name.endswith("_ns")
    }
    shown = raw.assign(**money, **times)
    return shown.rename(columns=lambda name: name.removesuffix("_paise").removesuffix("_ns")).T
