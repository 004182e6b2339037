"""The page of errors, made from the classes themselves."""

from rustro_kernel.domain.errors import RustroError

HEAD = """# Errors

Every error rustro raises on purpose. The code is stable; the exit code is what the command line
returns.

| code | name | is a | exit | what it means |
| --- | --- | --- | --- | --- |
"""


def every_error() -> list[type[RustroError]]:
    """All error classes, by code."""
    found: list[type[RustroError]] = []
    wanted = [RustroError]
    while wanted:
        cls = wanted.pop()
        found.append(cls)
        wanted.extend(cls.__subclasses__())
    return sorted(found, key=lambda cls: cls.code)


def page() -> str:
    """Markdown: code, name, parent, exit code and meaning of every error."""
    return HEAD + "".join(_row(cls) for cls in every_error())


def _row(cls: type[RustroError]) -> str:
    parent = "" if cls is RustroError else cls.__mro__[1].__name__
    meaning = (cls.__doc__ or "").splitlines()[0]
    return f"| {cls.code} | {cls.__name__} | {parent} | {cls.exit_code} | {meaning} |\n"
