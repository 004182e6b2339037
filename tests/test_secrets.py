"""Where secrets come from; none of this ever shows one."""

import traceback

import keyring
import pytest
from keyring.backend import KeyringBackend

from rustro_kernel.configuration.secret_places import secrets_file
from rustro_kernel.configuration.secrets import Secrets
from rustro_kernel.domain.errors import BadConfig

pytestmark = pytest.mark.usefixtures("no_rustro_environment")

SEED = "PLANTEDSEEDPLANTEDSEED"


class Drawer(KeyringBackend):
    """A keyring that holds what it is given."""

    priority = 1

    def __init__(self, held):
        self.held = held

    def get_password(self, service, username):
        return self.held.get((service, username))

    def set_password(self, service, username, password):
        raise NotImplementedError

    def delete_password(self, service, username):
        raise NotImplementedError


@pytest.fixture
def drawer(monkeypatch):
    held = {}
    before = keyring.get_keyring()
    keyring.set_keyring(Drawer(held))
    yield held
    keyring.set_keyring(before)


def private(tmp_path, text, mode=0o600):
    path = tmp_path / "secrets.toml"
    path.write_text(text)
    path.chmod(mode)
    return path


def shown(secret):
    return secret and secret.get_secret_value()


def test_environment_beats_keyring_beats_file(tmp_path, monkeypatch, drawer):
    path = private(tmp_path, "client_id = 'file'\npin = 'file'\napi_key = 'file'\n")
    drawer.update({("rustro", "client_id"): "ring", ("rustro", "pin"): "ring"})
    monkeypatch.setenv("RUSTRO_CLIENT_ID", "env")
    found = Secrets.load(path)
    assert [shown(s) for s in (found.client_id, found.pin, found.api_key)] == [
        "env",
        "ring",
        "file",
    ]
    assert found.missing == ("RUSTRO_TOTP_SEED",)


def test_a_system_without_keyring_and_file_has_the_environment(tmp_path, monkeypatch):
    monkeypatch.setattr(keyring, "get_password", _no_backend)
    monkeypatch.setenv("RUSTRO_PIN", "4711")
    assert shown(Secrets.load(tmp_path / "none.toml").pin) == "4711"


def _no_backend(service, name):
    raise keyring.errors.NoKeyringError


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_others_may_read_is_refused(tmp_path, mode):
    with pytest.raises(BadConfig, match="chmod 600"):
        Secrets.load(private(tmp_path, "pin = '4711'\n", mode), keyring=False)


@pytest.mark.parametrize("text", [f"pin = {SEED}", f"pin = 1\nx = '{SEED}'", f"'{SEED}' = ''"])
def test_a_broken_file_is_refused_without_a_word_of_its_content(tmp_path, text):
    with pytest.raises(BadConfig) as caught:
        Secrets.load(private(tmp_path, text), keyring=False)
    told = "".join(traceback.format_exception(caught.value))
    assert SEED not in told


def test_what_a_private_file_holds_is_never_shown(tmp_path):
    found = Secrets.load(private(tmp_path, f"pin = '4711'\ntotp_seed = '{SEED}'\n"), keyring=False)
    assert (shown(found.pin), shown(found.totp_seed)) == ("4711", SEED)
    assert SEED not in f"{found!r} {found} {found.model_dump()}"


def test_the_file_stands_where_the_desktop_says(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/somewhere")
    assert str(secrets_file()) == "/somewhere/rustro/secrets.toml"
