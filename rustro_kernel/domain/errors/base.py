"""The base of every error."""

from typing import ClassVar


class RustroError(Exception):
    """Base of every deliberate failure; `code` is stable, `exit_code` is what the CLI returns."""

    code: ClassVar[str] = "R000"
    exit_code: ClassVar[int] = 1

    def __reduce__(self) -> tuple[object, ...]:
        """Errors of worker processes arrive whole, whatever their constructors want by name."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[RustroError], args: tuple[object, ...], facts: dict[str, object]
) -> RustroError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(facts)
    return error
