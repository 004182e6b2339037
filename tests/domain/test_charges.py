import pytest
from hypothesis import given, strategies as st

from rustro_kernel.domain.charges import charges
from rustro_kernel.domain.rules import ChargeRates

FLAT, PERCENT = 0, 2_500_000


def rates(stt, txn, ipft, sebi, stamp_buy, stamp_sell, tax, brokerage_rate):
    return ChargeRates(stt, txn, ipft, sebi, stamp_buy, stamp_sell, tax, 2000, brokerage_rate)


A = rates(500_000, 500_000, 0, 2000, 20_000, 20_000, 1500, FLAT)
B = rates(500_000, 500_000, 0, 1500, 20_000, 20_000, 1800, FLAT)
C = rates(500_000, 500_000, 0, 500, 30_000, 0, 1800, PERCENT)
D = rates(500_000, 530_000, 0, 1000, 30_000, 0, 1800, PERCENT)
E = rates(625_000, 500_000, 5000, 1000, 30_000, 0, 1800, PERCENT)
F = rates(625_000, 495_000, 5000, 1000, 30_000, 0, 1800, PERCENT)
G = rates(1_000_000, 350_300, 5000, 1000, 30_000, 0, 1800, FLAT)
H = rates(1_000_000, 355_200, 100, 1000, 30_000, 0, 1800, FLAT)
NOW = rates(1_500_000, 355_200, 100, 1000, 30_000, 0, 1800, FLAT)

amounts = st.lists(st.integers(0, 10**10), max_size=5)


@pytest.mark.parametrize(
    ("era", "lot", "items", "total"),
    [
        (A, 75, (4000, 450, 825, 0, 3, 33, 724), 6036),
        (B, 75, (4000, 450, 825, 0, 2, 33, 869), 6179),
        (C, 75, (3875, 450, 825, 0, 1, 23, 846), 6019),
        (D, 50, (2750, 300, 583, 0, 1, 15, 600), 4249),
        (E, 50, (2750, 375, 550, 6, 1, 15, 595), 4292),
        (F, 25, (1375, 188, 272, 3, 1, 8, 297), 2143),
        (G, 75, (4000, 900, 578, 8, 2, 23, 826), 6336),
        (H, 65, (4000, 780, 508, 0, 1, 20, 812), 6121),
        (NOW, 65, (4000, 1170, 508, 0, 1, 20, 812), 6511),
    ],
    ids="ABCDEFGHI",
)
def test_buying_a_lot_at_100_and_selling_at_120(era, lot, items, total):
    found = charges(era, [lot * 10_000], [lot * 12_000])
    assert (
        found.brokerage, found.stt, found.exchange_txn, found.ipft,
        found.sebi_fee, found.stamp, found.tax,
    ) == items  # fmt: skip
    assert found.total == total


def test_the_total_is_rounded_once():
    found = charges(G, [750_000], [900_000])
    items = (4000, 900, 578, 8, 2, 23, 826)
    assert (found.total, sum(items)) == (6336, 6337)


def test_no_orders_cost_nothing():
    assert charges(NOW, [], []).total == 0


def test_every_executed_order_pays_its_own_brokerage():
    one, two = charges(NOW, [650_000], []), charges(NOW, [325_000, 325_000], [])
    assert (one.brokerage, two.brokerage) == (2000, 4000)
    assert two.stt == one.stt == 0


def test_the_percentage_brokerage_stops_at_twenty_rupees():
    assert charges(C, [799_999], []).brokerage == 2000
    assert charges(C, [400_000], []).brokerage == 1000
    assert charges(C, [90_000_000], []).brokerage == 2000


@given(st.sampled_from([A, B, C, D, E, F, G, H, NOW]), amounts, amounts)
def test_the_total_is_within_rounding_of_the_items(era, buys, sells):
    found = charges(era, buys, sells)
    items = (
        found.brokerage, found.stt, found.exchange_txn, found.ipft,
        found.sebi_fee, found.stamp, found.tax,
    )  # fmt: skip
    assert abs(found.total - sum(items)) <= 4


@given(st.sampled_from([A, C, NOW]), amounts, amounts, amounts)
def test_more_orders_never_cost_less(era, buys, sells, more):
    assert charges(era, buys + more, sells).total >= charges(era, buys, sells).total
    assert charges(era, buys, sells + more).total >= charges(era, buys, sells).total
