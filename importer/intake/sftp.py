"""SFTP as importer needs it: names as bytes, reading ahead without threads, faults of three kinds.

paramiko decodes names strictly, so that one name that isn't UTF-8 ends the whole listing
(paramiko#546). Its prefetch waits in steps of 10 ms (#2455) on a thread that outlives a broken
transfer. So the two requests are made here, on the primitives that its own client is built of.
"""

import struct
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import paramiko
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_HANDLE,
    CMD_NAME,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    SFTPError,
    int64,
)

PIECE = 32_768
"""Bytes of one read; some servers choke on more."""

AHEAD = 1_024
"""Reads that are asked for ahead; benchmarks/sftp.py measures it."""


class Lost(OSError):  # noqa: N818 - it is what happened to the connection
    """The connection broke, or nothing came for too long: worth another try."""


class Missing(OSError):  # noqa: N818
    """There is no such file or folder."""


class Refused(OSError):  # noqa: N818
    """The server says no, or answers what nobody asked: another try would say the same."""


class _Ask:
    """One read that was asked for. The answer is kept here if it comes before its turn."""

    def __init__(self, offset: int, length: int) -> None:
        self.offset, self.length, self.number = offset, length, 0
        self.answer: tuple[int, paramiko.Message] | None = None

    def _async_response(self, kind: int, answer: paramiko.Message, number: int) -> None:
        self.answer = kind, answer


class Session(paramiko.SFTPClient):
    """A session on an open channel. Everything raises ``Lost``, ``Missing`` or ``Refused``."""

    if TYPE_CHECKING:  # what the stubs leave out

        def _convert_status(self, answer: paramiko.Message) -> None: ...

    def first(self, folder: str, most: int) -> list[tuple[bytes, paramiko.SFTPAttributes]]:
        """The first entries of a folder with their raw names; never more than ``most``."""
        handle = self._expect(CMD_HANDLE, CMD_OPENDIR, folder).get_binary()
        found: list[tuple[bytes, paramiko.SFTPAttributes]] = []
        for _ in range(most):  # each answer holds one entry at least, if the server is honest
            try:
                answer = self._expect(CMD_NAME, CMD_READDIR, handle)
            except EOFError:
                break
            found += _entries(answer, most - len(found))
            if len(found) >= most:
                break
        self._request(CMD_CLOSE, handle)
        return found

    def pieces(self, file: paramiko.SFTPFile, start: int, end: int) -> Iterator[bytes]:
        """The bytes of an open file from ``start`` to ``end``; fewer if it has become shorter."""
        asked: deque[_Ask] = deque()
        at = start
        while at < end or asked:
            if len(asked) <= AHEAD // 2:  # many at a time: see ``_Copied.add`` in remote.py
                while at < end and len(asked) < AHEAD:
                    asked.append(self._ask(file, at, min(PIECE, end - at)))
                    at += asked[-1].length
            ask = asked.popleft()
            data = self._answer(ask)
            while data and len(data) < ask.length:  # a server may give less than was asked for
                yield data
                ask = self._ask(file, ask.offset + len(data), ask.length - len(data))
                data = self._answer(ask)
            if not data:
                return
            yield data

    def _ask(self, file: paramiko.SFTPFile, offset: int, length: int) -> _Ask:
        ask = _Ask(offset, length)
        ask.number = self._async_request(ask, CMD_READ, file.handle, int64(offset), length)
        return ask

    def _answer(self, ask: _Ask) -> bytes:
        """The bytes that were asked for; none behind the end of the file."""
        try:
            with _in_three_kinds(self):
                kind, answer = ask.answer or self._read_response(ask.number)
                if kind == CMD_DATA:
                    return answer.get_binary()
                self._convert_status(answer)
        except EOFError:
            return b""
        raise Refused

    def _expect(self, kind: int, request: int, *args: Any) -> paramiko.Message:
        got, answer = self._request(request, *args)
        if got != kind:
            raise Refused
        return answer

    # What all requests of paramiko's client go through as well.

    def _request(self, kind: int, *args: Any) -> tuple[int, paramiko.Message]:
        return self._read_response(self._async_request(type(None), kind, *args))

    def _async_request(self, whose: object, kind: int, *args: Any) -> int:
        with _in_three_kinds(self):
            try:
                sent: int = super()._async_request(whose, kind, *args)  # type: ignore[misc]
            except EOFError:
                raise Lost from None
        return sent

    def _read_response(self, waitfor: int | None = None) -> tuple[int, paramiko.Message]:
        with _in_three_kinds(self):
            got: tuple[int, paramiko.Message] = super()._read_response(waitfor)  # type: ignore[misc]
        return got


def _entries(
    answer: paramiko.Message, most: int
) -> Iterator[tuple[bytes, paramiko.SFTPAttributes]]:
    for _ in range(min(answer.get_int(), most)):
        name = answer.get_binary()
        answer.get_binary()  # the same again as a line of ls
        attributes = paramiko.SFTPAttributes._from_msg(answer)  # type: ignore[attr-defined]
        if name not in (b".", b".."):
            yield name, attributes


@contextmanager
def _in_three_kinds(session: Session) -> Iterator[None]:
    """What paramiko raises, sorted. ``EOFError`` is an answer: the end of a file or folder.

    Only a status of the server is an ``OSError`` on a channel that is open.
    """
    try:
        yield
    except (EOFError, Lost, Missing, Refused):
        raise
    except FileNotFoundError:
        raise Missing from None
    except (TimeoutError, ConnectionError, paramiko.SSHException):
        raise Lost from None
    except OSError:
        channel = session.get_channel()
        raise (Lost if channel is None or channel.closed else Refused) from None
    except (SFTPError, UnicodeError, struct.error):
        raise Refused from None
