"""Workbooks made to do harm, large ones: each must end as words, in a few seconds and some memory.

    python -m benchmarks.hostile_workbooks [FOLDER]

Writes them into FOLDER (else a temporary one) and reads each as a drop is read. Prints the verdict,
seconds and the peak of the process that read it. Exit code 1 if one takes more than 5 seconds of
processor time, or ends the process that reads it.
"""

import random
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from importer.intake import isolated
from importer.model.died import Died

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_FRAME = {
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
    f'Type="{_REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>'
    '<sheet name="s" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
    f'Type="{_REL}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_MOST_SECONDS = 5

Part = str | Iterator[str]


def _workbook(path: Path, rows: Part, texts: Part = "", doctype: str = "") -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in _FRAME.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(f'{doctype}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for piece in [rows] if isinstance(rows, str) else rows:
                part.write(piece.encode())
            part.write(b"</sheetData></worksheet>")
        if texts:
            with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
                part.write(b"<sst>")
                for piece in [texts] if isinstance(texts, str) else texts:
                    part.write(piece.encode())
                part.write(b"</sst>")


def _cell(place: str) -> str:
    return f'<c r="{place}"><v>1</v></c>'


def _row(number: int, *places: str) -> str:
    return f'<row r="{number}">{"".join(_cell(place) for place in places)}</row>'


def _times(text: str, count: int) -> Iterator[str]:
    """A text many times, with as much noise between that it packs less than 100 times."""
    noise = random.Random(7)
    for block in range(0, count, 1000):
        length = len(text) * 1000 // 80
        yield f"{text * min(1000, count - block)}<!--{noise.randbytes(length).hex()}-->"


def made(folder: Path) -> Iterator[Path]:
    """All of them, one after the other; the names say what they are."""

    def book(name: str, rows: Part, texts: Part = "", doctype: str = "") -> Path:
        path = folder / f"{name}.xlsx"
        _workbook(path, rows, texts, doctype)
        return path

    one = _row(1, "A1")
    yield book("far_cell", one + _row(1_048_576, "XFD1048576"))
    narrow = (_row(n, f"A{n}") for n in range(1, 20_000))
    yield book("wide_row", chain(narrow, [_row(20_000, "XFD20000")]))
    yield book("large_area", one + _row(1_048_576, "IV1048576"))
    yield book("just_within_the_area", one + _row(1_048_576, "AE1048576"))
    yield book("shared_texts_8_million", one, _times("<si><t/></si>", 8_000_000))
    yield book("shared_texts_bare", one, _times("<si/>", 9_900_000))
    yield book(
        "text_300_mb", one, iter(["<si><t>", *("x" * 1_000_000 for _ in range(300)), "</t></si>"])
    )
    yield book("rows_1_million_empty", (f'<row r="{n}"/>' for n in range(1, 1_048_577)))
    yield book("rows_without_end", _times("<row/>", 20_000_000))
    yield book("cells_empty_5_million", _empty_cells())
    yield book("rows_1_million", (_row(n, f"A{n}", f"B{n}") for n in range(1, 1_048_577)))
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>'
    yield book("entity_bomb", '<row r="1"><c r="A1" t="str"><v>&e9;</v></c></row>', "", doctype)
    outside = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    yield book("outside_entity", '<row r="1"><c r="A1" t="str"><v>&e;</v></c></row>', "", outside)
    yield book("deep", iter(["<row>" * 200_000, "</row>" * 200_000]))


def _empty_cells() -> Iterator[str]:
    noise = random.Random(7)
    for row in range(1, 5_001):
        yield (
            f'<row r="{row}">' + '<c s="0"/>' * 1_000 + f"</row><!--{noise.randbytes(125).hex()}-->"
        )


def main() -> int:
    """Make and read them all."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary)
        bad = [path.name for path in made(folder) if not _is_well(path)]
    print("all is well" if not bad else f"NOT well: {', '.join(bad)}")
    return 1 if bad else 0


def _is_well(path: Path) -> bool:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    messages = list(isolated.each("importer.reading.excel:sheets", [str(path)]))
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = messages[-1]
    told = last if isinstance(last, Died) else last.get("refused") or last.get("large", "read")
    peak = after.ru_maxrss >> 10  # of the largest so far
    size = path.stat().st_size
    print(f"{path.name:32}{size:>11,} B {used:6.2f} s of work {wall:6.2f} s {peak:6,} MiB  {told}")
    return used < _MOST_SECONDS and not isinstance(last, Died)


if __name__ == "__main__":
    sys.exit(main())
