import datetime as dt
import errno
import json
import logging
from threading import Event

import pytest

from rustro_kernel.housekeeping.json_log import CAPACITY, JsonLog
from rustro_kernel.housekeeping.log_file import Keep, LogFile

DAY = 86_400 * 10**9
NOON = int(dt.datetime(2026, 7, 15, 6, 30, tzinfo=dt.UTC).timestamp()) * 10**9  # 12:00 in India
KEEP = Keep(1_000_000, 30, 10**9)


class Disk(LogFile):
    """A log file whose disk refuses or waits when told to."""

    is_full = False

    def __init__(self, *args):
        super().__init__(*args)
        self.gate = Event()
        self.gate.set()

    def write(self, line, ts_ns):
        self.gate.wait()
        if self.is_full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(line, ts_ns)


@pytest.fixture
def logger():
    made = logging.Logger("rustro_kernel.test", logging.DEBUG)
    yield made
    for handler in made.handlers:
        handler.close()


def opened(logger, tmp_path, **more):
    disk = Disk(tmp_path / "logs", "main", KEEP)
    handler = JsonLog(disk, {"session": "s-1"}, **more)
    logger.addHandler(handler)
    return handler, disk


def lines(tmp_path):
    files = sorted((tmp_path / "logs").iterdir())
    return [json.loads(line) for path in files for line in path.read_text().splitlines()]


def test_what_is_logged_becomes_one_json_line_each(logger, tmp_path):
    handler, _ = opened(logger, tmp_path)
    logger.info("filled %s at %d", "NIFTY", 12830, extra={"units": 65})
    handler.line("Position opened", type="PositionOpened", seq=7)
    handler.close()
    first, second = lines(tmp_path)
    stamp = dt.datetime.fromisoformat(first.pop("ts"))
    assert stamp.utcoffset() == dt.timedelta(hours=5, minutes=30)
    assert first == {
        "level": "info",
        "logger": "rustro_kernel.test",
        "event": "filled NIFTY at 12830",
        "units": 65,
        "session": "s-1",
    }
    assert (second["event"], second["type"], second["seq"]) == (
        "Position opened",
        "PositionOpened",
        7,
    )


def test_an_exception_is_in_the_line_with_its_traceback(logger, tmp_path):
    handler, _ = opened(logger, tmp_path)
    try:
        _ = {}["nothing"]
    except KeyError:
        logger.exception("it failed")
    handler.close()
    (line,) = lines(tmp_path)
    assert line["exception"].splitlines()[-1] == "KeyError: 'nothing'"


def test_secrets_are_hidden_in_words_arguments_fields_and_tracebacks(logger, tmp_path):
    handler, _ = opened(logger, tmp_path, hide=lambda text: text.replace("s3cret", "***"))
    try:
        int("token s3cret")
    except ValueError:
        logger.exception("s3cret %s", "and s3cret", extra={"header": "s3cret"})
    handler.close()
    text = next((tmp_path / "logs").iterdir()).read_text()
    assert "s3cret" not in text
    assert text.count("***") == 5  # the traceback holds its source line and its last line


def test_what_is_below_the_level_is_not_written(logger, tmp_path):
    handler, _ = opened(logger, tmp_path, level=logging.WARNING)
    logger.info("quiet")
    logger.warning("loud")
    handler.close()
    assert [line["event"] for line in lines(tmp_path)] == ["loud"]


def test_a_full_disk_costs_lines_and_says_how_many_when_there_is_room(logger, tmp_path):
    handler, disk = opened(logger, tmp_path)
    disk.is_full = True
    for n in range(3):
        logger.info("lost %d", n)
    while handler.lost < 3:
        handler._thread.join(0.001)
    disk.is_full = False
    logger.info("room again")
    handler.close()
    assert [line["event"] for line in lines(tmp_path)] == [
        "3 lines before this one are lost",
        "room again",
    ]


def test_a_disk_that_hangs_keeps_nobody_who_logs(logger, tmp_path):
    handler, disk = opened(logger, tmp_path)
    disk.gate.clear()
    for n in range(CAPACITY + 50):
        logger.info("fact %d", n)
    assert handler.lost >= 49
    handler.close(timeout_s=0.0)
    disk.gate.set()
    handler._thread.join(10)


def test_a_folder_that_cannot_be_made_hurts_nobody(logger, tmp_path):
    (tmp_path / "logs").write_text("a file is in the way")
    handler, _ = opened(logger, tmp_path)
    logger.error("nowhere to go")
    handler.close()
    assert handler.lost == 1


@pytest.fixture
def log_file(tmp_path):
    return lambda keep=KEEP: LogFile(tmp_path, "main", keep)


def names(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_each_day_of_india_has_a_file(log_file, tmp_path):
    log = log_file()
    for ts in (NOON, NOON + 12 * 3600 * 10**9 - 1, NOON + 12 * 3600 * 10**9):
        log.write(b"{}", ts)
    log.close()
    assert names(tmp_path) == ["main-2026-07-15-001.jsonl", "main-2026-07-16-001.jsonl"]


def test_a_full_file_is_followed_by_another_also_after_a_restart(log_file, tmp_path):
    for _ in range(2):
        log = log_file(Keep(10, 30, 10**9))
        for _ in range(3):
            log.write(b"12345678", NOON)
        log.close()
    sizes = [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert sizes == [18, 18, 18]


def test_old_files_go_and_only_our_own(log_file, tmp_path):
    for name in (
        "main-2026-06-15-001.jsonl",
        "main-2026-06-16-001.jsonl",
        "other-2020-01-01-001.jsonl",
    ):
        (tmp_path / name).write_text("{}\n")
    log_file().write(b"{}", NOON)
    assert names(tmp_path) == [
        "main-2026-06-16-001.jsonl",
        "main-2026-07-15-001.jsonl",
        "other-2020-01-01-001.jsonl",
    ]


def test_the_oldest_go_until_the_rest_is_small_enough(log_file, tmp_path):
    for day in (11, 12, 13, 14):
        (tmp_path / f"main-2026-07-{day}-001.jsonl").write_text("x" * 100)
    log_file(Keep(1000, 30, 250)).write(b"{}", NOON)
    assert names(tmp_path) == [
        "main-2026-07-13-001.jsonl",
        "main-2026-07-14-001.jsonl",
        "main-2026-07-15-001.jsonl",
    ]


def test_a_torn_last_line_does_not_swallow_the_next(log_file, tmp_path):
    (tmp_path / "main-2026-07-15-001.jsonl").write_text('{"whole":1}\n{"tor')
    log = log_file()
    log.write(b'{"next":2}', NOON)
    log.close()
    assert (tmp_path / "main-2026-07-15-001.jsonl").read_text().splitlines() == [
        '{"whole":1}',
        '{"tor',
        '{"next":2}',
    ]


def test_only_the_owner_can_read_a_log(log_file, tmp_path):
    log_file().write(b"{}", NOON)
    assert next(tmp_path.iterdir()).stat().st_mode & 0o777 == 0o600


def test_warnings_are_printed_as_if_no_log_were_kept(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    kernel = logging.getLogger("rustro_kernel")
    handler, _ = opened(kernel, tmp_path)
    try:
        logging.getLogger("rustro_kernel.session.x").warning("look here")
        logging.getLogger("rustro_kernel.session.x").info("nobody asked")
    finally:
        kernel.removeHandler(handler)
        handler.close()
    assert capsys.readouterr().err == "look here\n"
    assert "message" not in lines(tmp_path)[0]
