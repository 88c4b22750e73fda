"""Write the golden files of the stories anew: ``python tests/stories/update.py [STORY …]``.

Run it when importer is meant to say something else, then read ``git diff sample_data``: each line
that differs is a promise to the reader of a story that changes. Compare with the README of the
story; the README wins.
"""

import sys
import tempfile
from pathlib import Path

from story_runs import SAMPLES, STORIES, goldens, stories


def main(names: list[str]) -> None:
    """Write the golden files of these stories."""
    for story in names:
        folder = SAMPLES / story / "golden"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        with tempfile.TemporaryDirectory() as scratch:
            for drop, told in stories(story, Path(scratch) / "workspace").items():
                for name, text in goldens(drop, told).items():
                    (folder / name).write_bytes(text.encode())
                    print(f"wrote {folder / name}")


if __name__ == "__main__":
    main(sys.argv[1:] or list(STORIES))
