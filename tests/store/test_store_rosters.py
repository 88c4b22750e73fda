import resource
import signal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from store_examples import new_store, next_commit, people, run_of

from importer.model import tables
from importer.model.errors import StorageError
from importer.model.history import StoredTable
from importer.store.durable import sha256_of
from importer.store.folder import FolderStore


def committed(store: FolderStore, stored: StoredTable) -> None:
    store.add_commit(next_commit(store, {"people": stored}))


def test_a_table_is_read_back_as_it_was_put(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    frame = people("a", "b", "c", archived=1)
    stored = store.put_table(frame)
    committed(store, stored)
    assert (stored.rows, stored.active) == (3, 2)
    assert_frame_equal(store.table("people", store.head()).collect(), frame)
    assert list((store.root / "staging").iterdir()) == []


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ids=st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=20))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    store = new_store(tmp_path_factory.mktemp("w"))
    frame = people(*ids)
    committed(store, store.put_table(frame.lazy()))
    assert_frame_equal(store.table("people", store.head()).collect(), frame)


def test_a_frame_of_a_run_is_put_as_the_file_that_it_is(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    frame = people("a", "b", "c", archived=1)
    with store.new_run("000001-a") as folder:
        folder.frame("whole-people", frame.lazy())
        kept = folder.finish(run_of("000001-a"))
    stored = store.put_table_of("000001-a", "whole-people")
    assert (stored.rows, stored.active) == (3, 2)
    assert stored.sha256 == kept.files["whole-people.parquet"]
    assert store.put_table_of("000001-a", "whole-people") == stored
    committed(store, stored)
    assert_frame_equal(store.table("people", store.head()).collect(), frame)
    assert store.verify() == []


def test_a_table_that_is_laid_down_is_gone_with_its_shelf(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    frames = [people("a"), people("b", "c")]
    with store.shelf() as lay:
        laid = [lay(frame.lazy(), False) for frame in frames]
        for scan, frame in zip(laid, frames, strict=True):
            assert_frame_equal(scan.collect(), frame)
        files = list((store.root / "staging").rglob("*.parquet"))
        assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o600]
    assert list((store.root / "staging").iterdir()) == []


def test_a_run_keeps_what_was_laid_down_to_last_as_the_same_file(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    frame = people("a", "b", "c", archived=1)
    with store.shelf() as lay, store.new_run("000001-a") as folder:
        short, lasting = (lay(frame.lazy(), lasts) for lasts in (False, True))
        laid = {path.stat().st_ino for path in (store.root / "staging").rglob("?.parquet")}
        folder.frame("same", lasting)
        for name, other in (("copy", short), ("fewer", lasting.head(2)), ("listed", frame)):
            folder.frame(name, other)
        kept = folder.finish(run_of("000001-a"))
    files = {name: store.run_path("000001-a", name) for name in kept.files}
    assert [n for n, path in files.items() if path.stat().st_ino in laid] == ["same.parquet"]
    assert files["same.parquet"].stat().st_mode & 0o777 == 0o600
    assert kept.files["same.parquet"] == kept.files["listed.parquet"]
    for name in ("same", "copy", "listed"):
        assert_frame_equal(store.run_frame("000001-a", name), frame)
    assert_frame_equal(store.run_frame("000001-a", "fewer"), frame.head(2))
    assert store.verify() == []


def test_a_table_that_a_commit_does_not_have_is_empty(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    committed(store, store.put_table(people("a")))
    for commit in (None, store.head()):
        for name in set(tables.TABLES) - ({"people"} if commit else set()):
            frame = store.table(name, commit).collect()
            assert dict(frame.schema) == tables.stored_schema(name)
            assert frame.is_empty()


def test_the_same_table_is_stored_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    assert store.put_table(people("a")) == store.put_table(people("a").lazy())
    assert store.put_table(people("a")) != store.put_table(people("b"))
    assert len(list((store.root / "rosters").iterdir())) == 2


def test_one_query_gives_the_same_file_each_time(tmp_path: Path) -> None:
    """Streaming in row groups of any size gave other bytes at each run (polars 2.1)."""
    store = new_store(tmp_path)
    rows = pl.DataFrame({"person_id": pl.arange(600_000, eager=True).reverse().cast(pl.String)})
    frame = rows.lazy().with_columns(status=pl.lit("active")).sort("person_id")
    assert len({store.put_table(frame).sha256 for _ in range(3)}) == 1


def test_the_name_of_a_file_is_its_hash(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    stored = store.put_table(people("a"))
    assert sha256_of(store.root / f"rosters/{stored.sha256}.parquet") == stored.sha256


@pytest.mark.parametrize("fault", ["missing", "damaged"])
def test_a_missing_or_damaged_file_never_passes_for_a_roster(tmp_path: Path, fault: str) -> None:
    store = new_store(tmp_path)
    stored = store.put_table(people("a"))
    committed(store, stored)
    path = store.root / f"rosters/{stored.sha256}.parquet"
    if fault == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        with pytest.raises(StorageError, match="damaged"):
            store.put_table(people("a"))
    with pytest.raises(StorageError, match=fault):
        store.table("people", store.head())


def test_a_full_disk_is_told_without_the_words_of_polars(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path)
    frame = people(*(str(n * 7919) for n in range(50_000)))
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=r"^A table could not be written: File too large\.$"):
            store.put_table(frame)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert list((store.root / "rosters").iterdir()) == []
    assert list((store.root / "staging").iterdir()) == []


def test_a_wrong_query_is_not_blamed_on_the_disk(tmp_path: Path) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        new_store(tmp_path).put_table(people("a").lazy().select("nonsense"))


def test_a_table_stored_before_a_column_came_is_read_in_todays_shape(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    now = (
        tables.empty("roles")
        .clear(1)
        .with_columns(person_id=pl.lit("U1"), school_id=pl.lit("O1"), role=pl.lit("student"))
    )
    stored = store.put_table(now.drop("source_id"))
    store.add_commit(next_commit(store, {"roles": stored}))
    assert_frame_equal(store.table("roles", store.head()).collect(), now)
