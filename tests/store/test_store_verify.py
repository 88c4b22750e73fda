import random
import shutil
from pathlib import Path

import pytest
from store_examples import drop_of, new_store, next_commit, people

from importer.store.folder import FolderStore
from importer.store.sealed import seal


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = new_store(tmp_path)
    for day, ids in enumerate(("ab", "abc", "abc"), start=1):
        drop = store.keep_drop(drop_of(tmp_path / f"day{day}", students=f"id\n{ids}{day}\n"))
        table = store.put_table(people(*ids))
        store.add_commit(next_commit(store, {"people": table}, drop.id))
    return store


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1 << place % 8
    path.write_bytes(data)


def test_a_whole_workspace_has_no_problems(store: FolderStore) -> None:
    assert store.verify() == []


@pytest.mark.parametrize("kind", ["rosters", "commits", "drops"])
def test_any_flipped_byte_is_found(store: FolderStore, kind: str) -> None:
    chance = random.Random(1)
    files = [path for path in (store.root / kind).rglob("*") if path.is_file()]
    for path in files:
        whole = path.read_bytes()
        for place in {0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(20))}:
            flip(path, place)
            found = store.verify()
            assert found, (path, place)
            path.write_bytes(whole)
    assert store.verify() == []


def test_each_problem_is_named_once_in_plain_words(store: FolderStore) -> None:
    head = store.head()
    assert head
    flip(store.root / f"rosters/{head.tables['people'].sha256}.parquet", 9)
    flip(store.root / f"drops/{head.drop}/students.csv", 3)
    assert store.verify() == [
        "The roster file of people in commit 2 is damaged or was changed.",
        f"The kept files of drop {head.drop[:12]} (commit 3) are no longer the same.",
    ]


def test_missing_rosters_and_records_are_found(store: FolderStore) -> None:
    first = store.commit(1)
    (store.root / f"rosters/{first.tables['people'].sha256}.parquet").unlink()
    assert store.verify() == ["The roster file of people in commit 1 is missing."]
    (store.root / "commits/000002.json").unlink()
    assert "commits/000002.json is missing, though later records are there." in store.verify()


def test_a_rewritten_record_breaks_the_chain(store: FolderStore) -> None:
    """Somebody who knows how to seal a record still can't change the history unseen."""
    path = store.root / "commits/000001.json"
    path.write_bytes(seal({**store.commit(1).record(), "actor": "Nobody"}))
    assert store.verify() == [
        "Commit 2 was made after another record than the commits/000001.json that is there now:"
        " one of the two was changed."
    ]


def test_a_removed_drop_is_a_note_and_no_problem(store: FolderStore) -> None:
    first = store.commit(1).drop
    shutil.rmtree(store.root / "drops" / first)
    assert store.verify() == []
    assert store.removed_drops() == [f"The files of drop {first[:12]} (commit 1) were removed."]


def test_an_added_or_lost_file_of_a_drop_is_found(store: FolderStore) -> None:
    folder = store.root / "drops" / store.commit(1).drop
    (folder / "more.csv").touch()
    assert len(store.verify()) == 1
    (folder / "more.csv").unlink()
    (folder / "students.csv").unlink()
    assert len(store.verify()) == 1
