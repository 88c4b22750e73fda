"""The ways in which a sync may be asked for: full or quick, some schools, only to look at it."""

from dataclasses import replace

from importer import replay
from importer.contracts.confirmed import Confirmed
from importer.contracts.contract import Contract
from importer.model.errors import OnHoldError, StorageError, UsageError
from importer.model.history import Asked, Commit, Run
from importer.model.likeness import closest
from importer.planning import overview
from importer.planning.incoming import Accepted
from importer.settings import Policy, Share
from importer.store.port import Store

_FULL = "Do a full sync: importer sync PATH -w DIR"


def allowed(policy: Policy, asked: Asked) -> Asked:
    """What may be done as the settings stand: a test where they ask for one.

    OnHoldError while the district isn't active: then not even a test.
    """
    if not policy.active:
        raise OnHoldError(
            "This district is not active: nothing of it is synced, not even as a test.",
            "When it is time, set active = true in district.toml.",
        )
    return replace(asked, test=asked.test or policy.test_run)


def of_source(policy: Policy, source: str) -> Policy:
    """The policy for the drops of one source; UsageError for one that the district doesn't have."""
    if not policy.sources and not source:
        return policy
    for one in policy.sources:
        if one.name == source:
            return replace(policy, format=one.format or policy.format)
    names = ", ".join(one.name for one in policy.sources)
    if not source:
        raise UsageError("This district has several sources.", f"Say --source, one of: {names}.")
    told = f"It has {names}." if names else "It has no [[sources]] in district.toml."
    raise UsageError(f"This district has no source “{source}”.", told)


def asked_so(run: Run, asked: Asked) -> bool:
    """Whether a run was asked for in this way."""
    same = (run.sync, run.schools, run.source) == (asked.sync, list(asked.schools), asked.source)
    return same and bool(run.since) == asked.quick and asked.since in (0, run.since)


def refuse_test(run: Run) -> None:
    """OnHoldError for a test run: it was planned to look at, not to be carried out."""
    if run.sync == "test":
        raise OnHoldError(
            f"Run {run.id} is a test run; nothing of it is ever committed.",
            "Do it for real: importer sync PATH -w DIR (with test_run = false in district.toml)",
        )


def only(policy: Policy, schools: tuple[str, ...]) -> Policy:
    """The policy for one run that is about these schools; UsageError for one that isn't shared."""
    if not schools:
        return policy
    shared = policy.share.schools
    if shared and (unshared := [school for school in schools if school not in shared]):
        raise UsageError(
            f"School {unshared[0]} is not shared by this district.",
            f"[share] schools in district.toml names {', '.join(shared)}.",
        )
    return replace(policy, share=replace(policy.share, schools=schools))


def refuse_unknown(
    schools: tuple[str, ...], parts: list[Accepted], store: Store, head: Commit | None
) -> None:
    """UsageError for a school that neither the drop nor the roster knows."""
    if not schools:
        return
    stored = store.table("schools", head).select("school_id").collect()["school_id"]
    known = sorted({*stored, *overview.schools_sent(parts)["school_id"].drop_nulls()})
    for school in schools:
        if school not in known:
            near = ", ".join(closest(school, known, most=3))
            meant = f"Did you mean {near}?" if near else "importer overview -w DIR lists them."
            raise UsageError(f"Neither the drop nor the roster has a school “{school}”.", meant)


def since(store: Store, asked: Asked, contract: Contract, policy: Policy) -> Run:
    """The run whose drop a quick sync is compared with: of the commit asked for, or the last one.

    UsageError where there is none, or where the two can't be compared.
    """
    if contract.absence != "archive":
        raise UsageError(
            f"{contract.title} says only what is to change; there is nothing to leave out of it.",
            "Leave --quick away.",
        )
    runs = {run.id: run for run in store.runs()}
    for commit in reversed(store.commits()):
        run = runs.get(commit.run)
        if asked.since and commit.number != asked.since:
            continue
        same = run and (run.kind, run.source) == (contract.name, asked.source)
        if run and same and run.drop and _covers(run, asked):
            _refuse_other_share(commit, policy)
            _refuse_rekeyed(store, commit)
            return run
    which = f"Commit {asked.since} is not" if asked.since else "No commit is"
    raise UsageError(f"{which} of a whole drop of {contract.title}.", _FULL)


def said_last(store: Store, run: Run, policy: Policy, confirmed: Confirmed) -> list[Accepted]:
    """What the drop of ``run`` said; StorageError with what to do if it is no longer kept."""
    try:
        return replay.said_then(store, run, policy, confirmed)
    except StorageError as error:
        raise StorageError(f"A quick sync is not possible. {error}", _FULL) from None


def _covers(run: Run, asked: Asked) -> bool:
    """Whether the schools that are asked for were all carried out by that run."""
    return not run.schools or (bool(asked.schools) and set(asked.schools) <= set(run.schools))


def _refuse_rekeyed(store: Store, then: Commit) -> None:
    """The drop of that commit speaks of ids that some records no longer have."""
    for commit in store.commits()[then.number - 1 :]:
        if any("re-key" in counts for counts in commit.counts.values()):
            raise UsageError(f"Commit {commit.number} gave records new ids.", _FULL)


def _refuse_other_share(commit: Commit, policy: Policy) -> None:
    """What a wider filter lets in was there before, so a quick sync would pass it over."""
    if Share.of(commit.share).reading() != policy.share.reading():
        raise UsageError(f"The filter [share] is not that of commit {commit.number}.", _FULL)
