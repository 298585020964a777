"""What happens in each of the story's three rounds, and when."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.allocations.settings import Settings
from grants.applications import actions as bids
from grants.awards import actions as awards
from grants.demo.actions import (
    afterwards,
    casting,
    deciding,
    feeding_back,
    judging,
    meeting,
    paying,
    practising,
    reporting,
    vetting,
)
from grants.demo.actions.world import OPERATOR, World
from grants.demo.actions.writing import write_bid
from grants.demo.partnerships import NEVER_SENT, Fate, Partnership, partnerships
from grants.programme import actions as programme

SPREAD = {1: 43, 2: 43, 3: 20}
"""Days over which a round's bids are begun."""

OFFERED_AND_TAKEN = (Fate.ACTIVE, Fate.CLOSED, Fate.TERMINATED)
FIRST_SITTING = (
    *OFFERED_AND_TAKEN,
    Fate.OFFER_LAPSED,
    Fate.OFFER_DECLINED,
    Fate.DECLINED,
    Fate.RESERVE,
    Fate.DEFERRED,
)
SECOND_SITTING = (Fate.OFFERED,)
OFFERED_AT_FIRST = (*OFFERED_AND_TAKEN, Fate.OFFER_LAPSED, Fate.OFFER_DECLINED)
OUT_BEFORE_REVIEW = (Fate.DRAFT_LAPSED, Fate.INELIGIBLE, Fate.WITHDRAWN)
DECIDED = (Fate.DECIDED_FUND, Fate.DECIDED_WAITING, Fate.DECIDED_DECLINE)


FORMER_TRUSTEE = "I was a trustee of one of the partners until last spring."
TOO_CLOSE = "A trustee until six months ago is too close. Another reviewer reads this bid."
LAST_REPORT = "The last report and its receipts were read: all was done as promised."
EVIDENCE = "The insurer’s certificate came by email and is kept with the papers of the award."
SISTER = "My sister works for one of the partners and would be paid from this bid."
PAID_ADVICE = (
    "It came to light that the reviewer advised the lead organisation on its accounts last year, for a fee."
)
PAID_THEN = (
    "Paid work for the lead within the past twelve months is a conflict, whatever was written on the sheet."
)
AGREED = (
    "The reviewers differed over what the employers have promised. They read the letters together at the"
    " panel and agreed."
)
JUST_SHORT = (
    "At the line two bids are less than half a point apart, and only one of them fits. With £21,300 more the"
    " panel could fund both."
)

AS_PUBLISHED = "The best use of what is left"
IN_PART = "The same, in part where a bid says it would do"

CHASED_ON = (21, 26, 31, 34, 39)
"""Days after closing on which the clock has reviewers reminded, and managers told who is silent."""

LAPSE_AFTER = timedelta(minutes=16)


def days(number: int, hours: int = 0, minutes: int = 0) -> timedelta:
    """Time after a round's closing minute, 5pm on a Friday: days(3, -7) is 10am on the Monday."""
    return timedelta(days=number, hours=hours, minutes=minutes)


def tell_all_rounds(world: World) -> None:
    """Put the whole story on the timeline."""
    opens_at = world.definitions[1].calendar.opens_at
    casting.cast_staff(world, at=opens_at - days(30))
    casting.invite_editor(world, at=opens_at + days(2, 8))
    for number in world.definitions:
        _open_and_close(world, number)
        _write_bids(world, number)
    _first_round(world)
    _second_round(world)
    casting.cast_newcomer(world, at=world.definitions[3].calendar.opens_at + days(32))


def _chosen(number: int, *fates: Fate) -> list[Partnership]:
    return [one for one in partnerships(number) if one.fate in fates]


def _only(number: int, fate: Fate) -> Partnership:
    (one,) = _chosen(number, fate)
    return one


def _open_and_close(world: World, number: int) -> None:
    """Load the round, and let the clock announce it and lapse what was not sent."""
    calendar = world.definitions[number].calendar

    def load(session: Session, now: datetime) -> None:
        loaded = programme.load_fund(session, definition=world.definitions[number], actor=OPERATOR, now=now)
        world.rounds[number] = loaded.round.id

    def announce(session: Session, now: datetime) -> None:
        programme.announce_due(session, now=now)

    def lapse(session: Session, now: datetime) -> None:
        bids.lapse_drafts(session, now=now)

    world.timeline.add(calendar.opens_at - days(14), load)
    world.timeline.add(calendar.opens_at, announce)
    if number != max(world.definitions):
        world.timeline.add(calendar.closes_at, announce)
        world.timeline.add(calendar.closes_at + LAPSE_AFTER, lapse)


def _write_bids(world: World, number: int) -> None:
    """Bids are begun one after the other, between nine in the morning and seven in the evening."""
    opens_at, all_of_them = world.definitions[number].calendar.opens_at, partnerships(number)
    for place, partnership in enumerate(all_of_them):
        day = 4 + place * SPREAD[number] // (len(all_of_them) - 1)
        write_bid(world, partnership, round_number=number, at=opens_at + days(day, place * 5 % 11, place))


def _first_round(world: World) -> None:
    closes_at = world.definitions[1].calendar.closes_at
    all_of_them = partnerships(1)
    read = [one for one in all_of_them if one.fate not in OUT_BEFORE_REVIEW]
    judging.screen(
        world, [one for one in all_of_them if one.fate not in NEVER_SENT], at=closes_at + days(3, -6)
    )
    judging.withdraw(world, _only(1, Fate.WITHDRAWN), at=closes_at + days(5, -3))
    judging.share_out(world, read, round_number=1, at=closes_at + days(10, -7))
    torn = read[1]
    judging.declare_conflict(world, torn, reason=FORMER_TRUSTEE, at=closes_at + days(11, -8))
    judging.settle_conflicts(world, torn, reason=TOO_CLOSE, at=closes_at + days(11, -4))
    judging.share_out(world, read, round_number=1, at=closes_at + days(11, -3))
    sitting = _chosen(1, *FIRST_SITTING)
    meeting.call(world, round_number=1, at=closes_at + days(38, -3), held=days(2))
    meeting.hold(world, sitting, round_number=1, at=closes_at + days(40, -3, -5))
    deciding.decide(world, sitting, at=closes_at + days(40, -3))
    deciding.countersign(world, round_number=1, at=closes_at + days(41, -7))
    feeding_back.draft(world, round_number=1, at=closes_at + days(43, -6))
    feeding_back.mark_ready(world, _chosen(1, *FIRST_SITTING), at=closes_at + days(44, -6))
    deciding.release(world, round_number=1, at=closes_at + days(52, -6))
    deciding.decide(world, _chosen(1, *SECOND_SITTING), at=closes_at + days(201, -3))
    deciding.countersign(world, round_number=1, at=closes_at + days(202, -6))
    feeding_back.mark_ready(world, _chosen(1, *SECOND_SITTING), at=closes_at + days(204, -6))
    deciding.release(world, round_number=1, at=closes_at + days(206, -5))
    for partnership in _chosen(1, *SECOND_SITTING):
        deciding.prepare(world, partnership, at=closes_at + days(207, -5, 1))
    _first_awards(world, released_at=closes_at + days(53, -6))
    reporting.report(world, _chosen(1, Fate.ACTIVE)[0], at=closes_at + days(209, -6))
    afterwards.appeal(world, _chosen(1, Fate.DECLINED)[0], at=closes_at + days(60, -5))
    afterwards.vary(world, _chosen(1, Fate.ACTIVE)[2], round_number=1, at=closes_at + days(209, -5))


def _first_awards(world: World, *, released_at: datetime) -> None:
    """What became of the offers of the first sitting."""
    calendar, rules = world.definitions[1].calendar, world.definitions[1].rules
    for partnership in _chosen(1, *OFFERED_AT_FIRST):
        deciding.prepare(world, partnership, at=released_at + days(0, 0, 1))
    taken = _chosen(1, *OFFERED_AND_TAKEN)
    deciding.meet(world, taken[0], evidence=EVIDENCE, at=released_at + days(20))
    for place, partnership in enumerate(taken):
        deciding.accept(world, partnership, at=released_at + days(1 + place, place % 5))
    deciding.turn_down(world, _only(1, Fate.OFFER_DECLINED), at=released_at + days(9))
    closed, active = _chosen(1, Fate.CLOSED), _chosen(1, Fate.ACTIVE)
    vetting.enter_accounts(world, [*closed, *active], at=released_at + days(14))
    paying.pay(world, round_number=1, failing=active[0], at=released_at + days(30))
    vetting.change_account(world, active[0], at=released_at + days(37))

    def lapse(session: Session, now: datetime) -> None:
        awards.lapse_offers(session, now=now)

    world.timeline.add(released_at + timedelta(days=rules.offer_days + 1), lapse)
    spending = calendar.closes_at + (calendar.spend_from - calendar.closes_at.date())
    ends = [spending + timedelta(weeks=one.begins + one.weeks, days=10) for one in closed]
    for partnership, end in zip(closed, ends, strict=True):
        paying.release(world, partnership, note=LAST_REPORT, at=min(ends) - days(9, 1))
        deciding.close(world, partnership, at=end)
    paying.pay(world, round_number=1, at=min(ends) - days(8))
    deciding.terminate(world, _only(1, Fate.TERMINATED), at=calendar.closes_at + days(150, -4))


def _second_round(world: World) -> None:
    closes_at = world.definitions[2].calendar.closes_at
    late = _only(2, Fate.REVIEW_NONE)
    read = [one for one in partnerships(2) if one.fate not in (Fate.SUBMITTED, late.fate)]
    judging.screen(world, read, at=closes_at + days(3, -6))
    judging.share_out(world, read, round_number=2, at=closes_at + days(10, -7))
    practising.practise(world, round_number=2, at=closes_at + days(10, 1))
    practising.spend(world, round_number=2, at=closes_at + days(12, 3))
    judging.screen(world, [late], at=closes_at + days(31, -7))
    judging.share_out(world, [late], round_number=2, at=closes_at + days(31, -6))
    judging.chase(world, on=[closes_at + days(number, -8) for number in CHASED_ON])
    judging.declare_conflict(world, _only(2, Fate.REVIEW_CONFLICT), reason=SISTER, at=closes_at + days(33, 1))
    found = _only(2, Fate.LATE_CONFLICT)
    judging.find_late_conflict(world, found, reason=PAID_ADVICE, at=closes_at + days(35, -6))
    judging.settle_conflicts(world, found, reason=PAID_THEN, at=closes_at + days(38, -5))
    judging.agree_score(
        world, _only(2, Fate.SCORED_AGREED), score="4.33", reason=AGREED, at=closes_at + days(39, -3)
    )
    deciding.decide(world, _chosen(2, *DECIDED), at=closes_at + days(40, -3))
    deciding.countersign(
        world,
        round_number=2,
        except_for=_chosen(2, Fate.DECIDED_WAITING),
        at=closes_at + days(41, -7),
    )
    feeding_back.draft(world, round_number=2, at=closes_at + days(41, -6))
    feeding_back.mark_ready(world, _chosen(2, Fate.DECIDED_DECLINE), at=closes_at + days(41, -5))
    deciding.ask_override(
        world, round_number=2, extra=2_130_000, reason=JUST_SHORT, at=closes_at + days(41, -4)
    )
    published = world.definitions[2].allocation
    for name, allocation in ((AS_PUBLISHED, published), (IN_PART, replace(published, partial=True))):
        deciding.ask_for_a_scenario(
            world, name=name, settings=Settings(allocation), round_number=2, at=closes_at + days(41, -2)
        )
    meeting.call(world, round_number=2, at=closes_at + days(41, -1), held=days(14))
