"""One tool on one file, or on a folder, as a child process.

    python -m benchmarks.peers.one NAME PATH
    python -m benchmarks.peers.one --versions

Prints the seconds after its imports, and how many of the faulty rows it found, as one line of JSON;
or the versions of all tools (null: missing). Those of ``WHOLE`` take a folder, the others a file.
"""

import csv
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from benchmarks.peers.each import PEERS
from benchmarks.peers.rules import LOCAL
from benchmarks.places import truth_path

Place = tuple[str, int]
"""A file, and a data row of it, from 0."""


@dataclass(frozen=True)
class Whole:
    """A tool for a whole district: its function in whole.py, the most students it is given."""

    function: str
    most: int = 10**9


WHOLE = {
    "district-pandera": Whole("plain"),
    "district-pandera-contract": Whole("contract", most=100_000),
}


def planted(folder: Path, file: str = "") -> set[Place]:
    """The places of the planted faults: all, or of one file those that need no other."""
    with truth_path(folder).open(newline="") as handle:
        faults = [f for f in csv.DictReader(handle) if file in ("", f["file"])]
    return {(f["file"], int(f["row"]) - 2) for f in faults if not file or f["kind"] in LOCAL}


def prepared(name: str) -> Callable[[Path], set[Place]]:
    """A tool with all that it imports."""
    if name in WHOLE:
        whole = import_module("benchmarks.peers.whole")
        faulty: Callable[[Path], set[Place]] = getattr(whole, WHOLE[name].function)
        return faulty
    peer = PEERS[name]
    for module in peer.modules:
        import_module(module)
    return lambda file: {(file.name, place) for place in peer.run(file)}


def main() -> int:
    """Run as the commands above say."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # else it waits for a network that isn't there
    if sys.argv[1] == "--versions":
        versions = {name: peer.version() for name, peer in PEERS.items()}
        whole = dict.fromkeys(WHOLE, versions["pandera-polars"])
        print(json.dumps({**versions, **whole}))
        return 0
    name, path = sys.argv[1], Path(sys.argv[2])
    run = prepared(name)
    start = time.perf_counter()
    found = run(path)
    seconds = time.perf_counter() - start
    expected = planted(path) if name in WHOLE else planted(path.parent, path.name)
    told = {"found": len(found & expected), "expected": len(expected)}
    print(json.dumps({"inner_seconds": seconds, **told, "more": len(found - expected)}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
