import os
from pathlib import Path

import pytest
from store_examples import (
    POLICY,
    approval_of,
    drop_of,
    new_store,
    next_commit,
    people,
    run_of,
)

from importer.model.errors import StorageError
from importer.store.folder import FolderStore
from importer.store.port import Store


def as_port(store: FolderStore) -> Store:
    """mypy holds the folder to the port."""
    return store


def test_a_new_workspace_opens_and_has_no_history(tmp_path: Path) -> None:
    new_store(tmp_path)
    store = as_port(FolderStore.open(tmp_path / "district"))
    assert store.policy_text() == POLICY
    assert (store.head(), store.commits(), store.runs()) == (None, [], [])
    assert (store.verify(), store.removed_drops()) == ([], [])


def test_dot_files_do_not_hinder_a_new_workspace(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert FolderStore.create(tmp_path, POLICY).head() is None


def test_what_a_broken_off_create_left_does_not_hinder_the_next(tmp_path: Path) -> None:
    new_store(tmp_path)
    (tmp_path / "district/district.toml").rename(tmp_path / "district/staging/unfinished-x")
    assert new_store(tmp_path).policy_text() == POLICY


@pytest.mark.parametrize("name", ["students.csv", "staging/mine.csv", "drops/mine.csv"])
def test_a_used_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    with pytest.raises(StorageError, match="not empty"):
        FolderStore.create(tmp_path, POLICY)
    assert not (tmp_path / "district.toml").exists()


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with pytest.raises(StorageError, match="a file, not a folder"):
        FolderStore.create(tmp_path / "x", POLICY)


def test_a_workspace_is_not_made_twice(tmp_path: Path) -> None:
    new_store(tmp_path)
    with pytest.raises(StorageError, match="a workspace already"):
        new_store(tmp_path)


def test_opening_anything_else_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        FolderStore.open(tmp_path)
    assert caught.value.fix == f"Make one: importer init {tmp_path}"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    new_store(tmp_path)
    (tmp_path / "district/rosters").rmdir()
    with pytest.raises(StorageError, match="folder rosters"):
        FolderStore.open(tmp_path / "district")


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
@pytest.mark.parametrize("name", [".", "commits"])
def test_a_workspace_that_others_may_write_to_is_refused(
    tmp_path: Path, mode: int, name: str
) -> None:
    new_store(tmp_path)
    (tmp_path / "district" / name).chmod(mode)
    with pytest.raises(StorageError, match="may write") as caught:
        FolderStore.open(tmp_path / "district")
    assert "chmod 700" in caught.value.fix


def test_an_upload_account_may_write_to_the_inbox(tmp_path: Path) -> None:
    new_store(tmp_path)
    (tmp_path / "district/inbox").chmod(0o770)
    FolderStore.open(tmp_path / "district")


def test_the_policy_may_be_saved_by_notepad_but_must_be_utf8(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    (store.root / "district.toml").write_bytes(b'\xef\xbb\xbfname = "x"\r\n')
    assert store.policy_text() == 'name = "x"\n'
    (store.root / "district.toml").write_bytes(b'name = "Schule f\xfcr alle"')
    with pytest.raises(StorageError, match="not UTF-8"):
        store.policy_text()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_the_owner_may_enter_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    sent = drop_of(tmp_path / "sent", students="a")
    before = os.umask(umask)
    try:
        store = new_store(tmp_path)
        with store.lock():
            drop = store.keep_drop(sent)
            people_table = store.put_table(people("a"))
            with store.new_run("r1") as run:
                run.frame("findings", people("a"))
                run.text("report.html", "<p>")
                run.data("decision", {"a": 1})
                run.finish(run_of("r1"))
            store.add_approval(approval_of("r1"))
            store.add_commit(next_commit(store, {"people": people_table}, drop.id))
            with store.scratch() as scratch:
                assert scratch.stat().st_mode & 0o777 == 0o700
    finally:
        os.umask(before)
    for path in (store.root, *store.root.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path
    assert len(list(store.root.rglob("*"))) == 21
