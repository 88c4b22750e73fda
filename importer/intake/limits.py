"""How much a drop may hold."""

from dataclasses import dataclass

GIB = 1 << 30


@dataclass(frozen=True)
class Limits:
    """The defaults of a district's policy.

    A district of 1,000,000 students sends 943 MB and must pass. The ratio is that of Apache POI's
    ZipSecureFile; rosters pack 5 to 10 times, a zip bomb 1,000 times.
    """

    file_bytes: int = 4 * GIB
    packed_bytes: int = 2 * GIB
    inflated_bytes: int = 16 * GIB
    ratio: int = 100
    ratio_above_bytes: int = 100_000
    entries: int = 64

    def too_large(self) -> str:
        """The detail for a file above ``file_bytes``."""
        return f"it is larger than {in_words(self.file_bytes)}"


def in_words(size: int) -> str:
    """A number of bytes as people say it."""
    for unit, name in ((GIB, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if size >= unit:
            return f"{size / unit:.4g} {name}"
    return f"{size} bytes"
