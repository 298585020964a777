"""Bids with locked sheets before a panel: scored by real deeds, ready to be decided."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.applications.models import Application
from grants.permissions import MemberRole, Role
from grants.programme.definition import FundDefinition
from grants.scoring import actions as scoring
from tests.remembering import remembered
from tests.rooms.applications import world as w
from tests.rooms.reviewing.panel import NOW, Panel, build, fund

SCORERS = ("rosa", "vera", "carl")
STAFF = {
    "officer": Role.FINANCE_OFFICER,
    "approver": Role.FINANCE_APPROVER,
    "second_manager": Role.MANAGER,
}


@remembered
def scored(session: Session, *scores: int, definition: FundDefinition | None = None) -> Panel:
    """A panel with one bid for each of `scores`: every cell of its three locked sheets has that score.

    Each bid asks for £10,000 and some pence and has a signatory 'applicant<n>'.
    """
    panel = build(session, bids=len(scores), definition=definition or fund())
    for name, role in STAFF.items():
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(session, person_id=panel.person_ids[name], role=role, actor=w.OPERATOR, now=NOW)
    for number, (bid, score) in enumerate(zip(panel.bids, scores, strict=True), start=1):
        give_signatory(panel, bid, f"applicant{number}")
        score_bid(panel, bid, score, SCORERS)
    return panel


def score_bid(panel: Panel, bid: Application, score: int, names: Sequence[str]) -> None:
    """Have the reviewers give every cell `score` and lock."""
    panel.assign(bid, *names)
    for name in names:
        actor = panel.actor(name)
        sheet = scoring.open_sheet(
            panel.session, assignment_id=panel.assignment(name, bid).id, actor=actor, now=NOW
        )
        for theme in panel.definition.rubric.theme_keys:
            scoring.save_theme(
                panel.session,
                sheet_id=sheet.id,
                theme=theme,
                scores=dict.fromkeys(panel.definition.rubric.strand_keys, score),
                not_addressed=False,
                justification=f"{score} for good reason",
                version=sheet.version,
                actor=actor,
                now=NOW,
            )
        scoring.lock(panel.session, sheet_id=sheet.id, version=sheet.version, actor=actor, now=NOW)


def give_signatory(panel: Panel, bid: Application, name: str) -> None:
    """Somebody who may sign for the bid's lead organisation."""
    panel.person_ids[name] = w.person(panel.session, name)
    accounts.add_member(
        panel.session,
        organisation_id=bid.lead_id,
        person_id=panel.person_ids[name],
        role=MemberRole.SIGNATORY,
        actor=w.OPERATOR,
        now=NOW,
    )
