"""Messages of the town, feedback on its bids, a draft and one that is ready, and the letters of a release."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from grants.feedback import actions as feedback
from grants.feedback import queries as feedback_queries
from grants.notifications.deliver import DEMO_MAILBOX
from grants.notifications.models import Message
from grants.notifications.states import MessageState
from grants.panels import letters, queries
from grants.panels.models import Decision
from grants.programme import queries as programme
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """Feedback drafted in two rounds; a letter that failed; what a chair sees of the waiting release."""
    for name in ("closed", "past"):
        _draft(session, town, name)
    chair = town.actor(session, "chair")
    ready = feedback_queries.for_update(session, town.bid_ids["decided"])
    feedback.mark_ready(
        session, application_id=ready.application_id, version=ready.version, actor=chair, now=town.now
    )
    for name in ("scored", "decided"):
        row = feedback_queries.for_update(session, town.bid_ids[name])
        town.records[name]["feedback_version"] = row.version
    _letters(session, town)


def _draft(session: Session, town: Town, name: str) -> None:
    round_ = programme.round_by_ref(session, str(town.records[name]["round_ref"]))
    run = feedback.request_drafts(
        session, round_id=round_.id, actor=town.actor(session, "manager"), now=town.now
    )
    held = feedback.claim(session, run_id=run.id, now=town.now)
    assert held is not None
    ids = feedback_queries.to_draft(session, round_.id)
    feedback.draft_some(session, run=held, application_ids=ids, bids=len(ids), now=town.now)
    feedback.finish(session, run=held, now=town.now)
    # the page then offers to draft again, as in a round that has come that far


def _letters(session: Session, town: Town) -> None:
    decision = session.scalars(
        select(Decision).where(Decision.application_id == town.bid_ids["offered"])
    ).one()
    about = (Message.about_type == "decision", Message.about_id == str(decision.id))
    message_id = session.scalars(select(Message.id).where(*about).limit(1)).one()
    session.execute(
        update(Message)
        .where(Message.id == message_id)
        .values(state=MessageState.FAILED, last_error="No such mailbox.")
    )
    sent = {"release_id": decision.release_id}
    town.records["sent_release"] = dict(sent)
    town.records["letter"] = {**sent, "message_id": message_id}
    taken = session.scalars(select(Message.id).where(Message.state == MessageState.SENT).limit(1)).one()
    town.records["taken"] = {"message_id": taken}
    waiting = queries.release_by_id(session, int(str(town.records["release"]["release_id"])))
    round_ = programme.round_by_id(session, waiting.round_id)
    going = queries.to_go_out(session, round_.id, waiting=waiting)
    town.records["release"]["previewed"] = letters.fingerprint(
        letters.written(session, round_, going, at=town.now)
    )


def add_messages(session: Session, town: Town) -> None:
    """One message that failed, one that waits, and one that a demo's mailbox has taken."""
    first, second, third = session.scalars(select(Message).order_by(Message.id).limit(3))
    session.execute(
        update(Message)
        .where(Message.id == first.id)
        .values(state=MessageState.FAILED, last_error="No such mailbox.")
    )
    session.execute(
        update(Message)
        .where(Message.id == third.id)
        .values(state=MessageState.SENT, sent_at=town.now, sent_by=DEMO_MAILBOX)
    )
    town.records["failed"] = {"message_id": first.id}
    town.records["waiting"] = {"message_id": second.id}
