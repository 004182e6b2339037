"""An exchange on this machine is used with all of its addresses, or not at all."""

import pytest

from rustro_kernel.commands.sync import Wishes, sync
from rustro_kernel.config import Config
from rustro_kernel.configuration.sections import Broker
from rustro_kernel.domain.bars import Timeframe
from rustro_kernel.domain.errors import BadConfig
from rustro_kernel.session.live.addresses import ADDRESSES, check_addresses, is_here
from rustro_kernel.session.live.doctor import doctor
from rustro_kernel.session.live.planning import plan_live
from tests.session.live.exchange_day import addresses, log_in_with

HERE = addresses("http://127.0.0.1:1")
REST = "broker.rest_url"


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://localhost:8080", True),
        ("http://[::1]:8080", True),
        ("https://apiconnect.angelone.in", False),
        ("http://127.0.0.1.example.com", False),
        ("http://192.168.0.9:8080", False),
    ],
)
def test_an_address_is_of_this_machine_by_its_host(url, here):
    assert is_here(url) is here


def test_all_here_and_all_at_the_broker_belong_together():
    check_addresses(Broker())
    check_addresses(Config.load(**HERE).broker)


@pytest.mark.parametrize("name", ADDRESSES)
@pytest.mark.parametrize("mode", ["paper", "live"])
def test_one_address_elsewhere_is_refused_before_anything_is_asked(
    no_rustro_environment, mode, name
):
    log_in_with(no_rustro_environment)
    key = f"broker.{name}"
    for cfg in (
        Config.load(mode=mode, **{key: HERE[key]}),
        Config.load(mode=mode, **{k: url for k, url in HERE.items() if k != key}),
    ):
        with pytest.raises(BadConfig, match="set all or none"):
            plan_live(cfg)


async def test_the_doctor_asks_nobody_at_mixed_addresses():
    with pytest.raises(BadConfig, match=r"^broker\.stream_url: got smartapisocket"):
        await doctor(Config.load(**{REST: HERE[REST]}))


def test_sync_does_not_need_the_streams_but_the_master_of_the_same_place():
    with pytest.raises(BadConfig, match=r"^broker\.master_url: got margincalculator"):
        sync(
            Wishes([], None, None, Timeframe.M1, again=False),
            {"broker.rest_url": HERE["broker.rest_url"]},
        )
