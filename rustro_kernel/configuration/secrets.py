"""What the broker or a channel of alerts must know and nobody else: never shown, logged, stored.

Each secret is taken from the first place that has it: the environment (RUSTRO_PIN), then the
system's keyring where there is one (service "rustro", user name "pin"), then a TOML file that
only its owner may read (`pin = "1234"`).
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Self

from pydantic import PrivateAttr, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from rustro_kernel.configuration.secret_places import from_file, from_keyring


class Kept(BaseSettings):
    """Secrets by their names in lower case; None where missing.

    The class alone reads the environment, `load` every place.
    """

    model_config = SettingsConfigDict(env_prefix="RUSTRO_", frozen=True, hide_input_in_errors=True)

    _places: tuple[str, ...] = PrivateAttr(("environment",))

    @classmethod
    def load(cls, file: Path | None = None, *, keyring: bool = True) -> Self:
        """Environment, then keyring, then file; the first place that has a secret wins.

        Args:
            file: A TOML file; one that does not exist holds nothing.
            keyring: Whether the system's keyring is asked. It may block or prompt: call this
                from a thread, never on a loop.

        Raises:
            BadConfig: If the file is readable by others, or is no TOML of texts.
        """
        given = cls()
        wanted = [name for name in cls.model_fields if not getattr(given, name)]
        held = from_file(file, every_name()) if file and wanted else {}
        kept = {name: secret for name, secret in held.items() if name in cls.model_fields}
        ring = from_keyring(wanted) if keyring and wanted else {}
        found = given.model_copy(update={name: (kept | ring).get(name) for name in wanted})
        found._places = _places(cls.model_fields, wanted, kept, ring)
        return found

    @property
    def source(self) -> str:
        """Where they were found, in words."""
        return ", ".join(self._places)

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the variables that are not set."""
        fields = type(self).model_fields
        return tuple(f"RUSTRO_{name.upper()}" for name in fields if not getattr(self, name))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"

    __str__ = __repr__


class Secrets(Kept):
    """What the broker must know: RUSTRO_CLIENT_ID, _PIN, _API_KEY and _TOTP_SEED."""

    client_id: SecretStr | None = None
    pin: SecretStr | None = None
    api_key: SecretStr | None = None
    totp_seed: SecretStr | None = None


class AlertSecrets(Kept):
    """Where alerts go: RUSTRO_ALERT_URLS, addresses with white space between them."""

    alert_urls: SecretStr | None = None


def every_name() -> tuple[str, ...]:
    """What the private file may hold."""
    return (*Secrets.model_fields, *AlertSecrets.model_fields)


def _places(
    names: Iterable[str], wanted: Collection[str], kept: Collection[str], ring: Collection[str]
) -> tuple[str, ...]:
    """Every place that gave a secret, in the order they are asked."""
    given = {
        "environment": any(name not in wanted for name in names),
        "keyring": bool(ring),
        "file": any(name in kept and name not in ring for name in wanted),
    }
    return tuple(place for place, has_given in given.items() if has_given)
