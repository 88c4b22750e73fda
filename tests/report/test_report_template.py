"""The blank sheet: its columns, what it says of them, and that importer reads it filled in."""

import io
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from report_drops import check, write

from importer.checks.bound import bind
from importer.contracts import guidance
from importer.contracts.contract import Contract, Table, Words
from importer.contracts.load import contracts
from importer.model.own_sheets import NOT_READ
from importer.reading.excel import sheets
from importer.reading.recognise import fit
from importer.reading.workbook import read_workbook
from importer.report import template
from importer.report.reported import Reported

ALL = [(c, table) for c in contracts().values() for table in guidance.tables_to_fill_in(c)]
WITH_HELP = ("user-import-tool", "pulse")
LONG = tuple(f"Subject number {n}" for n in range(30))
each_table = pytest.mark.parametrize(
    ("contract", "table"), ALL, ids=[f"{c.name}/{table.name}" for c, table in ALL]
)


def opened(name: str, *tables: str) -> Workbook:
    contract = contracts()[name]
    wanted = [t for t in guidance.tables_to_fill_in(contract) if not tables or t.name in tables]
    return openpyxl.load_workbook(io.BytesIO(template.workbook(contract, wanted)))


def header(book: Workbook, sheet: str) -> list[str]:
    return [str(cell.value) for cell in book[sheet][1]]


def rules(book: Workbook, sheet: str) -> dict[str, DataValidation]:
    """The rule of each column, by the letter of the column; it holds all cells below the header."""
    found = {}
    for rule in book[sheet].data_validations.dataValidation:
        letter, _, rest = str(rule.sqref).partition("2:")
        assert rest == f"{letter}1048576"
        found[letter] = rule
    return found


def filled(book: Workbook, *names: str) -> bytes:
    """The template with the examples as its first row, saved as a spreadsheet does."""
    examples = {
        (row[0], row[1]): row[6] for row in book["Help"].iter_rows(min_row=2, values_only=True)
    }
    for name in names:
        for cell in (cell for cell in book[name][1] if cell.value):
            book[name].cell(2, cell.column, examples[name, cell.value])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def said(report: Reported) -> list[tuple[str, str, str | None]]:
    return list(report.findings.select("code", "severity", "column").iter_rows())


def test_the_educators_of_the_user_import_tool_have_the_published_header() -> None:
    published = (
        "FirstName,LastName,Email,SchoolName,TeacherRole,ProctorRole,Username,Password,UserID"
    )
    told = template.header(contracts()["user-import-tool"].tables["educators"])
    assert told == b"\xef\xbb\xbf" + published.encode() + b",Action\r\n"
    assert header(opened("user-import-tool"), "educators") == [*published.split(","), "Action"]


@each_table
def test_a_sheet_has_the_columns_of_the_contract_and_nobody_elses(
    contract: Contract, table: Table
) -> None:
    book = opened(contract.name, table.name)
    sheet = guidance.sheet_name(table)
    names = [n for n, c in table.columns.items() if not c.derive and c.need != "legacy"]
    assert header(book, sheet) == names
    assert template.header(table).decode("utf-8-sig").strip().split(",") == names
    shown = [s.title for s in book.worksheets if s.sheet_state == "visible"]
    assert shown == [sheet, "Help"] and book[sheet].freeze_panes == "A2"
    helped = [row[1] for row in book["Help"].iter_rows(min_row=2, values_only=True)]
    assert helped == names


@each_table
def test_every_column_says_at_its_cells_what_goes_in(contract: Contract, table: Table) -> None:
    """Excel drops a rule whose texts are too long, and calls the workbook damaged."""
    asked = rules(opened(contract.name, table.name), guidance.sheet_name(table))
    columns = guidance.filled_in(table)
    for rule, column in zip(asked.values(), columns, strict=False):
        title, prompt, formula = (str(rule.promptTitle), str(rule.prompt), str(rule.formula1))
        assert rule.showInputMessage and 0 < len(title) <= 32 and len(prompt) <= 255
        assert prompt.startswith("Required.") is (column.need == "required")
        assert (rule.type == "list") is bool(column.words)
        if column.words:
            assert len(formula) <= 257
            told = f'"{",".join(contract.words[column.words].list)}"'
            assert formula == told or (len(told) > 257 and formula.startswith("'Lists'!"))
    assert len(asked) >= len(columns)


@each_table
def test_the_header_of_a_sheet_gives_no_finding(
    tmp_path: Path, contract: Contract, table: Table
) -> None:
    path = tmp_path / f"{guidance.sheet_name(table)}.xlsx"
    path.write_bytes(filled(opened(contract.name, table.name)))
    ((name, reading),) = read_workbook(path.name, path, sheets).items()
    assert reading.sheet is not None and name == path.name
    assert reading.findings["code"].to_list() == ["FILE-104"]  # it is blank
    assert fit(contract, table, name, reading.sheet.header) == pytest.approx(
        4.015, abs=0.001
    )  # all there is
    bound, found = bind(contract, table, reading.sheet, "bulk")
    assert bound is not None and found.is_empty()


def test_required_columns_are_marked_and_all_cells_are_text() -> None:
    sheet = opened("user-import-tool")["students"]
    marked = {c.value for c in sheet[1] if c.fill.fgColor.rgb == "00C6E0B4"}
    assert marked == {"FirstName", "LastName", "Grade", "SchoolName"}
    assert all(cell.font.b for cell in sheet[1])
    assert {d.number_format for d in sheet.column_dimensions.values()} == {"@"}
    covered = [(d.min or 0, d.max or 0) for d in sheet.column_dimensions.values()]
    assert sum(last - first + 1 for first, last in covered) == len(sheet[1])


def test_words_can_be_chosen_and_other_spellings_are_not_refused() -> None:
    asked = rules(opened("user-import-tool"), "students")
    grade, action = asked["C"], asked["M"]
    assert grade.formula1 == '"PK,TK,K,1,2,3,4,5,6,7,8,9,10,11,12"'
    assert (grade.showErrorMessage, grade.errorStyle) == (True, "warning")  # 03 is read as well
    assert (action.formula1, action.errorStyle) == ('"A,E,X"', "stop")
    first_name = str(asked["A"].prompt)
    assert "At most 100 characters." in first_name and "- _ '" in first_name


@pytest.mark.parametrize("words", [LONG, ("Maths, pure", "Arts")], ids=["long", "comma"])
def test_a_list_that_fits_no_rule_stands_in_a_hidden_sheet(words: tuple[str, ...]) -> None:
    """The rule of a drop-down has 255 characters, and commas between its words."""
    clever = contracts()["clever"]
    many = replace(clever, words={**clever.words, "subject": Words(words)})
    made = template.workbook(many, [many.tables["sections"]])
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book["Lists"].sheet_state == "hidden" and header(book, "Lists") == ["subject", NOT_READ]
    assert [cell.value for cell in book["Lists"]["A"]][1:] == list(words)
    places = {rule.formula1 for rule in rules(book, "sections").values() if rule.type == "list"}
    assert f"'Lists'!$A$2:$A${len(words) + 1}" in places


def test_several_words_in_a_cell_are_not_refused() -> None:
    contract = contracts()["oneroster-1.2"]
    table = contract.tables["courses"]
    asked = list(rules(opened("oneroster-1.2", "courses"), "courses").values())
    (grades,) = (i for i, c in enumerate(guidance.filled_in(table)) if c.name == "grades")
    assert asked[grades].type == "list" and not asked[grades].showErrorMessage


@pytest.mark.parametrize("name", WITH_HELP)
def test_the_words_for_coordinators_are_our_own_and_complete(name: str) -> None:
    columns = [
        (table.name, column)
        for table in guidance.tables_to_fill_in(contracts()[name])
        for column in guidance.filled_in(table)
    ]
    assert [(t, c.name) for t, c in columns if not (c.help and c.example)] == []
    assert [(t, c.name) for t, c in columns if not c.help.endswith(".")] == []


@each_table
def test_what_the_help_shows_as_an_example_is_accepted(contract: Contract, table: Table) -> None:
    for column in guidance.filled_in(table):
        told = guidance.example(contract, column)
        if column.words:
            assert told in contract.words[column.words].list
        assert guidance.meaning(table, column)


@pytest.mark.parametrize("name", WITH_HELP)
def test_a_sheet_filled_in_as_its_help_shows_is_right(tmp_path: Path, name: str) -> None:
    tables = {"pulse": ("students", "staff_directory")}.get(name, ())
    book = opened(name, *tables)
    sheets = [title for title in book.sheetnames if title not in ("Help", "Lists")]
    report = check(write(tmp_path / "d", {"sent.xlsx": filled(book, *sheets)}))
    assert said(report) == []
    assert report.summary["format"]["name"] == name
    assert report.summary["totals"]["rows"] == len(sheets)


def test_a_single_sheet_is_read_under_the_name_of_its_workbook(tmp_path: Path) -> None:
    book = filled(opened("user-import-tool", "students"), "students")
    report = check(write(tmp_path / "d", {"students.xlsx": book}))
    assert said(report) == []
    assert [file["file"] for file in report.summary["files"]] == ["students.xlsx"]


def test_groups_to_the_right_without_a_header_are_read(tmp_path: Path) -> None:
    book = opened("pulse", "students")
    helped = {row[1]: row[3] for row in book["Help"].iter_rows(min_row=2, values_only=True)}
    assert "to the right, without a header" in str(helped["Class"])
    further = [book["students"].column_dimensions[letter] for letter in "FGHIJ"]
    assert {column.number_format for column in further} == {"@"}
    book["students"]["F2"] = "Choir"
    report = check(write(tmp_path / "d", {"students.xlsx": filled(book, "students")}))
    assert said(report) == []
    assert report.summary["totals"]["rows"] == 1
