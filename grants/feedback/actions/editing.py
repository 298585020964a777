"""Editing feedback, marking it as ready and taking it back, and sending it with the decisions."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from grants.applications import queries as bids
from grants.applications.models import Application
from grants.audit import actions as audit
from grants.core.errors import RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.feedback import policy, queries, rules
from grants.feedback.models import BidFeedback
from grants.feedback.states import FEEDBACK, FeedbackState
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition

OPENING = "opening"

Texts = Mapping[str, str]
"""What is typed, by place: 'opening', 'strengths-<theme>', 'next_steps-<theme>'."""


def labels_of(definition: FundDefinition) -> dict[str, str]:
    """What each text is called, by its place."""
    names = {OPENING: "The bid as a whole"}
    for theme in definition.rubric.themes:
        names[f"strengths-{theme.key}"] = f"{theme.name}: strengths"
        names[f"next_steps-{theme.key}"] = f"{theme.name}: next steps"
    return names


def save(
    session: Session, *, application_id: int, texts: Texts, version: int, actor: Actor, now: datetime
) -> BidFeedback:
    """Keep what the chair wrote; texts that are not in `texts` stay. From now on no run drafts it anew.

    Raises NotAllowed, Stale, or RuleBroken with all reasons, each at the place of its text.
    """
    row, application, definition = _open(session, application_id, version=version, actor=actor)
    if row.state is not FeedbackState.DRAFT:
        raise RuleBroken("This feedback is marked as ready. Take it back to edit it.")
    watch = queries.watch(session, application.round_id, ref=application.ref)
    require_no(rules.faults(texts, labels_of(definition), watch))
    row.opening = texts.get(OPENING, row.opening).strip()
    for theme in queries.themes_of(session, [application_id]).get(application_id, []):
        theme.strengths = texts.get(f"strengths-{theme.theme}", theme.strengths).strip()
        theme.next_steps = texts.get(f"next_steps-{theme.theme}", theme.next_steps).strip()
    row.edited_at, row.edited_by_id = now, actor.signature()
    flag_modified(row, "edited_at")  # the version rises although only its themes may have changed
    session.flush()
    audit.record(
        session, actor, "feedback.edited", row, now=now, text=audit.digest(repr(sorted(texts.items())))
    )
    return row


def mark_ready(
    session: Session, *, application_id: int, version: int, actor: Actor, now: datetime
) -> BidFeedback:
    """This goes out with the decision as it stands. Raises NotAllowed, Stale or RuleBroken (all reasons)."""
    row, application, definition = _open(session, application_id, version=version, actor=actor)
    FEEDBACK.next(row.state, "mark_ready")
    themes = queries.themes_of(session, [application_id]).get(application_id, [])
    watch = queries.watch(session, application.round_id, ref=application.ref)
    held = {OPENING: row.opening}
    for theme in themes:
        held[f"strengths-{theme.theme}"], held[f"next_steps-{theme.theme}"] = (
            theme.strengths,
            theme.next_steps,
        )
    source = queries.sources_of(session, definition.rubric, [application_id])[application_id]
    require_no(
        [
            *rules.faults(held, labels_of(definition), watch),
            *rules.blockers_to_ready(
                queries.as_letter(definition, row, themes), out_of_date=row.basis != source.basis()
            ),
        ]
    )
    row.state = FEEDBACK.next(row.state, "mark_ready")
    row.ready_at, row.ready_by_id = now, actor.signature()
    session.flush()
    audit.record(
        session, actor, "feedback.marked_ready", row, now=now, text=audit.digest(repr(sorted(held.items())))
    )
    return row


def take_back(
    session: Session, *, application_id: int, version: int, actor: Actor, now: datetime
) -> BidFeedback:
    """Open feedback that was marked as ready for editing again. Raises NotAllowed, Stale or RuleBroken."""
    row, _, _ = _open(session, application_id, version=version, actor=actor)
    row.state = FEEDBACK.next(row.state, "take_back")
    row.ready_at = row.ready_by_id = None
    session.flush()
    audit.record(session, actor, "feedback.taken_back", row, now=now)
    return row


def take_up_scores(
    session: Session, *, application_id: int, version: int, actor: Actor, now: datetime
) -> BidFeedback:
    """Take up the levels that scores come to now. What the chair wrote stays, and is a draft again.

    Raises NotAllowed, Stale or RuleBroken.
    """
    row, application, definition = _open(session, application_id, version=version, actor=actor)
    if row.state is FeedbackState.SENT:
        raise RuleBroken("This feedback has been sent. It cannot be changed.")
    if row.state is FeedbackState.READY:
        row.state = FEEDBACK.next(row.state, "take_back")
        row.ready_at = row.ready_by_id = None
    source = queries.sources_of(session, definition.rubric, [application_id])[application_id]
    watch = queries.watch(session, application.round_id, ref=application.ref)
    made = rules.draft(definition.rubric, definition.feedback, source, watch)
    bands = {one.theme: one.band for one in made.themes}
    for theme in queries.themes_of(session, [application_id]).get(application_id, []):
        theme.band = bands.get(theme.theme)
    row.basis, row.simulated, row.left_out = source.basis(), source.simulated, made.left_out
    row.edited_at, row.edited_by_id = now, actor.signature()
    session.flush()
    audit.record(session, actor, "feedback.scores_taken_up", row, now=now)
    return row


def send(session: Session, *, application_ids: Collection[int], actor: Actor, now: datetime) -> int:
    """The decisions on these bids go out, and ready feedback with them; from now on it never changes.

    For the room that releases decisions, which asks who may and holds the rows. Gives how many had feedback.
    """
    rows = session.scalars(
        select(BidFeedback).where(
            BidFeedback.application_id.in_(application_ids), BidFeedback.state == FeedbackState.READY
        )
    ).all()
    for row in rows:
        row.state, row.sent_at = FEEDBACK.next(row.state, "send"), now
    session.flush()
    return len(rows)


def _open(
    session: Session, application_id: int, *, version: int, actor: Actor
) -> tuple[BidFeedback, Application, FundDefinition]:
    """The feedback held, as the actor's page had it, with its bid. Raises NotAllowed, NotFound or Stale."""
    application = bids.application(session, application_id)
    require(policy.may_edit(session, actor, application_id, application.round_id))
    row = queries.for_update(session, application_id)
    if row.version != version:
        raise Stale("Somebody else changed this feedback since you opened the page.")
    round_ = programme.round_by_id(session, application.round_id)
    return row, application, programme.definition_of(round_)
