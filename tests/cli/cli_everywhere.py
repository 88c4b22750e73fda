"""Looks for a text in all files of a folder, however it may be packed."""

import base64
import json
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polars as pl


def texts_of(word: str) -> dict[str, bytes]:
    """A word as it may lie in a file, by how."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.xml", f"<a>{word}</a>" * 9)
    return {
        "utf8": word.encode(),
        "utf16": f"-{word}".encode("utf-16-le"),
        "utf16be": word.encode("utf-16-be"),
        "upper": word.upper().encode(),
        "base64-0": base64.b64encode(word.encode()),
        "base64-1": base64.b64encode(b"-" + word.encode()),
        "base64-2": base64.b64encode(b"--" + word.encode()),
        "zip.xlsx": packed.getvalue(),
    }


def _needles(word: str) -> list[bytes]:
    """What to look for: a word, its UTF-16, and the middle of its three base64 forms."""
    plain = word.lower()
    coded = [base64.b64encode(b"-" * shift + word.encode())[4:-4] for shift in range(3)]
    wide = [plain.encode("utf-16-le"), plain.encode("utf-16-be")]
    return [plain.encode(), *wide, *(code.lower() for code in coded)]


def is_in(content: bytes, word: str) -> bool:
    """Whether a word lies in these bytes, whatever its case."""
    low = content.lower()
    return any(needle in low for needle in _needles(word))


def found_in(folder: Path, word: str, but: str = "/") -> list[str]:
    """The files in which a word lies, or in whose names; those below ``but`` don't count."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if not path.relative_to(folder).as_posix().startswith(but)
        and (word.lower() in path.name.lower() or any(is_in(c, word) for c in _contents(path)))
    ]


def _contents(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        return
    yield path.read_bytes()
    if path.suffix == ".parquet":  # packed: the bytes alone would tell nothing
        rows = pl.read_parquet(path).to_dicts()
        yield json.dumps(rows, default=str, ensure_ascii=False).encode()
    elif path.suffix in (".xlsx", ".zip"):
        with zipfile.ZipFile(path) as packed:
            yield from (packed.read(name) for name in packed.namelist())
