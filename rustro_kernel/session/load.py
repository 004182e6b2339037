"""What a driver says of its work at a moment, for the status."""

import msgspec


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that belong to no record; the fields are those of `control.status.Status`."""

    ticks: int = 0
    data_age_ms: int | None = None
    loop_lag_p99_ms: float = 0.0
    loop_lag_max_ms: float = 0.0
    queue_depth: int = 0
    queue_age_ms: int = 0
    disk_backlog: int = 0
    stalls: int = 0
    rebuilt: int = 0
    rate_budget: dict[str, int] = {}

    def figures(self) -> dict[str, int | float]:
        """Flat, for the health log; what is not known is left out."""
        plain = msgspec.structs.asdict(self)
        left = {f"left_{group}": calls for group, calls in plain.pop("rate_budget").items()}
        return {key: value for key, value in plain.items() if value is not None} | left
