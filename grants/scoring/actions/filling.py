"""A reviewer's own sheet: opening it, filling it in, locking it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from grants.applications import queries as bids
from grants.applications.models import Application, Version
from grants.applications.queries import Bid
from grants.applications.states import Stage
from grants.audit import actions as audit
from grants.core.errors import NotFound, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.notifications import actions as outbox
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.reviewing import queries as reviewing
from grants.scoring import history, notices, policy, queries, rules
from grants.scoring.actions.results import fit_stage, refresh_result
from grants.scoring.models import CellScore, Sheet, ThemeNote
from grants.scoring.rules import Overall
from grants.scoring.states import SHEET, SheetState


def open_sheet(
    session: Session, *, assignment_id: int, actor: Actor, now: datetime, simulated: bool = False
) -> Sheet:
    """Start the score sheet of an assignment, or give back the one that is there; it names its version.

    `simulated` marks a sheet that a program fills in. Raises NotAllowed (not theirs, not declared, a
    conflict, a practice bid to score first) or RuleBroken where the bid is not in review.
    """
    assignment = reviewing.assignment_for_update(session, assignment_id)
    require(policy.may_score(session, actor, assignment))
    existing = queries.sheet_of(
        session, application_id=assignment.application_id, person_id=assignment.person_id
    )
    if existing is not None:
        return existing
    application = bids.application(session, assignment.application_id)
    _require_review(application)
    if not simulated:
        require(policy.has_practised(session, actor, programme.round_by_id(session, application.round_id)))
    sheet = Sheet(
        assignment_id=assignment.id,
        application_id=assignment.application_id,
        person_id=assignment.person_id,
        version_id=application.current_version_id,
        state=SHEET.initial,
        simulated=simulated,
        started_at=now,
    )
    session.add(sheet)
    session.flush()
    audit.record(
        session, actor, "sheet.opened", sheet, now=now,
        application_id=sheet.application_id, version_id=sheet.version_id, simulated=simulated,
    )  # fmt: skip
    return sheet


def save_theme(
    session: Session,
    *,
    sheet_id: int,
    theme: str,
    scores: Mapping[str, int],
    not_addressed: bool,
    justification: str,
    version: int,
    actor: Actor,
    now: datetime,
    shareable: bool = False,
    window: str = "",
) -> Sheet:
    """Save what the reviewer gives one theme: `scores` by strand, whole numbers, as many as they have so far.

    `not_addressed` puts 0 in every cell. `shareable` lets the justification be quoted to the applicant.
    `version` is the sheet's version on the page they saw, `window` the name of the window with that page.
    Raises NotAllowed, Stale, NotFound (no such theme) or RuleBroken (locked, or a score not on the scale).
    """
    sheet, bid = _draft(session, sheet_id, version=version, actor=actor, window=window)
    rubric = bid.definition.rubric
    if theme not in rubric.theme_keys:
        raise NotFound("There is no such theme.")
    require_no(rules.faults_of_theme(rubric, scores, justification))
    wanted = dict.fromkeys(rubric.strand_keys, 0) if not_addressed else scores
    cells, note = queries.theme_rows(session, sheet.id, theme)
    for strand, cell in cells.items():
        if strand not in wanted:
            session.delete(cell)
    for strand, score in wanted.items():
        if strand in cells:
            cells[strand].score = score
        else:
            session.add(CellScore(sheet_id=sheet.id, theme=theme, strand=strand, score=score))
    if note is None:
        note = ThemeNote(sheet_id=sheet.id, theme=theme)
        session.add(note)
    note.justification, note.not_addressed = justification.strip(), not_addressed
    note.shareable = shareable
    _touch(session, sheet, window, now=now)
    audit.record(
        session, actor, "sheet.theme_saved", sheet, now=now, cells=len(wanted), not_addressed=not_addressed
    )
    return sheet


def save_comment(
    session: Session, *, sheet_id: int, comment: str, version: int, actor: Actor, now: datetime
) -> Sheet:
    """Save the comment on the bid as a whole and leave the recommendation. Raises as `save_overall` does."""
    sheet = queries.sheet_for_update(session, sheet_id)
    return save_overall(
        session,
        sheet_id=sheet_id,
        overall=replace(sheet.overall, comment=comment),
        version=version,
        actor=actor,
        now=now,
    )


def save_overall(
    session: Session,
    *,
    sheet_id: int,
    overall: Overall,
    version: int,
    actor: Actor,
    now: datetime,
    window: str = "",
) -> Sheet:
    """Save what the reviewer says of the bid as a whole: comment, recommendation, amount with its reason.

    Raises NotAllowed, Stale or RuleBroken; each reason's place is a field of `Overall`.
    """
    sheet, bid = _draft(session, sheet_id, version=version, actor=actor, window=window)
    require_no(rules.faults_of_overall(overall, bid.application.ask))
    sheet.overall_comment = overall.comment.strip()
    sheet.recommendation, sheet.recommended_amount = overall.recommendation, overall.amount
    sheet.recommended_reason = overall.reason.strip()
    _touch(session, sheet, window, now=now)
    audit.record(session, actor, "sheet.commented", sheet, now=now)
    return sheet


def lock(
    session: Session,
    *,
    sheet_id: int,
    version: int,
    actor: Actor,
    now: datetime,
    overall: Overall | None = None,
    window: str = "",
) -> Sheet:
    """Lock a sheet: from now on it counts, and what it holds is kept for good. Locking a locked sheet changes
    nothing.

    `overall` is what stood beside the button, kept before the sheet is locked; None leaves what was saved
    before. When it is the last sheet the bid waits for, and the bid can be ranked, the bid's stage becomes
    "scored".
    Raises NotAllowed, Stale, or RuleBroken with everything that is missing; each reason's place is a theme.
    """
    sheet = queries.sheet_for_update(session, sheet_id)
    application = bids.for_update(session, sheet.application_id)
    if sheet.state is SheetState.LOCKED and sheet.person_id == actor.person_id:
        return sheet
    sheet, bid = _draft(session, sheet_id, version=version, actor=actor, window=window)
    _require_settled(session, application, sheet)
    if overall is not None and overall != sheet.overall:
        sheet = save_overall(
            session,
            sheet_id=sheet_id,
            overall=overall,
            version=version,
            actor=actor,
            now=now,
            window=window,
        )
    written = queries.filled(session, sheet)
    claims = queries.version_of(session, sheet).content["claims"]
    require_no(
        [
            *rules.blockers_to_lock(bid.definition.rubric, claims, written.cells, written.reasoned(claims)),
            *rules.unfinished_overall(sheet.overall, bid.application.ask),
        ]
    )
    sheet.state, sheet.locked_at = SHEET.next(sheet.state, "lock"), now
    session.add(history.kept(session, written, locked_at=now))
    session.flush()
    audit.record(
        session, actor, "sheet.locked", sheet, now=now, application_id=sheet.application_id,
        version_id=sheet.version_id, scores=audit.digest(repr(sorted(written.cells.items()))),
    )  # fmt: skip
    refresh_result(session, application_id=sheet.application_id, now=now)
    fit_stage(session, application=application, actor=actor, now=now)
    return sheet


def take_up_version(session: Session, *, sheet_id: int, version: int, actor: Actor, now: datetime) -> Sheet:
    """The reviewer goes on with the bid as it was sent last; scores and notes given so far stay.

    `version` is the sheet's version on the page they saw. Raises NotAllowed, Stale or RuleBroken.
    """
    sheet, bid = _draft(session, sheet_id, version=version, actor=actor)
    current = bids.current_version(session, bid.application)
    if sheet.version_id == current.id:
        return sheet
    before, sheet.version_id = sheet.version_id, current.id
    session.flush()
    audit.record(
        session, actor, "sheet.version_taken_up", sheet, now=now, before=before, version_id=current.id
    )
    return sheet


def object_to_changes(session: Session, application_id: int) -> str:
    """Why no changes to a bid can be asked for any more: a sheet is locked. '' before that."""
    if queries.has_locked_sheets(session, application_id):
        return "A score sheet of this bid is locked, so the bid can no longer be changed."
    return ""


def follow_version(session: Session, version: Version, now: datetime) -> None:
    """Tell everybody who has begun to score the bid that it has changed.

    Entered in `applications.actions.version_followers`.
    """
    application = bids.application(session, version.application_id)
    for sheet in queries.open_sheets(session, version.application_id):
        outbox.queue(session, notices.bid_changed(session, sheet, application, version), now=now)


def _draft(
    session: Session, sheet_id: int, *, version: int, actor: Actor, window: str = ""
) -> tuple[Sheet, Bid]:
    """The actor's own sheet, still open and as their page had it, with its bid.

    A window that saved last is never behind: the answer to its save may have been lost on the way.
    Raises NotAllowed, RuleBroken or Stale.
    """
    sheet = queries.sheet_for_update(session, sheet_id)
    assignment = reviewing.assignment_of(
        session, application_id=sheet.application_id, person_id=sheet.person_id
    )
    require(policy.may_score(session, actor, assignment))
    if sheet.state is SheetState.LOCKED:
        raise RuleBroken("This score sheet is locked.")
    bid = queries.bid(session, sheet.application_id)
    _require_review(bid.application)
    if sheet.version != version and not (window and window == sheet.saved_in):
        raise Stale("You changed this score sheet in another window since you opened this page.")
    return sheet, bid


def _require_settled(session: Session, application: Application, sheet: Sheet) -> None:
    """Locked sheets all score one text: nothing is locked while it may change, nor over an older one."""
    request = bids.open_request(session, application.id)
    due_at = request.due_at if request else None
    outdated = sheet.version_id != application.current_version_id
    if unsettled := rules.why_unsettled(due_at, outdated=outdated):
        raise RuleBroken(unsettled)


def _require_review(application: Application) -> None:
    if application.stage is not Stage.IN_REVIEW:
        raise RuleBroken("This bid is not in review, so it cannot be scored now.")


def _touch(session: Session, sheet: Sheet, window: str, *, now: datetime) -> None:
    """Raise the sheet's version although only its cells and notes may have changed."""
    sheet.saved_in, sheet.saved_at = window, now
    flag_modified(sheet, "overall_comment")
    session.flush()
