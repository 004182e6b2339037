"""Where two records part."""

from collections.abc import Iterator, Mapping

import msgspec

from rustro_kernel.records import layout


class Difference(msgspec.Struct, frozen=True):
    """The first record that differs, and in it the first field; values as JSON."""

    record: int
    field: str
    stored: str
    replayed: str

    def __str__(self) -> str:
        return (
            f"{layout.EVENTS}, record {self.record}: {self.field} differs: "
            f"stored {self.stored}, replayed {self.replayed}"
        )


def difference(record: int, stored: bytes | None, replayed: bytes | None) -> Difference:
    """What differs between two ledger lines; None stands for a line that is not there."""
    whole = Difference(record, "the record", _show(stored), _show(replayed))
    if stored is None or replayed is None:
        return whole
    try:
        found = first_difference(msgspec.json.decode(stored), msgspec.json.decode(replayed))
    except ValueError:
        return whole
    return Difference(record, *found) if found else whole


def first_difference(left: object, right: object) -> tuple[str, str, str] | None:
    """Path and both values of the first field that differs in two decoded JSON values."""
    ours, theirs = dict(_flat("", left)), dict(_flat("", right))
    for name in ours | theirs:
        values = ours.get(name, "nothing"), theirs.get(name, "nothing")
        if values[0] != values[1]:
            return name, *values
    return None


def _flat(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for name, part in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), part)
    elif isinstance(value, list) and value:
        for index, part in enumerate(value):
            yield from _flat(f"{path}[{index}]", part)
    else:
        yield path, msgspec.json.encode(value).decode()


def _show(line: bytes | None) -> str:
    return "nothing" if line is None else line.decode(errors="replace")
