"""Writes the files of a district block by block, with faults where they are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import polars as pl

from benchmarks.faults import Planter, Spots

TRUTH = {"file": pl.String, "row": pl.UInt32, "column": pl.String, "kind": pl.String}


def _with_blanks(block: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """The block with a blank column for each one it lacks."""
    missing = [name for name in columns if name not in block.columns]
    blank = pl.lit(None, dtype=pl.String)
    return block.with_columns(blank.alias(name) for name in missing)


@dataclass
class Folder:
    """A folder of CSV files and, beside it, the truth about the planted faults.

    rows: file name -> data rows written. faults: file name -> rows with a fault.
    """

    path: Path
    truth: BinaryIO
    rate: float
    salt: int
    rows: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)

    def write(
        self,
        file: str,
        columns: tuple[str, ...],
        blocks: Iterable[pl.DataFrame],
        spots: Spots | None = None,
        expected: int = 0,
    ) -> None:
        """Write one file; `expected` rows are needed to spread faults by `spots`."""
        planter = None
        if spots is not None and self.rate > 0:
            salt = self.salt + sum(map(ord, file))
            planter = Planter(file, spots, expected, self.rate, salt)
        seen = written = broken = 0
        with (self.path / file).open("wb") as handle:
            handle.write((",".join(columns) + "\n").encode())
            for given in blocks:
                block = _with_blanks(given, columns)
                first, seen = seen, seen + block.height
                if planter is not None:
                    block, truth = planter.plant(block, first, written + 2)
                    truth.write_csv(self.truth, include_header=False)
                    broken += truth.height
                block.select(columns).write_csv(handle, include_header=False)
                written += block.height
        if planter is not None and seen != expected:
            raise AssertionError(f"{file}: {seen} rows, but {expected} were foretold")
        self.rows[file] = written
        self.faults[file] = broken
