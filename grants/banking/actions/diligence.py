"""What is looked at before an award is paid, put on record one check at a time."""

from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import queries as bids
from grants.audit import actions as audit
from grants.awards import queries as awards
from grants.banking import policy, queries
from grants.banking.models import DiligenceCheck, EarlierCheck
from grants.banking.rules import CHECK_LIST, LONGEST_NOTE
from grants.banking.states import Finding, Item
from grants.core.errors import NotFound, Reason, Stale, require_no
from grants.core.policy import require
from grants.permissions import Actor


def record_check(
    session: Session,
    *,
    application_id: int,
    item: Item,
    finding: Finding,
    note: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> DiligenceCheck:
    """Note what came of a check of an award, with what was looked at. `version` is 0 for the first time.
    What stood before is kept. A concern is settled by somebody else than who raised it.

    Raises NotFound (no award), NotAllowed (role, a member, whoever scored or has a conflict), Stale, or
    RuleBroken.
    """
    application = bids.for_update(session, application_id)
    if awards.award_of(session, application_id) is None:
        raise NotFound("This bid has no award.")
    require(policy.may_record_checks(session, actor, application))
    word = note.strip()
    require_no(_reasons(item, finding, word))
    check = queries.checks_of(session, application_id).get(item)
    if (check.version if check else 0) != version:
        raise Stale("Somebody else recorded this check since you opened the page.")
    if check is None:
        check = DiligenceCheck(application_id=application_id, item=item)
        session.add(check)
    else:
        require_no(_own_concern(check, finding, actor))
        session.add(_kept(check, now=now))
    check.finding, check.note = finding, word
    check.recorded_by_id, check.recorded_at = actor.signature(), now
    session.flush()
    audit.record(
        session, actor, "diligence.record", application, now=now,
        item=item, finding=finding, note=audit.digest(word),
    )  # fmt: skip
    return check


def _own_concern(check: DiligenceCheck, finding: Finding, actor: Actor) -> list[Reason]:
    if check.finding is not Finding.CONCERN or finding is Finding.CONCERN:
        return []
    if check.recorded_by_id != actor.person_id:
        return []
    return [Reason("You raised this concern, so somebody else must settle it", "finding")]


def _kept(check: DiligenceCheck, *, now: datetime) -> EarlierCheck:
    return EarlierCheck(
        application_id=check.application_id,
        item=check.item,
        finding=check.finding,
        note=check.note,
        recorded_by_id=check.recorded_by_id,
        recorded_at=check.recorded_at,
        replaced_at=now,
    )


def _reasons(item: Item, finding: Finding, note: str) -> list[Reason]:
    reasons = []
    if not note:
        reasons.append(Reason("Enter what you looked at and what you found", "note"))
    if len(note) > LONGEST_NOTE:
        reasons.append(Reason(f"The note must be {LONGEST_NOTE:,} characters or fewer", "note"))
    if finding is Finding.NOT_NEEDED and not CHECK_LIST[item].skippable:
        reasons.append(Reason("This check is needed for every award", "finding"))
    return reasons
