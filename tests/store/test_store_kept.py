import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from store_examples import drop_of, new_store

from importer.model.drop import Rejected
from importer.model.errors import StorageError
from importer.store import durable


def test_a_kept_drop_lies_in_the_workspace(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    sent = replace(
        drop_of(tmp_path / "in", students="id\n1\n", Schools="id\n"),
        rejected=(Rejected("x", "FILE-107"),),
    )
    kept = store.keep_drop(sent)
    assert (kept.id, kept.label, kept.rejected) == (sent.id, sent.label, sent.rejected)
    assert [(f.name, f.size, f.path.read_text()) for f in kept.files] == [
        ("Schools.csv", 3, "id\n"),
        ("students.csv", 5, "id\n1\n"),
    ]
    assert all(f.path.parent == store.root / "drops" / sent.id for f in kept.files)
    assert store.drop(sent.id).files == kept.files
    assert list((store.root / "staging").iterdir()) == []


def test_a_long_file_is_kept_byte_for_byte(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    long = "".join(f"{number:09}\n" for number in range(3 * durable.CHUNK // 10))
    kept = store.keep_drop(drop_of(tmp_path / "in", students=long))
    assert kept.files[0].path.read_text() == long


def test_a_disk_that_fills_up_while_a_file_is_hashed_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n" * durable.CHUNK)
    written = []

    def full(fd: int, data: bytes) -> None:
        written.append(len(data))
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(durable, "write_all", full)
    with pytest.raises(StorageError, match=r"could not be copied.*No space"):
        store.keep_drop(sent)
    assert written == [durable.CHUNK] * 2
    assert list((store.root / "drops").iterdir()) == []
    assert list((store.root / "staging").iterdir()) == []


def test_the_same_drop_is_kept_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n1\n")
    first = store.keep_drop(sent)
    before = first.files[0].path.stat()
    assert store.keep_drop(sent) == first
    assert store.keep_drop(first) == first
    assert first.files[0].path.stat() == before


def test_files_that_change_meanwhile_are_refused(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n1\n")
    sent.files[0].path.write_text("id\n2\n")
    with pytest.raises(StorageError, match="changed while"):
        store.keep_drop(sent)
    assert list((store.root / "drops").iterdir()) == []
    assert list((store.root / "staging").iterdir()) == []


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n1\n")
    sent.files[0].path.rename(tmp_path / "elsewhere")
    sent.files[0].path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError, match="could not be copied"):
        store.keep_drop(sent)


@pytest.mark.parametrize("name", ["../x.csv", "/tmp/x.csv", "..", "a/b.csv", ""])
def test_no_name_leads_out_of_the_drop(tmp_path: Path, name: str) -> None:
    store = new_store(tmp_path)
    sent = drop_of(tmp_path / "in", students="id\n1\n")
    with pytest.raises(StorageError):
        store.keep_drop(replace(sent, files=(replace(sent.files[0], name=name),)))
    assert list((store.root / "drops").iterdir()) == []


@pytest.mark.parametrize("drop_id", ["", "..", "0" * 63, "0" * 64])
def test_an_unknown_drop_is_refused(tmp_path: Path, drop_id: str) -> None:
    with pytest.raises(StorageError):
        new_store(tmp_path).drop(drop_id)


def test_what_was_copied_into_the_workspace_already_is_not_copied_again(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.scratch() as scratch:
        sent = drop_of(scratch / "inbox", students="id\n1\n")
        there = sent.files[0].path.stat().st_ino
        kept = store.keep_drop(sent)
    path = kept.files[0].path
    assert path.read_text() == "id\n1\n"
    assert (path.stat().st_ino, path.stat().st_nlink) == (there, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.verify() == []
