"""The same stories in other clothes: what a drop says counts, not how its bytes are laid out."""

import random
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from story_runs import SAMPLES, STORIES, Told, run, stories

Change = Callable[[str, bytes], bytes]


@cache
def _plain(story: str) -> list[Told]:
    with TemporaryDirectory() as scratch:
        return list(stories(story, Path(scratch) / "workspace").values())


def _varied(story: str, folder: Path, change: Change) -> list[Told]:
    drops = []
    for drop in STORIES[story]:
        (folder / drop).mkdir()
        for path in (SAMPLES / story / drop).iterdir():
            (folder / drop / path.name).write_bytes(change(path.name, path.read_bytes()))
        drops.append(folder / drop)
    return list(run(drops, folder / "workspace"))


def _findings(told: Told, rows: bool = True) -> Counter[tuple[Any, ...]]:
    """Findings without what depends on the order of the rows, a mark, or a header's spelling."""
    return Counter(
        (
            f["severity"], f["code"], f["file"], f["row"] if rows else None,
            (f["column"] or "").replace(" ", "_").casefold(),
            f["value"] if rows or f["rows"] == 1 else None, f["rows"],
        )
        for f in told.findings
        if f["code"] not in ("FILE-123", "FILE-154")
    )  # fmt: skip


def _changes(told: Told) -> list[tuple[Any, ...]]:
    names = (
        "table",
        "action",
        "key",
        "from_key",
        "columns",
        "before",
        "after",
        "because",
        "picked",
    )
    return sorted(tuple(map(str, (c[n] for n in names))) for c in told.changes)


def _same(was: list[Told], now: list[Told], rows: bool = True) -> None:
    assert len(was) == len(now)
    for one, other in zip(was, now, strict=True):
        assert _findings(one, rows) == _findings(other, rows)
        assert _changes(one) == _changes(other)
        assert (one.committed, one.waiting) == (other.committed, other.waiting)
        assert one.active == other.active


def _lines(content: bytes) -> list[bytes]:
    """Header and rows, each with its end; no value in the samples holds a line break."""
    return content.splitlines(keepends=True)


def _shuffled(name: str, content: bytes) -> bytes:
    header, *rows = _lines(content)
    cut = [] if rows and rows[-1].endswith(b"\n") else rows[-1:]  # a cut row stays the last
    rows = rows[: len(rows) - len(cut)]
    random.Random(name).shuffle(rows)
    return b"".join([header, *rows, *cut])


def _lf(name: str, content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")


def _bom_and_crlf(name: str, content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + _lf(name, content).replace(b"\n", b"\r\n")


def _all_quoted(name: str, content: bytes) -> bytes:
    """Every value in quotes, but for rows that hold some already or are cut."""
    lines = []
    for line in _lines(_lf(name, content)):
        whole = line.endswith(b"\n") and b'"' not in line
        lines.append(b'"' + b'","'.join(line[:-1].split(b",")) + b'"\n' if whole else line)
    return b"".join(lines)


def _other_headers(name: str, content: bytes) -> bytes:
    header, *rows = _lines(content)
    return b"".join([header.upper().replace(b"_", b" "), *rows])


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("change", [_bom_and_crlf, _all_quoted])
def test_other_bytes(story: str, change: Change, tmp_path: Path) -> None:
    _same(_plain(story), _varied(story, tmp_path, change))


@pytest.mark.parametrize("story", STORIES)
def test_rows_in_another_order(story: str, tmp_path: Path) -> None:
    _same(_plain(story), _varied(story, tmp_path, _shuffled), rows=False)


@pytest.mark.parametrize("story", [s for s in STORIES if not s.startswith("oneroster")])
def test_headers_spelt_in_another_way(story: str, tmp_path: Path) -> None:
    varied = _varied(story, tmp_path, _other_headers)
    _same(_plain(story), varied)
    if story == "powerschool_nightly":  # an export writes headers as it likes, which is no news
        return
    assert {"FILE-123"} & {f["code"] for told in varied for f in told.findings}


_ZIPPED = [*((story, "") for story in STORIES), ("half_a_file", "export/")]


@pytest.mark.parametrize(("story", "inside"), _ZIPPED)
def test_zip(story: str, inside: str, tmp_path: Path) -> None:
    """A zip is its files; a folder around them inside the zip is said (FILE-146) and no harm."""
    drops = []
    for drop in STORIES[story]:
        drops.append(tmp_path / f"{drop}.zip")
        with zipfile.ZipFile(drops[-1], "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted((SAMPLES / story / drop).iterdir(), reverse=True):
                archive.write(path, inside + path.name)
    zipped = list(run(drops, tmp_path / "workspace"))
    for told in zipped:
        noted = [f for f in told.findings if f["code"] == "FILE-146"]
        assert len(noted) == (1 if inside else 0)
        told.findings[:] = [f for f in told.findings if f not in noted]
    _same(_plain(story), zipped)
