"""Who is told what about decisions, overrides and releases."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.accounts.models import Person
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice
from grants.panels import letters
from grants.panels.letters import Written
from grants.panels.models import Override, Release
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
