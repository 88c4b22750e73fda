"""The floors of the house: every import goes down, and only the edge touches the world."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "importer"

STRANGERS = {"hosting", "intake", "reading", "checks", "planning", "store", "readiness", "report"}
FLOORS = (  # from the ground up; what stands on one line never imports another of its line
    {"__init__", "model", "resources"},
    {"settings"},
    {"contracts"},
    STRANGERS,
    {"received", "accept", "rekey_file", "schedule"},
    {"examine"},
    {"reviews"},
    {
        "again",
        "alignment",
        "between",
        "checked",
        "decisions",
        "holds",
        "last_seen",
        "mending",
        "moments",
        "replay",
        "retention",
        "review_sheet",
        "who_is_who",
    },
    {"row_past", "watched", "ways"},
    {"considered", "planned"},
    {
        "flow",
        "header_rules",
        "header_view",
        "measured",
        "review_view",
        "roster_view",
        "sync_history",
        "undo",
        "whatif",
    },
    {"readying", "rekeying", "why"},
    {"fleet"},
    {"cli"},
    {"__main__"},
)
FLOOR = {part: number for number, floor in enumerate(FLOORS) for part in floor}
ALLOWED = {
    ("report", "importer.checks.catalogue"): "the words of findings live in the catalogue alone",
}

EDGE = {"hosting", "intake", "store", "fleet", "cli", "resources"}
WORLD = {"fcntl", "os", "pathlib", "paramiko", "random", "shutil", "socket", "tempfile", "time"}
NAMES = {  # what may be had from a module of the world, wherever it is used
    "importer/model/drop.py": {"pathlib.Path"},  # where the bytes of a drop lie now
    "importer/checked.py": {"pathlib.Path"},  # handed on to the edge
    "importer/flow.py": {"pathlib.Path"},
    "importer/alignment.py": {"pathlib.Path"},
    "importer/header_view.py": {"pathlib.Path"},
    "importer/whatif.py": {"pathlib.Path"},
    "importer/rekeying.py": {"pathlib.Path"},
    "importer/measured/drop.py": {"pathlib.Path"},
    "importer/measured/workspace.py": {"pathlib.Path"},
    "importer/mending/mend.py": {"pathlib.Path"},  # likewise
}
CLOCK = {"now", "today", "utcnow"}

FILES = sorted(PACKAGE.rglob("*.py"))


def _part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def _imports(path: Path) -> Iterator[str]:
    """Every imported module; of a ``from`` import also the names, since they may be modules."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _own(path: Path) -> Iterator[tuple[str, str]]:
    """Imports of our own: the part they come from, and the name."""
    for name in _imports(path):
        package, _, rest = name.partition(".")
        if package == PACKAGE.name:
            part = rest.partition(".")[0]
            yield (part if part in FLOOR else "__init__"), name


def _is_named(name: str, allowed: str) -> bool:
    return name == allowed or name.startswith(allowed + ".")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    here = _part(path)
    assert here in FLOOR, f"{here} has no floor yet: give it one in {Path(__file__).name}"
    up = [
        name
        for part, name in _own(path)
        if part != here
        and FLOOR[part] >= FLOOR[here]
        and not any(here == a and _is_named(name, allowed) for a, allowed in ALLOWED)
    ]
    assert up == [], f"{here} must not know {up}"


def test_every_part_is_known_by_its_name() -> None:
    there = {_part(path) for path in FILES}
    assert there <= set(FLOOR)
    assert set(FLOOR) == there


@pytest.mark.parametrize(
    "path", [p for p in FILES if _part(p) not in EDGE], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_only_the_edge_touches_the_world(path: Path) -> None:
    allowed = NAMES.get(path.relative_to(PACKAGE.parent).as_posix(), set()) | {"pathlib.PurePath"}
    names = {name for name in _imports(path) if name.partition(".")[0] in WORLD}
    assert names - allowed == set()
    assert [ast.unparse(node) for node in ast.walk(_tree(path)) if _asks_the_clock(node)] == []


def _asks_the_clock(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Attribute) and node.attr in CLOCK):
        return False
    return ast.unparse(node.value).rpartition(".")[2] in {"datetime", "date"}


@pytest.mark.parametrize("file", NAMES)
def test_a_path_that_is_no_edge_is_only_a_type(file: str) -> None:
    """``Path`` may be named in annotations, but nothing is read or written through it."""
    tree = _tree(PACKAGE.parent / file)
    annotations = {id(inner) for node in ast.walk(tree) for inner in _within_annotations(node)}
    used = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == "Path"]
    assert [node.lineno for node in used if id(node) not in annotations] == []


def _within_annotations(node: ast.AST) -> Iterator[ast.AST]:
    hints = [getattr(node, name, None) for name in ("annotation", "returns")]
    for hint in hints:
        if isinstance(hint, ast.AST):
            yield from ast.walk(hint)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_contracts_know_pandera(path: Path) -> None:
    if any(name.partition(".")[0] == "pandera" for name in _imports(path)):
        assert path.relative_to(PACKAGE).as_posix().startswith("contracts/declared")
