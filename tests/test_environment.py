"""pyproject.toml is the truth; environment.yml and the lock file say the same."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ALL = PROJECT["dependencies"] + [line for extra in EXTRAS.values() for line in extra]


def name(requirement):
    """The normalised name of a requirement line."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=!~;\[ ]", requirement, maxsplit=1)[0]).lower()


def conda_lines():
    text = (ROOT / "environment.yml").read_text()
    return re.findall(r'^ *- "?([^"\n]+)"?$', text, re.MULTILINE)


def locked():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_environment_yml_lists_every_dependency_with_its_specifier():
    pip_lines = conda_lines()[conda_lines().index("pip:") + 1 :]
    assert sorted(pip_lines) == sorted([*PROJECT["dependencies"], *EXTRAS["test"], "-e ."])


def test_environment_yml_has_only_python_and_pip_from_conda():
    before_pip = conda_lines()[: conda_lines().index("pip:")]
    assert before_pip == ["conda-forge", "python=3.11", "pip"]
    assert PROJECT["requires-python"] == ">=3.11"


@pytest.mark.parametrize("requirement", sorted(set(ALL)))
def test_the_lock_file_pins_every_dependency(requirement):
    assert name(requirement) in {name(line) for line in locked()}


@pytest.mark.parametrize("requirement", sorted(set(ALL)))
def test_what_is_locked_is_what_pyproject_allows(requirement):
    pinned = dict(line.partition(" ;")[0].split("==") for line in locked())
    versions = {name(package): version for package, version in pinned.items()}
    assert Requirement(requirement).specifier.contains(versions[name(requirement)])


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_what_rustro_needs_is_bounded_on_both_sides(requirement):
    operators = {spec.operator for spec in Requirement(requirement).specifier}
    assert operators == {">=", "<"}


def test_an_extra_asks_for_the_same_as_the_tests_do():
    tested = {name(line): line for line in EXTRAS["test"]}
    asked = {line for extra, lines in EXTRAS.items() if extra != "test" for line in lines}
    assert {tested[name(line)] for line in asked} == asked


def test_the_lock_file_pins_versions_and_names_no_place():
    assert [
        line for line in locked() if not re.fullmatch(r"[\w.-]+==[\w.+!-]+( ; .+)?", line)
    ] == []
    assert re.search(r"https?:|file:|--|/(home|root|opt|work)/", "\n".join(locked())) is None
