"""Orders that wait for the disk, and what becomes of them while it refuses."""

import errno
from itertools import count

import pytest

from rustro_kernel.domain.instruments import InstrumentKey
from rustro_kernel.domain.orders import OrderRequest, OrderStatus, OrderUpdate, Side
from rustro_kernel.engine.effects import CancelOrder, Effect, Finish, ModifyOrder, PlaceOrder
from rustro_kernel.engine.inputs import DiskChanged, Wake
from rustro_kernel.session.disk import Disk
from rustro_kernel.session.held import Held
from rustro_kernel.session.inbox import Inbox
from rustro_kernel.session.io_loop import IoLoop
from tests.session.fakes import FakeRecorder

NIFTY = InstrumentKey("NSE:1")


class FakeDisk:
    def __init__(self, durable=0, problem=""):
        self.durable, self.problem = durable, problem


def order(tag, side=Side.BUY):
    return PlaceOrder(OrderRequest(tag, NIFTY, "X", side, 50, 100))


BUY, SELL, CANCEL = order("buy"), order("sell", Side.SELL), CancelOrder("old")


def held(disk, *actions):
    made = Held(disk)
    for number, action in enumerate(actions, 1):
        made.add(Effect(number, 0, action))
    return made


def test_what_the_disk_holds_may_go_in_the_order_of_asking():
    disk = FakeDisk()
    waiting = held(disk, BUY, CANCEL, SELL)
    assert waiting.due() == [] == waiting.given_up()
    disk.durable = 2
    assert waiting.due() == [BUY, CANCEL]
    disk.durable = 3
    assert waiting.due() == [SELL]
    assert not waiting


def test_exits_pass_entries_while_the_disk_refuses_and_entries_are_given_up():
    disk = FakeDisk(problem="full")
    waiting = held(disk, BUY, CANCEL, SELL)
    assert waiting.due() == [CANCEL, SELL]
    (update,) = waiting.given_up()
    assert (update.tag, update.status) == ("buy", OrderStatus.REJECTED)
    assert update.message == "never sent: the records cannot be written: full"
    disk.durable, disk.problem = 3, ""
    assert waiting.due() == []  # a price of a while ago is never sent


def test_giving_up_entries_keeps_every_exit():
    waiting = held(FakeDisk(problem="full"), SELL, BUY, CANCEL)
    assert [update.tag for update in waiting.given_up()] == ["buy"]
    assert waiting.due() == [SELL, CANCEL]


def test_a_stop_that_is_to_rest_waits_for_the_disk_or_is_given_up():
    stop = PlaceOrder(OrderRequest("stop", NIFTY, "X", Side.SELL, 50, 90, trigger_paise=100))
    waiting = held(FakeDisk(problem="full"), stop, SELL)
    assert waiting.due() == [SELL]
    assert [update.tag for update in waiting.given_up()] == ["stop"]


def test_a_change_of_an_entry_is_given_up_and_that_of_an_exit_goes_out():
    dearer, lower = ModifyOrder(BUY.order), ModifyOrder(SELL.order)
    waiting = held(FakeDisk(problem="full"), dearer, lower)
    assert waiting.due() == [lower]
    (update,) = waiting.given_up()
    assert (update.tag, update.status) == ("buy", OrderStatus.MODIFY_REJECTED)


def test_an_entry_on_disk_goes_out_although_the_disk_refuses_by_now():
    assert held(FakeDisk(durable=1, problem="full"), BUY).due() == [BUY]


class FullDisk(FakeRecorder):
    """Refuses as long as it is full."""

    is_full = True

    def sync(self):
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().sync()

    commit = sync


class Desk:
    """A gateway that notes what reaches the broker."""

    def __init__(self):
        self.sent, self._clock = [], count(1)

    def open(self, loop, intake):
        self.intake = intake

    def now_ns(self):
        return next(self._clock)

    def carry_out(self, action):
        self.sent.append(action)

    def close(self):
        pass


@pytest.fixture
def session():
    """Recorder, disk, desk, inbox and I/O loop on one thread, each step by hand."""
    recorder, inbox, desk = FullDisk(), Inbox(), Desk()

    def tell():
        io._carry_out()

    disk = Disk(recorder, None, tell)
    io = IoLoop(desk, inbox, disk, lambda: None, lambda finish: None)
    yield recorder, disk, desk, inbox, io
    io._loop.close()


def ask(io, disk, number, action):
    """The engine asks for something because of input `number`."""
    io.take(Wake(number), number)
    disk.put((number, ()))
    io._asked.append(Effect(number, 0, action))
    io._carry_out()
    disk.hurry()
    disk._round()


def bodies(inbox):
    """What the engine was told besides being woken."""
    return [i.body for i, _ in inbox.waiting if not isinstance(i.body, Wake)]


def test_a_full_disk_stops_entries_and_lets_exits_out_until_there_is_room(session):
    recorder, disk, desk, inbox, io = session
    ask(io, disk, 1, BUY)
    assert desk.sent == []
    problem, refused = bodies(inbox)
    assert problem == DiskChanged("No space left on device")
    assert isinstance(refused, OrderUpdate)
    assert (refused.tag, refused.status) == ("buy", OrderStatus.REJECTED)
    ask(io, disk, inbox.n + 1, SELL)
    ask(io, disk, inbox.n + 1, CANCEL)
    assert desk.sent == [SELL, CANCEL]
    recorder.is_full = False
    disk._round()
    assert bodies(inbox)[2:] == [DiskChanged("")]
    assert [item.n for item in recorder.inputs] == list(range(1, len(recorder.inputs) + 1))
    for n in range(1, inbox.n + 1):
        disk.put((n, ()))
    ask(io, disk, inbox.n + 1, order("next"))
    assert desk.sent == [SELL, CANCEL, order("next")]
    assert recorder.durable_state == inbox.n == len(recorder.inputs)


def test_a_refusal_is_told_once_however_long_it_lasts(session):
    _, disk, _, inbox, _ = session
    for _ in range(5):
        disk._round()
    assert bodies(inbox) == [DiskChanged("No space left on device")]


@pytest.mark.parametrize("is_full", [False, True])
def test_the_end_of_the_day_waits_for_what_was_asked_before_it(session, is_full):
    recorder, disk, desk, _, io = session
    ended = []
    io._finished = ended.append
    io.take(Wake(1), 1)
    disk.put((1, ()))
    io._asked += [Effect(1, 0, CANCEL), Effect(1, 1, Finish("stopped", 0))]
    io._carry_out()
    assert (desk.sent, ended) == ([], [])
    recorder.is_full = is_full
    disk.hurry()
    disk._round()
    assert (desk.sent, ended) == ([CANCEL], [Finish("stopped", 0)])
