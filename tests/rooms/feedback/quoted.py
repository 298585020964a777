"""Scored bids whose reviewers let some of their reasons be quoted."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.feedback import actions, queries
from grants.feedback.drafting import run_drafting
from grants.feedback.models import BidFeedback
from grants.feedback.rules import FeedbackLetter
from grants.scoring import actions as scoring
from grants.scoring.models import Sheet
from grants.scoring.rules import Overall
from grants.scoring.states import Recommendation
from tests.remembering import remembered
from tests.rooms.panels.scored import SCORERS, give_signatory
from tests.rooms.reviewing.panel import NOW, Panel, build, fund

SHARED, PRIVATE = "Sharedwords{n} say what is good.", "Privatewords{n} are for the panel."


@remembered
def quoted(session: Session, *, bids: int = 1, score: int = 3) -> Panel:
    """Bids with three locked sheets each. Only the reasons for the first theme may be quoted."""
    panel = build(session, bids=bids, definition=fund())
    fill(panel, score=score)
    return panel


def fill(panel: Panel, *, score: int = 3) -> None:
    """Have every bid of the panel scored, and give each a signatory."""
    for number, bid in enumerate(panel.bids, start=1):
        give_signatory(panel, bid, f"applicant{number}")
        panel.assign(bid, *SCORERS)
        for name in SCORERS:
            review(panel, name, bid, score=score)


def review(panel: Panel, name: str, bid: Application, *, score: int = 3, shared: str = SHARED) -> Sheet:
    """That reviewer's sheet, locked."""
    actor, place = panel.actor(name), f"{name.capitalize()}{bid.id}"
    sheet = scoring.open_sheet(
        panel.session, assignment_id=panel.assignment(name, bid).id, actor=actor, now=NOW
    )
    for number, theme in enumerate(panel.definition.rubric.theme_keys):
        scoring.save_theme(
            panel.session,
            sheet_id=sheet.id,
            theme=theme,
            scores=dict.fromkeys(panel.definition.rubric.strand_keys, score),
            not_addressed=False,
            justification=(PRIVATE if number else shared).format(n=place),
            shareable=number == 0,
            version=sheet.version,
            actor=actor,
            now=NOW,
        )
    scoring.save_overall(
        panel.session,
        sheet_id=sheet.id,
        overall=Overall(f"Commentmark{place}", Recommendation.FUND_IN_PART, 900_000, f"Recommendmark{place}"),
        version=sheet.version,
        actor=actor,
        now=NOW,
    )
    return scoring.lock(panel.session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=NOW)


def draft(panel: Panel, *, name: str = "manager", now: datetime = NOW) -> None:
    """Feedback of the round drafted as a worker does it; what was done so far is committed."""
    run = actions.request_drafts(panel.session, round_id=panel.round.id, actor=panel.actor(name), now=now)
    run_id = run.id
    panel.session.commit()
    run_drafting(run_id, now)


def feedback(panel: Panel, number: int = 1) -> BidFeedback:
    """The feedback on that bid."""
    found = queries.of_bid(panel.session, panel.bids[number - 1].id)
    assert found is not None
    return found


def ready(panel: Panel, number: int = 1, *, name: str = "chair") -> None:
    """Mark the feedback on that bid as ready."""
    row = feedback(panel, number)
    actions.mark_ready(
        panel.session,
        application_id=row.application_id,
        version=row.version,
        actor=panel.actor(name),
        now=NOW,
    )


def letter(panel: Panel, number: int = 1) -> FeedbackLetter:
    """What would go out about that bid."""
    found = queries.letter_for(panel.session, panel.bids[number - 1].id)
    assert found is not None
    return found
