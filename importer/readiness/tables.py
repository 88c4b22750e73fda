"""The dated tables of ``schemas/readiness/routes.toml``: products, partners, SIS, and ways."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from importer.model.readiness import NEEDS


@dataclass(frozen=True)
class Product:
    """A product that is rostered: whether it can be synced; a dated line of the vendor's."""

    title: str
    sync: bool
    confirm: str
    as_of: str


@dataclass(frozen=True)
class Partner:
    """An integration partner: what it carries, where, for which products.

    ``lacks``: what is said of a need that it doesn't carry.
    """

    title: str
    region: str
    confirm: str
    as_of: str
    source: str
    carries: tuple[str, ...] = field(default=(), metadata={"choices": NEEDS})
    countries: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    lacks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Sis:
    """What is known of a SIS. ``clever``: auto, sftp or "" (not known here).

    ``direct``: what a direct integration asks for ("" = there is none).
    """

    title: str
    confirm: str
    as_of: str
    source: str
    clever: str = field(default="", metadata={"choices": ("auto", "sftp")})
    direct: str = ""


@dataclass(frozen=True)
class Way:
    """A way to sync.

    ``opens``: questions of which each must be yes. ``first_if``: the question that puts it first.
    ``only_there``: it is open only where the partner is known to work in the country. ``confirm``,
    ``as_of``: whom to ask, and when it was looked up; those of a partner go before them.
    """

    name: str
    title: str
    starts: str
    opens: tuple[str, ...]
    partner: str = ""
    first_if: str = ""
    only_there: bool = False
    confirm: str = ""
    as_of: str = ""


@dataclass(frozen=True)
class Fixer:
    """Who can mend what once it runs, by a sync and by the import tool."""

    who: str
    sync: str
    hand: str


@dataclass(frozen=True)
class Routes:
    """The dated tables. The lists are named as the file has them."""

    version: str
    products: Mapping[str, Product]
    partners: Mapping[str, Partner]
    sis: Mapping[str, Sis]
    route: tuple[Way, ...]
    fixes: tuple[Fixer, ...]
