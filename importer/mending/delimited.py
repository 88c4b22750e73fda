"""A corrected copy of a file of text: only lines that change are written anew."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from importer.mending.edits import Edits, joined, quoted, tokens
from importer.model.physical import Physical
from importer.model.sheet import ROW, Sheet

_ANEW = {"FILE-126", "FILE-135", "FILE-136", "FILE-138"}
"""Codes whose fix changes lines that carry no finding."""

BREAKS = r"[ \t]*[\r\n]+[ \t]*"
"""Line breaks in a value, for which a space is put."""

_MOST_LINES = 50  # that one record may go over, as in reading


def corrected(
    sheet: Sheet, header_row: int, sent: Physical, edits: Edits, read: Sequence[str] = ()
) -> bytes:
    """The bytes of the file with ``edits``; all other lines are as they were sent.

    ``read``: the lines as they were decoded, where some may be written so. Secret values are
    blank; rows whose cells can't be told apart must not hold any.
    """
    body = sent.body.replace(b"\0", b"") if "FILE-134" in edits.codes else sent.body
    lines = Physical(sent.mark, sent.encoding, body)
    written = b"".join(_Copy(sheet, header_row, edits, read).lines(lines))
    if "FILE-106" in edits.codes or (sent.encoding == "utf-8" and "FILE-154" in edits.codes):
        return written
    return sent.as_sent(written)


@dataclass(frozen=True)
class _Record:
    """A record: its first line's number, its text without the last line's end, and that end."""

    row: int
    text: str
    end: str


class _Copy:
    """Goes through the lines of one file once."""

    def __init__(self, sheet: Sheet, head: int, edits: Edits, read: Sequence[str]) -> None:
        self.sheet, self.head, self.edits, self.read = sheet, head, edits, read
        self.damaged = frozenset(sheet.damaged.to_list())
        self.blank = frozenset(sheet.blank.to_list())
        self.all = bool(_ANEW & edits.codes or edits.secret)
        self.known = frozenset(sheet.frame[ROW].to_list()) if sheet.frame is not None else None
        self.best = _best(sheet, edits.best)
        comma = "FILE-138" in edits.codes
        self.separator = "," if comma else sheet.separator

    def lines(self, sent: Physical) -> Iterator[bytes]:
        """The lines of the copy."""
        for record, raw in self._records(sent):
            if record is None:
                yield raw
                continue
            text = self._written(record)
            if text is not None:
                yield (text + self._end(record.end)).encode("utf-8", "surrogateescape")

    def _records(self, sent: Physical) -> Iterator[tuple[_Record | None, bytes]]:
        """Records that may change, and all others as they are."""
        row, lines = 0, sent.lines()
        for raw in lines:
            row += 1
            if not self._concerned(row, raw):
                yield None, raw
                continue
            first, raws = row, [raw]
            while self._goes_on(first, raws, row):
                raws.append(next(lines, b""))
                row += 1
            whole = "".join(self._text(first + n, raw) for n, raw in enumerate(raws))
            text = whole.rstrip("\r\n") if whole.endswith(("\n", "\r")) else whole
            yield _Record(first, text, whole[len(text) :]), b""

    def _concerned(self, row: int, raw: bytes) -> bool:
        edits = self.edits
        return (
            self.all
            or row in edits.cells
            or row <= self.head
            or row in edits.dropped
            or row in edits.best
            or self._decodes(row, raw)
        )

    def _goes_on(self, first: int, raws: list[bytes], row: int) -> bool:
        """Whether a quoted value of a good row is still open at the end of these lines."""
        if self.known is None or first not in self.known or len(raws) >= _MOST_LINES:
            return False
        inside = sum(raw.count(b'"') for raw in raws) % 2 == 1
        return inside and row + 1 not in self.known and bool(raws[-1])

    def _written(self, record: _Record) -> str | None:
        """The text of a record in the copy; None where it is left out."""
        row, edits = record.row, self.edits
        if row < self.head:
            apart = "FILE-139" in edits.codes or (
                self.separator != self.sheet.separator and record.text.lower().startswith("sep=")
            )
            return None if apart else record.text
        if row == self.head:
            return self._header(record.text)
        if row in edits.dropped:
            return None
        if row in self.best:
            return self._row({n: quoted(v, self.separator) for n, v in enumerate(self.best[row])})
        if row in self.blank or row in self.damaged or not self._is_known(row):
            return self._ragged(record.text)
        return self._good(record)

    def _header(self, text: str) -> str:
        cells = tokens(text, self.sheet.separator)
        named = {n: self._token(cell) for n, cell in enumerate(cells)}
        for n, name in self.edits.header.items():
            named[n] = quoted(name, self.separator)
        return self._joined(named)

    def _good(self, record: _Record) -> str:
        """A row whose cells stand in their columns, each as it is written unless it changes."""
        cells = tokens(record.text, self.sheet.separator)
        if "FILE-135" in self.edits.codes:
            cells = [self._on_one_line(cell) for cell in cells]
        now = {n: self._token(cell) for n, cell in enumerate(cells)}
        for n, value in self.edits.cells.get(record.row, {}).items():
            now[n] = quoted(value, self.separator, cells[n : n + 1] != [] and cells[n][:1] == '"')
        return self._row(now)

    def _row(self, cells: Mapping[int, str]) -> str:
        return self._joined({n: "" if n in self.edits.secret else c for n, c in cells.items()})

    def _joined(self, cells: Mapping[int, str]) -> str:
        width = max(cells, default=0) + 1
        kept = (n for n in range(width) if n not in self.edits.nameless)
        return joined((cells.get(n, "") for n in kept), self.separator)

    def _ragged(self, text: str) -> str:
        if self.separator == self.sheet.separator:
            return text
        if '"' in text:
            return text.replace(self.sheet.separator, self.separator)
        return self.separator.join(
            quoted(cell, self.separator) for cell in text.split(self.sheet.separator)
        )

    def _token(self, token: str) -> str:
        """A token between the separators of the copy."""
        if self.separator in token and not token.startswith('"'):
            return quoted(token, self.separator)
        return token

    def _on_one_line(self, token: str) -> str:
        return re.sub(BREAKS, " ", token) if "\n" in token or "\r" in token else token

    def _text(self, row: int, raw: bytes) -> str:
        """A line with its end: as it was read where that was accepted, else byte for byte."""
        if not self._decodes(row, raw) or row > len(self.read):
            return raw.decode("utf-8", "surrogateescape")
        return self.read[row - 1] + raw[len(raw.rstrip(b"\r\n")) :].decode()

    def _decodes(self, row: int, raw: bytes) -> bool:
        """Whether a line is in an older encoding and may be written as it was read."""
        code = self.edits.doubted.get(row, "FILE-158")
        accepted = self.edits.unicode if code == "FILE-158" else code in self.edits.codes
        return accepted and not _is_utf8(raw)

    def _end(self, end: str) -> str:
        return "\r\n" if end == "\r" and "FILE-136" in self.edits.codes else end

    def _is_known(self, row: int) -> bool:
        return self.known is None or row in self.known


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _best(sheet: Sheet, wanted: frozenset[int]) -> dict[int, list[str]]:
    if sheet.best is None or not wanted:
        return {}
    return _rows(sheet.best.filter(pl.col(ROW).is_in(list(wanted))))


def _rows(frame: pl.DataFrame) -> dict[int, list[str]]:
    """Row → its cells."""
    names = [name for name in frame.columns if re.fullmatch("c[0-9]+", name)]
    rows = frame.select(ROW, *names).iter_rows()
    return {row: [cell or "" for cell in cells] for row, *cells in rows}
