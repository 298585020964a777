"""Deeds of a meeting: calling it, coming and going, moving from bid to bid, lots, closing."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from grants.applications import queries as applications
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, require_no
from grants.core.policy import require
from grants.meetings import lottery as lots
from grants.meetings import notices, policy, queries, rules
from grants.meetings.agenda import order_bids
from grants.meetings.models import AgendaItem, Attendance, Lottery, Meeting, Recusal
from grants.meetings.states import MEETING, MeetingState
from grants.notifications import actions as outbox
from grants.panels.queries import DecisionRow
from grants.permissions import Actor
from grants.programme import queries as programme

LAST = 1_000_000
"""The last rank where none is given."""


def call_meeting(
    session: Session,
    *,
    round_id: int,
    held_on: date | None,
    place: str,
    quorum: int,
    first: int = 1,
    last: int | None = None,
    actor: Actor,
    now: datetime,
) -> Meeting:
    """Call a meeting about the undecided bids with ranks `first` to `last`, and write to the panel.

    Raises NotAllowed or RuleBroken with everything that is missing.
    """
    require(policy.can_call(actor))
    round_ = programme.locked(session, round_id)
    bids = queries.scored(session, round_id, first=first, last=last or LAST)
    require_no(
        rules.blockers_to_meet(
            held_on=held_on,
            today=in_london(now).date(),
            quorum=quorum,
            bids=len(bids),
            members=len(queries.panel(session)),
        )
    )
    meeting = Meeting(
        round_id=round_id,
        held_on=held_on,
        place=place.strip(),
        quorum=quorum,
        called_by_id=actor.signature(),
        called_at=now,
    )
    session.add(meeting)
    session.flush()
    _write_agenda(session, meeting, bids)
    audit.record(session, actor, "meeting.called", meeting, now=now, quorum=quorum, bids=len(bids))
    for notice in notices.meeting_called(session, round_, meeting):
        outbox.queue(session, notice, now=now)
    return meeting


def draft_agenda_again(session: Session, *, meeting_id: int, actor: Actor, now: datetime) -> Meeting:
    """Order the agenda anew, by scores and conflicts of now. Raises RuleBroken once the meeting opened."""
    require(policy.can_call(actor))
    meeting = queries.for_update(session, meeting_id)
    if meeting.state is not MeetingState.CALLED:
        raise RuleBroken("The meeting has opened, so its agenda stands.")
    kept = {row.application_id for row in queries.agenda_rows(session, meeting_id)}
    bids = queries.scored(session, meeting.round_id, first=1, last=LAST)
    session.execute(delete(AgendaItem).where(AgendaItem.meeting_id == meeting_id))
    _write_agenda(session, meeting, [bid for bid in bids if bid.application_id in kept])
    audit.record(session, actor, "meeting.agenda_drafted", meeting, now=now, bids=len(bids))
    return meeting


def open_meeting(session: Session, *, meeting_id: int, actor: Actor, now: datetime) -> Meeting:
    """A chair opens the meeting, and is at it."""
    require(policy.can_run(actor))
    meeting = queries.for_update(session, meeting_id)
    meeting.state, meeting.opened_at = MEETING.next(meeting.state, "open"), now
    session.flush()
    audit.record(session, actor, "meeting.opened", meeting, now=now)
    _arrive(session, meeting, actor.signature(), now=now)
    return meeting


def arrive(session: Session, *, meeting_id: int, person_id: int, actor: Actor, now: datetime) -> Meeting:
    """A member is at the meeting: they say so themselves, or a chair does. Twice does no harm.

    Where the panel is at a bid they have a conflict with, they are out of the room at once. Raises
    NotAllowed or RuleBroken.
    """
    meeting = _of_member(session, meeting_id, person_id, actor)
    if meeting.state is not MeetingState.OPEN:
        raise RuleBroken("The meeting is not open.")
    if person_id not in queries.present(session, meeting_id):
        _arrive(session, meeting, person_id, now=now)
        audit.record(session, actor, "meeting.arrived", meeting, now=now, person_id=person_id)
    return meeting


def leave(session: Session, *, meeting_id: int, person_id: int, actor: Actor, now: datetime) -> Meeting:
    """A member has gone. Twice does no harm."""
    meeting = _of_member(session, meeting_id, person_id, actor)
    for stretch in queries.stretches(session, meeting_id):
        if stretch.person_id == person_id and stretch.left_at is None:
            stretch.left_at = now
            audit.record(session, actor, "meeting.left", meeting, now=now, person_id=person_id)
    _let_back(session, meeting, [person_id], now=now)
    return meeting


def call_bid(session: Session, *, item_id: int, actor: Actor, now: datetime) -> AgendaItem:
    """The chair comes to a bid. Who is there and has a conflict with it is on record as out of the room.

    Raises NotAllowed for a chair with a conflict (another chair calls it), RuleBroken while the meeting is
    not open or where too few would stay.
    """
    item = queries.item(session, item_id)
    meeting = queries.for_update(session, item.meeting_id)
    require(policy.can_lead(session, actor, item.application_id))
    if meeting.state is not MeetingState.OPEN:
        raise RuleBroken("The meeting is not open.")
    here = queries.present(session, meeting.id)
    away = _kept_out(session, meeting, here, item.application_id)
    short = rules.short_of_quorum(meeting.quorum, len(rules.in_the_room(here, away)))
    require_no([Reason(short)] if short else [])
    _let_back(session, meeting, here, now=now)
    meeting.current_id = item.id
    item.called_at, item.called_by_id = now, actor.signature()
    _send_out(session, meeting, item.application_id, away, now=now)
    session.flush()
    audit.record(session, actor, "meeting.bid_called", item, now=now, outside=sorted(away))
    return item


def write_note(session: Session, *, item_id: int, note: str, actor: Actor, now: datetime) -> AgendaItem:
    """What the minutes say of a bid, written by a chair without a conflict until the meeting closes."""
    item = queries.item(session, item_id)
    meeting = queries.for_update(session, item.meeting_id)
    require(policy.can_lead(session, actor, item.application_id))
    if meeting.state is MeetingState.CLOSED:
        raise RuleBroken("The meeting is over, so its minutes stand.")
    item.note = note.strip()
    session.flush()
    audit.record(session, actor, "meeting.noted", item, now=now, note=audit.digest(item.note))
    return item


def close_meeting(session: Session, *, meeting_id: int, actor: Actor, now: datetime) -> Meeting:
    """A chair closes the meeting: everybody has gone, and the minutes stand."""
    require(policy.can_run(actor))
    meeting = queries.for_update(session, meeting_id)
    meeting.state, meeting.closed_at = MEETING.next(meeting.state, "close"), now
    meeting.current_id = None
    _let_back(session, meeting, queries.present(session, meeting_id), now=now)
    for stretch in queries.stretches(session, meeting_id):
        stretch.left_at = stretch.left_at or now
    session.flush()
    audit.record(session, actor, "meeting.closed", meeting, now=now)
    return meeting


def fix_lots(
    session: Session, *, meeting_id: int, refs: Sequence[str], source: str, actor: Actor, now: datetime
) -> Lottery:
    """Fix which bids take part in a lottery and which public draw gives its seed, before that draw.

    Raises NotAllowed for a chair with a conflict with one of them, or RuleBroken.
    """
    meeting = queries.for_update(session, meeting_id)
    require(policy.can_run(actor))
    on_agenda = {
        item.ref: item.application_id for item in queries.items(session, meeting_id, without=(), names={})
    }
    unknown = [ref for ref in refs if ref not in on_agenda]
    require_no([Reason(f"{ref} is not on the agenda", "bids") for ref in unknown])
    require(policy.can_draw(session, actor, [on_agenda[ref] for ref in refs]))
    drawn = Lottery(
        meeting_id=meeting.id,
        bids={"refs": sorted(refs)},
        source=source.strip(),
        commitment=lots.commitment(refs, source),
        fixed_by_id=actor.signature(),
        fixed_at=now,
    )
    session.add(drawn)
    session.flush()
    audit.record(session, actor, "lottery.fixed", drawn, now=now, commitment=audit.digest(drawn.commitment))
    return drawn


def draw_lots(session: Session, *, lottery_id: int, seed: str, actor: Actor, now: datetime) -> Lottery:
    """Write down the seed, once; the order of the bids follows from it.

    Raises NotAllowed, for a chair with a conflict with one of the bids too, or RuleBroken.
    """
    drawn = queries.lottery(session, lottery_id)
    taking_part = [applications.sent_by_ref(session, ref).id for ref in drawn.bids["refs"]]
    require(policy.can_draw(session, actor, taking_part))
    if drawn.seed:
        raise RuleBroken("These lots have been drawn.")
    lots.draw(drawn.bids["refs"], drawn.source, seed)
    drawn.seed, drawn.drawn_by_id, drawn.drawn_at = " ".join(seed.split()), actor.signature(), now
    session.flush()
    audit.record(session, actor, "lottery.drawn", drawn, now=now, seed=audit.digest(drawn.seed))
    return drawn


def _write_agenda(session: Session, meeting: Meeting, bids: Sequence[DecisionRow]) -> None:
    """The bids in an order in which people with a conflict seldom leave the room."""
    ranked = [bid.application_id for bid in bids]
    people = [person.id for person in queries.panel(session)]
    agenda = order_bids(ranked, queries.outside(session, meeting.round_id, people, ranked))
    session.add_all(
        AgendaItem(meeting_id=meeting.id, application_id=bid, position=position)
        for position, bid in enumerate(agenda.bids, start=1)
    )
    session.flush()


def _of_member(session: Session, meeting_id: int, person_id: int, actor: Actor) -> Meeting:
    """The meeting, held, if the actor may say that this member came or went."""
    require(policy.can_take_part(actor))
    if actor.person_id != person_id:
        require(policy.can_run(actor))
    if person_id not in {person.id for person in queries.panel(session)}:
        raise RuleBroken("Only members of the panel take part in its meetings.")
    return queries.for_update(session, meeting_id)


def _arrive(session: Session, meeting: Meeting, person_id: int, *, now: datetime) -> None:
    session.add(Attendance(meeting_id=meeting.id, person_id=person_id, came_at=now))
    if meeting.current_id is not None:
        bid = queries.item(session, meeting.current_id).application_id
        _send_out(session, meeting, bid, _kept_out(session, meeting, [person_id], bid), now=now)
    session.flush()


def _kept_out(session: Session, meeting: Meeting, people: Collection[int], bid: int) -> frozenset[int]:
    return queries.outside(session, meeting.round_id, people, [bid])[bid]


def _send_out(
    session: Session, meeting: Meeting, bid: int, people: Collection[int], *, now: datetime
) -> None:
    session.add_all(
        Recusal(meeting_id=meeting.id, application_id=bid, person_id=person, went_at=now)
        for person in sorted(people)
    )


def _let_back(session: Session, meeting: Meeting, people: Collection[int], *, now: datetime) -> None:
    for recusal in queries.out_now(session, meeting.id):
        if recusal.person_id in people:
            recusal.returned_at = now
