"""Signing in by a link that is sent to an address, works for half an hour and is used up once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from grants.accounts import codes, notices, queries, rules
from grants.accounts.actions.people import find_or_create_person
from grants.accounts.models import Person, SignInLink
from grants.audit import actions as audit
from grants.core.errors import Reason, RuleBroken
from grants.core.words import is_email
from grants.notifications import actions as outbox
from grants.permissions import NOBODY


@dataclass(frozen=True)
class SignedIn:
    """Who a link signed in, and the path on this site they wanted to see ('' for none)."""

    person: Person
    next_path: str


def ask_for_link(session: Session, *, email: str, next_path: str = "", now: datetime) -> bool:
    """Send a link to `email`; whether a link was sent, which only tests and logs may know.

    Nobody is looked up, so the work is the same for every address: whoever uses the link is registered
    then. Beyond `rules.MOST_LINKS` in `rules.LINK_WINDOW` nothing is sent and the answer stays the same.
    Raises RuleBroken if `email` is not an address.
    """
    plain = rules.plain_email(email)
    if not is_email(plain):
        raise RuleBroken(
            [Reason("Enter an email address in the correct format, like name@example.com", "email")]
        )
    if queries.links_since(session, email=plain, since=now - rules.LINK_WINDOW) >= rules.MOST_LINKS:
        return False
    token = codes.new_token()
    link = SignInLink(
        email=plain,
        token_digest=codes.token_digest(token),
        created_at=now,
        expires_at=now + rules.LINK_LIFE,
        next_path=rules.local_path(next_path),
    )
    session.add(link)
    audit.record(session, NOBODY, "sign_in.ask", link, now=now, email=audit.digest(plain))
    outbox.queue(session, notices.sign_in_link(link, token), now=now)
    return True


def use_link(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Use a link up and say whom it signs in; None if it is unknown, used or too old.

    One conditional UPDATE: of two that use a link at the same moment, one finds it used.
    """
    row = session.execute(
        update(SignInLink)
        .where(
            SignInLink.token_digest == codes.token_digest(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(SignInLink.email, SignInLink.next_path)
    ).one_or_none()
    if row is None:
        return None
    person = find_or_create_person(session, email=row.email, now=now)
    audit.record(session, queries.actor_for(session, person.id), "sign_in.use", person, now=now)
    return SignedIn(person, row.next_path)


def forget_links(session: Session, *, now: datetime) -> int:
    """Delete links that were made a day ago or earlier; how many. Addresses of people who never came are
    not kept."""
    old = delete(SignInLink).where(SignInLink.created_at <= now - rules.LINKS_KEPT).returning(SignInLink.id)
    return len(session.scalars(old).all())
