"""The chair's agreed scores, and what becomes of them when a sheet that informed them leaves the means."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.core.errors import NotFound, Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.reviewing import interests
from grants.reviewing.models import Conflict
from grants.reviewing.states import OUT_OF_MEANS
from grants.scoring import history, notices, policy, queries, rules
from grants.scoring.actions.results import fit_stage, refresh_result
from grants.scoring.models import AgreedScore, Sheet
from grants.scoring.triggered import MODERATED


def agree_score(
    session: Session,
    *,
    application_id: int,
    theme: str,
    strand: str = "",
    score: Decimal,
    reason: str,
    actor: Actor,
    now: datetime,
) -> AgreedScore:
    """Record the chair's agreed score for a cell (whole number) or, without `strand`, a theme (two decimals).

    It stands beside the reviewers' scores, which stay as they are. Recording one again replaces the one that
    stood, suspended or not, which stays on record. Raises NotAllowed or RuleBroken.
    """
    application = bids.for_update(session, application_id)
    require(policy.may_agree(session, actor, application_id))
    bid = queries.bid(session, application_id)
    counting = rules.counting_themes(
        bid.definition.rubric, queries.claims(session, bid.definition.rubric, application.current_version_id)
    )
    require_no(rules.faults_of_agreed(bid.definition.rubric, counting, theme, strand, score, reason))
    _require_moderation(session, application)
    row = AgreedScore(
        application_id=application_id,
        theme=theme,
        strand=strand,
        hundredths=int(score * 100),
        reason=reason.strip(),
        agreed_by_id=actor.signature(),
        agreed_at=now,
    )
    _put_in_place(session, row)
    audit.record(
        session, actor, "score.agreed", row, now=now,
        application_id=application_id, hundredths=row.hundredths, reason=audit.digest(row.reason),
    )  # fmt: skip
    refresh_result(session, application_id=application_id, now=now)
    return row


def reaffirm_score(
    session: Session, *, agreed_id: int, reason: str, actor: Actor, now: datetime
) -> AgreedScore:
    """Put a suspended agreed score back in force as it was, for a reason that still holds.

    The suspended one stays on record. Raises NotFound, NotAllowed, or RuleBroken where it is not suspended.
    """
    row = session.get(AgreedScore, agreed_id)
    if row is None:
        raise NotFound("There is no such agreed score.")
    require(policy.may_agree(session, actor, row.application_id))
    bids.for_update(session, row.application_id)
    session.refresh(row)
    if row.replaced_at is not None or row.suspended_at is None:
        raise RuleBroken("This agreed score does not wait to be reaffirmed.")
    return agree_score(
        session,
        application_id=row.application_id,
        theme=row.theme,
        strand=row.strand,
        score=Decimal(row.hundredths) / 100,
        reason=reason,
        actor=actor,
        now=now,
    )


def _put_in_place(session: Session, row: AgreedScore) -> None:
    """Add an agreed score; the one that stood there before, if any, gives way and stays on record."""
    stood = [
        old
        for old in queries.agreed_rows(session, row.application_id)
        if (old.theme, old.strand) == (row.theme, row.strand)
    ]
    for old in stood:
        old.replaced_at = row.agreed_at
    session.flush()  # only one may stand at any moment
    session.add(row)
    session.flush()
    for old in stood:
        old.replaced_by_id = row.id
    session.flush()


def follow_conflict(session: Session, conflict: Conflict, actor: Actor, now: datetime) -> None:
    """What scoring puts right when a conflict changes: the means, the agreed scores it informed, the stage.

    Entered in `reviewing.actions.conflict_followers`. A bid that is decided keeps its stage here: whether its
    decision returns to the panel is for the panels room to say.
    """
    application = bids.for_update(session, conflict.application_id)
    if conflict.state in OUT_OF_MEANS and interests.state_before(session, conflict) not in OUT_OF_MEANS:
        _suspend_after_conflict(session, conflict, application, actor=actor, now=now)
    if queries.result_of(session, application.id) is None and not queries.has_scored(
        session, person_id=conflict.person_id, application_id=application.id
    ):
        return
    refresh_result(session, application_id=application.id, now=now)
    fit_stage(session, application=application, actor=actor, now=now)


def _suspend_after_conflict(
    session: Session, conflict: Conflict, application: Application, *, actor: Actor, now: datetime
) -> None:
    """Suspend what was agreed since the person's sheet was first locked: the chairs had it before them."""
    sheet = queries.sheet_of(session, application_id=application.id, person_id=conflict.person_id)
    since = history.first_locked_at(session, sheet) if sheet else None
    if sheet is None or since is None:
        return
    settled_at = conflict.settled_at.isoformat() if conflict.settled_at else ""
    suspend_agreed(
        session, sheet, application, since=since, because=f"{conflict.id}:{settled_at}", actor=actor, now=now
    )


def suspend_agreed(
    session: Session,
    sheet: Sheet,
    application: Application,
    *,
    since: datetime,
    because: str,
    actor: Actor,
    now: datetime,
    reopened: bool = False,
) -> None:
    """The agreed scores recorded from `since` on were informed by a sheet that leaves the means: they count
    for nothing until a chair reaffirms them, and the chairs are told.

    `because` names what happened, once for each time; `reopened` says that the sheet was opened again, else a
    conflict was found.
    """
    informed = [
        row
        for row in queries.agreed_rows(session, application.id)
        if row.suspended_at is None and row.agreed_at >= since
    ]
    for row in informed:
        row.suspended_at = now
        audit.record(session, actor, "score.suspended", row, now=now, application_id=application.id)
    session.flush()
    if informed:
        for notice in notices.suspended(
            session, sheet, application, scores=len(informed), because=because, reopened=reopened
        ):
            outbox.queue(session, notice, now=now)


def _require_moderation(session: Session, application: Application) -> None:
    reasons = []
    if application.stage not in MODERATED:
        reasons.append(Reason("Agreed scores can be recorded while a bid is in review or scored, not now."))
    if not queries.scored_sheets(session, application.id):
        reasons.append(Reason("No review of this bid is locked yet, so there is nothing to agree on."))
    require_no(reasons)
