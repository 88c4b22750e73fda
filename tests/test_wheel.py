"""The wheel holds everything that importer reads, and runs without the checkout."""

import importlib.util
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ("schemas", "templates", "sample_data")
SAMPLE = "importer/_shipped/sample_data/clever_monday_tuesday/monday"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    if not importlib.util.find_spec("hatchling"):
        pytest.skip("hatchling, which builds the wheel, is not installed here")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return next(folder.glob("roster_importer-*.whl"))


def _names(wheel: Path, below: str) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        names = [n.removeprefix(below) for n in packed.namelist() if n.startswith(below)]
    return set(names)


def _files(folder: Path, ending: str = "") -> set[str]:
    found = (path for path in folder.rglob(f"*{ending}") if path.is_file())
    return {p.relative_to(folder).as_posix() for p in found if "__pycache__" not in p.parts}


@pytest.mark.parametrize("folder", SHIPPED)
def test_data_is_shipped_whole(wheel: Path, folder: str) -> None:
    there = _files(ROOT / folder)
    assert there and _names(wheel, f"importer/_shipped/{folder}/") == there


def test_code_is_shipped_whole_and_nothing_else(wheel: Path) -> None:
    names = _names(wheel, "")
    code = {f"importer/{name}" for name in _files(ROOT / "importer", ".py")}
    rest = {n for n in names - code if not n.startswith("importer/_shipped/")}
    assert code <= names
    assert all(".dist-info/" in name for name in rest), rest


def test_it_runs_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def python(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *args],
            cwd=elsewhere, env={**os.environ, "PYTHONPATH": str(installed)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    where = python("-c", "from importer import resources; print(resources.SCHEMAS)")
    assert where.stdout.strip() == str(installed / "importer" / "_shipped" / "schemas")
    ran = python("-m", "importer", "check", str(installed / SAMPLE), "--html", "report.html")
    assert (ran.returncode, ran.stderr) == (1, "")  # Monday's drop has faults on purpose
    assert "Clever CSV" in ran.stdout
    assert "<style" in (elsewhere / "report.html").read_text("utf-8")
