"""What a person's first page needs: their bids, their reviews, and how far each round has come."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Joining
from grants.accounts.states import JoiningState
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.scoring.policy import unfinished


@dataclass(frozen=True)
class RoundProgress:
    """A round with how many bids stand at each stage."""

    round: Round
    stages: Mapping[Stage, int]

    @property
    def bids(self) -> int:
        """All bids of the round, drafts included."""
        return sum(self.stages.values())


def progress(session: Session) -> list[RoundProgress]:
    """Every round, the one that closes last first. Two statements, however many rounds and bids."""
    counts: dict[int, dict[Stage, int]] = {}
    for round_id, stage, count in session.execute(
        select(Application.round_id, Application.stage, func.count()).group_by(
            Application.round_id, Application.stage
        )
    ):
        counts.setdefault(round_id, {})[stage] = count
    return [RoundProgress(round_, counts.get(round_.id, {})) for round_ in programme.all_rounds(session)]


def reviews_left(session: Session, person_id: int) -> int:
    """How many bids in review still want the reviewer's locked sheet."""
    return session.scalar(select(func.count()).select_from(unfinished(person_id).subquery())) or 0


def invitations_to(session: Session, person_id: int) -> list[Joining]:
    """Invitations into an organisation that the person has not answered, oldest first."""
    address = accounts.person(session, person_id).email
    waiting = accounts.joinings_of(session, address)
    return [joining for joining in waiting if joining.state is JoiningState.INVITED]
