"""The instrument master: trap rows skipped, limits derived, never a truncated file."""

import datetime as dt
import gzip
import json
import subprocess
import sys

import pytest

from rustro_kernel.brokers.angelone.master import check_master, read_master
from rustro_kernel.brokers.angelone.master_diff import Change, Reused, compare
from rustro_kernel.brokers.angelone.master_download import Wanted, load_master
from rustro_kernel.brokers.angelone.master_file import file_of, stored_dates
from rustro_kernel.brokers.angelone.master_rows import freeze_quantity
from rustro_kernel.domain.errors import BadData, BrokerTransient
from rustro_kernel.domain.instruments import Instrument, Kind, Right
from tests.brokers.angelone.days import TODAY
from tests.brokers.angelone.master_rows import encoded, filler, future, nifty, option, usual, vix
from tests.brokers.angelone.rest_broker import Told, serving

NAMES = ("NIFTY",)
YESTERDAY = TODAY - dt.timedelta(days=1)


def master(rows, on=TODAY):
    return read_master(encoded(rows), NAMES, on)


def test_only_indices_futures_and_options_of_the_chosen_names_are_kept():
    found = master([*usual(), *filler(50)])
    assert [i.symbol for i in found.instruments] == [
        "Nifty 50",
        "India VIX",
        "NIFTY24NOV26FUT",
        "NIFTY24NOV2624500CE",
        "NIFTY24NOV2624500PE",
    ]
    assert (found.rows, found.unreadable) == (59, 0)


def test_an_option_is_found_by_what_it_is():
    found = master(usual())
    assert found.option("NIFTY", "2026-11-24", 2_450_000, Right.PE) == Instrument(
        key="NFO:45679",
        symbol="NIFTY24NOV2624500PE",
        kind=Kind.OPTION,
        underlying="NIFTY",
        tick=5,
        lot=65,
        freeze_quantity=1755,
        expiry="2026-11-24",
        strike=2_450_000,
        right=Right.PE,
    )
    assert found.option("NIFTY", "2026-11-24", 2_455_000, Right.PE) is None
    assert found.future("NIFTY", "2026-11-24").tick == 10
    assert found.index("NIFTY").key == "NSE:99926000"
    assert found.index("INDIAVIX").kind is Kind.VIX


def test_expiries_are_dates_not_texts():
    rows = [
        option(1, expiry="01DEC2026"),
        option(2, expiry="24NOV2026"),
        option(3, expiry="31Dec2026"),
    ]
    assert master(rows).expiries("NIFTY") == ("2026-11-24", "2026-12-01", "2026-12-31")


def test_expired_contracts_are_left_out():
    assert master([option(1, expiry="22NOV2026"), option(2, expiry="23NOV2026")]).expiries(
        "NIFTY"
    ) == ("2026-11-23",)


@pytest.mark.parametrize(
    ("first_too_many", "lot", "most"),
    [(1801, 65, 1755), (1801, 75, 1800), (601, 30, 600), (1, 65, 0), (0, 65, 0), (50, 65, 0)],
)
def test_the_freeze_quantity_is_exclusive_and_rounded_to_lots(first_too_many, lot, most):
    assert freeze_quantity(first_too_many, lot) == most


def test_a_master_of_2024_without_the_new_fields_is_read():
    old = option(45829, expiry="04Apr2024", lotsize="50")
    del old["freeze_qty"], old["is_cas_enabled"]
    (found,) = master([old], dt.date(2024, 4, 1)).instruments
    assert (found.expiry, found.lot, found.freeze_quantity) == ("2024-04-04", 50, 0)


@pytest.mark.parametrize(
    "broken",
    [
        option(1, lotsize="-1"),
        option(1, lotsize="many"),
        option(1, strike=0),
        option(1, right="XX"),
        option(1, expiry="2026-11-24"),
        option(1) | {"strike": "1e999999"},
        option(1) | {"tick_size": "NaN"},
        option(1) | {"token": None},
        [],
        "row",
        {},
    ],
)
def test_a_row_that_makes_no_sense_is_counted_and_left_out(broken):
    found = master([broken, *usual()])
    assert (len(found.instruments), found.unreadable) == (5, 1)


@pytest.mark.parametrize("cut", [0, 1, 100, -1, -2])
def test_a_truncated_file_is_refused(cut):
    with pytest.raises(BadData, match="instrument master: the file is no whole JSON list"):
        read_master(encoded(usual())[:cut], NAMES, TODAY)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "got 0 rows, wanted at least 5"),
        ([vix(), future(), *filler(5), option(1)], r"NIFTY 50 \(token 99926000\) is missing"),
        ([nifty("26000"), option(1), *filler(5)], r"token 99926000\) is missing"),
        ([nifty(), *filler(5)], "NIFTY has no index row or no option"),
        (
            [nifty(), option(1, expiry="05JAN2027"), *filler(5)],
            "the nearest expiry of NIFTY is 2027",
        ),
        (
            [*usual(), *(option(i, lotsize="x") for i in range(101))],
            "101 of 110 rows cannot be read",
        ),
    ],
)
def test_a_file_that_no_day_may_be_traded_with_is_refused(rows, words):
    with pytest.raises(BadData, match=words):
        check_master(master(rows), NAMES, TODAY, 5)


def test_the_usual_file_is_fit():
    check_master(master(usual()), NAMES, TODAY, 5)


def test_the_difference_names_figures_expiries_and_tokens_used_again():
    gone = [option(7, 24550, expiry="01DEC2026"), option(8, expiry="22NOV2026")]
    old = master([*usual(), *gone], TODAY - dt.timedelta(days=10))
    new = master(
        [
            nifty(),
            vix(),
            future(tick_size="5.000000"),
            option(45678, lotsize="75"),
            option(45679, right="PE", lotsize="75", freeze_qty="1201"),
            option(7, 24600, expiry="08DEC2026"),
        ]
    )
    found = compare(old, new)
    options = ("NIFTY", "2026-11-24", Kind.OPTION)
    assert found.changes == (
        Change("NIFTY", "2026-11-24", Kind.FUTURE, "tick", 10, 5),
        Change(*options, "freeze_quantity", 1755, 1200),
        Change(*options, "freeze_quantity", 1755, 1800),
        Change(*options, "lot", 65, 75),
    )
    assert found.expiries_added == (("NIFTY", "2026-12-08"),)
    assert found.expiries_gone == (("NIFTY", "2026-11-22"), ("NIFTY", "2026-12-01"))
    assert found.reused == (Reused("NFO:7", "NIFTY01DEC2624550CE", "NIFTY08DEC2624600CE"),)


@pytest.mark.data
def test_a_real_derived_sample_is_read(market_data):
    body = gzip.decompress(
        (market_data / "samples" / "scripmaster_derived_sample.json.gz").read_bytes()
    )
    found = read_master(body, NAMES, dt.date(2026, 9, 15))
    assert found.unreadable == 0
    assert found.expiries("NIFTY")[:2] == ("2026-09-15", "2026-09-22")
    check_master(found, NAMES, dt.date(2026, 9, 15), 400)


class MasterHost:
    """Serves one file, as it is told."""

    def __init__(self, told):
        self.told, self.asked = told, []

    async def handle(self, request):
        self.asked.append(request)
        return self.told.response()


@pytest.fixture
async def host():
    host = MasterHost(Told(200, encoded(usual())))
    async with serving(host.handle) as url:
        host.url = url
        yield host


def wanted(host, folder, on=TODAY):
    return Wanted(f"{host.url}/master.json", folder / "master", NAMES, on, 5)


async def test_the_file_is_fetched_once_a_day_and_without_our_credentials(host, tmp_path):
    for _ in range(2):
        loaded = await load_master(wanted(host, tmp_path))
        assert (loaded.file_date, loaded.diff, loaded.problem) == (TODAY, None, "")
    (asked,) = host.asked
    assert not {"Authorization", "X-PrivateKey"} & set(asked.headers)
    await load_master(wanted(host, tmp_path), fresh=True)
    assert len(host.asked) == 2


async def test_yesterdays_file_is_kept_and_compared_and_older_ones_go(host, tmp_path):
    days = [TODAY - dt.timedelta(days=back) for back in (3, 2, 1, 0)]
    for day in days[:-1]:
        await load_master(wanted(host, tmp_path, day))
    host.told = Told(200, encoded([*usual(), option(9, expiry="01DEC2026")]))
    loaded = await load_master(wanted(host, tmp_path))
    assert stored_dates(tmp_path / "master") == [TODAY, YESTERDAY]
    assert loaded.diff.expiries_added == (("NIFTY", "2026-12-01"),)


@pytest.mark.parametrize(
    "told",
    [
        Told(200, encoded(usual())[:-20]),
        Told(200, b""),
        Told(200, b"<html>", "text/html"),
        Told(502, b"<html>", "text/html"),
        Told(200, encoded(usual()[:3])),
    ],
)
async def test_a_bad_download_never_replaces_a_good_file(host, tmp_path, told):
    good = wanted(host, tmp_path, YESTERDAY)
    await load_master(good)
    host.told = told
    loaded = await load_master(wanted(host, tmp_path))
    assert loaded.file_date == YESTERDAY
    assert loaded.problem
    assert len(loaded.master.instruments) == 5
    assert [path.name for path in good.folder.iterdir()] == [f"master-{YESTERDAY}.json"]


async def test_no_file_at_all_is_told(host, tmp_path):
    host.told = Told(502, b"")
    with pytest.raises(BrokerTransient, match="master got no readable answer: HTTP 502"):
        await load_master(wanted(host, tmp_path))
    host.told = Told(200, b"[]")
    with pytest.raises(BadData, match="got 0 rows"):
        await load_master(wanted(host, tmp_path))


async def test_a_damaged_cache_is_fetched_again(host, tmp_path):
    asked = wanted(host, tmp_path)
    await load_master(asked)
    file_of(asked.folder, TODAY).write_bytes(b'[{"token"')
    assert (await load_master(asked)).file_date == TODAY
    assert len(host.asked) == 2


MEASURE = """
import datetime, json, resource, sys, time
from pathlib import Path
from rustro_kernel.brokers.angelone.master_file import read_file
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
master = read_file(Path(sys.argv[1]), ("NIFTY",), datetime.date(2026, 11, 23), 200_000)
took = time.process_time() - began
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([master.rows, len(master.by_key), took, grown]))
"""


def test_a_file_of_210_000_rows_is_read_in_two_seconds_and_150_megabytes(tmp_path):
    path = tmp_path / "master.json"
    rights = ("CE", "PE")
    mine = [option(10**6 + i, 20_000 + 50 * i, each) for i in range(1500) for each in rights]
    path.write_bytes(encoded([*usual(), *mine, *filler(207_000)]))
    command = [sys.executable, "-c", MEASURE, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows, kept, took_s, grown_mb = json.loads(done.stdout)
    assert (rows, kept) == (210_009, 1505)
    assert took_s <= 2
    assert grown_mb <= 150
