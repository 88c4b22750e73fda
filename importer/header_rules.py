"""What a person says about headers, as rules for the district's mapping file."""

from collections.abc import Iterable, Sequence

from importer.contracts import confirmed_file
from importer.contracts.confirmed import Confirmed, HeaderRule
from importer.contracts.header import normal
from importer.contracts.load import contracts
from importer.model.errors import UsageError
from importer.model.history import Who
from importer.model.likeness import closest
from importer.report.header_lines import FileView, HeaderLine

Word = tuple[str, str]
"""A header as a person wrote it, and the column that it is; no column: it is to be ignored."""


def rules(
    views: list[FileView], said: Sequence[str], ignored: Sequence[str], sure: bool, who: Who
) -> list[HeaderRule]:
    """The rules of what was said, one for each file that it is about.

    ``said``: ``HEADER=COLUMN`` or ``FILE:HEADER=COLUMN``; ``ignored``: ``HEADER`` or
    ``FILE:HEADER``; ``sure``: what was selected beforehand is confirmed too. UsageError for what
    can't be meant.
    """
    words: dict[str, list[Word]] = {view["file"]: [] for view in views}
    if sure:
        for view in views:
            offers = (line for line in view["headers"] if line["sure"])
            words[view["file"]] += [(line["header"], line["column"]) for line in offers]
    for text in said:
        header, equals, column = text.rpartition("=")
        if not equals or not header.strip() or not column.strip():
            raise UsageError(f"“{text}” is no HEADER=COLUMN.", 'Such as "Pupil No=Student_id".')
        for view, line in _meant(views, header, column.strip()):
            words[view["file"]].append((line["header"], column.strip()))
    for text in ignored:
        for view, line in _meant(views, text, ""):
            words[view["file"]].append((line["header"], ""))
    return [_rule(view, words[view["file"]], who) for view in views if words[view["file"]]]


def confirmed_with(known: Confirmed, added: Iterable[HeaderRule]) -> Confirmed:
    """All rules; UsageError where two headers of one file are said to be the same column."""
    headers = (*known.headers, *added)
    confirmed_file.refuse_two_for_one(headers, confirmed_file.NAME)
    return Confirmed(headers, known.values)


def _meant(views: list[FileView], text: str, column: str) -> list[tuple[FileView, HeaderLine]]:
    """The headers of this name, of all files that have the column; of one, if it is named."""
    file, colon, rest = text.partition(":")
    named = [view for view in views if colon and view["file"] == file]
    wanted = normal(rest if named else text)
    asked = [view for view in named or views if view["table"]]
    if not asked:
        raise UsageError(
            "It isn't known what kind of file this is, so no header can be confirmed.",
            "Say it: --kind KIND, such as clever/students.",
        )
    found = [(v, line) for v in asked for line in v["headers"] if normal(line["header"]) == wanted]
    if not found:
        headers = [line["header"] for view in asked for line in view["headers"]]
        near = closest(text, headers)
        fix = f"Did you mean “{near[0]}”?" if near else "importer map PATH lists the headers."
        raise UsageError(f"There is no header “{text}”.", fix)
    fits = [pair for pair in found if not column or column in _columns(pair[0])]
    return fits or found[:1]  # of which it is then said that there is no such column


def _columns(view: FileView) -> set[str]:
    return set(contracts()[view["format"]].tables[view["table"]].columns)


def _rule(view: FileView, words: list[Word], who: Who) -> HeaderRule:
    contract = contracts()[view["format"]]
    table = contract.tables[view["table"]]
    taken = {line["column"]: line["header"] for line in view["headers"] if _stays(line, words)}
    for header, column in words:
        if column:
            confirmed_file.refuse_header(contract, table, header, column, view["file"])
            _refuse_taken(view["file"], header, column, taken)
        elif normal(header) in {normal(name) for name in table.columns}:
            raise UsageError(
                f"{view['file']}: “{header}” is the format's own name; it can't be ignored.",
                "What is not to be taken over is listed in district.toml: drop_fields.",
            )
    columns = {header: column for header, column in words if column}
    ignored = tuple(dict.fromkeys(header for header, column in words if not column))
    if twice := set(columns) & set(ignored):
        raise UsageError(f"“{min(twice)}” can't be confirmed and ignored at once.")
    if len(columns) < len({word for word in words if word[1]}):
        raise UsageError("One header can't be two columns.", "Confirm it once.")
    name = f"{view['format']}/{view['table']}"
    return HeaderRule(name, view["fingerprint"], who.actor, who.at, columns, ignored)


def _stays(line: HeaderLine, words: list[Word]) -> bool:
    """Whether a header keeps the column that it has: nothing else is said of it."""
    read = line["column"] and line["how"] != "suggested"
    return bool(read) and line["header"] not in {header for header, _ in words}


def _refuse_taken(file: str, header: str, column: str, taken: dict[str, str]) -> None:
    other = taken.setdefault(column, header)
    if normal(other) != normal(header):
        raise UsageError(
            f"{file}: two headers can't be {column}: “{other}” and “{header}”.",
            "Confirm one of them. If the other one was confirmed wrongly: --ignore it.",
        )
