"""Which format a drop is, and which table each file: by headers first, then by names."""

from collections.abc import Mapping
from dataclasses import dataclass

from importer.contracts.contract import Contract, Table
from importer.contracts.header import as_csv, fingerprint, matched, normal
from importer.contracts.lookalikes import named
from importer.contracts.suggest import SURE, suggested

_BY_NAME = 1.0
_REQUIRED = 2.0
_CONFIRMED = 4.0  # a person said what exactly these headers are, whatever else they may be
_MOST = 0.5  # of the required columns, to take a file for one whose other headers are misspelt
_BY_VERSION = 0.5  # what the manifest says decides where the headers leave it open
# Two formats may have the same columns in a file. Then it is the one that spells them so, and
# not one that asks for columns that aren't there: together less than one column of a long header.
_TO_THE_LETTER = 0.01
_ALL_THERE = 0.005


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
    known = [c for c in contracts.values() if (c.name == only.partition("/")[0] or not only)]
    candidates = [c for c in known if only or not c.asked]
    found = _chosen(headers, candidates, only, version, misspelt=False)
    # To look for misspelt headers takes time, so that is for drops with a file that fits nothing.
    if found.contract and not _strangers(headers, found.contract, found.tables):
        return found
    return _chosen(headers, candidates, only, version, misspelt=True)


def _strangers(
    headers: Mapping[str, tuple[str, ...]], contract: Contract, tables: Mapping[str, str]
) -> list[str]:
    """The files with a header that are none of the contract's."""
    own = contract.manifest.file.casefold() if contract.manifest else ""
    return [
        f for f, header in headers.items() if header and f not in tables and f.casefold() != own
    ]


def _chosen(
    headers: Mapping[str, tuple[str, ...]],
    candidates: list[Contract],
    only: str,
    version: str,
    *,
    misspelt: bool,
) -> Recognised:
    """The contract that fits best; ``misspelt``: also by headers that are surely like a name."""
    best: tuple[float, Contract | None, dict[str, str]] = (0.0, None, {})
    open_ = False  # whether another contract fits as well
    for contract in candidates:
        score, tables = _assign(headers, contract, only.partition("/")[2], misspelt)
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
        if any(_confirmed(contract.tables[t], headers[f]) for f, t in found.tables.items()):
            return found
        own = contract.manifest.file.casefold() if contract.manifest else ""
        settled = own in (name.casefold() for name in headers)
        if settled or not alike.sure or not set(alike.files) & set(found.tables):
            return found
    return Recognised(None, {}, f"this is {alike.title}: {alike.why}. {alike.advice}")


def _assign(
    headers: Mapping[str, tuple[str, ...]], contract: Contract, only: str, misspelt: bool
) -> tuple[float, dict[str, str]]:
    """The best table for each file, and the sum of their scores."""
    total, tables = 0.0, {}
    for file, header in headers.items():
        if contract.manifest and file.casefold() == contract.manifest.file.casefold():
            total += _REQUIRED
            continue
        wanted = [t for t in contract.tables.values() if not only or t.name == only]
        score, names = _best(contract, wanted, file, header, misspelt)
        if only and len(headers) == 1:
            score, names = max(score, _BY_NAME), names or [t.name for t in wanted]
        if score and len(names) == 1:
            total += score
            tables[file] = names[0]
    return total, tables


def either(contract: Contract, file: str, header: tuple[str, ...]) -> list[str]:
    """The tables that a file fits equally well, where its name doesn't tell which of them it is."""
    _, names = _best(contract, list(contract.tables.values()), file, header)
    return names if len(names) > 1 else []


def _best(
    contract: Contract,
    tables: list[Table],
    file: str,
    header: tuple[str, ...],
    misspelt: bool = True,
) -> tuple[float, list[str]]:
    """The best score of a file, and the tables that have it: more than one if nothing tells."""
    scored = [(fit(contract, t, file, header, misspelt), _called(t, file), t.name) for t in tables]
    best = max((score[:2] for score in scored), default=(0.0, False))
    return best[0], [name for *score, name in scored if tuple(score) == best and best[0]]


def fit(
    contract: Contract, table: Table, file: str, header: tuple[str, ...], misspelt: bool = True
) -> float:
    """How well a file fits a table; 0 = not at all.

    Every required column found is enough; else the name must fit, or (``misspelt``) each header
    that lacks be there misspelt, since that is the very thing to report.
    """
    called = _called(table, file)
    if not table.columns or not header:
        return _BY_NAME if called else 0.0
    if table.part == "passed" and not called:
        return 0.0  # nothing is done with it, so only its own name may claim it
    if table.unlike and set(map(normal, header)) & set(map(normal, table.unlike)):
        return 0.0
    found = {name for name in matched(contract, table, header) if name}
    needed = [
        c for c in table.columns.values() if c.need in ("required", "header") and not c.derive
    ]
    required = {c.name for c in needed}
    share = len(found & required) / len(required)
    known = len(found) / len(header)
    lacking = required - found
    signed = not table.signs or _signed(table, header)
    confirmed = _confirmed(table, header)
    fits = not lacking or (called and found and signed) or confirmed
    likely = misspelt and share >= _MOST
    if not fits and not (likely and _misspelt(contract, table, header, lacking)):
        return 0.0
    score = _REQUIRED * share + known + (_BY_NAME if called else 0.0)
    return score + (_CONFIRMED if confirmed else 0.0) + _finer(contract, table, header)


def _confirmed(table: Table, header: tuple[str, ...]) -> bool:
    return bool(table.fingerprints) and fingerprint(header) in table.fingerprints


def _signed(table: Table, header: tuple[str, ...]) -> bool:
    """Whether a column of this format alone is there under its own name, not by a stand-in."""
    own = [table.columns[name] for name in table.signs]
    spelled = {normal(name) for column in own for name in (column.name, *column.aliases)}
    return not spelled.isdisjoint(map(normal, header))


def _misspelt(contract: Contract, table: Table, header: tuple[str, ...], lacking: set[str]) -> bool:
    """Whether the file has a header for each of these columns that is surely like its name."""
    offered = {o.column for o in suggested(contract, table, header) if o.likeness >= SURE}
    return lacking <= offered


def _finer(contract: Contract, table: Table, header: tuple[str, ...]) -> float:
    """What tells two formats apart that have the same columns in a file."""
    spelled = {cell.strip().lstrip("\ufeff") for cell in header} & table.columns.keys()
    whole = len(spelled) / len(table.columns) if contract.header == "exact" else 1.0
    return _TO_THE_LETTER * len(spelled) / len(header) + _ALL_THERE * whole


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
    said = [f for f, name in tables.items() if _confirmed(contract.tables[name], headers[f])]
    if said:
        return f"people confirmed the headers of {', '.join(said)} as {contract.title}"
    if by_header:
        return f"the headers of {len(by_header)} of {len(headers)} files fit {contract.title}"
    return f"the file names are those of {contract.title}"
