"""Letters about decisions: what they say before and after release, to whom, and their PDFs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from grants import config
from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.models import Application
from grants.core import language
from grants.core.clock import in_london
from grants.core.errors import NotFound
from grants.core.paper import pdf
from grants.feedback import queries as feedback
from grants.feedback.rules import FeedbackLetter
from grants.notifications.rules import File
from grants.panels import queries, wording
from grants.panels.models import Decision, DecisionCondition, DecisionLetter
from grants.panels.rules import Condition
from grants.panels.states import FUNDED
from grants.panels.wording import About, Told
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round

KIND = "decision_letter"
"""Under which name messages ask for these PDFs."""

MEDIA_TYPE = "application/pdf"


@dataclass(frozen=True)
class Written:
    """One bid's letter and the people it goes to."""

    decision: Decision
    application: Application
    told: Told
    people: tuple[Person, ...]

    @property
    def is_kept(self) -> bool:
        """Whether its words are still there: they go when the bid has been kept for its time."""
        return bool(self.told["ref"] == self.application.ref)


def written(
    session: Session, round_: Round, decided: Sequence[tuple[Decision, Application]], *, at: datetime
) -> list[Written]:
    """The letters about these decisions of a round: as they went out, or as they would if released at `at`.

    A constant number of statements, however many there are.
    """
    definition = programme.definition_of(round_)
    kept = kept_words(session, [decision.id for decision, _ in decided])
    unwritten = [application.id for decision, application in decided if decision.id not in kept]
    notes = feedback.letters_for(session, definition, unwritten)
    conditions = queries.conditions_of(session, [decision.id for decision, _ in decided])
    before = queries.told_before(session, unwritten)
    people = accounts.signatories_of(session, {application.lead_id for _, application in decided})
    return [
        Written(
            decision,
            application,
            kept.get(decision.id)
            or _told(
                definition,
                decision,
                application,
                notes.get(application.id),
                conditions=conditions[decision.id],
                told_before=before.get(application.id),
                at=at,
            ),
            tuple(people.get(application.lead_id, ())),
        )
        for decision, application in decided
    ]


def fingerprint(letters: Sequence[Written]) -> str:
    """What tells this set of letters and addressees from any other."""
    return wording.fingerprint(
        [(one.told, [(person.name, person.email) for person in one.people]) for one in letters]
    )


def kept_words(session: Session, decision_ids: Collection[int]) -> dict[int, Told]:
    """What went out about these decisions, by decision; those without a released letter are not in it."""
    rows = select(DecisionLetter.decision_id, DecisionLetter.told).where(
        DecisionLetter.decision_id.in_(decision_ids)
    )
    return dict(session.execute(rows).all())


def preview(told: Told) -> File:
    """The PDF of a letter, made anew."""
    with language.speaking(language.ENGLISH):
        content = pdf("decision", wording.paper(told), dated=wording.dated(told))
    return File(wording.file_name(told), MEDIA_TYPE, content)


def kept(session: Session, decision_id: int) -> File | None:
    """The PDF that was made for a released letter; None until a worker has made it."""
    row = row_of(session, decision_id)
    if row is None or row.content is None:
        return None
    return File(wording.file_name(row.told), MEDIA_TYPE, row.content)


def of_release(session: Session, decision_id: int) -> File:
    """The PDF of a released letter: as kept, or made for this reader. Only reads. Raises NotFound."""
    row = row_of(session, decision_id)
    if row is None:
        raise NotFound("No letter about this decision has gone out.")
    return kept(session, decision_id) or preview(row.told)


def row_of(session: Session, decision_id: int) -> DecisionLetter | None:
    """The letter that went out about a decision, with its PDF if it was made."""
    rows = select(DecisionLetter).where(DecisionLetter.decision_id == decision_id)
    return session.scalars(
        rows.options(undefer(DecisionLetter.content)), execution_options={"populate_existing": True}
    ).one_or_none()


@language.in_english
def _told(
    definition: FundDefinition,
    decision: Decision,
    application: Application,
    note: FeedbackLetter | None,
    *,
    conditions: Sequence[DecisionCondition],
    told_before: datetime | None,
    at: datetime,
) -> Told:
    offered = decision.outcome in FUNDED
    until = decision.answer_by or wording.answer_until(at, definition.rules.offer_days)
    public_url = config.current().public_url
    about = About(
        ref=application.ref,
        title=application.title,
        lead=application.lead.name,
        fund=definition.name,
        council=definition.funder.name,
        ask=application.ask,
        outcome=decision.outcome,
        amount=decision.amount,
        reserve_order=decision.reserve_order,
        reason=decision.reason,
        conditions=tuple(Condition(one.kind, one.text, one.due_on) for one in conditions),
        answer_by=until if offered else None,
        appeal_by=wording.answer_until(decision.released_at or at, definition.rules.appeal_days)
        if definition.rules.appeal_days
        else None,
        from_reserve=decision.from_reserve,
        replaces=in_london(told_before).date() if told_before else None,
        dated=in_london(decision.released_at or at).date(),
        link=f"{public_url}/applications/{application.ref}/",
        letter_link=f"{public_url}/panels/letters/{application.ref}/",
    )
    return wording.letter(about, note)
