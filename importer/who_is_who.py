"""What a workspace knows of who is who: a drop's re-key file, past re-keys, words of people."""

import hashlib
from dataclasses import dataclass, replace

import polars as pl

from importer.intake.rekeys import apart
from importer.model.drop import Drop
from importer.model.errors import ImporterError
from importer.model.history import Commit, Who
from importer.planning.matching import NEVER
from importer.planning.plan import Planned
from importer.rekey_file import PAST, Rekeys, rekeys
from importer.settings import aliases
from importer.settings.aliases import Never
from importer.store.port import Store


@dataclass(frozen=True)
class Given(Rekeys):
    """The re-keys that a drop brings."""

    def beside(self, planned: Planned) -> Planned:
        """The plan with what is wrong with the re-key file."""
        return replace(planned, notes=pl.concat([self.notes, planned.notes]))


def given(drop: Drop, store: Store, head: Commit | None) -> tuple[Drop, Given]:
    """The drop without its re-key file, and what that says against the newest commit.

    What a re-key file changed once it doesn't change again: it may lie in the folder for weeks.
    """
    rest, file = apart(drop)
    if file is None:
        return drop, Given()
    said = rekeys(file, lambda table: store.table(table, head), _past(store))
    return rest, Given(said.crosswalk, said.notes, said.rows)


def _past(store: Store) -> pl.DataFrame:
    """All re-keys that were committed: ``table``, ``old``, ``new``."""
    found = [pl.DataFrame(schema=PAST)]
    for commit in store.commits():
        if any("re-key" in counts for counts in commit.counts.values()):
            try:
                changes = store.scan_run_frame(commit.run, "changes")
            except ImporterError:  # what its run kept is gone
                continue
            done = changes.filter(pl.col("action") == "re-key", pl.col("picked"))
            found.append(done.select("table", old="from_key", new="key").collect())
    return pl.concat(found)


# --- words of people ----------------------------------------------------------------------------


def rules(policy: str, said: str) -> str:
    """A short name for a policy together with what people said about who is who."""
    if not said:
        return policy
    return hashlib.sha256(f"{policy}\0{said}".encode()).hexdigest()[:12]


def never(text: str) -> pl.DataFrame:
    """The pairs of which a person said that they are two (``matching.NEVER``)."""
    rows = [{name: getattr(pair, name) for name in NEVER} for pair in aliases.read(text).never]
    return pl.DataFrame(rows, schema=NEVER, orient="row")


def with_never(text: str, pairs: pl.DataFrame, who: Who) -> str:
    """The text of aliases.toml with these pairs (``matching.NEVER``) too."""
    new = pairs.join(never(text), on=list(NEVER), how="anti").select(list(NEVER))
    rows = new.iter_rows(named=True)
    return aliases.with_never(text, [Never(**row, actor=who.actor, at=who.at) for row in rows])
