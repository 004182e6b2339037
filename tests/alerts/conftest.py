"""A hook, a mail server and a mute for the tests that want one."""

import pytest

from tests.alerts.sinks import Hook, Mail, Mute, serving


@pytest.fixture
def hook():
    with serving(Hook) as sink:
        yield sink


@pytest.fixture
def mail():
    with serving(Mail) as sink:
        yield sink


@pytest.fixture
def mute():
    with serving(Mute) as sink:
        yield sink
