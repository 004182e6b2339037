import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

from rustro_kernel.engine.events.system import Alerted
from rustro_kernel.engine.turn import Turn
from rustro_kernel.session.bus import Bus
from tests.session.waiting import until


def events(count: int):
    turn = Turn(1, 1, 0)
    for n in range(count):
        turn.emit(Alerted("info", str(n)))
    return turn.events


async def test_events_published_on_another_thread_arrive_on_the_loop_in_order():
    bus, seen, threads = Bus(), [], set()
    bus.open(asyncio.get_running_loop())
    bus.subscribe(seen.append)
    bus.subscribe(lambda event: threads.add(asyncio.get_running_loop()))
    stated = events(100)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: [bus.publish([event]) for event in stated])
        await until(lambda: len(seen) == 100)
    assert seen == stated
    assert threads == {asyncio.get_running_loop()}


async def test_a_subscriber_that_raises_is_logged_and_the_others_still_hear(caplog):
    bus, seen = Bus(), []
    bus.subscribe(lambda event: 1 / 0)
    bus.subscribe(seen.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(events(2))
        bus.deliver()
    assert len(seen) == 2
    assert "ZeroDivisionError" in caplog.text


def test_a_subscription_ends_when_its_result_is_called_even_from_inside():
    bus, seen = Bus(), []

    def once(event) -> None:
        seen.append(event)
        end()

    end = bus.subscribe(once)
    bus.publish(events(3))
    bus.deliver()
    end()
    assert len(seen) == 1


def test_a_full_queue_drops_the_oldest_and_counts_them():
    bus, seen = Bus(capacity=3), []
    bus.subscribe(lambda event: seen.append(event.seq))
    bus.publish(events(5))
    bus.deliver()
    assert (seen, bus.dropped) == ([3, 4, 5], 2)
