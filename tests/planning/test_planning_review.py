"""Laws of the review: unchecked changes don't happen, and nothing is left hanging in the air."""

from hypothesis import given
from hypothesis import strategies as st
from planning_districts import District, districts, edited
from planning_reviews import Waiting, keyed, orphans, roster_of, waiting
from planning_rosters import FEW, rosters

from importer import reviews
from importer.model.tables import ID_SEPARATOR, TABLES
from importer.planning.preview import preview

KINDS = (
    "add student", "rename student", "remove student", "move student", "other contact", "enroll",
    "drop enrollment", "change section", "remove teacher's section",
)  # fmt: skip


@st.composite
def pairs(draw: st.DrawFn) -> tuple[District, District]:
    """Two states of a district: another one altogether, or some edits later."""
    before = draw(districts(least=3))
    other = draw(districts(least=3)) if draw(st.booleans()) else before
    return before, draw(edited(other, KINDS, 8))


def _some(draw: st.DrawFn, plan: Waiting) -> list[str]:
    ids = plan.planned().changes["id"].to_list()
    return [str(n) for n in draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))]


@FEW
@given(st.data())
def test_whatever_is_unchecked_no_row_hangs_on_one_that_is_not_there(data: st.DataObject) -> None:
    before, after = data.draw(pairs())
    with rosters() as [roster]:
        roster.give(before)
        plan = waiting(roster, after)
        if not plan.planned().changes.height:
            return
        known = orphans(roster_of(roster)) | orphans(plan.after(plan.planned()))
        for _ in range(8):  # a review costs little beside the drops
            unchecked = data.draw(st.composite(_some)(plan))
            done = plan.looked_at(*unchecked)
            assert orphans(plan.after(done.change)) <= known
            named = {int(n) for n in unchecked}
            assert set(done.off.filter(how="unchecked")["id"]) == named
            along = done.off.filter(how="along")
            assert not named & set(along["id"])
            assert set(along["by"]) <= set(done.off["id"]), "each says because of which"


@FEW
@given(st.data())
def test_the_order_of_unchecks_does_not_matter(data: st.DataObject) -> None:
    before, after = data.draw(pairs())
    with rosters() as [roster]:
        roster.give(before)
        plan = waiting(roster, after)
        if not plan.planned().changes.height:
            return
        unchecked = data.draw(st.composite(_some)(plan))
        at_once = plan.looked_at(*unchecked)
        for one in data.draw(st.permutations(unchecked)):
            left = plan.uncheck(one)
        assert left == set(at_once.off["id"])


@FEW
@given(pairs())
def test_all_unchecked_is_no_change(pair: tuple[District, District]) -> None:
    before, after = pair
    with rosters() as [roster]:
        roster.give(before)
        was = roster.hashes()
        plan = waiting(roster, after)
        if plan.planned().changes.height:
            plan.uncheck("all")
        plan.commit()
        assert roster.hashes() == was


@FEW
@given(st.data())
def test_a_commit_does_what_its_preview_showed_and_nothing_else(data: st.DataObject) -> None:
    """D32: the rows that differ afterwards are those of the picked changes, and no other."""
    before, after = data.draw(pairs())
    with rosters() as [roster]:
        roster.give(before)
        plan = waiting(roster, after)
        seen = plan.planned()
        if seen.changes.height and data.draw(st.booleans()):
            unchecked = data.draw(st.composite(_some)(plan))
            plan.uncheck(*unchecked)
            seen = reviews.load_change(roster.store, plan.run)
        was = roster_of(roster)
        made = plan.commit(expected=preview(seen)[:16])
        assert made.preview == preview(seen)
        now = roster_of(roster)
        for table in TABLES:
            differ = {
                key
                for key in was[table].keys() | now[table].keys()
                if was[table].get(key) != now[table].get(key)
            }
            picked = seen.changes.filter("picked", table=table)
            ends = [*picked["key"], *picked["from_key"].drop_nulls()]
            assert differ == {end.replace(ID_SEPARATOR, " / ") for end in ends}
            written = keyed(table, seen.after[table].collect()) if table in seen.after else {}
            for key in differ & written.keys():
                assert now[table][key] == written[key] or now[table][key]["status"] == "archived"
