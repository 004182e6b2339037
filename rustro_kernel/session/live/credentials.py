"""What the broker must be told to log in, from wherever the user keeps it."""

from typing import NamedTuple

from pydantic import SecretStr

from rustro_kernel.brokers.angelone.forms import Credentials
from rustro_kernel.configuration.secret_places import secrets_file
from rustro_kernel.configuration.secrets import Secrets
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.session.no_core import leave_no_core


class Found(NamedTuple):
    """The credentials and where they were, in words."""

    credentials: Credentials
    source: str


def load_credentials() -> Found:
    """Read every place; may ask the system's keyring, so never on a loop.

    From then on this process dumps no core.

    Raises:
        BadConfig: Names what is missing.
    """
    leave_no_core()
    return credentials(Secrets.load(secrets_file()))


def credentials(secrets: Secrets) -> Found:
    """The same, of secrets that were read.

    Raises:
        BadConfig: Names what is missing.
    """
    if secrets.missing:
        names = ", ".join(secrets.missing)
        verb = "is" if len(secrets.missing) == 1 else "are"
        raise BadConfig(
            "secrets",
            f"{names} {verb} missing; put them into the environment, the system's keyring "
            f"(service rustro) or {secrets_file()}",
        )
    fields = (secrets.client_id, secrets.pin, secrets.api_key, secrets.totp_seed)
    return Found(Credentials(*map(_plain, fields)), secrets.source)


def _plain(secret: SecretStr | None) -> str:
    assert secret is not None
    return secret.get_secret_value()
