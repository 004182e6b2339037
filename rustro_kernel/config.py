"""One frozen configuration: defaults < profile < file < RUSTRO_* environment < overrides."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache, reduce
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from rustro_kernel.configuration.checks import cross_problems
from rustro_kernel.configuration.fields import Row, row, walk
from rustro_kernel.configuration.layers import (
    Layer,
    Tree,
    environment_layers,
    file_layer,
    merged,
    origin,
    override_layers,
    profile_layer,
)
from rustro_kernel.configuration.problems import problems, refusal
from rustro_kernel.configuration.promoted import Promoted, found_in
from rustro_kernel.configuration.sections import (
    Alerts,
    Backup,
    Broker,
    FoundStrategy,
    Guard,
    Logs,
    NamedAccount,
    Rules,
    Run,
    Serve,
    Sim,
    State,
    Store,
    Stream,
)
from rustro_kernel.configuration.toml import dumped
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.domain.settings import Account, EngineSettings, Paper, Strategy

Mode = Literal["sim", "paper", "live"]
DECIDES_NOTHING: Mapping[str, bool | set[str]] = {
    "run": True,
    "state": True,
    "store": True,
    "guard": True,
    "rules": True,
    "broker": True,
    "stream": True,
    "alerts": True,
    "logs": True,
    "backup": True,
    "serve": True,
    "sim": {"data", "vix_data", "speed"},
    "strategy": {"file", "promoted", "promotion", "promotion_source"},
}
"""Left out of the hash: places and pace. Data and rules enter a session id by what they hold."""


class Config(EngineSettings):
    """Every key of a run. Secrets are not among them (`configuration.secrets`)."""

    strategy: FoundStrategy = FoundStrategy()
    mode: Mode = Field("sim", description="which market and which broker")
    account: NamedAccount = NamedAccount()
    paper: Paper = Paper()
    sim: Sim = Sim()
    run: Run = Run()
    rules: Rules = Rules()
    state: State = State()
    store: Store = Store()
    guard: Guard = Guard()
    broker: Broker = Broker()
    stream: Stream = Stream()
    alerts: Alerts = Alerts()
    logs: Logs = Logs()
    backup: Backup = Backup()
    serve: Serve = Serve()

    @classmethod
    def load(
        cls, path: str | Path | None = None, *, profile: str | None = None, **overrides: object
    ) -> Self:
        """Read and check a configuration.

        Args:
            path: A TOML file.
            profile: A packaged profile, such as "demo".
            overrides: Values by dotted key: `Config.load(**{"sim.speed": 60})`.

        Raises:
            BadConfig: Names the first wrong key, what it got, what it allows and where it stands.
        """
        layers = [profile_layer(profile)] if profile is not None else []
        layers += [file_layer(Path(path))] if path else []
        layers += environment_layers() + override_layers(overrides)
        promoted, others = found_in(layers)
        return cls._promoted(promoted, others) if promoted else cls._checked(layers)

    @classmethod
    def _promoted(cls, promoted: Promoted, others: list[Layer]) -> Self:
        """A promoted set, with whatever else is said of other keys."""
        config, said = cls._checked([*others, promoted.layer]), cls._checked(others)
        for key in promoted.keys:
            where = origin(others, key)
            wanted = None if key in promoted.unset else config.value(key)
            if where and said.value(key) != wanted:
                was = "nothing" if wanted is None else wanted
                problem = f"got {said.value(key)}, and {was} was promoted; leave it out"
                raise BadConfig(key, f"{problem} or promote another set", where=where)
        return config

    @classmethod
    def recorded(cls, path: Path, **overrides: object) -> Self:
        """What a file says, whatever the environment does.

        Args:
            path: A `config.toml` of a run folder.
            overrides: Values by dotted key, as for `load`.

        Raises:
            BadConfig: As for `load`.
        """
        return cls._checked([file_layer(path), *override_layers(overrides)])

    @classmethod
    def _checked(cls, layers: list[Layer]) -> Self:
        start: Tree = {}
        try:
            config = cls.model_validate(reduce(merged, (layer.tree for layer in layers), start))
        except ValidationError as exc:
            raise refusal(problems(exc, cls.fields()), layers) from exc
        found = cross_problems(config, config.mode, config.sim)
        if found:
            raise refusal(found, layers)
        return config

    @classmethod
    @cache
    def fields(cls) -> dict[str, FieldInfo]:
        """Every key with its field, in order."""
        return dict(walk(cls))

    @classmethod
    def describe(cls) -> list[Row]:
        """Every key with its default, meaning and range."""
        return [row(key, field) for key, field in cls.fields().items()]

    def changed(self, overrides: Mapping[str, object]) -> Self:
        """The same with some values by dotted key set.

        Args:
            overrides: Values by dotted key, such as `{"exits.stop_pct": 15}`; text as with -p.

        Raises:
            BadConfig: As `load` does.
        """
        made = self._checked(
            [Layer("configuration", self.model_dump()), *override_layers(overrides)]
        )
        if self.strategy.promotion and made.hash() != self.hash():  # another set than was promoted
            plain = made.strategy.model_copy(update={"promotion": "", "promotion_source": ""})
            return made.model_copy(update={"strategy": plain})
        return made

    @property
    def unusual(self) -> dict[str, object]:
        """What differs from the defaults, by dotted key."""
        usual = type(self)()
        keys = (key for key in self.fields() if key.split(".")[0] not in ("run", "state"))
        return {key: self.value(key) for key in keys if self.value(key) != usual.value(key)}

    def value(self, key: str) -> object:
        """The value of a dotted key."""
        return reduce(getattr, key.split("."), self)

    def engine(self) -> EngineSettings:
        """The sections the engine decides by."""
        parts = {name: getattr(self, name) for name in EngineSettings.model_fields}
        parts["account"] = Account(balance=self.account.balance, compound=self.account.compound)
        rules = {name: getattr(self.strategy, name) for name in Strategy.model_fields}
        return EngineSettings(**{**parts, "strategy": Strategy(**rules)})

    def hash(self) -> str:
        """SHA-256 over everything that decides, in one canonical form."""
        tree = self.model_dump(mode="json", exclude=DECIDES_NOTHING)
        text = json.dumps(tree, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def dump_toml(self) -> str:
        """All keys with their values; loading it gives this configuration again."""
        return dumped(self.model_dump())
