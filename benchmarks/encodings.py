"""Measures how often names in an older encoding are read right, held back, or read wrong.

    pip install faker charset-normalizer chardet faust-cchardet
    python benchmarks/encodings.py --rounds 40

Rosters of some hundred plain rows with 1, 3, 20 or 200 rows of accented names, as Faker's lists
have them, in one encoding. A row is *right* if it is usable and says what was written, *held* if
it waits for a person, *wrong* if it is usable and says something else. The libraries name one
encoding for the file, so that none of their rows is ever held. Each of them is optional.
"""

import argparse
import importlib
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from importer.reading.encoding import decode

HEADER = "School_id,Student_id,Student_email,First_name,Last_name,Grade"
NUMBERS = (1, 3, 20, 200)
TUNED = {
    "es": "es_ES es_MX", "fr": "fr_FR fr_CH", "de": "de_DE de_AT", "pt": "pt_PT pt_BR",
    "it": "it_IT", "sv": "sv_SE fi_FI", "no": "no_NO da_DK", "is": "is_IS", "pl": "pl_PL",
    "cs": "cs_CZ", "hu": "hu_HU", "hr": "hr_HR", "ro": "ro_RO", "tr": "tr_TR", "lt": "lt_LT",
    "ru": "ru_RU", "el": "el_GR", "ja": "ja_JP", "zh": "zh_CN", "ko": "ko_KR",
}  # fmt: skip
UNSEEN = {
    "nl": "nl_NL nl_BE", "fr2": "fr_CA fr_BE", "es2": "es_CO es_AR es_CL", "ga": "ga_IE",
    "de2": "de_CH de_LU", "et": "et_EE", "sk": "sk_SK", "sl": "sl_SI",
}  # fmt: skip
_WESTERN = ("cp1252", "mac_roman", "cp850", "cp437")
GROUPS: dict[str, list[tuple[str, str]]] = {
    **{e: [(name, e) for name in ("es", "fr", "de", "pt", "it", "sv", "no")] for e in _WESTERN},
    **{
        f"{e}, lists not looked at": [(n, e) for n in ("nl", "fr2", "es2", "ga", "de2")]
        for e in _WESTERN
    },
    "cp932": [("ja", "cp932")],
    "Icelandic, Estonian in cp1252": [("is", "cp1252"), ("et", "cp1252")],
    "cp1250": [(name, "cp1250") for name in ("pl", "cs", "hu", "hr", "ro", "sk", "sl")],
    "cp1254, cp1257": [("tr", "cp1254"), ("lt", "cp1257")],
    "other scripts": [
        ("ru", "cp1251"), ("el", "cp1253"), ("zh", "gbk"), ("zh", "big5"), ("ko", "cp949"),
        ("ja", "euc_jp"),
    ],
}  # fmt: skip


Reader = Callable[[bytes], tuple[str, set[int]]]


def ours(data: bytes) -> tuple[str, set[int]]:
    """The text, and the rows that are held."""
    decoded = decode(data, "")
    return decoded.text, {doubt.row for doubt in decoded.doubts if doubt.severity == "ERROR"}


def _by(detect: Callable[[bytes], str | None]) -> Reader:
    def read(data: bytes) -> tuple[str, set[int]]:
        try:
            return data.decode(detect(data) or "cp1252", "replace"), set()
        except LookupError:  # an encoding that Python doesn't have
            return data.decode("ascii", "replace"), set()

    return read


def readers() -> dict[str, Reader]:
    """importer, and those of the libraries that are there."""
    found: dict[str, Reader] = {"importer": ours}
    for name in ("chardet", "cchardet"):
        try:
            detect = importlib.import_module(name).detect
        except ImportError:
            continue
        found[name] = _by(partial(_named, detect))
    try:
        normalizer = importlib.import_module("charset_normalizer")
    except ImportError:
        return found

    def best(data: bytes, **only: list[str]) -> str | None:
        match = normalizer.from_bytes(data, **only).best()
        return match.encoding if match else None

    ours_only = ["utf_8", *_WESTERN, "cp932"]
    found["charset-normalizer"] = _by(best)
    found["charset-normalizer, our encodings"] = _by(lambda d: best(d, cp_isolation=ours_only))
    return found


def _named(detect: Callable[[bytes], dict[str, str | None]], data: bytes) -> str | None:
    return detect(data)["encoding"]


def names(locales: str) -> tuple[list[str], list[str]]:
    """First and last names of some locales, sorted."""
    first: set[str] = set()
    last: set[str] = set()
    for locale in locales.split():
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for key, values in vars(provider).items():
            if isinstance(values, dict | list | tuple | set):
                texts = {v if isinstance(v, str) else str(v[0]) for v in values}
                first |= texts if key.startswith("first_name") else set()
                last |= texts if key.startswith("last_name") else set()
    return sorted(first), sorted(last)


def roster(
    lists: tuple[list[str], list[str]],
    plain: tuple[list[str], list[str]],
    encoding: str,
    number: int,
    rng: random.Random,
) -> str | None:
    """A roster with so many rows of accented names; None where this encoding can't write any."""
    given = [[name for name in part if _writable(name, encoding)] for part in lists]
    pool = [(part, name) for part in (0, 1) for name in given[part]]
    if not pool:
        return None
    size = max(300, 2 * number)
    marked = set(rng.sample(range(size), number))
    lines = [HEADER]
    for row in range(size):
        cells = [rng.choice(plain[0]), rng.choice(plain[1])]
        if row in marked:
            part, name = rng.choice(pool)
            shouted = name.upper()
            loud = rng.random() < 0.15 and _writable(shouted, encoding)
            cells[part] = shouted if loud else name
        lines.append(f"0101,S{row},s{row}@oak.example,{','.join(cells)},{rng.randint(1, 12)}")
    return "\n".join([*lines, ""])


def _writable(name: str, encoding: str) -> bool:
    try:
        return not name.isascii() and bool(name.encode(encoding))
    except UnicodeEncodeError:
        return False


def judged(text: str, read: str, held: set[int]) -> Iterator[str]:
    """What became of each row with an accented name."""
    got = read.split("\n")
    for row, line in enumerate(text.split("\n"), 1):
        if not line.isascii():
            is_right = row <= len(got) and got[row - 1] == line
            yield "held" if row in held else "right" if is_right else "wrong"


def measure(rounds: int) -> dict[tuple[str, str, int], Counter[str]]:
    """Group, reader, number of accented rows → how many rows are right, held, wrong."""
    plain = names("en_US")
    lists = {name: names(locales) for name, locales in {**TUNED, **UNSEEN}.items()}
    found: dict[tuple[str, str, int], Counter[str]] = {}
    for group, cases in GROUPS.items():
        for language, encoding in cases:
            for number in NUMBERS:
                for round_ in range(rounds):
                    rng = random.Random(f"{language} {encoding} {number} {round_}")
                    text = roster(lists[language], plain, encoding, number, rng)
                    if text is None:
                        continue
                    for name, reader in readers().items():
                        read, held = reader(text.encode(encoding))
                        counts = found.setdefault((group, name, number), Counter())
                        counts.update(judged(text, read, held))
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    found = measure(rounds)
    print(f"| group | reader |{''.join(f' {number} |' for number in NUMBERS)}")
    print(f"|---|---|{'---:|' * len(NUMBERS)}")
    for group, name in dict.fromkeys((group, name) for group, name, _ in found):
        cells = [_shares(found.get((group, name, number), Counter())) for number in NUMBERS]
        print(f"| {group} | {name} | {' | '.join(cells)} |")


def _shares(counts: Counter[str]) -> str:
    whole = counts.total() or 1
    parts = (100 * counts[what] / whole for what in ("right", "held", "wrong"))
    return " / ".join(f"{part:.1f}".removesuffix(".0") for part in parts)


if __name__ == "__main__":
    main()
