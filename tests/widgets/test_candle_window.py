"""Which bars are seen: the last one is followed only while it is in view."""

from hypothesis import given, strategies as st

from rustro_widgets.panels.candle_window import MOST, WIDTH, Window


def at_the_end(count: int) -> Window:
    window = Window()
    window.begin(count)
    return window


def test_the_last_bars_are_seen_with_room_for_the_price():
    window = at_the_end(375)
    assert (window.low, window.high) == (266.0, 386.0)


def test_new_bars_are_followed_while_the_last_one_is_in_view():
    window = at_the_end(375)
    window.show(376)
    assert (window.low, window.high) == (267.0, 387.0)


def test_a_window_moved_into_the_past_stays_there():
    window = at_the_end(375)
    window.moved(100.0, 220.0)
    window.show(376)
    window.show(400)
    assert (window.low, window.high) == (100.0, 220.0)


def test_now_returns_to_the_last_bar_in_the_width_chosen():
    window = at_the_end(375)
    window.moved(100.0, 160.0)
    window.show(376)
    window.now()
    assert (window.low, window.high) == (321.0, 381.0)
    window.show(377)
    assert window.high == 382.0


def test_a_young_day_fills_the_window_before_it_moves():
    window = at_the_end(0)
    for count in range(1, 101):
        window.show(count)
    assert window.low == -1.0
    for count in range(101, 201):
        window.show(count)
    assert window.low > 60
    assert abs(window.high - window.low - WIDTH) < 2


def test_zooming_keeps_the_last_bar_in_view():
    window = at_the_end(375)
    window.zoom(0.5)
    assert (window.low, window.high) == (320.0, 380.0)
    window.zoom(1000)
    assert window.high - window.low == MOST


def test_the_whole_day_is_seen_from_its_first_bar():
    window = at_the_end(225)
    window.whole(150)
    assert window.low == 149.0
    assert 225 < window.high < 240
    window.show(300)
    assert window.low == 149.0
    assert 300 < window.high < 320
    window.now()
    window.show(301)
    assert window.low > 149.0


moves = st.lists(
    st.one_of(
        st.floats(-2, 2).map(lambda share: ("pan", share)),
        st.floats(0.1, 10).map(lambda factor: ("zoom", factor)),
        st.just(("now", None)),
        st.integers(0, 40).map(lambda more: ("show", more)),
    ),
    max_size=20,
)


@given(st.integers(0, 800), moves)
def test_however_it_is_moved_some_bar_can_be_seen(count: int, made: list[tuple[str, float | None]]):
    window = at_the_end(count)
    window.show(count)
    for name, value in made:
        if name == "show":
            assert value is not None
            count += int(value)
            window.show(count)
        elif value is None:
            window.now()
        else:
            getattr(window, name)(value)
        assert window.low < window.high
        assert window.high > 0
        assert window.low < max(count, 1)
