from rustro_kernel.control.messages import Reply
from rustro_kernel.engine.events.orders import DuplicateIgnored
from rustro_kernel.engine.events.system import CommandReceived
from rustro_kernel.engine.inputs import Command
from rustro_kernel.engine.turn import Turn
from rustro_kernel.session.replies import Replies


def answer(id: str, *, accepted: bool):
    turn = Turn(1, 1, 0)
    turn.emit(CommandReceived(id, "pause", {}, "operator", accepted, "words"))
    return turn.events


def test_a_reply_arrives_when_the_engine_has_answered():
    replies = Replies()
    promised, is_new = replies.promise(Command("c1", "pause"))
    assert is_new
    assert not promised.done()
    replies.see(answer("c1", accepted=False))
    assert not promised.done()  # the view does not show it yet
    replies.keep()
    assert promised.result(0) == Reply("c1", False, "words")
    assert not promised.result(0)


def test_what_was_judged_before_the_end_keeps_its_own_reply():
    replies = Replies()
    promised, _ = replies.promise(Command("c1", "pause"))
    replies.see(answer("c1", accepted=True))
    replies.end()
    assert promised.result(0).accepted


def test_a_command_that_an_earlier_process_judged_is_answered_too():
    replies = Replies()
    promised, _ = replies.promise(Command("c1", "pause"))
    turn = Turn(1, 1, 0)
    turn.emit(DuplicateIgnored("command", "c1"))
    replies.see(turn.events)
    replies.keep()
    assert promised.result(0).text.startswith("this command was judged before")


def test_a_double_click_is_one_command_with_one_reply():
    replies = Replies()
    first, _ = replies.promise(Command("click", "kill"))
    second, is_new = replies.promise(Command("click", "kill"))
    assert (second, is_new) == (first, False)


def test_after_the_end_every_open_and_every_new_command_is_refused():
    replies = Replies()
    promised, _ = replies.promise(Command("c1", "pause"))
    replies.end()
    late, is_new = replies.promise(Command("c2", "pause"))
    assert not is_new
    assert {promised.result(0).text, late.result(0).text} == {"the session has ended"}


def test_a_restarted_process_uses_no_id_that_the_engine_has_seen():
    assert Replies().new_id() != Replies().new_id()
