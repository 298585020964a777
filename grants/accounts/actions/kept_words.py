"""Words sent by somebody whose session had ended: kept for a day, for them, in that browser."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from grants.accounts import codes, rules
from grants.accounts.models import KeptWords
from grants.core.errors import NotFound


def keep_words(
    session: Session,
    *,
    person_id: int,
    browser: str,
    path: str,
    pairs: Sequence[tuple[str, str]],
    now: datetime,
) -> KeptWords | None:
    """Keep what `person_id` has sent to `path` from the browser of this name; None if it is too long.

    The same form sent again takes the place of the first; of more than `rules.MOST_WORDS_KEPT` the oldest go.
    """
    if sum(len(name) + len(text) for name, text in pairs) > rules.LONGEST_WORDS_KEPT:
        return None
    own = session.scalars(
        select(KeptWords).where(KeptWords.person_id == person_id).order_by(KeptWords.kept_at.desc())
    ).all()
    made = KeptWords(
        person_id=person_id,
        browser_digest=codes.token_digest(browser),
        path=path,
        words={"pairs": [list(pair) for pair in pairs]},
        kept_at=now,
    )
    same = [
        found
        for found in own
        if (found.browser_digest, found.path, found.words) == (made.browser_digest, path, made.words)
    ]
    others = [found for found in own if found not in same]
    for gone in (*same, *others[rules.MOST_WORDS_KEPT - 1 :]):
        session.delete(gone)
    session.add(made)
    session.flush()
    return made


def kept_for(session: Session, *, person_id: int, browser: str, now: datetime) -> list[KeptWords]:
    """What waits for this person in the browser of this name, the newest first. One query."""
    if not browser:
        return []
    rows = (
        select(KeptWords)
        .where(
            KeptWords.person_id == person_id,
            KeptWords.browser_digest == codes.token_digest(browser),
            KeptWords.kept_at > now - rules.WORDS_KEPT,
        )
        .order_by(KeptWords.kept_at.desc(), KeptWords.id.desc())
    )
    return list(session.scalars(rows))


def release_words(
    session: Session, *, kept_id: int, person_id: int, browser: str, now: datetime
) -> KeptWords:
    """Delete words that are sent again or thrown away, and give them back. Raises NotFound."""
    for found in kept_for(session, person_id=person_id, browser=browser, now=now):
        if found.id == kept_id:
            session.delete(found)
            session.flush()
            return found
    raise NotFound("These words do not wait for you any more.")


def forget_kept_words(session: Session, *, now: datetime) -> int:
    """Delete what nobody came back for within a day; how many."""
    old = delete(KeptWords).where(KeptWords.kept_at <= now - rules.WORDS_KEPT).returning(KeptWords.id)
    return len(session.scalars(old).all())
