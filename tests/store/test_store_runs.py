import dataclasses
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from store_examples import approval_of, new_store, run_of

from importer.model.decision import Decision, ids_of, ranges
from importer.model.errors import StorageError, UsageError
from importer.store.folder import FolderStore


def add_run(store: FolderStore, run_id: str, at: str = "2026-09-01") -> None:
    with store.new_run(run_id) as run:
        run.finish(run_of(run_id, at))


def test_a_run_is_invisible_until_it_is_finished(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    frame = pl.DataFrame({"code": ["CELL-201"], "rows": [[1, 2]]})
    run = store.new_run("20260901-a")
    run.frame("findings", frame)
    run.text("report.html", "<p>é\r\n")
    run.data("decision", {"picked": [1]})
    assert store.runs() == []
    with pytest.raises(UsageError):
        store.run("20260901-a")
    run.finish(run_of("20260901-a"))
    (kept,) = store.runs()
    assert dataclasses.replace(kept, files={}) == run_of("20260901-a")
    assert set(kept.files) == {"findings.parquet", "report.html", "decision.json"}
    assert_frame_equal(store.run_frame("20260901-a", "findings"), frame)
    assert store.run_path("20260901-a", "report.html").read_bytes() == "<p>é\r\n".encode()
    assert store.run_data("20260901-a", "decision") == {"picked": [1]}
    assert list((store.root / "staging").iterdir()) == []


def test_a_run_keeps_bytes_also_in_a_folder_of_its_own(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.new_run("r") as run:
        run.file("findings.xlsx", b"PK\x03\xff")
        run.file("rejected/a.csv", b"\xef\xbb\xbfx\r\n")
        run.file("rejected/b.csv", b"")
        run.finish(run_of("r"))
    assert store.run_path("r", "findings.xlsx").read_bytes() == b"PK\x03\xff"
    kept = store.run_path("r", "rejected/a.csv")
    assert kept.read_bytes() == b"\xef\xbb\xbfx\r\n"
    assert kept.parent.stat().st_mode & 0o777 == 0o700 and kept.stat().st_mode & 0o777 == 0o600
    assert store.verify() == []
    kept.write_bytes(b"x")
    assert store.verify() == ["The file rejected/a.csv of run r was changed or is damaged."]
    with pytest.raises(StorageError, match="changed"):
        store.run_path("r", "rejected/a.csv")


@pytest.mark.parametrize("name", ["../x", "a/../x", "/x", "a/b/c", "A/b", "a//b", "a/", "a/.b"])
def test_no_file_leads_out_of_the_run(tmp_path: Path, name: str) -> None:
    store = new_store(tmp_path)
    with store.new_run("r") as run, pytest.raises(ValueError, match="not a name"):
        run.file(name, b"")


def test_a_part_of_a_frame_is_read_only_if_the_whole_is_what_was_written(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.new_run("r") as run:
        run.frame("changes", pl.DataFrame({"key": ["S1", "S11"]}))
        run.finish(run_of("r"))
    part = store.scan_run_frame("r", "changes").filter(pl.col("key") == "S1").collect()
    assert part["key"].to_list() == ["S1"]
    with pytest.raises(StorageError, match="no file"):
        store.scan_run_frame("r", "findings")
    (store.root / "runs/r/changes.parquet").write_bytes(b"PAR1")
    with pytest.raises(StorageError, match="damaged"):
        store.scan_run_frame("r", "changes")


def test_a_folder_without_a_record_is_no_run(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    (store.root / "runs/20260901-a").mkdir()
    assert store.runs() == []


def test_a_run_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with pytest.raises(RuntimeError), store.new_run("r") as run:
        run.text("report.html", "<p>")
        raise RuntimeError
    assert list((store.root / "staging").iterdir()) == list((store.root / "runs").iterdir()) == []


def test_a_run_keeps_its_id_and_no_id_is_used_twice(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with pytest.raises(ValueError, match="begun with"), store.new_run("r") as run:
        run.finish(run_of("other"))
    add_run(store, "r")
    with pytest.raises(StorageError, match="already"):
        store.new_run("r")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a\nb"])
def test_no_name_leads_out_of_the_run(tmp_path: Path, name: str) -> None:
    store = new_store(tmp_path)
    with pytest.raises(ValueError, match="not a name"):
        store.new_run(name)
    with pytest.raises(ValueError, match="not a name"), store.new_run("r") as run:
        run.text(name, "")


def test_runs_come_in_the_order_of_their_ids(tmp_path: Path) -> None:
    """Ids begin with a running number, so that two runs of one second keep their order."""
    store = new_store(tmp_path)
    for run_id in ("000002-b", "000001-c", "000010-a"):
        add_run(store, run_id)
    assert [run.id for run in store.runs()] == ["000001-c", "000002-b", "000010-a"]


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    for run_id in ("20260901-ab", "20260901-abc", "20260902-x"):
        add_run(store, run_id)
    assert store.run("20260902").id == "20260902-x"
    assert store.run("20260901-ab").id == "20260901-ab"
    with pytest.raises(UsageError, match="2 runs begin with"):
        store.run("20260901")
    with pytest.raises(UsageError, match=r"Did you mean “20260902-x”\?") as caught:
        store.run("20260902-y")
    assert "importer history" in caught.value.fix
    for unknown in ("", "zzz", "../runs"):
        with pytest.raises(UsageError, match="no run"):
            store.run(unknown)


def test_what_a_run_does_not_have_is_said(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    add_run(store, "r")
    with pytest.raises(StorageError, match=r"no file changes\.parquet"):
        store.run_frame("r", "changes")


def test_damaged_files_of_a_run_are_said_without_a_traceback(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with store.new_run("r") as run:
        run.frame("findings", pl.DataFrame({"a": [1]}))
        run.data("decision", {})
        run.finish(run_of("r"))
    for name in ("findings.parquet", "decision.json"):
        (store.root / "runs/r" / name).write_bytes(b"PAR1")
    with pytest.raises(StorageError, match="damaged"):
        store.run_frame("r", "findings")
    with pytest.raises(StorageError, match="damaged"):
        store.run_data("r", "decision")
    assert any("findings.parquet" in told for told in store.verify())
    (store.root / "runs/r/run.json").write_bytes(b"{}")
    assert store.runs() == []
    with pytest.raises(StorageError, match=r"r can't be used: run\.json was changed"):
        store.run("r")
    assert any("run r" in told for told in store.verify())


def test_approvals_are_kept_in_order(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    add_run(store, "r")
    assert store.approvals("r") == []
    words = [approval_of("r", f"reason {n}") for n in range(12)]
    for word in words:
        store.add_approval(word)
    assert store.approvals("r") == words
    with pytest.raises(UsageError, match="no run"):
        store.add_approval(approval_of("other"))


def test_an_approval_never_replaces_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = new_store(tmp_path)
    add_run(store, "r")
    store.add_approval(approval_of("r", "first"))
    with monkeypatch.context() as blind:
        blind.setattr("importer.store.words._numbers", lambda folder: [])
        store.add_approval(approval_of("r", "second"))
    assert [word.reason for word in store.approvals("r")] == ["first", "second"]


def test_decisions_are_kept_beside_approvals_and_a_changed_one_is_noticed(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    add_run(store, "r")
    words = [
        Decision("r", [f"{n}"], ["all"], "why", "Zoë", "2026-09-01T07:00:00Z", [[n, n + 3]])
        for n in range(1, 12)
    ]
    for word in words:
        store.add_decision(word)
    assert store.decisions("r") == words
    assert store.approvals("r") == []
    file = store.root / "runs" / "r" / "decisions" / "3.json"
    file.write_text(file.read_text().replace('"why"', '"wry"'))
    with pytest.raises(StorageError, match=r"decisions/3\.json is damaged"):
        store.decisions("r")


def test_change_ids_as_ranges() -> None:
    ids = pl.Series("id", [7, 1, 2, 3, 9, 8], dtype=pl.UInt32)
    assert ranges(ids) == [[1, 3], [7, 9]]
    assert ids_of([[1, 3], [7, 9]]).to_list() == sorted(ids)
    assert ids_of(ranges(ids.clear())).to_list() == []
