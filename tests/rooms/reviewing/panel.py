"""Bids in review and a panel to read them: four kinds of reviewer, a chair, a manager and an auditor."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import queries as people
from grants.applications import actions as applications
from grants.applications.models import Application
from grants.permissions import Actor, Role
from grants.programme import actions as programme
from grants.programme.definition import FundDefinition, ReviewerKind
from grants.programme.models import Round
from grants.reviewing import actions
from grants.reviewing.models import Assignment
from grants.reviewing.states import AssignmentState
from tests.remembering import remembered
from tests.rooms.applications import world as w
from tests.unit.applications.bids import fund as fund_file

NOW = w.AFTER + timedelta(days=1)
REVIEWERS = {
    "rosa": ReviewerKind.CITIZEN,
    "cem": ReviewerKind.CITIZEN,
    "vera": ReviewerKind.VCS,
    "carl": ReviewerKind.COUNCIL,
    "pat": ReviewerKind.PARTNER_BODY,
}


@dataclass
class Panel:
    """A round with its bids and everybody who works on it, by name."""

    session: Session
    round: Round
    definition: FundDefinition
    person_ids: dict[str, int] = field(default_factory=dict)
    bids: list[Application] = field(default_factory=list)

    def actor(self, name: str) -> Actor:
        """A reviewer's name, 'manager', 'chair', 'deputy' or 'auditor'."""
        return people.actor_for(self.session, self.person_ids[name])

    def assignment(self, name: str, bid: Application) -> Assignment:
        """That person's assignment to the bid. KeyError without one."""
        found = self.session.scalars(
            select(Assignment).where(
                Assignment.person_id == self.person_ids[name], Assignment.application_id == bid.id
            )
        ).one_or_none()
        if found is None:
            raise KeyError(name)
        return found

    def assign(self, bid: Application, *names: str, cleared: bool = True) -> None:
        """Give the bid to these reviewers as a run would, by default with no conflict declared already."""
        for name in names:
            self.session.add(
                Assignment(
                    application_id=bid.id,
                    person_id=self.person_ids[name],
                    state=AssignmentState.CLEARED if cleared else AssignmentState.ASSIGNED,
                    assigned_at=NOW,
                    declared_at=NOW if cleared else None,
                )
            )
        self.session.flush()


def fund(*, reviews: int = 3, citizens: int = 1) -> FundDefinition:
    """The replay fund, which takes bids without answers, with so many reviews a bid."""
    replay = fund_file("replay")
    rules = replace(
        replay.rules,
        reviews_per_bid=reviews,
        citizen_reviews_per_bid=citizens,
        minimum_reviews_to_rank=reviews,
    )
    return replace(replay, rules=rules)


@remembered
def build(session: Session, *, bids: int = 1, definition: FundDefinition | None = None) -> Panel:
    """The panel, with so many bids in review, each led by an organisation of its own."""
    definition = definition or fund()
    loaded = programme.load_fund(session, definition=definition, actor=w.OPERATOR, now=NOW)
    panel = Panel(session, loaded.round, definition)
    roles = {"manager": Role.MANAGER, "chair": Role.CHAIR, "deputy": Role.CHAIR, "auditor": Role.AUDITOR}
    for name, role in {**roles, **dict.fromkeys(REVIEWERS, Role.REVIEWER)}.items():
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(session, person_id=panel.person_ids[name], role=role, actor=w.OPERATOR, now=NOW)
    for name, kind in REVIEWERS.items():
        make_reviewer(panel, name, kind)
    for number in range(1, bids + 1):
        add_bid(panel, number)
    return panel


def make_reviewer(panel: Panel, name: str, kind: ReviewerKind = ReviewerKind.COUNCIL) -> None:
    """Add somebody whose role reviews to the panel."""
    actions.add_reviewer(
        panel.session,
        person_id=panel.person_ids[name],
        kind=kind,
        most_bids=100,
        actor=panel.actor("manager"),
        now=NOW,
    )


def add_bid(panel: Panel, number: int, *, lead_id: int | None = None) -> Application:
    """One more bid in review."""
    bid = applications.receive_imported(
        panel.session,
        round_id=panel.round.id,
        lead_id=lead_id or w.organisation(panel.session, f"Lead {number}"),
        title=f"Bid number {number}",
        ask=1_000_000 + number,
        answers={},
        source_id=f"source-{number}",
        source_digest="",
        submitted_at=w.OPEN,
        not_collected=["partners", "answers"],
        imported={},
        actor=w.OPERATOR,
        now=NOW,
    )
    applications.send_to_review(panel.session, application_id=bid.id, actor=panel.actor("manager"), now=NOW)
    panel.bids.append(bid)
    return bid
