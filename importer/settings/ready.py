"""What a district says about itself for the readiness report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from importer.model.readiness import NEEDS
from importer.settings.faults import Fault

_COUNTRY = re.compile("[A-Z]{2}")


@dataclass(frozen=True)
class Ready:
    """What files can't say. "" and empty = not said.

    ``product``, ``sis``: keys of ``schemas/readiness/routes.toml``. ``country``: ISO 3166-1
    alpha-2. ``needs``: what is to be synced. ``whole_district``: the drops hold all of it.
    ``minutes_each``: that a change takes by hand; ``weeks``: of a school year.
    """

    product: str = ""
    country: str = ""
    sis: str = ""
    needs: tuple[str, ...] = field(default=(), metadata={"choices": NEEDS})
    whole_district: bool = False
    minutes_each: float = 2.0
    weeks: int = field(default=36, metadata={"most": 53})

    def faults(self) -> Iterator[Fault]:
        """A country that is no code."""
        if self.country and not _COUNTRY.fullmatch(self.country):
            told = f"“{self.country}” is no code of a country"
            yield "readiness.country", told, 'Write two capital letters, such as "US" or "GB".'
