"""Counting bank details to check and awards whose checks are not all done."""

from sqlalchemy import func, select

from grants.accounts.waiting import Counted, Reader, in_no_round
from grants.applications.models import Application
from grants.applications.states import Stage
from grants.applications.waiting import by_bid
from grants.awards.models import Award
from grants.banking.models import BankDetails, DiligenceCheck
from grants.banking.rules import CHECK_LIST
from grants.banking.states import BankState


def details_to_check(reader: Reader) -> Counted:
    """Entered by others, of organisations with which `policy.is_apart` finds no tie."""
    me = reader.person_id
    barred = select(Application.lead_id).where(Application.id.in_(reader.barred))
    return in_no_round(BankDetails.id).where(
        BankDetails.state == BankState.ENTERED,
        BankDetails.entered_by_id != me,
        BankDetails.confirmed_by_id.is_distinct_from(me),
        BankDetails.organisation_id.not_in(barred),
        BankDetails.organisation_id.not_in(reader.actor.memberships),
    )


def awards_to_check(reader: Reader) -> Counted:
    """Running awards of which not every check is recorded, of organisations apart from the reader."""
    barred = select(Application.lead_id).where(Application.id.in_(reader.barred))
    done = (
        select(func.count())
        .where(DiligenceCheck.application_id == Award.application_id)
        .correlate(Award)
        .scalar_subquery()
    )
    return by_bid(Award.application_id, without=reader.barred).where(
        Application.stage == Stage.ACTIVE, Application.lead_id.not_in(barred), done < len(CHECK_LIST)
    )
