"""The register of interests, and conflicts that data suggests: proposed once, closing what was open."""

from typing import Any

import pytest
from sqlalchemy import select

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.permissions import MemberRole
from grants.reviewing import actions, interests, queries
from grants.reviewing.actions.conflicts import insert_conflict
from grants.reviewing.models import Conflict
from grants.reviewing.states import AssignmentState, ConflictSource, ConflictState, InterestTie
from tests.rooms.applications import world as w
from tests.rooms.reviewing import panel as p

pytestmark = pytest.mark.usefixtures("ctx")


def enter(panel: p.Panel, name: str, organisation: str, number: str = "") -> None:
    """Somebody enters an organisation that they are a trustee of."""
    actions.record_interest(
        panel.session, organisation=organisation, number=number, tie=InterestTie.TRUSTEE,
        actor=panel.actor(name), now=p.NOW,
    )  # fmt: skip


def on_record(panel: p.Panel) -> dict[tuple[str, str], Conflict]:
    """Every conflict by person and reference."""
    names = {person_id: name for name, person_id in panel.person_ids.items()}
    refs = {bid.id: bid.ref for bid in panel.bids}
    found = panel.session.scalars(select(Conflict).order_by(Conflict.id))
    return {(names[one.person_id], refs[one.application_id]): one for one in found}


def suggest(panel: p.Panel) -> int:
    """What the clock does every few minutes."""
    return actions.suggest_due(panel.session, now=p.NOW)


def test_an_entry_proposes_the_conflict_that_follows_from_it_once() -> None:
    with unit_of_work() as session:
        panel = p.build(session, bids=2)
        bid = panel.bids[0]
        panel.assign(bid, "vera")
        enter(panel, "vera", f"The {bid.lead.name.upper()} Limited")
        (found,) = [one for pair, one in on_record(panel).items() if pair == ("vera", bid.ref)]
        assert (found.state, found.source, found.raised_by_id) == (
            ConflictState.PROPOSED, ConflictSource.SUGGESTED, None,
        )  # fmt: skip
        assert found.reason.startswith("The person has entered that they are a trustee, director or ")
        assert panel.assignment("vera", bid).state is AssignmentState.CONFLICTED
        assert queries.hidden_from(session, panel.person_ids["vera"], panel.round.id) >= {bid.id}
        assert suggest(panel) == 0


def test_a_rejected_ground_never_comes_back_and_another_does() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        enter(panel, "vera", bid.lead.name)
        found = on_record(panel)["vera", bid.ref]
        actions.settle_conflict(
            session, conflict_id=found.id, deed="reject", reason="Another group.",
            actor=panel.actor("manager"), now=p.NOW,
        )  # fmt: skip
        assert (suggest(panel), found.state) == (0, ConflictState.REJECTED)
        accounts.add_member(
            session, organisation_id=bid.lead_id, person_id=panel.person_ids["vera"], role=MemberRole.VIEWER,
            actor=w.OPERATOR, now=p.NOW,
        )  # fmt: skip
        number = bid.lead.charity_number or bid.lead.company_number
        assert number is None
        bid.lead.charity_number = "1123126"
        assert (suggest(panel), found.state) == (1, ConflictState.PROPOSED)
        assert [step.deed for step, _ in interests.steps_of(session, found.id)] == [
            "suggested", "reject", "suggested",
        ]  # fmt: skip


def test_a_chair_and_a_reviewer_for_an_organisation_are_judges_too() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        made = accounts.find_or_create_organisation(
            session, name=f"{bid.lead.name} CIO", kind=OrganisationKind.OTHER, actor=w.OPERATOR, now=p.NOW
        )
        reviewer = queries.reviewer(session, panel.person_ids["carl"])
        assert reviewer is not None
        reviewer.organisation_id = made.id
        enter(panel, "chair", bid.lead.name)
        assert sorted(on_record(panel)) == [("carl", bid.ref), ("chair", bid.ref)]


def test_the_register_is_ones_own() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        enter(panel, "vera", "The Hive")
        (entry,) = interests.entries_of(session, panel.person_ids["vera"])
        with pytest.raises(NotFound):
            actions.remove_interest(session, entry_id=entry.id, actor=panel.actor("carl"), now=p.NOW)
        with pytest.raises(NotAllowed):
            enter(panel, "auditor", "The Hive")
        with pytest.raises(RuleBroken, match="Enter the name"):
            enter(panel, "vera", "  ")
        said = actions.declare_interests(
            session, round_id=panel.round.id, actor=panel.actor("vera"), now=p.NOW
        )
        nothing = actions.declare_interests(
            session, round_id=panel.round.id, actor=panel.actor("carl"), now=p.NOW
        )
        assert (said.entries, nothing.entries) == (1, 0)
        registers = {one.person.id: one for one in interests.registers(session, panel.round.id)}
        assert registers[panel.person_ids["vera"]].entries == (entry,)
        assert registers[panel.person_ids["rosa"]].declared_at is None
        actions.remove_interest(session, entry_id=entry.id, actor=panel.actor("vera"), now=p.NOW)
        assert interests.entries_of(session, panel.person_ids["vera"]) == []


def test_a_pin_is_lifted_by_an_administrator_alone() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        (bid,) = panel.bids
        enter(panel, "vera", bid.lead.name)
        found = on_record(panel)["vera", bid.ref]
        told: dict[str, Any] = {"conflict_id": found.id, "reason": "Asked.", "now": p.NOW}
        actions.settle_conflict(session, deed="pin", actor=panel.actor("chair"), **told)
        for deed in ("confirm", "reject", "unpin"):
            with pytest.raises(RuleBroken):
                actions.settle_conflict(session, deed=deed, actor=panel.actor("manager"), **told)
        for name in ("manager", "chair", "auditor", "vera"):
            with pytest.raises(NotAllowed):
                actions.lift_pin(session, actor=panel.actor(name), **told)
        assert found.state is ConflictState.PINNED


def test_of_two_who_raise_the_same_conflict_at_once_the_second_gets_none() -> None:
    with unit_of_work() as session:
        panel = p.build(session)
        pair = {"person_id": panel.person_ids["vera"], "application_id": panel.bids[0].id}
        made = [
            insert_conflict(session, **pair, source=source, now=p.NOW)
            for source in (ConflictSource.DECLARED, ConflictSource.RECORDED)
        ]
        assert [one and one.source for one in made] == [ConflictSource.DECLARED, None]
