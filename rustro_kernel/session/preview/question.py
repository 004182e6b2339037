"""What is asked of a preview."""

from collections.abc import Mapping

import msgspec

from rustro_kernel.engine.settings_change import changed


class Question(msgspec.Struct, frozen=True):
    """A setting, and the run folder whose inputs it is tried on."""

    folder: str
    key: str
    value: str
    slippage_ticks: int
    latency_ms: int

    def problem(self, settings: Mapping[str, dict[str, object]]) -> str:
        """Why it cannot be answered, known without trying; empty: nothing is."""
        if not self.folder:
            return "the session has not begun"
        try:
            changed(dict(settings), self.key, self.value)
        except ValueError as exc:
            return str(exc)
        return ""
