"""Who is who in one plan: links by match keys, names in use, ids that changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from importer.planning import crosswalk, identity, in_use, matching
from importer.planning.crosswalk import Rows, rekeyed
from importer.planning.fingerprints import PAIRS, pairs
from importer.planning.incoming import Incoming
from importer.planning.touching import leave
from importer.settings import Match

_WAITS = "; not picked, because it may be a record that is there under another id"


@dataclass
class Known:
    """What is known about who is who before the tables are compared.

    ``links``: ``matching.LINKS``; ``before``: the roster without their re-keys, ``stored`` with
    them.
    """

    links: pl.DataFrame
    incoming: Mapping[str, Incoming]
    before: Rows
    stored: Rows
    match: Match
    taken: tuple[pl.DataFrame, pl.DataFrame] | None = None

    def settle(
        self,
        changes: dict[str, pl.DataFrame],
        after: Mapping[str, pl.LazyFrame],
        given: pl.DataFrame,
    ) -> None:
        """List the re-keys, those of a file (``given``) too, and unpick what can't be told."""
        whole = crosswalk.after(given, matching.crosswalk(self.links))
        for table, rows in crosswalk.changes(whole, self.stored).items():
            changes[table] = pl.concat([rows, changes[table]]) if table in changes else rows
        unsure = self.links.filter(pl.col("state") != "adopt")
        news = unsure.select("table", id="new")
        olds = unsure.select("table", id="olds").explode("id")
        leave(changes, after, pl.concat([news, olds]), _WAITS)
        if "people" in after:
            only_one = in_use.columns(self.match)
            told = self.incoming["people"]
            self.taken = in_use.settle(changes, after, self.stored, told, only_one)

    def told(
        self, changes: Mapping[str, pl.DataFrame], after: Mapping[str, pl.LazyFrame]
    ) -> identity.Told:
        """What to say about it, when all is picked."""
        linked = self.links.select("table", "old", "new", evidence="by")
        said = identity.told(
            self.links, pairs(changes, after, self.stored, linked), after, self.before
        )
        if self.taken is None:
            return said
        notes, left = self.taken
        return replace(
            said,
            notes=pl.concat([said.notes, notes]),
            left_out=pl.concat([said.left_out, left]).unique(["file", "row"], maintain_order=True),
        )


def known(
    incoming: Mapping[str, Incoming], stored: Rows, never: pl.DataFrame, match: Match
) -> Known:
    """Link what was sent with the roster by the match keys.

    ``never``: pairs (``matching.NEVER``) that a person said are two.
    """
    matching.onto(incoming, match)
    linking = matching.Linking(incoming, stored, match, never)
    links = matching.links(linking)
    return Known(links, incoming, stored, rekeyed(stored, matching.crosswalk(links)), match)


def no_pairs() -> pl.DataFrame:
    """No pairs of records."""
    return pl.DataFrame(schema=PAIRS).drop("evidence")
