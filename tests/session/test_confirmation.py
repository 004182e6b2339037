import pytest

from rustro_kernel.config import Config
from rustro_kernel.domain.errors import LiveRefused
from rustro_kernel.session.confirmation import VARIABLE, Confirmation
from rustro_kernel.session.session import Session


@pytest.mark.parametrize("mode", ["sim", "paper"])
def test_only_live_wants_a_word(mode):
    Confirmation(mode, "main", {}).check()


@pytest.mark.parametrize("environment", [{}, {VARIABLE: "other"}, {VARIABLE: "1"}, {VARIABLE: ""}])
def test_without_the_word_for_this_account_live_is_refused(environment):
    with pytest.raises(LiveRefused, match=r'--confirm-live.*confirm_live\("live main"\).*cockpit'):
        Confirmation("live", "main", environment).check()


def test_the_word_of_rustro_run_is_the_account():
    Confirmation("live", "main", {VARIABLE: "main"}).check()


@pytest.mark.parametrize("typed", ["", "live", "live other", "Live main", "live main!", "yes"])
def test_other_words_confirm_nothing(typed):
    confirmation = Confirmation("live", "main", {})
    with pytest.raises(LiveRefused, match="type: live main"):
        confirmation.give(typed)
    assert confirmation.is_needed


def test_the_right_words_confirm_it():
    confirmation = Confirmation("live", "main", {})
    confirmation.give(" live main ")
    confirmation.check()


async def test_an_unconfirmed_session_does_not_begin(no_rustro_environment, tmp_path):
    cfg = Config.load(**{"mode": "live", "state.dir": tmp_path / "s", "run.out": tmp_path / "r"})
    session = Session(cfg, out=lambda _: None)
    assert session.to_confirm == "live main"
    with pytest.raises(LiveRefused, match="must be confirmed"):
        await session.start()
    session.confirm_live("live main")
    assert session.to_confirm == ""
    assert list(tmp_path.iterdir()) == []


def test_the_word_is_no_configuration_key(no_rustro_environment):
    no_rustro_environment.setenv(VARIABLE, "main")
    assert Config.load().mode == "sim"
