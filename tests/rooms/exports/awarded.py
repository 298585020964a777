"""Rounds with awards in them, made by the same deeds that people do."""

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application
from grants.panels import actions as panels
from grants.panels.states import FUNDED, Outcome
from grants.permissions import MemberRole
from tests.remembering import remembered
from tests.rooms.applications import world as w
from tests.rooms.panels.scored import NOW, SCORERS, STAFF, Panel, score_bid, scored
from tests.rooms.reviewing import panel as reviewing

Decided = tuple[Outcome, int]
"""An outcome and pence."""


@remembered
def awarded(session: Session, *decided: Decided) -> Panel:
    """A released round of imported bids, the best first; an amount of -1 is the whole ask."""
    panel = scored(session, *(5 - n % 5 for n in range(len(decided))))
    for bid, (outcome, amount) in zip(panel.bids, decided, strict=True):
        decide(panel, bid, outcome, bid.ask if amount < 0 else amount)
    release(panel)
    return panel


def decide(panel: Panel, bid: Application, outcome: Outcome, amount: int) -> None:
    """Record the panel's decision."""
    panels.decide(
        panel.session,
        application_id=bid.id,
        outcome=outcome,
        amount=amount if outcome in FUNDED else 0,
        reserve_order=1 if outcome is Outcome.RESERVE else None,
        reason="For good reason",
        actor=panel.actor("chair"),
        now=NOW,
    )


def release(panel: Panel) -> None:
    """Let all decisions go out."""
    session, round_id = panel.session, panel.round.id
    drafted = panels.draft_release(session, round_id=round_id, actor=panel.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=drafted.id, actor=panel.actor("chair"), now=NOW)


@remembered
def partnership(session: Session, outcome: Outcome = Outcome.FUND_IN_PART, amount: int = 1_250_001) -> Panel:
    """The Luton fund with one online bid of a lead and a partner, funded in part with £12,500.01 unless told
    otherwise.
    """
    definition = w.fund()
    panel = reviewing.build(session, bids=0, definition=definition)
    lead_id = w.organisation(session, "Marsh Farm Outreach", charity_number="1123126")
    world = w.World(session, panel.round, definition, lead_id, panel.person_ids)
    for name, role in (("signatory", MemberRole.SIGNATORY), ("editor", MemberRole.EDITOR)):
        w.join(world, name, lead_id, role)
    for name, role_ in STAFF.items():
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(session, person_id=panel.person_ids[name], role=role_, actor=w.OPERATOR, now=NOW)
    version = w.sent(world)
    bid = bids.for_update(session, version.application_id)
    panel.bids.append(bid)
    applications.send_to_review(session, application_id=bid.id, actor=panel.actor("manager"), now=NOW)
    score_bid(panel, bid, 4, SCORERS)
    decide(panel, bid, outcome, amount)
    release(panel)
    return panel
