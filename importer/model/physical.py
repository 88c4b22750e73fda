"""The physical lines of a file of text, byte for byte as they were sent."""

from collections.abc import Iterator
from dataclasses import dataclass

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\xef\xbb\xbf", "utf-8"),
)


@dataclass(frozen=True)
class Physical:
    """A file as UTF-8: ``body`` without the ``mark`` that it began with, and its own ``encoding``.

    Bytes of a file in no Unicode encoding are in ``body`` as they are.
    """

    mark: bytes
    encoding: str
    body: bytes

    def lines(self) -> Iterator[bytes]:
        """The lines with their ends, which are LF or CRLF, or CR where the file has no LF."""
        end = b"\n" if b"\n" in self.body else b"\r"
        start = 0
        while start < len(self.body):
            at = self.body.find(end, start)
            stop = len(self.body) if at < 0 else at + 1
            yield self.body[start:stop]
            start = stop

    def as_sent(self, body: bytes) -> bytes:
        """Another body in the encoding of this file, with its mark."""
        if self.encoding == "utf-8":
            return self.mark + body
        text = body.decode("utf-8", "surrogatepass")
        return self.mark + text.encode(self.encoding, "surrogatepass")


def physical(data: bytes, encoding: str = "") -> Physical:
    """The bytes of a file; ``encoding`` tells what they are where no mark does, empty for UTF-8."""
    known = (pair for pair in _MARKS if data.startswith(pair[0]))
    mark, name = next(known, (b"", encoding or "utf-8"))
    body = data[len(mark) :]
    if name == "utf-8":
        return Physical(mark, name, body)
    try:
        text = body.decode(name, "surrogatepass")
    except UnicodeDecodeError:  # cut in the middle of a letter
        text = body.decode(name, "replace")
    return Physical(mark, name, text.encode("utf-8", "surrogatepass"))
