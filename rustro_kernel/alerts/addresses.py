"""The channels' addresses: secrets from beginning to end, so that nothing here shows one.

`RUSTRO_ALERT_URLS` holds addresses of apprise (https://appriseit.com/services/) with white space
between them. A level before one, as in `critical=tgram://...`, keeps what is below it from there.
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from rustro_kernel.alerts.alert import LEVELS
from rustro_kernel.configuration.secret_places import secrets_file
from rustro_kernel.configuration.secrets import AlertSecrets
from rustro_kernel.domain.errors import BadConfig

ADDRESS = re.compile(rf"(?:({'|'.join(LEVELS)})=)?(([a-z][a-z0-9+.-]*)://\S+)", re.IGNORECASE)
LONG = 6
"""Shorter words of an address are in many sentences."""


class Address(NamedTuple):
    """Where alerts go: its number and kind may be shown, the rest is a secret."""

    number: int
    kind: str
    level: str | None
    url: SecretStr

    @property
    def name(self) -> str:
        """What people see of it."""
        return f"{self.number} ({self.kind})"


def load_addresses() -> tuple[Address, ...]:
    """From environment, keyring or file; may block, so never on a loop.

    Raises:
        BadConfig: If a word is no address; it is named by its number only.
    """
    kept = AlertSecrets.load(secrets_file()).alert_urls
    return addresses(kept.get_secret_value() if kept else "")


def addresses(text: str) -> tuple[Address, ...]:
    """The same, of a text that was read.

    Raises:
        BadConfig: See `load_addresses`.
    """
    return tuple(_address(number, word) for number, word in enumerate(text.split(), 1))


def _address(number: int, word: str) -> Address:
    found = ADDRESS.fullmatch(word)
    if found is None:
        problem = f"address {number} of RUSTRO_ALERT_URLS is none, such as mailto://... or json://"
        raise BadConfig("alerts", problem)
    level, url, kind = found.groups()
    return Address(number, kind.lower(), level.lower() if level else None, SecretStr(url))


def secret_parts(address: Address) -> tuple[str, ...]:
    """The words of an address that must not be seen anywhere; its host may be."""
    url = address.url.get_secret_value()
    try:
        parts = urlsplit(url)
        login = [parts.username or "", parts.password or ""]
    except ValueError:
        return (url,)
    words = [*parts.path.split("/"), *(value for _, value in parse_qsl(parts.query))]
    # In some kinds the host is the token, as in tgram://123456:ABC/42
    words += login[:1] + ([parts.netloc] if "." not in parts.netloc else [])
    whole = [url, login[1], *(word for word in words if len(word) >= LONG)]
    return tuple({form for word in whole if word for form in (word, unquote(word))})
