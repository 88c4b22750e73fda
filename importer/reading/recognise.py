"""Which format a drop is, and which table each file: by headers first, then by names."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.contracts.contract import Contract, Table
from importer.contracts.header import as_csv, matched
from importer.contracts.lookalikes import named

_BY_NAME = 1.0
_REQUIRED = 2.0
_BY_VERSION = 0.5  # what the manifest says decides where the headers leave it open


@dataclass(frozen=True)
class Recognised:
    """The contract chosen (None: no known format), file name → table name, and why in words."""

    contract: Contract | None
    tables: Mapping[str, str]
    why: str


def recognise(
    headers: Mapping[str, tuple[str, ...]],
    contracts: Mapping[str, Contract],
    only: str = "",
    version: str = "",
) -> Recognised:
    """Choose among ``contracts``. ``headers``: file name → header cells (empty: unreadable).

    ``only`` is a contract's name, or ``contract/table`` for a single file; ``version`` the name
    of the contract whose version the package says that it is.
    """
    name, _, table = only.partition("/")
    candidates = [c for c in contracts.values() if not only or c.name == name]
    best: tuple[float, Contract | None, dict[str, str]] = (0.0, None, {})
    open_ = False  # whether another contract fits as well
    for contract in candidates:
        score, tables = _assign(headers, contract, table)
        score += _BY_VERSION if contract.name == version else 0.0
        open_ = score == best[0] or (open_ and score < best[0])
        if score > best[0]:
            best = (score, contract, tables)
    score, chosen, tables = best
    if open_ and not any(headers.values()):
        return Recognised(None, {}, "without a header line a file name fits several formats")
    if chosen is None:
        return Recognised(None, {}, "no header line fits a known format")
    how = "you said so" if only else _reason(headers, chosen, tables)
    return Recognised(chosen, tables, how)


def unless_alike(headers: Mapping[str, tuple[str, ...]], found: Recognised) -> Recognised:
    """What was recognised, or no format where the drop is surely one that only looks alike.

    A manifest settles what a package is; and only a file that was taken for a table counts.
    """
    alike, contract = named(headers), found.contract
    if alike is None:
        return found
    if contract is not None:
        own = contract.manifest.file.casefold() if contract.manifest else ""
        settled = own in (name.casefold() for name in headers)
        if settled or not alike.sure or not set(alike.files) & set(found.tables):
            return found
    return Recognised(None, {}, f"this is {alike.title}: {alike.why}. {alike.advice}")


def _assign(
    headers: Mapping[str, tuple[str, ...]], contract: Contract, only: str
) -> tuple[float, dict[str, str]]:
    """The best table for each file, and the sum of their scores."""
    total, tables = 0.0, {}
    for file, header in headers.items():
        if contract.manifest and file.casefold() == contract.manifest.file.casefold():
            total += _REQUIRED
            continue
        wanted = [t for t in contract.tables.values() if not only or t.name == only]
        scored = [
            (fit(contract, table, file, header), _called(table, file), table.name)
            for table in wanted
        ]
        score, _, name = max(scored, default=(0.0, False, ""))
        if only and len(headers) == 1:
            score = max(score, _BY_NAME)
        if score:
            total += score
            tables[file] = name
    return total, tables


def fit(contract: Contract, table: Table, file: str, header: tuple[str, ...]) -> float:
    """How well a file fits a table; 0 = not at all.

    Every required column found is enough; else the name must fit, since a misspelt header is the
    very thing to report.
    """
    called = _called(table, file)
    if not table.columns or not header:
        return _BY_NAME if called else 0.0
    if table.part == "passed" and not called:
        return 0.0  # nothing is done with it, so only its own name may claim it
    found = {name for name in matched(contract, table, header) if name}
    needed = [c for c in table.columns.values() if c.need == "required" and not c.derive]
    required = {c.name for c in needed}
    share = len(found & required) / len(required)
    known = len(found) / len(header)
    if share < 1 and not (called and found):
        return 0.0
    return _REQUIRED * share + known + (_BY_NAME if called else 0.0)


def _called(table: Table, file: str) -> bool:
    return as_csv(file) in (name.casefold() for name in table.files)


def _reason(
    headers: Mapping[str, tuple[str, ...]], contract: Contract, tables: Mapping[str, str]
) -> str:
    by_header = [
        file
        for file, name in tables.items()
        if fit(contract, contract.tables[name], file, headers[file]) >= _REQUIRED
    ]
    if by_header:
        return f"the headers of {len(by_header)} of {len(headers)} files fit {contract.title}"
    return f"the file names are those of {contract.title}"
