"""Records as JSON that notice any change: each carries the sha-256 of itself."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from importer.model.errors import StorageError
from importer.store.durable import plain_errors

T = TypeVar("T")

_SEAL = "check"  # the key of the checksum inside the record


def seal(record: dict[str, Any]) -> bytes:
    """The one spelling of a record: sorted keys, ASCII, and its checksum under ``check``."""
    digest = hashlib.sha256(_text(record).encode()).hexdigest()
    return (_text({**record, _SEAL: digest}) + "\n").encode()


def read_sealed(path: Path) -> dict[str, Any]:
    """The record of a file; ``StorageError`` if it can't be read, is cut or was changed."""
    name = f"{path.parent.name}/{path.name}"
    with plain_errors(f"{name} could not be read"):
        data = path.read_bytes()
    try:
        record = json.loads(data)
        given = record.pop(_SEAL)
        whole = given == _digest_of(data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise damaged(name)
    return dict(record)


def _digest_of(data: bytes) -> str:
    """The checksum that sealed bytes should have: of all they hold but its own line.

    Only the one spelling has it; even a changed space is noticed. To write the record out again
    and compare would take five times as long, and history reads hundreds of them.
    """
    lines = data.split(b"\n")
    own = [at for at, line in enumerate(lines) if line.startswith(b' "%s": ' % _SEAL.encode())]
    if len(own) != 1 or lines.pop() != b"":
        return ""
    line = lines.pop(own[0])
    digest = hashlib.sha256(b"\n".join(lines)).hexdigest()
    return digest if line == f' "{_SEAL}": "{digest}",'.encode() else ""


def read_as(path: Path, build: Callable[[dict[str, Any]], T]) -> T:
    """What ``build`` makes of the record of a file; ``StorageError`` if that is none of ours."""
    record = read_sealed(path)
    try:
        return build(record)
    except (TypeError, KeyError, AttributeError):
        raise damaged(f"{path.parent.name}/{path.name}") from None


def damaged(name: str) -> StorageError:
    """The error for a record that is not what importer wrote."""
    return StorageError(
        f"{name} is damaged: it was cut or changed after it was written.",
        "Restore this file from a backup; `importer verify` shows what else is concerned.",
    )


def _text(record: dict[str, Any]) -> str:
    return json.dumps(record, indent=1, sort_keys=True)
