import dataclasses
import json
import multiprocessing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_examples import new_store, next_commit, people

from importer.model.errors import StalePlanError, StorageError
from importer.store.folder import FolderStore
from importer.store.sealed import read_sealed, seal


def test_commits_are_read_back_as_they_were_added(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    first = next_commit(store, {"people": store.put_table(people("a"))})
    store.add_commit(first)
    second = next_commit(store)
    store.add_commit(second)
    assert store.commits() == [first, second]
    assert (store.head(), store.commit(1)) == (second, first)
    assert second.parent == store.record_sha(1)
    assert sorted(p.name for p in (store.root / "commits").iterdir()) == [
        "000001.json",
        "000002.json",
    ]


@pytest.mark.parametrize("change", [{"number": 1}, {"number": 3}, {"parent": "0" * 64}])
def test_a_commit_that_does_not_follow_the_head_is_stale(
    tmp_path: Path, change: dict[str, object]
) -> None:
    store = new_store(tmp_path)
    store.add_commit(next_commit(store))
    with pytest.raises(StalePlanError, match="Somebody else committed") as caught:
        store.add_commit(dataclasses.replace(next_commit(store), **change))  # type: ignore[arg-type]
    assert (caught.value.exit_code, len(store.commits())) == (3, 1)


def test_a_commit_names_only_roster_files_that_are_there(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    stored = store.put_table(people("a"))
    (store.root / f"rosters/{stored.sha256}.parquet").unlink()
    with pytest.raises(StorageError, match="nothing was committed"):
        store.add_commit(next_commit(store, {"people": stored}))
    assert store.head() is None


def _race(root: Path, actor: str, gate: "multiprocessing.synchronize.Barrier", won: object) -> None:
    store = FolderStore.open(root)
    commit = dataclasses.replace(next_commit(store), actor=actor)
    gate.wait()
    try:
        store.add_commit(commit)
    except StalePlanError:
        won.put("")  # type: ignore[attr-defined]
    else:
        won.put(actor)  # type: ignore[attr-defined]


def test_of_many_writers_at_once_exactly_one_wins(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload(["importer.store.folder"])
    gate, won = spawn.Barrier(4), spawn.Queue()
    for _ in range(3):
        writers = [
            spawn.Process(target=_race, args=(store.root, f"writer {n}", gate, won))
            for n in range(4)
        ]
        for writer in writers:
            writer.start()
        winners = [name for name in (won.get(timeout=60) for _ in writers) if name]
        for writer in writers:
            writer.join()
        head = store.head()
        assert head
        assert [head.actor] == winners
    assert len(store.commits()) == 3
    assert list((store.root / "staging").iterdir()) == []


def test_the_link_decides_when_the_looks_before_it_saw_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path)
    late = next_commit(store)
    store.add_commit(next_commit(store))
    monkeypatch.setattr("importer.store.commits.newest", lambda root: 0)
    with pytest.raises(StalePlanError):
        store.add_commit(late)


def test_other_names_are_ignored_and_a_gap_is_not(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for _ in range(3):
        store.add_commit(next_commit(store))
    for name in ("000000.json", "4.json", "000004.json.tmp", "notes.txt", "00000٤.json"):
        (store.root / "commits" / name).touch()
    assert len(store.commits()) == 3
    (store.root / "commits/000002.json").unlink()
    with pytest.raises(StorageError, match=r"commits/000002\.json is missing"):
        store.head()
    with pytest.raises(StorageError):
        store.commits()


def test_an_unknown_commit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no commit 7"):
        new_store(tmp_path).commit(7)


def test_a_record_under_another_number_is_refused(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.add_commit(next_commit(store))
    record = store.root / "commits/000001.json"
    record.with_name("000002.json").write_bytes(record.read_bytes())
    with pytest.raises(StorageError, match="damaged"):
        store.head()


def test_a_record_with_other_keys_is_refused(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    (store.root / "commits/000001.json").write_bytes(seal({"number": 1}))
    with pytest.raises(StorageError, match=r"commits/000001\.json is damaged"):
        store.head()


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_changed_or_cut_byte_of_a_record_is_noticed(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / "record.json"
    whole = seal({"number": 1, "actor": "Zoë", "tables": {"people": [1, None, 2.5, True]}})
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != whole[place]))
    cut = data.draw(st.booleans())
    path.write_bytes(whole[:place] if cut else whole[:place] + bytes([other]) + whole[place + 1 :])
    with pytest.raises(StorageError):
        read_sealed(path)


def test_a_record_is_json_that_people_can_read(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    store.add_commit(next_commit(store))
    record = json.loads((store.root / "commits/000001.json").read_text())
    assert (record["number"], record["counts"]) == (1, {"people": {"add": 1}})
