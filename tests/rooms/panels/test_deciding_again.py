"""What was released can be decided again: the first decision and its letter stay, the next has its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.states import Stage
from grants.awards import actions as awards
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.notifications.models import Message
from grants.panels import actions, deliveries, queries
from grants.panels.models import Decision, DecisionLetter, Release
from grants.panels.states import Outcome
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.panels.test_actions import decide, fund_it, messages, record_conflict

LATER = NOW + timedelta(days=10)


def release_all(panel: Panel, *, days: int = 0) -> Release:
    at = NOW + timedelta(days=days)
    drafted = actions.draft_release(
        panel.session, round_id=panel.round.id, actor=panel.actor("manager"), now=at
    )
    return actions.approve_release(panel.session, release_id=drafted.id, actor=panel.actor("chair"), now=at)


def reopen(panel: Panel, *, name: str = "chair", reason: str = "New facts", version: int) -> Decision:
    return actions.reopen(
        panel.session,
        application_id=panel.bids[0].id,
        reason=reason,
        actor=panel.actor(name),
        now=LATER,
        version=version,
    )


def test_a_place_on_the_reserve_list_is_decided_again(session: Session) -> None:
    panel = scored(session, 5)
    bid = panel.bids[0]
    first = decide(panel, 1, Outcome.RESERVE, reserve_order=1)
    with pytest.raises(RuleBroken):
        reopen(panel, version=first.version)
    release = release_all(panel)
    seen = first.version
    with pytest.raises(NotAllowed):
        reopen(panel, name="manager", version=seen)
    with pytest.raises(RuleBroken) as broken:
        reopen(panel, reason=" ", version=seen)
    assert [reason.place for reason in broken.value.reasons] == ["reason"]
    with pytest.raises(RuleBroken):
        decide(panel, 1, Outcome.DECLINE, version=seen)
    reopen(panel, version=seen)
    assert bid.stage is Stage.SCORED

    again = decide(panel, 1, Outcome.FUND, bid.ask, version=first.version, now=LATER)
    assert (first.outcome, first.replaced_at, first.reserve_order) == (Outcome.RESERVE, LATER, 1)
    assert again.version > first.version
    with pytest.raises(Stale):
        decide(panel, 1, Outcome.DECLINE, version=first.version)
    assert queries.decision_of(session, bid.id) is again
    assert queries.released_of(session, [bid.id])[bid.id] is first
    assert queries.pot_position(session, panel.round).decided == bid.ask

    second = release_all(panel, days=11)
    assert queries.released_of(session, [bid.id])[bid.id] is again
    assert [one.id for one in queries.earlier_decisions(session, bid.id)] == [first.id]
    kept = session.scalars(select(DecisionLetter.told).order_by(DecisionLetter.id)).all()
    assert ["reserve list" in str(told["paragraphs"]) for told in kept] == [True, False]
    assert "takes the place of the one of" in str(kept[1]["paragraphs"])
    assert messages(session, "decision") == ["applicant1@example.org"] * 2
    for sent in (release, second):
        assert sum(deliveries.fates(session, sent.id).values()) == 1
    assert actions.write_to_new(session, release_id=second.id, actor=panel.actor("manager"), now=LATER) == 0


@pytest.mark.usefixtures("app")
def test_a_late_conflict_flags_an_offer_which_the_chair_may_take_back(session: Session) -> None:
    panel = scored(session, 5)
    offered = fund_it(panel, 1)
    release_all(panel)
    with pytest.raises(RuleBroken):
        reopen(panel, version=offered.version)
    record_conflict(panel, "rosa", 1)
    assert (offered.flagged_at, panel.bids[0].stage) == (NOW, Stage.OFFERED)
    assert "chair@example.org" in messages(session, "decision_flagged")
    reopen(panel, version=offered.version)
    assert panel.bids[0].stage in (Stage.SCORED, Stage.IN_REVIEW)
    assert messages(session, "offer_taken_back") == ["applicant1@example.org"]
    assert queries.pot_position(session, panel.round).released == 0
    with pytest.raises(RuleBroken):
        awards.decline_offer(
            session, application_id=panel.bids[0].id, reason="No", actor=panel.actor("applicant1"), now=LATER
        )
    with pytest.raises(RuleBroken):
        reopen(panel, version=offered.version)


def test_an_override_is_refused_once_with_a_reason(session: Session) -> None:
    panel = scored(session, 4)
    override = actions.ask_override(
        session, round_id=panel.round.id, extra=5, reason="More", actor=panel.actor("chair"), now=NOW
    )

    def refuse(name: str, reason: str = "The budget is set") -> None:
        actions.refuse_override(
            session, override_id=override.id, reason=reason, actor=panel.actor(name), now=NOW
        )

    for name in ("chair", "manager", "officer", "rosa"):
        with pytest.raises(NotAllowed):
            refuse(name)
    with pytest.raises(RuleBroken):
        refuse("approver", " ")
    refuse("approver")
    with pytest.raises(RuleBroken):
        refuse("approver")
    with pytest.raises(RuleBroken):
        actions.approve_override(session, override_id=override.id, actor=panel.actor("approver"), now=NOW)
    assert queries.pot_position(session, panel.round).overrides == 0
    told = session.scalars(select(Message.to_address).where(Message.kind == "override_refused")).all()
    assert told == ["chair@example.org"]
