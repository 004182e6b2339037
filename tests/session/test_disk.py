from threading import Thread

from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.inputs import Input, Wake
from rustro_kernel.engine.turn import Turn
from rustro_kernel.session.disk import Disk
from tests.session.fakes import FakeRecorder
from tests.session.waiting import until_blocking


class FullDisk(FakeRecorder):
    """Refuses twice, then works."""

    refusals = 2

    def sync(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError(28, "No space left on device")
        super().sync()


def put(disk: Disk, n: int) -> None:
    disk.put(Input(n, n, Wake(n)))
    turn = Turn(n, n, n - 1)
    turn.emit(Alerted("info", str(n)))
    disk.put((n, turn.events))


def test_a_hurried_sync_covers_all_that_was_put_before_and_is_told():
    recorder, told = FakeRecorder(), []
    disk = Disk(recorder, None, lambda: told.append(disk.durable))
    thread = Thread(target=disk.run)
    thread.start()
    put(disk, 1)
    put(disk, 2)
    disk.hurry()
    until_blocking(lambda: told and told[-1] >= 2)
    disk.stop()
    thread.join()
    written = [call for call in recorder.calls if call != "sync"]
    assert written == ["take 1", "state 1", "take 2", "state 2"]


class Torn(Disk):
    """An order comes to wait just after the disk has looked whether one does."""

    is_looked_at = False
    _hurried: bool = False

    @property
    def _is_hurried(self) -> bool:
        looked, self._hurried = self._hurried, self._hurried or not self.is_looked_at
        self.is_looked_at = True
        return looked

    @_is_hurried.setter
    def _is_hurried(self, value: bool) -> None:
        self._hurried = value


def test_an_order_that_comes_to_wait_while_the_disk_looks_is_not_forgotten():
    told = []
    disk = Torn(FakeRecorder(), None, lambda: told.append(1))
    for _ in range(3):
        disk._round()
    assert told == [1]


def test_without_hurry_the_group_commit_comes_by_itself():
    recorder = FakeRecorder()
    disk = Disk(recorder, None, lambda: None)
    thread = Thread(target=disk.run)
    thread.start()
    put(disk, 1)
    until_blocking(lambda: disk.durable == 1)
    disk.stop()
    thread.join()


def test_a_full_disk_loses_nothing_and_holds_the_order_back_until_it_works_again():
    recorder, told = FullDisk(), []
    disk = Disk(recorder, None, lambda: told.append((disk.durable, disk.problem)))
    put(disk, 1)
    disk.hurry()
    thread = Thread(target=disk.run)
    thread.start()
    until_blocking(lambda: len(told) > 1)
    disk.stop()
    thread.join()
    assert told[:2] == [(0, "No space left on device"), (1, "")]
    assert [i.n for i in recorder.inputs] == [1]


def test_stopping_writes_what_is_left():
    recorder = FakeRecorder()
    disk = Disk(recorder, None, lambda: None)
    put(disk, 1)
    disk.stop()
    disk.run()
    assert (disk.durable, recorder.calls[-1]) == (1, "sync")


def test_a_quiet_turn_counts_once_the_events_before_it_are_on_disk():
    recorder = FakeRecorder()
    disk = Disk(recorder, None, lambda: None)
    disk.put([Input(n, n, Wake(n)) for n in (1, 2, 3)])
    turn = Turn(1, 1, 0)
    turn.emit(Alerted("info", "1"))
    disk.put((1, turn.events))
    disk.quiet(2)
    disk.stop()
    disk.run()
    assert recorder.calls == ["take 1", "take 2", "take 3", "state 1", "state 2", "sync"]
    assert disk.durable == 2


def test_an_old_quiet_turn_takes_nothing_back():
    recorder = FakeRecorder()
    disk = Disk(recorder, None, lambda: None)
    disk.quiet(1)
    put(disk, 1)
    put(disk, 2)
    disk.stop()
    disk.run()
    assert (disk.durable, recorder.calls[-2]) == (2, "state 2")
