"""Deciding within the pot, two signatures where two are wanted, and one release that tells everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.states import OrganisationKind
from grants.applications.models import Partner
from grants.applications.states import Stage
from grants.audit.models import TrailEntry
from grants.core.db import db
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.notifications.models import Message
from grants.panels import actions, queries
from grants.panels.models import Decision, Release
from grants.panels.states import Outcome
from grants.permissions import MemberRole
from grants.programme.definition import FundDefinition
from grants.reviewing import actions as reviewing
from tests.rooms.applications import world as w
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.reviewing.panel import fund


def small_fund(*, pot: int = 2_500_000, threshold: int | None = None) -> FundDefinition:
    definition = fund()
    amounts = replace(definition.amounts, pot=pot, second_signature_above=threshold)
    return replace(definition, amounts=amounts)


def decide(panel: Panel, number: int, outcome: Outcome, amount: int = 0, **more: object) -> Decision:
    given = {"reason": "For good reason", "actor": panel.actor("chair"), "now": NOW, **more}
    return actions.decide(
        panel.session,
        application_id=panel.bids[number - 1].id,
        outcome=outcome,
        amount=amount,
        **given,  # type: ignore[arg-type]  # a table of cases
    )


def fund_it(panel: Panel, number: int) -> Decision:
    return decide(panel, number, Outcome.FUND, panel.bids[number - 1].ask)


def messages(session: Session, kind: str) -> list[str]:
    return list(session.scalars(select(Message.to_address).where(Message.kind == kind).order_by(Message.id)))


def deeds(panel: Panel, name: str) -> list[tuple[str, int | None]]:
    """The trail's lines of that deed, after a commit."""
    panel.session.commit()
    lines = select(TrailEntry).where(TrailEntry.deed == name).order_by(TrailEntry.seq)
    return [(line.deed, line.actor_id) for line in panel.session.scalars(lines)]


def test_a_decision_moves_the_bid_and_writes_one_line(session: Session) -> None:
    panel = scored(session, 4)
    decision = fund_it(panel, 1)
    assert (panel.bids[0].stage, decision.amount) == (Stage.DECIDED, panel.bids[0].ask)
    assert deeds(panel, "decision.recorded") == [("decision.recorded", panel.person_ids["chair"])]


def test_the_pot_holds_to_the_penny(session: Session) -> None:
    panel = scored(session, 4, 4, 4, definition=small_fund(pot=2_000_003))
    fund_it(panel, 1)
    fund_it(panel, 2)
    pot = queries.pot_position(session, panel.round)
    assert (pot.decided, pot.released, pot.left) == (2_000_003, 0, 0)
    with pytest.raises(RuleBroken) as broken:
        fund_it(panel, 3)
    assert [reason.place for reason in broken.value.reasons] == ["amount"]


def test_changing_a_decision_frees_its_own_money_first(session: Session) -> None:
    panel = scored(session, 4, definition=small_fund(pot=1_000_001))
    first = fund_it(panel, 1)
    again = decide(panel, 1, Outcome.FUND, 1_000_001, version=first.version)
    assert again.id == first.id
    assert queries.pot_position(session, panel.round).left == 0


def test_past_the_pot_only_with_an_approved_override(session: Session) -> None:
    panel = scored(session, 4, definition=small_fund(pot=1_000_000))
    with pytest.raises(RuleBroken):
        fund_it(panel, 1)
    override = actions.ask_override(
        session, round_id=panel.round.id, extra=1, reason="A penny", actor=panel.actor("chair"), now=NOW
    )
    with pytest.raises(RuleBroken):
        fund_it(panel, 1)
    for name in ("chair", "manager", "officer", "rosa"):
        with pytest.raises(NotAllowed):
            actions.approve_override(session, override_id=override.id, actor=panel.actor(name), now=NOW)
    actions.approve_override(session, override_id=override.id, actor=panel.actor("approver"), now=NOW)
    fund_it(panel, 1)
    assert queries.pot_position(session, panel.round).left == 0
    assert messages(session, "override_asked") == ["approver@example.org"]


@pytest.mark.parametrize("name", ["manager", "auditor", "officer", "approver", "rosa", "applicant1"])
def test_nobody_but_the_chair_decides(session: Session, name: str) -> None:
    panel = scored(session, 4)
    with pytest.raises(NotAllowed):
        decide(panel, 1, Outcome.DECLINE, actor=panel.actor(name))


def test_a_chair_with_a_conflict_does_not_decide_but_a_deputy_does(session: Session) -> None:
    panel = scored(session, 4)
    reviewing.record_conflict(
        session,
        person_id=panel.person_ids["chair"],
        application_id=panel.bids[0].id,
        reason="Their sister runs it",
        actor=panel.actor("manager"),
        now=NOW,
    )
    with pytest.raises(NotAllowed):
        decide(panel, 1, Outcome.DECLINE)
    assert decide(panel, 1, Outcome.DECLINE, actor=panel.actor("deputy")).outcome is Outcome.DECLINE


def test_two_people_deciding_at_once_the_second_is_told(session: Session) -> None:
    panel = scored(session, 4)
    decide(panel, 1, Outcome.DEFER)
    with pytest.raises(Stale):
        decide(panel, 1, Outcome.DECLINE, actor=panel.actor("deputy"))


def test_the_second_signature(session: Session) -> None:
    panel = scored(session, 4, definition=small_fund(threshold=500_000))
    decision = fund_it(panel, 1)
    with pytest.raises(RuleBroken) as broken:
        actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    assert [reason.place for reason in broken.value.reasons] == [panel.bids[0].ref]
    for name in ("chair", "manager", "auditor"):
        with pytest.raises(NotAllowed):
            actions.countersign(session, decision_id=decision.id, actor=panel.actor(name), now=NOW)
    actions.countersign(session, decision_id=decision.id, actor=panel.actor("pat"), now=NOW)
    with pytest.raises(RuleBroken):
        actions.countersign(session, decision_id=decision.id, actor=panel.actor("deputy"), now=NOW)
    actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)


def test_a_changed_decision_wants_a_new_signature(session: Session) -> None:
    panel = scored(session, 4, definition=small_fund(threshold=500_000))
    decision = fund_it(panel, 1)
    actions.countersign(session, decision_id=decision.id, actor=panel.actor("pat"), now=NOW)
    changed = decide(panel, 1, Outcome.FUND_IN_PART, 600_000, version=decision.version)
    assert (changed.countersign_needed, changed.countersigned_at) == (True, None)


def test_release_tells_everybody_once_and_makes_offers(session: Session) -> None:
    panel = scored(session, 5, 3, 1)
    fund_it(panel, 1)
    decide(panel, 2, Outcome.RESERVE, reserve_order=1)
    decide(panel, 3, Outcome.DECLINE)
    release = actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    assert messages(session, "decision") == []
    actions.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    assert messages(session, "decision") == [f"applicant{n}@example.org" for n in (1, 2, 3)]
    assert [bid.stage for bid in panel.bids] == [Stage.OFFERED, Stage.DECIDED, Stage.DECIDED]
    with pytest.raises(RuleBroken):
        actions.approve_release(session, release_id=release.id, actor=panel.actor("deputy"), now=NOW)
    assert len(messages(session, "decision")) == 3


def test_a_released_decision_cannot_be_changed(session: Session) -> None:
    panel = scored(session, 5)
    decision = decide(panel, 1, Outcome.DECLINE)
    release = actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    actions.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    with pytest.raises(RuleBroken):
        decide(panel, 1, Outcome.DEFER, version=decision.version)


@pytest.mark.parametrize("name", ["manager", "second_manager", "rosa", "approver", "auditor"])
def test_only_the_chair_releases(session: Session, name: str) -> None:
    panel = scored(session, 5)
    decide(panel, 1, Outcome.DECLINE)
    release = actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    with pytest.raises(NotAllowed):
        actions.approve_release(session, release_id=release.id, actor=panel.actor(name), now=NOW)


def test_a_second_draft_of_a_release_is_refused(session: Session) -> None:
    panel = scored(session, 5)
    decide(panel, 1, Outcome.DECLINE)
    actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    with pytest.raises(RuleBroken):
        actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("second_manager"), now=NOW)


def test_a_release_sends_what_was_put_forward_and_nothing_decided_since(session: Session) -> None:
    panel = scored(session, 5, 4, 3)
    first = decide(panel, 1, Outcome.DECLINE)
    decide(panel, 2, Outcome.DECLINE)
    release = draft(panel, "manager", NOW)
    later = NOW + timedelta(hours=1)
    decide(panel, 1, Outcome.DEFER, version=first.version, now=later)
    decide(panel, 3, Outcome.DECLINE, now=later)
    assert queries.decided_since(session, release) == 2
    assert queries.release_summary(session, panel.round.id, waiting=release) == [(Outcome.DECLINE, 1, 0)]
    sent = actions.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=later)
    assert (sent.decisions, messages(session, "decision")) == (1, ["applicant2@example.org"])


def test_a_release_is_put_forward_again_once_more_was_decided(session: Session) -> None:
    panel = scored(session, 5, 4)
    decide(panel, 1, Outcome.DECLINE)
    release = draft(panel, "manager", NOW)
    later = NOW + timedelta(hours=1)
    decide(panel, 2, Outcome.DECLINE, now=later)
    again = draft(panel, "second_manager", later)
    assert (again.id, again.drafted_by_id) == (release.id, panel.person_ids["second_manager"])
    assert len(messages(session, "release_drafted")) == 4
    sent = actions.approve_release(session, release_id=again.id, actor=panel.actor("chair"), now=later)
    assert sent.decisions == 2


def draft(panel: Panel, name: str, now: datetime) -> Release:
    return actions.draft_release(panel.session, round_id=panel.round.id, actor=panel.actor(name), now=now)


def test_the_signer_signs_the_decision_they_saw(session: Session) -> None:
    panel = scored(session, 4, definition=small_fund(threshold=500_000))
    seen = fund_it(panel, 1).version
    changed = decide(panel, 1, Outcome.FUND_IN_PART, 600_000, version=seen)
    with pytest.raises(Stale):
        actions.countersign(session, decision_id=changed.id, version=seen, actor=panel.actor("pat"), now=NOW)
    signed = actions.countersign(
        session, decision_id=changed.id, version=changed.version, actor=panel.actor("pat"), now=NOW
    )
    assert signed.countersigned_by_id == panel.person_ids["pat"]


def test_deciding_holds_the_round_before_the_bid_as_a_release_does(app: Flask, session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        pytest.skip("SQLite has one write lock, so no order of locks")
    panel = scored(session, 4)
    with held_tables(app) as decided:
        fund_it(panel, 1)
    release = draft(panel, "manager", NOW)
    with held_tables(app) as released:
        actions.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    assert decided == ["round", "application"]
    assert released == ["round", "release", "decision", "bid_feedback"]


@contextmanager
def held_tables(app: Flask) -> Iterator[list[str]]:
    """The tables, in order, of which rows are selected to be held."""
    found: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "FOR UPDATE" in statement:
            found.append(statement.partition("FROM ")[2].split()[0].strip('"'))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def record_conflict(panel: Panel, name: str, number: int) -> None:
    """Put a reviewer's conflict on record and have the deputy confirm it."""
    conflict = reviewing.record_conflict(
        panel.session,
        person_id=panel.person_ids[name],
        application_id=panel.bids[number - 1].id,
        reason="Found late",
        actor=panel.actor("manager"),
        now=NOW,
    )
    reviewing.settle_conflict(
        panel.session,
        conflict_id=conflict.id,
        deed="confirm",
        reason="It is so",
        actor=panel.actor("chair"),
        now=NOW,
    )


@pytest.mark.usefixtures("app")
def test_a_conflict_found_late_returns_an_unreleased_decision_to_the_panel(session: Session) -> None:
    panel = scored(session, 5, 5)
    fund_it(panel, 1)
    record_conflict(panel, "rosa", 1)
    assert panel.bids[0].stage in (Stage.SCORED, Stage.IN_REVIEW)
    assert queries.pot_position(session, panel.round).decided == 0
    returned, other = sorted(
        queries.all_decisions(session, panel.round.id), key=lambda row: row.application_id
    )
    assert (returned.outcome, returned.decided, other.outcome) == (Outcome.FUND, False, None)
    assert deeds(panel, "decision.returned") == [("decision.returned", panel.person_ids["chair"])]


def test_two_bids_never_have_the_same_place_on_the_reserve_list(session: Session) -> None:
    panel = scored(session, 4, 4)
    first = decide(panel, 1, Outcome.RESERVE, reserve_order=1)
    with pytest.raises(RuleBroken) as broken:
        decide(panel, 2, Outcome.RESERVE, reserve_order=1)
    assert [reason.place for reason in broken.value.reasons] == ["reserve_order"]
    decide(panel, 1, Outcome.RESERVE, reserve_order=1, version=first.version)
    decide(panel, 2, Outcome.RESERVE, reserve_order=2)


@pytest.mark.usefixtures("app")
def test_a_released_decision_stands_and_its_result_is_flagged(session: Session) -> None:
    panel = scored(session, 5)
    decide(panel, 1, Outcome.DECLINE)
    release = actions.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    actions.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    record_conflict(panel, "rosa", 1)
    assert panel.bids[0].stage is Stage.DECIDED
    result = queries.result_of(session, panel.bids[0].id)
    assert result is not None
    assert result.late_conflict


def test_a_chair_of_a_partner_organisation_does_not_decide(session: Session) -> None:
    panel = scored(session, 4)
    partner = Partner(
        application_id=panel.bids[0].id,
        position=0,
        name="the HIVE",
        kind=OrganisationKind.CONSTITUTED_GROUP,
        contact_name="Ada",
        contact_email="ada@example.org",
        role="Cooks",
        share=1,
    )
    session.add(partner)
    assert decide(panel, 1, Outcome.DEFER).outcome is Outcome.DEFER
    accounts.add_member(
        session,
        organisation_id=w.organisation(session, "The Hive", OrganisationKind.CONSTITUTED_GROUP),
        person_id=panel.person_ids["deputy"],
        role=MemberRole.VIEWER,
        actor=w.OPERATOR,
        now=NOW,
    )
    with pytest.raises(NotAllowed, match="takes part in it"):
        decide(panel, 1, Outcome.DECLINE, actor=panel.actor("deputy"), version=1)


def test_a_release_names_the_bids_that_have_nobody_to_write_to(session: Session) -> None:
    panel = scored(session, 4, 4)
    decide(panel, 1, Outcome.DEFER)
    decide(panel, 2, Outcome.DEFER)
    assert queries.without_addressee(session, panel.round.id) == []
    accounts.add_member(
        session,
        organisation_id=panel.bids[1].lead_id,
        person_id=panel.person_ids["applicant2"],
        role=MemberRole.VIEWER,
        actor=w.OPERATOR,
        now=NOW,
    )
    assert queries.without_addressee(session, panel.round.id) == [panel.bids[1].ref]
