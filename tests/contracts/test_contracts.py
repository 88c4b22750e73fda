"""The contracts that ship with importer, and what a mistaken one says."""

import copy
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import importer.checks  # noqa: F401 - fills the catalogue
from importer.checks.catalogue import CATALOGUE
from importer.contracts.contract import NEEDS as NEEDS_KNOWN
from importer.contracts.contract import Column, Contract, ContractError, Table
from importer.contracts.header import lookup, matched
from importer.contracts.load import contracts, parse
from importer.model.findings import SEVERITIES
from importer.model.tables import TABLES
from importer.resources import SCHEMAS

FACTS: dict[str, Any] = json.loads(
    Path(__file__).with_name("oneroster_columns.json").read_text("utf-8")
)
"""All tables of the standard: written from its text, apart from the schemas."""

NEEDS = {"Y": "required", "D": "delta"}

all_contracts = pytest.mark.parametrize("contract", contracts().values(), ids=lambda c: str(c.name))


def test_every_schema_file_is_a_contract_of_its_name() -> None:
    files = [*SCHEMAS.glob("*.toml"), *SCHEMAS.glob("presets/*.toml")]
    names = {path.name for path in files} - {"readiness.toml"}  # the questions of readiness
    assert {f"{name}.toml" for name in contracts()} == names


@pytest.mark.parametrize(
    ("name", "version"), [("oneroster-1.1", "1.1"), ("oneroster-1.2", "1.2.1")]
)
def test_oneroster_is_as_the_facts_say(name: str, version: str) -> None:
    """Of every table: header, order, what is required, word lists; types where rows are read."""
    facts, contract = FACTS[version], contracts()[name]
    assert set(contract.tables) == set(facts)
    for table in contract.tables.values():
        told = facts[table.name]
        columns = [column for column in table.columns.values() if column.need != "legacy"]
        assert [column.name for column in columns] == [fact["name"] for fact in told], table.name
        for column, fact in zip(columns, told, strict=True):
            place = f"{table.name}.{column.name}"
            needed = column.need if column.need in NEEDS.values() else ""
            assert needed == NEEDS.get(fact["required"], ""), place
            if fact["type"].startswith("enum"):
                words = contract.words[column.words]
                assert "|".join(words.list) == fact["values"], place
                assert words.open == ("ext:" if fact["type"].endswith("+") else ""), place
            assert column.list == ("list" in fact["type"] or column.name == "grades"), place
            if table.part != "passed":
                _types_are_as_the_facts_say(column, fact, place)


def _types_are_as_the_facts_say(column: Column, fact: dict[str, str], place: str) -> None:
    if fact["type"].startswith("ref"):
        assert column.ref == re.split(r"[\[ ]", fact["values"])[0], place
        wanted = re.search(r"\[type=(\w+)\]", fact["values"])
        assert (column.target.is_ if column.target else None) == (wanted and wanted[1]), place
    elif fact["type"] in ("date", "year", "dateTime", "guid"):
        assert column.type == fact["type"].lower(), place


def test_the_column_that_left_with_1_2_1_is_known() -> None:
    fact = FACTS["1.2.0_users_extra_column"]
    columns = list(contracts()["oneroster-1.2"].tables["users"].columns.values())
    place = [column.name for column in columns].index(fact["after"]) + 1
    assert (columns[place].name, columns[place].need) == (fact["name"], "legacy")


def codes(contract: Contract) -> Iterator[str]:
    yield from (unique.check for unique in contract.unique)
    for table in contract.tables.values():
        yield from (rule.check for rule in table.rules)
        yield table.repeats.check if table.repeats else ""
        for column in table.columns.values():
            yield column.link
            yield column.target.check if column.target else ""


@all_contracts
def test_every_check_is_in_the_catalogue(contract: Contract) -> None:
    used = {code for code in codes(contract) if code}
    assert used <= set(CATALOGUE)


@all_contracts
def test_every_severity_exists(contract: Contract) -> None:
    used = {contract.alias_severity, *(words.unknown for words in contract.words.values())}
    for table in contract.tables.values():
        for column in table.columns.values():
            assert column.need in NEEDS_KNOWN
            used |= {column.unknown or "INFO", column.bad, column.dangling_severity}
    assert used <= set(SEVERITIES)


@all_contracts
def test_every_word_can_be_read(contract: Contract) -> None:
    for name, words in contract.words.items():
        lower = [word.lower() for word in words.list]
        assert len(set(lower)) == len(lower), name
        assert all(spelling == spelling.lower() for spelling in words.read_as), name
        assert set(words.read_as.values()) <= set(words.list), name
        assert set(words.means) <= set(words.list), name
        assert not set(words.read_as) & set(lower), name


def sources(table: Table, text: str) -> Iterator[str]:
    """The columns that an expression of a make names."""
    text = table.define[text[1:]] if text.startswith("@") else text
    text = text.partition(" == ")[0]
    for part in text.replace("&", "|").split("|"):
        word = part.strip().removesuffix("-1d").strip().removesuffix("?")
        word = word.removeprefix("lower(").removesuffix(")")
        if word and not word.startswith(("=", "$")):
            yield word


@all_contracts
def test_every_make_names_columns_that_exist(contract: Contract) -> None:
    for table in contract.tables.values():
        for make in table.makes:
            canonical = TABLES[make.table]
            place = f"{table.name} → {make.table}"
            assert set(make.columns) <= set(canonical.columns), place
            assert make.completes or set(canonical.key) <= set(make.columns), place
            named = {name for text in make.columns.values() for name in sources(table, text)}
            named |= {*sources(table, make.when), *make.each, *sources(table, make.each_in)}
            named |= set(make.among)
            assert named <= set(table.columns), place


@all_contracts
def test_references_go_to_tables_with_one_key_that_come_before(contract: Contract) -> None:
    order = list(contract.tables)
    for table in contract.tables.values():
        assert {*table.apart_from, *table.beside} <= set(order)
        for make in table.makes:
            # Whose id it is must be known when the rows are taken.
            assert all(
                order.index(other) < order.index(table.name) for other in make.among.values()
            )
        for column in table.columns.values():
            assert all(order.index(other) < order.index(table.name) for other in column.also)
            if column.ref:
                place = f"{table.name}.{column.name}"
                assert order.index(column.ref) <= order.index(table.name), place
                assert len(contract.tables[column.ref].key) == 1, place
                assert column.link, place
            if column.type == "date":
                assert column.formats, f"{table.name}.{column.name}"


@all_contracts
def test_no_two_columns_answer_to_one_header(contract: Contract) -> None:
    for table in contract.tables.values():
        header = tuple(name for name, column in table.columns.items() if not column.derive)
        assert matched(contract, table, header) == list(header)
        spellings = sum(1 + len(table.columns[name].aliases) for name in header)
        assert len(lookup(contract, table)) == spellings


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((SCHEMAS / name).read_text("utf-8"))


def _set(*path: str | int, to: object) -> Callable[[Any], None]:
    """A mistake: the value at the end of this path is another."""

    def mistake(raw: Any) -> None:
        for step in path[:-1]:
            raw = raw[step]
        raw[path[-1]] = to

    return mistake


STUDENTS = ("tables", "students")
MISTAKES = {
    "contract": (_set("titel", to="x"), "titel"),
    "words": (_set("words", "grade", "lists", to=[]), r"words\.grade.*lists"),
    "table": (_set(*STUDENTS, "part_", to="core"), r"tables\.students.*part_"),
    "column": (_set(*STUDENTS, "columns", "Grade", "ned", to="required"), r"students\.Grade.*ned"),
    "type": (_set(*STUDENTS, "columns", "Grade", "type", to="txt"), r"students\.Grade.*txt"),
    "rule": (_set(*STUDENTS, "rules", 0, "whenany", to=[]), r"students\.rules.*whenany"),
    "make": (_set(*STUDENTS, "makes", 0, "distinkt", to=True), r"students\.makes.*distinkt"),
    "repeats": (_set(*STUDENTS, "repeats", "max", to=5), r"students\.repeats.*max"),
    "unique": (_set("unique", 0, "off", to={}), r"unique.*off"),
    "no files": (lambda raw: raw["tables"]["students"].pop("files"), r"tables\.students.*files"),
    "word list": (
        _set(*STUDENTS, "columns", "Grade", "words", to="x"),
        r"students\.Grade.*words x",
    ),
    "reference": (
        _set(*STUDENTS, "columns", "Grade", "ref", to="x"),
        r"students\.Grade.*table x",
    ),
    "key": (_set(*STUDENTS, "key", to=["Studentid"]), r"students.*Studentid"),
    "rule column": (_set(*STUDENTS, "rules", 0, "columns", to=["x1"]), r"students.*x1"),
    "roster table": (_set(*STUDENTS, "makes", 0, "table", to="pupils"), r"students.*pupils"),
    "roster column": (_set(*STUDENTS, "makes", 0, "columns", "x1", to="Grade"), r"students.*x1"),
    "apart from": (_set(*STUDENTS, "apart_from", to=["pupils"]), r"students.*pupils"),
    "also": (
        _set(*STUDENTS, "columns", "School_id", "also", to=["x"]),
        r"students\.School_id.*table x",
    ),
    "beside": (_set(*STUDENTS, "beside", to=["pupils"]), r"students.*pupils"),
    "among column": (
        _set(*STUDENTS, "makes", 0, "among", to={"x1": "teachers"}),
        r"students.*among.*x1",
    ),
    "among table": (
        _set(*STUDENTS, "makes", 0, "among", to={"Grade": "pupils"}),
        r"students.*among.*pupils",
    ),
    "means": (_set("words", "grade", "means", to={"Year 7": "8"}), r"words\.grade.*Year 7"),
    "unique of": (_set("unique", 0, "of", "pupils", to="Grade"), r"unique.*pupils"),
    "target": (
        _set(
            *STUDENTS, "columns", "School_id", "target", to={"colum": "x", "is": "y", "check": "z"}
        ),
        r"students\.School_id.*colum",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place(name: str) -> None:
    mistake, place = MISTAKES[name]
    raw = copy.deepcopy(shipped("clever.toml"))
    mistake(raw)
    with pytest.raises(ContractError, match=place) as caught:
        parse(raw, "clever.toml")
    assert "clever.toml" in str(caught.value)


@pytest.mark.parametrize("part", ["manifest", "row_state"])
def test_mistakes_in_what_only_oneroster_has(part: str) -> None:
    raw = shipped("oneroster-1.1.toml")
    raw[part]["fiel"] = "x"
    with pytest.raises(ContractError, match=f"oneroster.toml: {part}.*fiel"):
        parse(raw, "oneroster.toml")
