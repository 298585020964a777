"""The list of decisions that wait for a signature holds those that the reader may sign, and no others."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.waiting import Reader
from grants.applications.states import Stage
from grants.panels import policy, waiting
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import MemberRole
from grants.reviewing import actions as reviewing
from grants.reviewing.waiting import hidden_anywhere
from grants.scoring import actions as scoring
from grants.scoring.waiting import scored_anywhere
from tests.rooms.applications import world as w
from tests.rooms.reviewing.panel import NOW, Panel, build

LATER = NOW + timedelta(days=1)
NAMES = ("deputy", "rosa", "vera", "chair", "manager")


def _panel(session: Session) -> Panel:
    """Six decisions; something stands between each of the first five bids and one or two people."""
    panel = build(session, bids=6)
    scored, led, conflicted, undeclared, decided, _ = panel.bids
    panel.assign(scored, "rosa")
    assignment = panel.assignment("rosa", scored)
    scoring.open_sheet(session, assignment_id=assignment.id, actor=panel.actor("rosa"), now=NOW)
    for name, bid in (("vera", led), ("deputy", led)):
        accounts.add_member(
            session,
            organisation_id=bid.lead_id,
            person_id=panel.person_ids[name],
            role=MemberRole.VIEWER,
            actor=w.OPERATOR,
            now=NOW,
        )
    reviewing.record_conflict(
        session,
        person_id=panel.person_ids["deputy"],
        application_id=conflicted.id,
        reason="A cousin runs it.",
        actor=panel.actor("manager"),
        now=NOW,
    )
    panel.assign(undeclared, "rosa", cleared=False)
    for bid in panel.bids:
        bid.stage = Stage.DECIDED
        by = "deputy" if bid is decided else "chair"
        session.add(
            Decision(
                application_id=bid.id,
                outcome=Outcome.FUND,
                amount=1_000,
                reason="Good.",
                decided_by_id=panel.person_ids[by],
                decided_at=LATER,
                countersign_needed=True,
            )
        )
    session.flush()
    return panel


def _counted(panel: Panel, name: str) -> int:
    """How many signatures the first page says wait for the person."""
    person_id = panel.person_ids[name]
    hidden, scored = (found(panel.session, person_id) for found in (hidden_anywhere, scored_anywhere))
    reader = Reader(panel.actor(name), LATER.date(), hidden=hidden, scored=scored)
    return sum(count for _, count, _ in panel.session.execute(waiting.second_signatures(reader)))


def test_the_list_the_button_and_the_count_agree(session: Session) -> None:
    panel = _panel(session)
    decisions = session.scalars(select(Decision).order_by(Decision.id)).all()
    found = {}
    for name in NAMES:
        actor = panel.actor(name)
        allowed = [bool(policy.can_countersign(session, actor, decision)) for decision in decisions]
        listed = policy.those_to_countersign(session, actor, decisions)
        assert [decision.id in listed for decision in decisions] == allowed, name
        found[name] = allowed
        if name != "manager":
            assert _counted(panel, name) == sum(allowed), name

    assert found == {
        "deputy": [True, False, False, True, False, True],
        "rosa": [False, True, True, False, True, True],
        "vera": [True, False, True, True, True, True],
        "chair": [False, False, False, False, True, False],
        "manager": [False] * 6,
    }
