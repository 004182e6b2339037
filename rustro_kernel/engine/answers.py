"""What a strategy may answer. Anything else is its failure, not the engine's.

A forgotten `return` answers None; numpy's numbers and truths cannot be recorded.
"""

from typing import TypeVar

from rustro_kernel.domain.verdicts import Direction, Gate, TriggerKind
from rustro_kernel.strategies.base import Finding, Trigger

A = TypeVar("A")
PLAIN = frozenset({bool, int, float, str, type(None)})
WANTED = {
    "direction": "a Direction",
    "alignment": "True or False",
    "trigger": "a Trigger or None",
}


def checked(question: str, found: Finding[A]) -> Finding[A]:
    """The answer to a question, if it is one.

    Raises:
        TypeError: Says what was wanted, and what came.
    """
    told: object = found
    if not isinstance(told, Finding):
        raise TypeError(f"wants a Finding of {WANTED[question]}, got {_kind(told)}")
    if not _fits(question, told.answer):
        raise TypeError(f"wants a Finding of {WANTED[question]}, got one of {_kind(told.answer)}")
    for gate in told.gates:
        _refuse_odd(gate)
    return found


def _fits(question: str, answer: object) -> bool:
    if question == "direction":
        return isinstance(answer, Direction)
    if question == "alignment":
        return isinstance(answer, bool)
    return answer is None or (isinstance(answer, Trigger) and isinstance(answer.kind, TriggerKind))


def _refuse_odd(gate: object) -> None:
    if not isinstance(gate, Gate):
        raise TypeError(f"gates are Gates, got {_kind(gate)}")
    for value in (gate.value, gate.threshold, gate.ok):
        if type(value) not in PLAIN:
            raise TypeError(
                f"gate {gate.name} holds plain numbers, texts and truths, got {_kind(value)}"
            )


def _kind(value: object) -> str:
    kind = type(value)
    if value is None:
        return "None: is a return missing?"
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
