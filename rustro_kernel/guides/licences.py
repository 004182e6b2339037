"""The licences of everything a plain installation brings along."""

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

HEAD = (
    "# Licences\n\n"
    "What `pip install rustro` brings along, without extras, as each package states it. rustro "
    "itself is under the [MIT licence](../../LICENSE). `pip-audit -r requirements.lock` asks "
    "whether a fault is known of one of them.\n\n"
    "| package | licence |\n| --- | --- |\n"
)


def page() -> str:
    """A table of every package, from what is installed."""
    found = {dist.name.lower(): licence(dist) for dist in brought("rustro", set())}
    return HEAD + "".join(f"| {name} | {found[name]} |\n" for name in sorted(found))


def brought(name: str, seen: set[str]) -> Iterator[Distribution]:
    """The installed packages that a package needs, and those they need."""
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        is_wanted = needed.marker is None or needed.marker.evaluate({"extra": ""})
        if not is_wanted or needed.name in seen:
            continue
        seen.add(needed.name)
        try:
            yield distribution(needed.name)
        except PackageNotFoundError:  # an older version of what needs it was installed
            continue
        yield from brought(needed.name, seen)


def licence(dist: Distribution) -> str:
    """The licence a package states: an expression, else a classifier, else the first words."""
    about = dist.metadata
    expression, *_ = about.get_all("License-Expression") or [""]
    words, *_ = about.get_all("License") or [""]
    classifiers = [c for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    stated = [c.rpartition(":: ")[2] for c in classifiers]
    first = words.strip().partition("\n")[0]
    return expression or ", ".join(stated) or first or "not stated"
