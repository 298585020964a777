"""Who is told what about decisions, overrides and releases."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.models import Application
from grants.core.clock import exact_minute
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice
from grants.panels.models import Decision, Override, Release
from grants.panels.states import FUNDED, Outcome
from grants.permissions import Role
from grants.programme import queries as programme
from grants.programme.models import Round


@in_english
def override_asked(session: Session, round_: Round, override: Override) -> list[Notice]:
    """Every finance approver: a signature is wanted."""
    facts = {
        "round": round_.name,
        "extra": pounds(override.extra),
        "reason": override.reason,
        "path": f"/panels/{round_.ref}/overrides/",
    }
    return [
        Notice(
            kind="override_asked", to=person.email, person_id=person.id, facts=facts, about=override,
            key=f"override_asked:{override.id}:{person.id}",
        )
        for person in accounts.people_with_role(session, Role.FINANCE_APPROVER)
    ]  # fmt: skip


@in_english
def release_drafted(session: Session, round_: Round, release: Release) -> list[Notice]:
    """Every chair: decisions wait for release."""
    facts = {"round": round_.name, "path": f"/panels/{round_.ref}/releases/"}
    return [
        Notice(
            kind="release_drafted", to=person.email, person_id=person.id, facts=facts, about=release,
            key=f"release_drafted:{release.id}:{release.drafted_at.isoformat()}:{person.id}",
        )
        for person in accounts.people_with_role(session, Role.CHAIR)
    ]  # fmt: skip


@in_english
def decisions(
    session: Session, round_: Round, decided: Sequence[tuple[Decision, Application]]
) -> list[Notice]:
    """Each lead organisation's signatories: the decision on their bid with its reason. Once a person and
    bid.
    """
    people = accounts.signatories_of(session, {application.lead_id for _, application in decided})
    return [
        decision_letter(round_, decision, application, person)
        for decision, application in decided
        for person in people.get(application.lead_id, ())
    ]


@in_english
def decision_letter(round_: Round, decision: Decision, application: Application, person: Person) -> Notice:
    """One person's letter about one bid, exactly as it is sent."""
    return Notice(
        kind="decision",
        to=person.email,
        person_id=person.id,
        facts={
            "name": person.name,
            "fund": programme.definition_of(round_).name,
            "council": programme.definition_of(round_).funder.name,
            "ref": application.ref,
            "title": application.title,
            "ask": pounds(application.ask),
            "funded": decision.outcome in FUNDED,
            "in_part": decision.outcome is Outcome.FUND_IN_PART,
            "reserve": decision.outcome is Outcome.RESERVE,
            "deferred": decision.outcome is Outcome.DEFER,
            "amount": pounds(decision.amount),
            "reserve_order": decision.reserve_order,
            "answer_by": exact_minute(decision.answer_by) if decision.answer_by else "",
            "reason": decision.reason,
            "path": f"/applications/{application.ref}/",
        },
        about=decision,
        key=f"decision:{decision.id}:{person.id}",
    )
