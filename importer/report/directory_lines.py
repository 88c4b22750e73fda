"""The directory for a terminal: overview, lists and one record's card."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from importer.report.directory import Directory, SchoolEntry
from importer.report.directory_words import done, figures, heading, known, last_commit, on_hold
from importer.report.lines import Told
from importer.report.listing import Listing
from importer.report.lookup import Match
from importer.report.record_card import Card
from importer.report.record_history import Step, Tally, Untold
from importer.report.safe import for_terminal
from importer.report.verdict import DONE
from importer.report.words import action, count, cut, number

_NARROWEST = 16
_GAP = 2
_STEPS = 20  # changes of one commit that are listed; all of them with --json
_WHOLE = {"id", "status"}  # never cut: an id is there to be copied
_NAMES = {"name", "title"}
_BOLD, _DIM = "1", "2"


def overview_lines(directory: Directory, told: Told) -> str:
    """Last commit, totals, and the schools in their hierarchy."""
    blocks = [
        "\n".join(told.wrapped(last_commit(directory["commit"]), code=_BOLD)),
        "\n".join(told.wrapped(on_hold(directory["waiting"]))),
        "\n".join(told.wrapped(_totals(directory))),
        "\n".join(_schools(directory["schools"], told)),
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def listing_lines(listing: Listing, told: Told) -> str:
    """A list as columns, and how many more there are."""
    lines = [told.paint(f"{number(listing['total'])} {listing['what']}", _BOLD)]
    lines += _columns(told, listing["rows"])
    more = listing["total"] - len(listing["rows"])
    if more:
        lines.append(f"… and {number(more)} more; all of them with --json.")
    return "\n".join(lines) + "\n"


def match_lines(matches: Sequence[Match], told: Told) -> str:
    """Records that may be meant, one a line."""
    return "\n".join(_columns(told, [dict(match) for match in matches])) + "\n"


def card_lines(card: Card, told: Told) -> str:
    """Details, what belongs to the record, and its history."""
    blocks = [_head(card, told), _details(card, told)]
    for part in card["parts"]:
        more = part["total"] - len(part["rows"])
        lines = [told.paint(f"{part['title']}: {number(part['total'])}", _BOLD)]
        lines += _columns(told, part["rows"])
        lines += [f"… and {number(more)} more; all of them with --json."] if more else []
        blocks.append(iter(lines))
    blocks.append(_history(card, told))
    return "\n\n".join(filter(None, map("\n".join, blocks))) + "\n"


def _totals(directory: Directory) -> str:
    said = [f"{number(n)} {word}" for n, word in figures(directory["totals"])]
    return f"{count(len(directory['schools']), 'school')}: {', '.join(said)}."


def _schools(entries: Sequence[SchoolEntry], told: Told) -> Iterator[str]:
    """Each school's names and ids in full, and its counts beneath, in columns."""
    if not entries:
        return
    heads = list(entries[0]["counts"])
    widths = [max(len(head), 7) for head in heads]
    yield told.paint(_figures(heads, widths), _DIM)
    for entry in entries:
        other = entry["organisation"] not in ("", entry["name"])
        mapped = [f"mapped to {entry['organisation']}"] if other else []
        gone = [entry["status"]] if entry["status"] != "active" else []
        name = f"{entry['name'] or '?'} ({entry['school_id']})"
        indent = "  " * min(entry["depth"], 8)  # a head must be shorter than a line
        told_of = ", ".join([name, *gone, *known(entry), *mapped])
        yield from told.wrapped(told_of, indent, indent=len(indent) + 2)
        yield _figures([_cell(value) for value in entry["counts"].values()], widths)


def _figures(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"{cell:>{width + _GAP}}" for cell, width in zip(cells, widths, strict=True))


def _columns(told: Told, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Columns as wide as they need.

    Where a line doesn't fit, texts are cut, but never ids; then columns are left out, the last
    first, which is said.
    """
    names = [n for n in (rows[0] if rows else ()) if any(row[n] not in (None, "") for row in rows)]
    shown = {n: [heading(n), *(for_terminal(_cell(row[n])) for row in rows)] for n in names}
    numeric = {n for n in names if all(isinstance(row[n], int) for row in rows)}
    widths = {n: max(map(len, cells)) for n, cells in shown.items()}
    soft = [n for n in names if n not in numeric and n not in _WHOLE and not n.endswith("_id")]
    _fit(widths, soft, told.width)
    for at in range(len(rows) + 1 if names else 0):
        cells = [
            f"{cell:>{widths[n]}}" if n in numeric else f"{cell:<{widths[n]}}"
            for n, cell in ((n, cut(shown[n][at], widths[n])) for n in widths)
        ]
        line = (" " * _GAP).join(cells).rstrip()
        yield told.paint(line, _DIM) if at == 0 else line
    if left := [heading(n).lower() for n in names if n not in widths]:
        yield from told.wrapped(f"Too wide for this line: {', '.join(left)}. See --json or --html.")


def _fit(widths: dict[str, int], soft: list[str], line: int) -> None:
    """Narrow the soft columns of ``widths``, then take the last ones out, until a line fits."""
    while sum(widths.values()) + _GAP * (len(widths) - 1) > line:
        widest = max((n for n in soft if n in widths), key=lambda n: widths[n], default="")
        if widest and widths[widest] > _NARROWEST:
            widths[widest] -= 1
        elif last := next((n for n in reversed(widths) if n in soft and n not in _NAMES), ""):
            del widths[last]
        else:
            return


def _cell(value: object) -> str:
    return "" if value is None else number(value) if isinstance(value, int) else str(value)


def _head(card: Card, told: Told) -> Iterator[str]:
    name = f"{card['name'] or card['id']}: {card['kind']} {card['id']}, {card['status']}"
    yield from told.wrapped(name, code=_BOLD)
    origin = card["origin"]
    drop = origin["label"] or origin["drop"][:12]
    yield from told.wrapped(f"came from {origin['file']} row {origin['row']} of drop {drop}")
    if card["organisation"] not in ("", card["name"]):
        yield from told.wrapped(f"mapped to {card['organisation']}")
    if card["counts"]:
        said = [f"{number(n)} {word}" for n, word in figures(card["counts"])]
        yield from told.wrapped(", ".join(said))


def _details(card: Card, told: Told) -> Iterator[str]:
    wide = max(len(heading(detail["column"])) for detail in card["details"])
    for detail in card["details"]:
        value = f"{detail['value']} ({detail['refers']})" if detail["refers"] else detail["value"]
        yield from told.wrapped(value, f"  {heading(detail['column']):<{wide}}  ")


def _history(card: Card, told: Told) -> Iterator[str]:
    yield told.paint("Sync history", _BOLD)
    entries: list[Step | Tally | Untold] = [*card["history"], *card["tallies"], *card["untold"]]
    lines: dict[int, list[Step | Tally | Untold]] = {}
    for entry in entries:
        lines.setdefault(entry["commit"], []).append(entry)
    for commit in sorted(lines, reverse=True):
        yield from _commit(lines[commit], told)
    if not lines:
        yield "  No commit tells of it."


def _commit(entries: list[Any], told: Told) -> Iterator[str]:
    first = entries[0]
    head = f"  Commit {first['commit']}, {first['at'][:16].replace('T', ' ')} UTC"
    if "why" in first:
        yield from told.wrapped(f": can’t be told any more, {first['why']}", head, indent=4)
        return
    yield from told.wrapped(f", by {first['actor']}, drop {first['drop']}", head, indent=4)
    steps = [entry for entry in entries if "key" in entry]
    for step in steps[:_STEPS]:
        yield from _step(step, told)
    if len(steps) > _STEPS:
        yield f"    … and {number(len(steps) - _STEPS)} more; all of them with --json."
    counted = [entry for entry in entries if "count" in entry]
    for table, tallies in groupby(counted, key=lambda tally: str(tally["table"])):
        said = [f"{number(t['count'])} {DONE[t['action']]}" for t in tallies]
        yield from told.wrapped(f"{table}: {', '.join(said)}", "    ", indent=6)


def _step(step: Step, told: Told) -> Iterator[str]:
    row = f" row {step['row']}" if step["row"] is not None else ""
    source = f" [{step['file']}{row}]" if step["file"] else ""
    because = f", because {step['because']}" if step["because"] else ""
    text = f"{done(step)}: {step['label']}{because}{source}"
    yield from told.wrapped(text, f"    {action(step['action'])[0]} ", indent=6)
    for column in step["columns"]:
        before, after = column["before"] or "(empty)", column["after"] or "(empty)"
        change = f"{heading(column['name'])}: {cut(before, 60)} → {cut(after, 60)}"
        yield from told.wrapped(change, "        ", indent=10)
