"""Where secrets may be kept besides the environment: the system's keyring, a private file."""

import contextlib
import os
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import SecretStr

from rustro_kernel.domain.errors import BadConfig

SERVICE = "rustro"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secrets_file() -> Path:
    """Where the file is looked for: ~/.config/rustro/secrets.toml, or under XDG_CONFIG_HOME."""
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "rustro" / "secrets.toml"


def from_keyring(names: Iterable[str]) -> dict[str, SecretStr]:
    """What the system's keyring holds of these; empty where it has no usable backend."""
    import keyring  # slow to import, and needed for a login only
    from keyring.errors import KeyringError

    found: dict[str, SecretStr] = {}
    with contextlib.suppress(KeyringError):
        for name in names:
            value = keyring.get_password(SERVICE, name)
            if value:
                found[name] = SecretStr(value)
    return found


def from_file(path: Path, names: tuple[str, ...]) -> dict[str, SecretStr]:
    """What a private TOML file holds; empty where there is none.

    Raises:
        BadConfig: If others may read it, or it is no TOML of texts. Its content is never named.
    """
    text = _private_text(path)
    if text is None:
        return {}
    tree = _tree(text, path)
    unknown = sorted(set(tree) - set(names))
    if unknown or not all(isinstance(value, str) for value in tree.values()):
        words = f"must hold texts named {', '.join(names)}" + (", and no others" if unknown else "")
        raise BadConfig("secrets", words, where=str(path))
    return {name: SecretStr(str(value)) for name, value in tree.items() if value}


def _private_text(path: Path) -> str | None:
    """The text, after its owner and rights were checked on the open file itself."""
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if mode & OTHERS:
                words = f"others may read the file; run chmod 600 on it (is {mode & 0o777:o})"
                raise BadConfig("secrets", words, where=str(path))
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        problem = f"the file cannot be read: {type(exc).__name__}"
        raise BadConfig("secrets", problem, where=str(path)) from None


def _tree(text: str, path: Path) -> dict[str, object]:
    """The file's keys. The parser's error quotes the text, so it is not passed on."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise BadConfig("secrets", "the file is no valid TOML", where=str(path)) from None
