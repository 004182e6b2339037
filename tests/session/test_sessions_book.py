import pytest
from msgspec.structs import replace

from rustro_kernel.domain.errors import BadConfig, DamagedRecord, Refused
from rustro_kernel.session.sessions_book import (
    Entry,
    book_of,
    clear,
    lot_cap,
    number,
    read_book,
    record,
)

TODAY = "2026-09-09"


def entry(n=1, *, mode="live", date=TODAY):
    return Entry(f"{date}-{mode}-main-{n}", mode, date)


def days(count):
    mornings = [entry(date=f"2026-08-{day:02d}") for day in range(1, count + 1)]
    return [replace(morning, is_cleared=True) for morning in mornings]


def test_an_account_without_a_book_has_begun_nothing(tmp_path):
    assert read_book(book_of(tmp_path, "main")).sessions == ()


def test_what_was_recorded_is_read_again_in_order(tmp_path):
    path = book_of(tmp_path, "main")
    record(path, entry(1))
    record(path, entry(1, mode="paper"))
    assert read_book(path).sessions == (entry(1), entry(1, mode="paper"))
    assert path.read_text().splitlines()[0] == "{"
    assert [each.name for each in tmp_path.iterdir()] == ["main.sessions.json"]


def test_n_counts_the_modes_sessions_of_the_day():
    sessions = [entry(1), entry(2), entry(1, mode="paper"), entry(1, date="2026-09-08")]
    assert number(sessions, "live", TODAY) == 3
    assert number(sessions, "paper", TODAY) == 2
    assert number(sessions, "live", "2026-09-10") == 1


def test_a_number_taken_meanwhile_is_refused(tmp_path):
    path = book_of(tmp_path, "main")
    record(path, entry())
    with pytest.raises(Refused, match="2026-09-09-live-main-1 was begun meanwhile"):
        record(path, entry())
    assert read_book(path).sessions == (entry(),)


@pytest.mark.parametrize("content", [b"", b"{", b'{"sessions": 1}', b"\xff\xfe"])
def test_a_damaged_book_is_named_and_never_begun_anew(tmp_path, content):
    path = book_of(tmp_path, "main")
    path.write_bytes(content)
    with pytest.raises(DamagedRecord, match=r"main\.sessions\.json.*move it away"):
        record(path, entry())
    assert path.read_bytes() == content


def test_a_book_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(BadConfig, match=r"state\.dir"):
        record(tmp_path / "none" / "book.json", entry())


def test_the_cap_holds_on_the_first_ten_days_of_live():
    assert lot_cap(days(9), "live", TODAY, 1) == 1
    assert lot_cap(days(10), "live", TODAY, 1) == 0
    assert lot_cap([], "live", TODAY, 3) == 3
    assert lot_cap([], "paper", TODAY, 1) == 0
    practised = [replace(entry, is_simulated=True) for entry in days(10)]
    assert lot_cap(practised, "live", TODAY, 1) == 1


def test_mornings_that_the_doctor_ended_lift_no_cap():
    red = [replace(morning, is_cleared=False) for morning in days(10)]
    assert lot_cap(red, "live", TODAY, 1) == 1


def test_a_session_that_may_trade_is_noted_and_no_other(tmp_path):
    path = book_of(tmp_path, "main")
    for n in (1, 2):
        record(path, entry(n))
    clear(path, entry(2).id)
    assert read_book(path).sessions == (entry(1), replace(entry(2), is_cleared=True))


def test_restarts_of_one_day_and_paper_days_lift_no_cap():
    restarts = [replace(entry(n), is_cleared=True) for n in range(1, 30)]
    paper = [entry(mode="paper", date=f"2026-08-{day:02d}") for day in range(1, 20)]
    assert lot_cap([*restarts, *paper, *days(9)], "live", TODAY, 1) == 1
