"""What a reviewer knows and takes on, and how one leaves the panel."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.core.errors import Reason, require_no
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import queries as programme
from grants.reviewing import ground as grounds
from grants.reviewing import policy, runs, staffing
from grants.reviewing.actions.assigning import request_assignment, tell_team_followers
from grants.reviewing.actions.reviewers import MOST_BIDS
from grants.reviewing.models import AssignmentRun, Reviewer, ReviewerExpertise
from grants.reviewing.states import ASSIGNMENT, LEVELS, LIVE


def set_expertise(
    session: Session,
    *,
    person_id: int,
    levels: Mapping[str, int],
    most_bids: int,
    actor: Actor,
    now: datetime,
) -> Reviewer:
    """Say how well a reviewer knows each theme (`states.LEVELS`) and how many bids they take at most.

    The manager says it of anybody, a reviewer of themselves. It counts from the next proposal on. Themes that
    are not named keep their level. Raises NotAllowed, NotFound or RuleBroken.
    """
    reviewer = staffing.reviewer_for_update(session, person_id)
    require(policy.may_say_what_they_know(actor, person_id))
    wrong = [Reason("Select one of the levels", theme) for theme in levels if levels[theme] not in LEVELS]
    if not 1 <= most_bids <= MOST_BIDS:
        wrong.append(Reason(f"The most bids must be a number from 1 to {MOST_BIDS:,}.", "most_bids"))
    require_no(wrong)
    known = {row.theme: row for row in staffing.expertise(session, person_id)}
    for theme, level in levels.items():
        if theme in known:
            known[theme].level = level
        elif level:
            session.add(ReviewerExpertise(person_id=person_id, theme=theme, level=level))
    reviewer.most_bids = most_bids
    session.flush()
    audit.record(
        session, actor, "reviewer.described", reviewer, now=now,
        most_bids=most_bids, levels=audit.digest(repr(sorted(levels.items()))),
    )  # fmt: skip
    return reviewer


def retire(
    session: Session, *, person_id: int, reason: str, actor: Actor, now: datetime
) -> list[AssignmentRun]:
    """Let a reviewer leave the panel: they get no more bids, and those they have not begun are handed over.

    Bids on which they have written anything stay theirs. For every round that loses reviews a proposal is
    asked for, which the manager applies; the runs are given back. Raises NotAllowed, NotFound, RuleBroken.
    """
    require(policy.may_assign(actor))
    reviewer = staffing.reviewer_for_update(session, person_id)
    require_no([] if reason.strip() else [Reason("Enter why they leave the panel", "reason")])
    require_no([] if reviewer.active else [Reason("This reviewer has left the panel already.")])
    reviewer.active = False
    handed_over: dict[int, int] = {}
    left: set[int] = set()
    for round_id in staffing.rounds_read_by(session, person_id):
        programme.locked(session, round_id)
        touched = grounds.begun(session, round_id)
        for pair, assignment in staffing.assignments_of(session, person_id, round_id=round_id).items():
            if assignment.state in LIVE and pair not in touched:
                assignment.state = ASSIGNMENT.next(assignment.state, "remove")
                assignment.reason = reason.strip()
                left.add(assignment.application_id)
                handed_over[round_id] = handed_over.get(round_id, 0) + 1
    session.flush()
    audit.record(
        session, actor, "reviewer.retired", reviewer, now=now,
        handed_over=sum(handed_over.values()), reason=audit.digest(reason.strip()),
    )  # fmt: skip
    tell_team_followers(session, left, actor=actor, now=now)
    return [
        request_assignment(session, round_id=round_id, actor=actor, now=now)
        for round_id in handed_over
        if runs.unfinished_run(session, round_id) is None
    ]
