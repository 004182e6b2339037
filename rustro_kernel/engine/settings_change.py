"""Changing a parameter while the session runs: validated now, in force from the next bar."""

from pydantic import ValidationError

from rustro_kernel.domain.setting_checks import setting_problems
from rustro_kernel.domain.settings import EngineSettings
from rustro_kernel.engine.world import World

CHANGEABLE = ("strategy", "risk", "exits", "orders", "data")
"""Sections that can change during a day; the others have shaped it before it began."""
FIXED = tuple(
    f"strategy.{key}"
    for key in ("name", "warmup_bars", "special_days", "hourly_stub", "min_dte", "allow_stocks")
)
"""Keys of those sections that were used up when the day began."""
NONE = "none"
MAY_BE_NONE = ("target_pct",)
"""Keys that take this word for nothing; of `trail_floor` it is a value."""


def changed(
    settings: dict[str, dict[str, object]], key: str, text: str
) -> dict[str, dict[str, object]]:
    """The settings with one key set from text.

    Raises:
        ValueError: with one sentence: unknown key, or the value and what is allowed.
    """
    section, _, name = key.partition(".")
    if name not in settings.get(section, {}):
        raise ValueError(f"no setting is called {key}")
    if section not in CHANGEABLE or key in FIXED:
        raise ValueError(f"{key} can only be set before the session starts")
    value = None if text == NONE and name in MAY_BE_NONE else text
    new = {**settings, section: {**settings[section], name: value}}
    try:
        made = EngineSettings.model_validate(new)
    except ValidationError as exc:
        raise ValueError(f"{key} = {text}: {exc.errors()[0]['msg']}") from exc
    for wrong, problem in setting_problems(made):
        raise ValueError(f"{wrong}: {problem}")
    return made.model_dump(mode="json")


def apply(world: World) -> None:
    """Put the changes that wait for this bar in force."""
    state = world.state
    for key, text in state.pending_settings:
        state.settings = changed(state.settings, key, text)
    if state.pending_settings:
        state.pending_settings = []
        world.use(EngineSettings.model_validate(state.settings))
