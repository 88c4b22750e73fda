"""The audit: every change has its line, and no line can be changed or taken out unseen."""

import json
import random
import shutil
from pathlib import Path

import pytest
from store_examples import approval_of, drop_of, new_store, next_commit, people, run_of

from importer.model.decision import Decision
from importer.model.errors import CommittedError, StorageError
from importer.model.history import Who
from importer.store import audit, events
from importer.store.folder import FolderStore
from importer.store.sealed import seal

KIM = Who("Kim Ode", "2026-09-01T08:00:00Z")


def commit_of(store: FolderStore, folder: Path, ids: str) -> None:
    drop = store.keep_drop(drop_of(folder / ids, students=f"id\n{ids}\n"))
    store.add_commit(next_commit(store, {"people": store.put_table(people(*ids))}, drop.id))


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    store = new_store(tmp_path)
    with store.lock():
        with store.new_run("r1") as run:
            run.finish(run_of("r1"))
        store.add_approval(approval_of("r1"))
        store.add_decision(Decision("r1", ["person=S1"], [], "left", "Kim", KIM.at, [[4, 6]]))
        commit_of(store, tmp_path, "a")
        store.put_mapping("# who said so\n", KIM)
        commit_of(store, tmp_path, "ab")
    return store


def test_every_change_has_its_line_with_who_and_what(store: FolderStore) -> None:
    told = store.audit()
    whats = ["init", "plan", "approve", "review", "commit", "map", "commit"]
    assert [event.what for event in told] == whats
    approve, review, commit = told[2:5]
    assert (approve.actor, approve.overrides, approve.reason) == (
        "Zoë",
        ["12:people"],
        "new school",
    )
    assert (review.unchecked, review.reason) == (3, "left")
    assert (commit.commit, commit.counts, commit.unchecked) == (1, {"add": 1}, 3)
    assert commit.overrides == ["12:people"]
    assert (told[5].actor, told[5].of) == ("Kim Ode", "mapping.toml")
    assert all(event.host and event.version for event in told)
    assert store.verify() == [] and store.notes() == []


def test_what_a_selector_names_is_not_told(store: FolderStore) -> None:
    assert "S1" not in (store.root / audit.NAME).read_text()


def test_any_changed_or_missing_line_is_found(store: FolderStore) -> None:
    path = store.root / audit.NAME
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    chance = random.Random(1)
    for at, line in enumerate(lines):
        without = lines[:at] + lines[at + 1 :]
        path.write_bytes(b"".join(without))
        assert store.verify(), f"line {at + 1} taken out"
        doubled = lines[: at + 1] + lines[at:]
        path.write_bytes(b"".join(doubled))
        assert store.verify(), f"line {at + 1} twice"
        for place in {0, len(line) - 1, *(chance.randrange(len(line)) for _ in range(40))}:
            changed = bytearray(line)
            changed[place] ^= 1 << chance.randrange(8)
            path.write_bytes(b"".join([*lines[:at], bytes(changed), *lines[at + 1 :]]))
            assert store.verify(), f"line {at + 1} byte {place}"
    path.write_bytes(b"")
    assert store.verify()
    path.unlink()
    assert store.verify() == ["audit.jsonl is missing."]
    path.write_bytes(whole)
    assert store.verify() == []


def test_a_rewritten_chain_is_found_at_its_end(store: FolderStore) -> None:
    """Who knows how to chain lines still can't write another history: audit.head names the end."""
    path = store.root / audit.NAME
    lines = path.read_text().splitlines()
    before, made = "", b""
    for line in lines:
        record = {**json.loads(line), "before": before, "actor": "Nobody"}
        new = (json.dumps(record) + "\n").encode()
        before, made = audit._sha(new), made + new
    path.write_bytes(made)
    assert store.verify() == ["audit.jsonl line 7 is not the one that was written."]
    with pytest.raises(StorageError, match="line 7"), store.lock():
        pass


def test_the_newest_commits_can_not_be_taken_away_unseen(store: FolderStore) -> None:
    (store.root / "commits/000002.json").unlink()
    assert store.verify() == ["commits/000002.json is missing: audit.jsonl tells of it."]
    shutil.rmtree(store.root / "runs/r1")
    (store.root / "commits/000001.json").unlink()
    assert len(store.verify()) == 2


def test_a_changed_newest_record_and_a_changed_word_are_found(store: FolderStore) -> None:
    commit = store.root / "commits/000002.json"
    whole = commit.read_bytes()
    commit.write_bytes(seal({**store.commit(2).record(), "actor": "Nobody"}))
    told = "is not the one of which audit.jsonl tells: it was changed."
    assert store.verify() == [f"commits/000002.json {told}"]
    commit.write_bytes(whole)
    word = store.root / "runs/r1/approvals/1.json"
    word.write_bytes(seal({**store.approvals("r1")[0].record(), "reason": "why not"}))
    assert store.verify() == [f"runs/r1/approvals/1.json {told}"]
    word.unlink()
    assert store.verify() == ["runs/r1/approvals/1.json is missing: audit.jsonl tells of it."]


def test_a_line_that_a_process_left_is_told_by_the_next(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    commit_of(store, tmp_path, "a")
    last = (store.root / audit.NAME).read_bytes()
    head = (store.root / audit.HEAD).read_bytes()
    commit_of(store, tmp_path, "ab")
    (store.root / audit.NAME).write_bytes(last + b'{"line": 3, "at": "20')  # torn
    (store.root / audit.HEAD).write_bytes(head)
    assert store.verify() == []
    assert store.notes() == ["audit.jsonl has no line for commit 2 yet; the next run writes it."]
    with store.lock():
        pass
    told = store.audit()
    assert [(event.commit, event.recovered) for event in told] == [
        (0, False),
        (1, False),
        (2, True),
    ]
    assert (store.notes(), store.verify()) == ([], [])


def test_a_commit_whose_line_can_not_be_written_is_a_commit(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    (store.root / audit.NAME).rename(tmp_path / "aside")
    (store.root / audit.NAME).mkdir()
    with pytest.raises(CommittedError, match=r"Commit 1 is made\.") as caught:
        commit_of(store, tmp_path, "a")
    assert caught.value.exit_code == 7
    head = store.head()
    assert head and head.number == 1
    (store.root / audit.NAME).rmdir()
    (tmp_path / "aside").rename(store.root / audit.NAME)
    with store.lock():
        assert store.audit()[-1].recovered
    assert store.verify() == []


def test_settings_changed_by_hand_are_told(store: FolderStore) -> None:
    (store.root / "district.toml").write_text('name = "Other"\n')
    with store.lock():
        pass
    last = store.audit()[-1]
    assert (last.what, last.of, last.actor) == ("settings", "district.toml", "")
    count = len(store.audit())
    with store.lock():
        assert len(store.audit()) == count


def test_a_workspace_of_before_gets_an_audit_that_says_so(store: FolderStore) -> None:
    for name in (audit.NAME, audit.HEAD):
        (store.root / name).unlink()
    with store.lock():
        told = [event for event in store.audit() if event.of not in events.SETTINGS]
    assert [event.what for event in told].count("commit") == 2
    assert all(event.recovered for event in told)
    assert store.verify() == []


def test_without_its_head_the_audit_is_not_believed(store: FolderStore) -> None:
    (store.root / audit.HEAD).unlink()
    assert store.verify() == ["audit.head is missing, though audit.jsonl is there."]
    with pytest.raises(StorageError, match=r"audit\.head is missing") as caught, store.lock():
        pass
    assert "Restore" in caught.value.fix
