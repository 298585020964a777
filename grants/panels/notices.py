"""Who is told what about decisions, overrides and releases."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.applications.later import free_of_conflict
from grants.applications.models import Application
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice
from grants.panels import letters
from grants.panels.letters import Written
from grants.panels.models import Decision, Override, Release
from grants.permissions import Role
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
def override_refused(session: Session, round_: Round, override: Override) -> list[Notice]:
    """Who asked to go past the pot: it was refused, and why."""
    facts = {
        "round": round_.name,
        "extra": pounds(override.extra),
        "reason": override.refusal,
        "path": f"/panels/{round_.ref}/overrides/",
    }
    person = accounts.person(session, override.asked_by_id)
    return [
        Notice(
            kind="override_refused", to=person.email, person_id=person.id, facts=facts, about=override,
            key=f"override_refused:{override.id}",
        )
    ]  # fmt: skip


@in_english
def decision_flagged(session: Session, application: Application, decision: Decision) -> list[Notice]:
    """Every chair without a conflict: a released decision should be looked at again."""
    facts = {"ref": application.ref, "title": application.title, "path": f"/panels/bids/{application.ref}/"}
    return [
        Notice(
            kind="decision_flagged", to=person.email, person_id=person.id, facts=facts, about=application,
            key=f"decision_flagged:{decision.id}:{person.id}",
        )
        for person in free_of_conflict(session, Role.CHAIR, application.id)
    ]  # fmt: skip


@in_english
def offer_taken_back(session: Session, application: Application, decision: Decision) -> list[Notice]:
    """The lead's signatories: the offer cannot be answered now, the panel is deciding again."""
    facts = {
        "ref": application.ref,
        "title": application.title,
        "reason": decision.reopening_reason,
        "path": f"/applications/{application.ref}/",
    }
    people = accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, ())
    return [
        Notice(
            kind="offer_taken_back", to=person.email, person_id=person.id, facts=facts, about=application,
            key=f"offer_taken_back:{decision.id}:{person.id}",
        )
        for person in people
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
def decisions(written: Sequence[Written]) -> list[Notice]:
    """Each lead organisation's signatories: the letter about their bid. Once a person and bid."""
    return [decision_letter(one, person) for one in written for person in one.people]


@in_english
def decision_letter(written: Written, person: Person) -> Notice:
    """One person's letter about one bid, exactly as it is sent, with the PDF that goes with it."""
    return Notice(
        kind="decision",
        to=person.email,
        person_id=person.id,
        facts={"name": person.name, "told": written.told},
        about=written.decision,
        key=f"decision:{written.decision.id}:{person.id}",
        attachment=(letters.KIND, written.decision.id),
    )
