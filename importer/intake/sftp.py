"""SFTP as importer needs it: names as bytes, reading ahead without threads, faults of three kinds.

paramiko decodes names strictly, so that one name that isn't UTF-8 ends the whole listing
(paramiko#546). Its prefetch waits in steps of 10 ms (#2455) on a thread that outlives a broken
transfer. So the two requests are made here, on the primitives that its own client is built of.
"""

import struct
import threading
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

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
)

PIECE = 32_768
"""Bytes of one read; some servers choke on more."""

AHEAD = 1_024
"""Reads that are asked for ahead; benchmarks/sftp.py measures it."""

_AT_ONCE = 1 << 20


class Lost(OSError):  # noqa: N818 - it is what happened to the connection
    """The connection broke, or nothing came for too long: worth another try."""


class Missing(OSError):  # noqa: N818
    """There is no such file or folder."""


class Refused(OSError):  # noqa: N818
    """The server says no, or answers what nobody asked: another try would say the same."""


class _Ask:
    """One read that was asked for. The answer is kept here if it comes before its turn."""

    def __init__(self, offset: int, length: int, number: int) -> None:
        self.offset, self.length, self.number = offset, length, number
        self.answer: tuple[int, paramiko.Message] | None = None

    def _async_response(self, kind: int, answer: paramiko.Message, number: int) -> None:
        self.answer = kind, answer


class Session(paramiko.SFTPClient):
    """A session on an open channel. Everything raises ``Lost``, ``Missing`` or ``Refused``."""

    if TYPE_CHECKING:  # what the stubs leave out
        _lock: threading.Lock
        _expecting: WeakValueDictionary[int, object]

        def _convert_status(self, answer: paramiko.Message) -> None: ...

    _come = b""
    _at = 0  # where what was not read of it begins

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
            if at < end and len(asked) <= AHEAD // 2:
                more = range(at, end, PIECE)[: AHEAD - len(asked)]
                asked += self._ask(file, [(n, min(PIECE, end - n)) for n in more])
                at = more[-1] + PIECE
            ask = asked.popleft()
            data = self._answer(ask)
            while data and len(data) < ask.length:  # a server may give less than was asked for
                yield data
                [ask] = self._ask(file, [(ask.offset + len(data), ask.length - len(data))])
                data = self._answer(ask)
            if not data:
                return
            yield data

    def _ask(self, file: paramiko.SFTPFile, places: Collection[tuple[int, int]]) -> list[_Ask]:
        """Ask for bytes, each place an offset and a length; all in one packet of SSH.

        Each packet takes turns with the thread that receives, which takes longer than the work.
        """
        handle = bytes(file.handle)  # type: ignore[call-overload]
        asks, packets = [], []
        for offset, length in places:
            with self._lock:
                ask = _Ask(offset, length, self.request_number)
                self._expecting[ask.number] = ask
                self.request_number += 1
            asks.append(ask)
            told = struct.pack(">BII", CMD_READ, ask.number, len(handle)) + handle
            told += struct.pack(">QI", offset, length)
            packets.append(struct.pack(">I", len(told)) + told)
        with _in_three_kinds(self):
            self.sock.sendall(b"".join(packets))
        return asks

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

    def _read_all(self, size: int) -> bytes:
        """So many of the bytes that come. A channel moves all it holds when some are taken."""
        while len(self._come) - self._at < size:
            more = self.sock.recv(_AT_ONCE)
            if not more:
                raise EOFError
            self._come, self._at = self._come[self._at :] + more, 0
        self._at += size
        return self._come[self._at - size : self._at]

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
