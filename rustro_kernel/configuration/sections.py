"""The sections that only the session needs; the engine's are in `domain.settings`."""

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from rustro_kernel.domain.settings import Account, Section, Strategy

DEFAULT_DAY = dt.date(2026, 7, 15)
"""A Wednesday, ordinary hours, no expiry of NIFTY: what `rustro run` shows when not told more."""

Regime = Literal["auto", "trend_up", "trend_down", "range", "vix_shock", "gap_open"]
Speed = Literal["max"] | Annotated[float, Field(gt=0, le=100_000)]


Http = Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
Socket = Annotated[str, Field(pattern=r"^wss?://[^\s]+$")]
Wait = Annotated[float, Field(gt=0, le=600)]


class NamedAccount(Account):
    """The account with the name its sessions carry."""

    id: str = Field("main", pattern=r"^[A-Za-z0-9_]{1,32}$", description="part of the session id")


class FoundStrategy(Strategy):
    """The entry rules, with where the code that decides is found."""

    file: Path | None = Field(
        None, description="a strategy of one's own, as rk.save_strategy writes it"
    )
    promoted: Path | None = Field(
        None, description="a parameter set, as rustro promote writes it; its keys stand"
    )
    promotion: str = Field("", description="hash of the promoted set in force; loading one sets it")
    promotion_source: str = Field("", description="hash of the strategy it was promoted with")


class Sim(Section):
    """The simulated day: a stored one, or one from the built-in generator."""

    date: dt.date = Field(DEFAULT_DAY, description="the trading day")
    data: Path | None = Field(None, description="1m bars, Parquet or CSV; nothing: generated")
    vix_data: Path | None = Field(
        None, description="daily VIX; nothing: vix_daily.parquet beside the bars, if any"
    )
    speed: Speed = Field("max", description="market seconds a second")
    seed: int = Field(7, ge=0, le=2**63 - 1, description="of everything invented")
    regime: Regime = Field("auto", description="of a generated day; auto follows the seed")


class Run(Section):
    """Where a run is recorded."""

    out: Path | None = Field(None, description="run folder; nothing: runs/<session id>")
    leave_positions: bool = Field(False, description="a requested stop does not close positions")


class Rules(Section):
    """The exchange's dated facts."""

    override: Path | None = Field(None, description="TOML: ad hoc closures, confirmed hours, lots")


class State(Section):
    """What outlives a run."""

    dir: Path = Field(Path("state"), description="state folder")
    disk_warn_days: int = Field(
        14, ge=1, le=3650, description="doctor and alerts say when the disk is full sooner"
    )


class Store(Section):
    """The bars of all runs, in the state folder."""

    compact_after_days: int = Field(
        7, ge=0, le=3650, description="a day's log is folded into Parquet files so long after it"
    )
    keep_days: int | None = Field(
        None, ge=1, le=100_000, description="what is older is removed; nothing: kept for ever"
    )
    sim: bool = Field(False, description="simulated runs and made-up prices go there as well")


Told = Literal["info", "warning", "critical"]


class Alerts(Section):
    """What a person is told elsewhere; the channels are secrets (RUSTRO_ALERT_URLS)."""

    level: Told = Field("info", description="nothing below it is sent")
    rules: dict[str, Literal["off", "info", "warning", "critical"]] = Field(
        {}, description="level by name of an event, over the built-in table"
    )
    sim: bool = Field(False, description="simulated runs alert as well")
    window_s: int = Field(600, ge=1, le=86_400, description="the limits below count so far back")
    most_per_about: int = Field(3, ge=1, le=1000, description="of one level about one thing")
    most: int = Field(20, ge=1, le=10_000, description="alerts of one level, whatever about")
    timeout_s: int = Field(10, ge=1, le=120, description="for a channel to connect, to answer")


class Logs(Section):
    """The JSON logs in the state folder: logs/<account>-<date>-<number>.jsonl."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="nothing below it is written"
    )
    file_mb: int = Field(20, ge=1, le=1000, description="a longer file is followed by another")
    keep_days: int = Field(30, ge=1, le=3650, description="older files are removed")
    keep_mb: int = Field(500, ge=1, le=100_000, description="of all files, the oldest go first")


class Backup(Section):
    """Copies of state folder, run folders and bars; made after the close."""

    dir: Path | None = Field(None, description="where to; nothing: none is made by itself")
    keep: int = Field(14, ge=1, le=10_000, description="the newest so many stay")
    sims: bool = Field(False, description="simulated runs as well")


class Guard(Section):
    """How long the notebook's loop may hesitate."""

    takeover_ms: int = Field(250, ge=1, le=10_000, description="until the understudy turns")


class Stream(Section):
    """How the market stream is kept alive."""

    ping_interval_s: Wait = Field(10, description="between two pings")
    pong_timeout_s: Wait = Field(5, description="no answer for so long: connect again")
    backoff_s: Annotated[tuple[Wait, ...], Field(min_length=1)] = Field(
        (1, 2, 4, 8, 16, 30), description="before each new attempt, the last one for ever"
    )
    max_reconnects_per_min: int = Field(10, ge=1, le=60, description="attempts at most")
    stall_s: Wait = Field(15, description="no tick for so long inside the hours: connect again")
    stall_fast_s: Wait = Field(5, description="the same where ticks came every second")


class Broker(Section):
    """Angel One: where it is reached and how long an answer may take.

    The addresses are the broker's own; `rustro simulate` prints those of the local exchange.
    """

    rest_url: Http = Field(
        "https://apiconnect.angelone.in", description="REST: scheme, host and port only"
    )
    stream_url: Socket = Field(
        "wss://smartapisocket.angelone.in/smart-stream", description="market stream"
    )
    order_stream_url: Socket = Field(
        "wss://tns.angelone.in/smart-order-update", description="order stream"
    )
    master_url: Http = Field(
        "https://margincalculator.angelone.in/OpenAPI_File/files/OpenAPIScripMaster.json",
        description="instrument master",
    )
    clock: Literal["auto", "wall", "exchange"] = Field(
        "auto", description="whose time counts; auto: a simulated exchange's, where it is one"
    )
    public_ip: str = Field(
        "127.0.0.1", pattern=r"^[0-9A-Fa-f.:]{2,45}$", description="the static IP of the API key"
    )
    read_timeout_s: Wait = Field(10, description="for an answer to a question, waiting included")
    order_timeout_s: Wait = Field(7, description="for an answer to an order, waiting excluded")
    login_timeout_s: Wait = Field(90, description="for a login: it may wait for the next code")
    master_timeout_s: Wait = Field(180, description="for the download of the master")
    master_min_rows: int = Field(
        100_000, ge=1, le=10_000_000, description="a shorter master is refused"
    )


class Serve(Section):
    """Unattended days: when a session is woken, and how long it may do nothing."""

    lead_s: float = Field(1800, ge=60, le=14_400, description="before the open, it is started")
    look_s: float = Field(1, ge=0.1, le=10, description="between two looks at it")
    start_s: float = Field(180, ge=10, le=1800, description="from its start to its first answer")
    silent_s: float = Field(8, ge=1, le=600, description="no answer for so long: it is restarted")
    idle_s: float = Field(60, ge=5, le=3600, description="no input while the market is open: same")
    work_s: float = Field(
        180, ge=10, le=3600, description="no ticks, bars or checks: restarted once a day"
    )
    restarts: int = Field(3, ge=0, le=20, description="a day; then what it holds is sold")
    stop_s: float = Field(120, ge=1, le=1800, description="a stop may take; then it is ended")
    end_s: float = Field(
        300, ge=5, le=3600, description="its process may take after its last record"
    )
    overdue_s: float = Field(3600, ge=60, le=14_400, description="it may go on after the close")
