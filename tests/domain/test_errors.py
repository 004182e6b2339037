import inspect

import pytest

from rustro_kernel.domain import errors
from rustro_kernel.domain.error_page import every_error, page
from rustro_kernel.domain.errors import (
    AlreadyRunning,
    BadConfig,
    BadData,
    BadIndicatorInput,
    BrokerAuthRefused,
    BrokerError,
    BrokerMisconfigured,
    BrokerRefused,
    BrokerThrottled,
    BrokerTransient,
    DamagedRecord,
    LiveRefused,
    NotATradingDay,
    OutsideRules,
    ReplayDiffers,
    RustroError,
    SessionFailed,
    UnverifiedRule,
)

DECLARED = [
    cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, RustroError)
]


def test_every_error_has_a_code_of_its_own():
    codes = [cls.code for cls in DECLARED]
    assert set(DECLARED) == set(every_error())
    assert len(set(codes)) == len(codes)
    assert all("code" in vars(cls) for cls in DECLARED)


def test_every_error_of_ours_is_declared_in_one_package_and_imported_from_there():
    for cls in every_error():
        assert cls.__module__.startswith(f"{errors.__name__}.")
        assert getattr(errors, cls.__name__) is cls


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    for cls in DECLARED:
        assert f"{cls.__name__} " in (errors.__doc__ or "")
        assert cls.code in (errors.__doc__ or "")


def test_the_page_has_a_row_for_every_error():
    rows = [line for line in page().splitlines() if line.startswith("| R")]
    assert [row.split(" | ")[0].removeprefix("| ") for row in rows] == sorted(
        cls.code for cls in DECLARED
    )
    assert (
        "| R101 | BadConfig | BadUsage | 2 | A configuration that does not validate. |"
        in page().splitlines()
    )


@pytest.mark.parametrize(
    ("error", "sentence", "exit_code"),
    [
        (BadConfig("a.b", "must be positive, got -1"), "a.b: must be positive, got -1", 2),
        (BadConfig("a.b", "unknown", where="x.toml"), "a.b: unknown (in x.toml)", 2),
        (BadData("x.csv", "no column ts"), "x.csv: no column ts", 2),
        (
            NotATradingDay("2021-11-05", "Diwali", "2021-11-08"),
            "2021-11-05 is no trading day (Diwali); the next one is 2021-11-08",
            2,
        ),
        (
            OutsideRules("the lot", "1999-01-01", "2015..2026"),
            "the lot is not known for 1999-01-01; the market rules cover 2015..2026",
            2,
        ),
        (
            AlreadyRunning("state/", "process 17"),
            "state/ is already in use by process 17",
            3,
        ),
        (LiveRefused("not confirmed"), "live mode refused: not confirmed", 3),
        (
            UnverifiedRule("the close", "2026-01-01"),
            "the close of 2026-01-01 is unverified; confirm it in the rules override file",
            3,
        ),
        (DamagedRecord("events.jsonl", 7, "torn"), "events.jsonl, record 7: torn", 1),
        (ReplayDiffers("events.jsonl", 7, "differs"), "events.jsonl, record 7: differs", 1),
        (BadIndicatorInput("adx", "too short"), "adx: too short", 1),
        (SessionFailed("input 3"), "the session stopped: input 3", 1),
        (BrokerError("getRMS", ""), "getRMS failed: no reason given", 1),
        (
            BrokerAuthRefused("getRMS", "Invalid Token", "AG8001"),
            "getRMS needs a new login: AG8001 Invalid Token",
            1,
        ),
        (
            BrokerMisconfigured("placeOrder", "Unregistered IP address", "AG7002"),
            "placeOrder is set up wrongly: AG7002 Unregistered IP address",
            2,
        ),
        (BrokerThrottled("quote", "HTTP 403"), "quote was throttled: HTTP 403", 1),
        (BrokerTransient("quote", "HTTP 502"), "quote got no readable answer: HTTP 502", 1),
        (
            BrokerRefused("placeOrder", "tag too long", "AB4008"),
            "placeOrder was refused: AB4008 tag too long",
            1,
        ),
    ],
)
def test_an_error_says_what_which_and_received_what(error, sentence, exit_code):
    assert str(error) == sentence
    assert error.exit_code == exit_code
