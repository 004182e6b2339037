"""What the broker must know and nobody else: from the environment only, never shown or stored."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Secrets(BaseSettings):
    """RUSTRO_CLIENT_ID, RUSTRO_PIN, RUSTRO_API_KEY and RUSTRO_TOTP_SEED; None where missing."""

    model_config = SettingsConfigDict(env_prefix="RUSTRO_", frozen=True, hide_input_in_errors=True)

    client_id: SecretStr | None = None
    pin: SecretStr | None = None
    api_key: SecretStr | None = None
    totp_seed: SecretStr | None = None

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the variables that are not set."""
        fields = type(self).model_fields
        return tuple(f"RUSTRO_{name.upper()}" for name in fields if not getattr(self, name))

    def __repr__(self) -> str:
        return "Secrets(...)"

    __str__ = __repr__
