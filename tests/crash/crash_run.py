"""Starts crash_server.py for one workload, and gives back what it found."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SHARED_MEMORY = Path("/dev/shm")
"""Where folders are made, if it is there: a trial makes and removes a hundred files."""


def run(shim: Path, folder: Path, **asked: Any) -> dict[str, Any]:
    """``asked``: see crash_server.Asked."""
    command = [sys.executable, str(HERE / "crash_server.py"), str(folder), json.dumps(asked)]
    places = os.pathsep.join([str(HERE), *sys.path])
    environment = {**os.environ, "LD_PRELOAD": str(shim), "PYTHONPATH": places}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
