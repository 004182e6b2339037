"""A channel that is slow, dead or raises is nobody's trouble but its own."""

from threading import Event

import pytest

from rustro_kernel.alerts.alerter import Alerter
from rustro_kernel.alerts.channel import CAPACITY, Channel
from rustro_kernel.alerts.limits import Limits
from tests.session.waiting import until_blocking

MUCH = 10**9


class Post:
    """Sends by keeping; fails as often as told, or waits until let go."""

    def __init__(self, failures=0, error=None):
        self.got, self.failures = [], failures
        self.error = error or OSError("no route")
        self.gate = Event()
        self.gate.set()

    def __call__(self, title, text, level):
        self.gate.wait()
        if self.failures:
            self.failures -= 1
            raise self.error
        self.got.append((title, text, level))


@pytest.fixture
def open_channel():
    opened = []

    def make(post, level="info", limits=None, retry_s=(0.0, 0.0), **more):
        channel = Channel("1 (test)", level, post, limits or Limits(1, MUCH, MUCH), "rustro",
                          retry_s=retry_s, **more)  # fmt: skip
        opened.append((channel, post))
        return channel

    yield make
    for channel, post in opened:
        post.gate.set()
        assert channel.close(10)


def told(*channels, hide=str):
    return Alerter(channels, hide)


def test_alerts_arrive_in_order_with_their_level_above_them(open_channel):
    post = Post()
    alerter = told(open_channel(post))
    for n in range(3):
        alerter.tell("critical", f"fact {n}")
    alerter.flush(10)
    assert post.got == [("CRITICAL rustro", f"fact {n}", "critical") for n in range(3)]


def test_what_is_below_the_level_is_not_sent(open_channel):
    post = Post()
    alerter = told(open_channel(post, level="warning"))
    for level in ("info", "warning", "critical"):
        alerter.tell(level, level)
    alerter.flush(10)
    assert sorted(text for _, text, _ in post.got) == ["critical", "warning"]


def test_a_failed_attempt_is_made_again(open_channel):
    post = Post(failures=2)
    channel = open_channel(post)
    told(channel).tell("info", "at last")
    assert channel.flush(10)
    assert (len(post.got), channel.sent, channel.lost) == (1, 1, 0)


def test_a_dead_channel_gives_up_and_the_next_alert_says_so(open_channel):
    post = Post(failures=3)
    channel = open_channel(post)
    told(channel).tell("info", "never seen")
    channel.flush(10)
    assert (channel.lost, channel.problem) == (1, "no route")
    told(channel).tell("info", "seen")
    channel.flush(10)
    assert post.got == [("INFO rustro", "seen (1 before it were lost)", "info")]


@pytest.mark.parametrize("error", [ValueError("bad"), RecursionError(), AssertionError("x")])
def test_whatever_a_channel_raises_it_lives_on(open_channel, error):
    post = Post(failures=3, error=error)
    channel = open_channel(post)
    alerter = told(channel)
    alerter.tell("info", "one")
    alerter.tell("info", "two")
    channel.flush(10)
    assert [text for _, text, _ in post.got] == ["two (1 before it were lost)"]


def test_a_channel_that_hangs_keeps_neither_the_teller_nor_the_others(open_channel):
    stuck, well = Post(), Post()
    stuck.gate.clear()
    alerter = told(open_channel(stuck), open_channel(well))
    for n in range(100):
        alerter.tell("info", f"fact {n}")
    until_blocking(lambda: len(well.got) == 100)
    assert stuck.got == []
    alerter.flush(0.0)  # waits no longer than it is told to


def test_a_full_queue_drops_the_oldest_and_says_how_many(open_channel):
    post = Post()
    post.gate.clear()
    channel = open_channel(post)
    alerter = told(channel)
    alerter.tell("info", "in hand")
    until_blocking(lambda: not channel._is_any)
    for n in range(CAPACITY + 7):
        alerter.tell("info", f"fact {n}")
    post.gate.set()
    channel.flush(10)
    texts = [text for _, text, _ in post.got]
    assert texts[:3] == ["in hand", "fact 7 (7 before it were lost)", "fact 8"]
    assert (len(texts), texts[-1], channel.lost) == (CAPACITY + 1, f"fact {CAPACITY + 6}", 7)


def test_what_was_held_back_is_told_with_the_next_and_at_the_end(open_channel):
    post = Post()
    alerter = told(open_channel(post, limits=Limits(3600 * 10**9, 2, MUCH)))
    for about in ("a", "a", "a", "a", "b", "a"):
        alerter.tell("warning", f"about {about}", about=about)
    alerter.close(10)
    assert [text for _, text, _ in post.got] == [
        "about a",
        "about a",
        "about b (2 more were held back)",
        "The end of these alerts (1 more were held back)",
    ]


def test_no_flood_that_a_slow_channel_has_not_sent_pushes_out_a_critical_alert(open_channel):
    post = Post()
    post.gate.clear()
    channel = open_channel(post)
    alerter = told(channel)
    alerter.tell("info", "in hand")
    until_blocking(lambda: not channel._is_any)
    alerter.tell("critical", "killed")
    for n in range(CAPACITY + 1):
        alerter.tell("info", f"fact {n}")
    post.gate.set()
    channel.flush(10)
    assert [text for _, text, _ in post.got][:2] == ["in hand", "killed (1 before it were lost)"]


def test_what_was_held_back_is_told_when_nothing_comes_any_more(open_channel):
    post = Post()
    alerter = told(open_channel(post, limits=Limits(10**9, 1, MUCH)))
    for _ in range(3):
        alerter.tell("critical", "again", about="a")
    until_blocking(lambda: len(post.got) == 2)
    assert post.got[1][1] == "The end of these alerts (2 more were held back)"


def test_closing_a_channel_that_hangs_waits_no_longer_than_told(open_channel):
    post = Post()
    post.gate.clear()
    channel = open_channel(post)
    told(channel).tell("info", "stuck")
    assert channel.close(0.01) is False


def test_closing_waits_for_no_pause_between_attempts(open_channel):
    post = Post(failures=1)
    channel = open_channel(post, retry_s=(3600.0,))
    told(channel).tell("info", "lost")
    until_blocking(lambda: channel.problem)
    assert channel.close(10)
    assert post.got == [("WARNING rustro", "The end of these alerts (1 before it were lost)",
                         "warning")]  # fmt: skip


def test_secrets_are_taken_out_of_texts_and_complaints(open_channel):
    post = Post(failures=3, error=OSError("no route to https://hook/s3cret"))
    channel = open_channel(post, hide=lambda text: text.replace("s3cret", "***"))
    alerter = told(channel, hide=lambda text: text.replace("4711", "***"))
    alerter.tell("info", "first")
    channel.flush(10)
    assert channel.problem == "no route to https://hook/***"
    alerter.tell("info", "the pin is 4711")
    channel.flush(10)
    assert post.got[0][1] == "the pin is *** (1 before it were lost)"


def test_an_alerter_without_channels_takes_everything_in_silence():
    alerter = Alerter()
    alerter.tell("critical", "nobody hears")
    alerter.close(0)
    assert alerter.figures() == {}


def test_telling_never_raises_even_where_the_text_cannot_be_cleaned(open_channel, caplog):
    def broken(text):
        raise ValueError(text)

    told(open_channel(Post()), hide=broken).tell("info", "x")
    assert "could not be told" in caplog.text
