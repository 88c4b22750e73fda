"""Generated damage, some hundred files of it: none is taken without a word."""

import sys
from pathlib import Path

import pytest

sys.path.insert(
    0, str(Path(__file__).resolve().parents[2])
)  # benchmarks/ is no part of the package

from benchmarks.damaged import FAULTS, damaged, strict, verdict
from importer.contracts.load import known_names
from importer.reading.delimited import read

_FILES = 400


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged") / "students.csv"


def test_no_damaged_file_is_taken_without_a_word(path: Path) -> None:
    seen, quiet = set(), 0
    for number in range(_FILES):
        sent = damaged(number)
        path.write_bytes(sent.content)
        reading = read(path.name, path, len(sent.content), known_names())
        assert not verdict(sent, reading), (number, sent.faults)
        seen |= set(sent.faults)
        quiet += reading.findings.is_empty()
    assert seen == set(FAULTS)
    assert quiet < _FILES / 20, "most damage can be seen"


def test_the_strict_reader_that_judges_is_strict() -> None:
    assert strict('a,"b ""c"", d"\r\n1,\n', ",") == [("a", 'b "c", d'), ("1", "")]
    assert strict('a,"b\nc"', ",") == [("a", "b\nc")]
    for wrong in ('a,b"c', 'a,"b" ', 'a,"b', "a\rb", 'a,"b"c"'):
        assert strict(wrong + "\n", ",") is None
