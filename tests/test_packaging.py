"""The wheel and the sdist hold what an installation without a checkout needs."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both."""
    to = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(to)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return to


def stored(names: list[str], top: str = "") -> set[str]:
    return {name.removeprefix(top) for name in names}


def test_the_wheel_holds_the_packages_with_their_data(built):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = stored(archive.namelist())
    wanted = [
        *("rustro_kernel/py.typed", "rustro_kernel/__init__.pyi", "rustro_widgets/py.typed"),
        *("rustro_kernel/notebooks/session.ipynb", "rustro_kernel/profiles/demo.toml"),
        *("rustro_kernel/guides/paper_to_live.md", "rustro_kernel/supervision/rustro.service"),
    ]
    assert [name for name in wanted if name not in names] == []
    in_tree = {str(p.relative_to(ROOT)) for p in (ROOT / "rustro_kernel").rglob("*.csv")}
    assert in_tree
    assert in_tree <= names
    notebooks = {f"rustro_kernel/notebooks/{p.name}" for p in (ROOT / "notebooks").glob("*.ipynb")}
    assert notebooks <= names
    assert "rustro_kernel/notebooks/cockpit.png" in names
    (licence,) = [name for name in names if name.endswith("/licenses/LICENSE")]
    assert licence.startswith("rustro-")
    assert not [name for name in names if name.startswith("tests") or name.endswith(".pyc")]


def test_the_sdist_can_be_tested(built):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = stored(archive.getnames(), f"{sdist.name.removesuffix('.tar.gz')}/")
    wanted = [
        *("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "environment.yml"),
        *("requirements.lock", "tests/conftest.py", "notebooks/01_first_day.ipynb"),
        *("widgets/rustro_widgets/__init__.py", "rustro_kernel/cli.py"),
    ]
    assert [name for name in wanted if name not in names] == []
    tests = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.py")}
    assert tests <= names


@pytest.mark.long
def test_the_wheel_runs_in_an_empty_environment(built, tmp_path):
    """About a minute; needs a package index."""
    (wheel,) = built.glob("*.whl")
    venv, home = tmp_path / "venv", tmp_path / "home"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    subprocess.run([venv / "bin/pip", "install", "-q", str(wheel)], check=True)
    for words in (["run", "--profile", "demo", "--out", "runs/one"], ["verify", "runs/one"]):
        done = subprocess.run(
            [venv / "bin/rustro", *words],
            cwd=tmp_path,
            env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "runs/one/report.html").exists()
