"""Retention: what is old goes, what today needs stays, and what went is told and proven."""

import shutil
from pathlib import Path

import pytest
from store_examples import drop_of, new_store, next_commit, people, run_of

from importer import moments, retention
from importer.model.errors import ImporterError, StorageError, UsageError
from importer.model.history import Who
from importer.store.folder import FolderStore

DAYS = {"drops": 30, "runs": 395, "rosters": 395}
NOW = Who("Kim Ode", "2026-12-24T06:00:00Z")
OLD = ("2025-06-01", "2025-07-01", "2025-11-01")


def add(store: FolderStore, folder: Path, at: str, ids: str) -> None:
    """A drop, a run and a commit of a day."""
    drop = store.keep_drop(drop_of(folder / at, students=f"id\n{ids}\n"))
    run = run_of(f"{store.next_run():06}-{at}", f"{at}T06:00:00Z")
    with store.new_run(run.id) as kept:
        kept.frame("changes", people(*ids))
        kept.finish(run)
    commit = next_commit(store, {"people": store.put_table(people(*ids))}, drop.id)
    record = {**commit.record(), "run": run.id, "at": run.at}
    store.add_commit(type(commit).of(record))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = new_store(tmp_path)
    for at, ids in zip((*OLD, "2026-12-20"), ("a", "ab", "abc", "abcd"), strict=True):
        add(store, tmp_path, at, ids)
    return store


def purged(store: FolderStore, who: Who = NOW) -> None:
    with store.lock():
        store.purge(retention.due(store, DAYS, who))


def test_what_is_old_goes_and_what_today_needs_stays(store: FolderStore) -> None:
    found = retention.due(store, DAYS, NOW)
    assert found.counts() == {"drops": 3, "runs": 2, "rosters": 2}  # 2025-11-01 was in force
    purged(store)
    assert [run.id for run in store.runs()] == ["000003-2025-11-01", "000004-2026-12-20"]
    assert [store.keeps(commit) for commit in store.commits()] == [False, False, True, True]
    assert len(list((store.root / "drops").iterdir())) == 1
    assert store.next_run() == 5
    assert store.verify() == []
    assert retention.due(store, DAYS, NOW).counts() == {"drops": 0, "runs": 0, "rosters": 0}


def test_the_newest_commit_stays_however_old_it_is(store: FolderStore) -> None:
    purged(store, Who("Kim Ode", "2036-12-24T06:00:00Z"))
    head = store.head()
    assert head and store.keeps(head)
    assert store.table("people", head).collect().height == 4
    assert [run.id for run in store.runs()] == [head.run]


def test_what_went_is_said_wherever_it_is_asked_for(store: FolderStore) -> None:
    purged(store)
    gone = r"removed by purge 1 on 2026-12-24"
    first = store.commit(1)
    with pytest.raises(StorageError, match=gone):
        store.table("people", first)
    with pytest.raises(StorageError, match=gone):
        store.drop(first.drop)
    with pytest.raises(UsageError, match=gone):
        store.run(first.run)
    for wanted in ("1", "2025-06-30"):
        with pytest.raises(StorageError, match=gone) as caught:
            moments.commit_of(store, wanted)
        assert "It reaches back to commit 3, 2025-11-01." in caught.value.fix
    assert moments.commit_of(store, "2025-12-01").number == 3
    assert store.notes() == ["Rosters of commits 1 to 2 were removed by purge 1 on 2026-12-24."]
    assert len(store.removed_drops()) == 3


def test_what_a_purge_did_not_name_is_still_missed(store: FolderStore) -> None:
    purged(store)
    third = store.commit(3)
    (store.root / f"rosters/{third.tables['people'].sha256}.parquet").unlink()
    assert store.verify() == ["The roster file of people in commit 3 is missing."]


def test_the_proof_names_hashes_who_and_when(store: FolderStore) -> None:
    first = store.commit(1)
    purged(store)
    proof = store.purges()[0]
    assert (proof.actor, proof.at, proof.keep_days) == (NOW.actor, NOW.at, DAYS)
    assert first.drop in proof.drops
    assert first.tables["people"].sha256 in proof.rosters
    assert len(proof.runs[first.run]) == 64
    assert proof.files == 3 + 2 * 2 + 2 and proof.bytes > 500
    whats = [event.what for event in store.audit()][-2:]
    assert whats == ["purge", "purged"]
    (store.root / "purges/000001.json").unlink()
    assert any("purges/000001.json is missing" in told for told in store.verify())


def test_a_purge_that_was_broken_off_is_completed(store: FolderStore, tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(store.root, whole)
    purged(store)
    begun = FolderStore(whole)
    (whole / "purges").mkdir(mode=0o700)
    shutil.copy(store.root / "purges/000001.json", whole / "purges")
    with begun.lock():
        assert [purge.number for purge in begun.unfinished_purges()] == [1]
        begun.purge(begun.unfinished_purges()[0])
        assert begun.unfinished_purges() == []
    assert sorted(p.name for p in (whole / "runs").iterdir()) == sorted(
        p.name for p in (store.root / "runs").iterdir()
    )
    assert begun.verify() == []


def test_what_came_to_be_used_again_meanwhile_stays(store: FolderStore, tmp_path: Path) -> None:
    """A purge died, then the roster of old was committed again: completing it must not take it."""
    found = retention.due(store, DAYS, NOW)
    with store.lock():
        add(store, tmp_path, "2026-12-25", "a")
        store.purge(found)
    head = store.head()
    assert head and head.tables["people"].sha256 in found.rosters
    assert store.table("people", head).collect().height == 1
    assert store.verify() == []


def test_kinds_that_are_not_named_stay(store: FolderStore) -> None:
    found = retention.due(store, {"drops": 0}, NOW)
    assert found.counts() == {"drops": 4, "runs": 0, "rosters": 0}


def test_roster_files_that_no_commit_names_go_by_their_age(store: FolderStore) -> None:
    left = store.put_table(people("z"))
    soon = retention.due(store, DAYS, NOW)
    later = retention.due(store, DAYS, Who("Kim Ode", "2036-12-24T06:00:00Z"))
    assert left.sha256 not in soon.rosters
    assert left.sha256 in later.rosters


def test_no_error_of_retention_is_taken_for_damage(store: FolderStore) -> None:
    purged(store)
    for number in (1, 2):
        try:
            store.table("people", store.commit(number)).collect()
        except ImporterError as error:
            assert "damaged" not in str(error) and "backup" not in error.fix
