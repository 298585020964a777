"""A funded organisation with three people, finance staff, and accounts that pass the modulus check."""

from datetime import timedelta
from typing import TypedDict

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.banking import actions
from grants.banking.models import BankDetails
from grants.banking.states import PayeeCheck
from grants.panels import actions as panels
from grants.panels.states import Outcome
from grants.permissions import MemberRole, Role
from tests.remembering import remembered
from tests.rooms.applications import world as w
from tests.rooms.awards.signing import take_up
from tests.rooms.panels.scored import NOW, Panel, scored

LATER = NOW + timedelta(days=1)


class Numbers(TypedDict):
    """What is typed of an account."""

    account_name: str
    sort_code: str
    account_number: str


FIRST: Numbers = {
    "account_name": "Marsh Farm Outreach",
    "sort_code": "08-99-99",
    "account_number": "66374958",
}
SECOND: Numbers = {
    "account_name": "Marsh Farm Outreach",
    "sort_code": "20 09 15",
    "account_number": "41011166",
}
NUMBERS = ("089999", "66374958", "200915", "41011166", "08-99-99", "20-09-15", "20 09 15", "D/8877665")
"""What may stand nowhere but in the memory of whoever reads it, in every writing."""


@remembered
def funded(session: Session) -> Panel:
    """A bid with an award. Beside 'applicant1' an editor and a viewer; two finance officers."""
    panel = scored(session, 5)
    bid = panel.bids[0]
    for name, role in (("helper", MemberRole.EDITOR), ("onlooker", MemberRole.VIEWER)):
        panel.person_ids[name] = w.person(session, name)
        accounts.add_member(
            session, organisation_id=bid.lead_id, person_id=panel.person_ids[name], role=role,
            actor=w.OPERATOR, now=NOW,
        )  # fmt: skip
    panel.person_ids["officer2"] = w.person(session, "officer2")
    accounts.grant_role(
        session, person_id=panel.person_ids["officer2"], role=Role.FINANCE_OFFICER, actor=w.OPERATOR, now=NOW
    )
    panels.decide(
        session, application_id=bid.id, outcome=Outcome.FUND, amount=bid.ask, reason="Strong",
        actor=panel.actor("chair"), now=NOW,
    )  # fmt: skip
    release = panels.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    take_up(session, application_id=bid.id, actor=panel.actor("applicant1"), now=NOW)
    return panel


def enter(panel: Panel, numbers: Numbers, roll_number: str = "") -> BankDetails:
    """The signatory enters an account."""
    return actions.enter(
        panel.session,
        organisation_id=panel.bids[0].lead_id,
        **numbers,
        roll_number=roll_number,
        actor=panel.actor("applicant1"),
        now=LATER,
    )


def confirm(panel: Panel, details: BankDetails, numbers: Numbers, name: str = "helper") -> None:
    """A second person types the numbers again."""
    actions.confirm(
        panel.session,
        bank_details_id=details.id,
        sort_code=numbers["sort_code"],
        account_number=numbers["account_number"],
        actor=panel.actor(name),
        now=LATER,
    )


def approve(panel: Panel, details: BankDetails, name: str = "officer", call_back: str = "") -> None:
    """The officer notes that the payee matches, and approves."""
    actor = panel.actor(name)
    actions.record_payee(
        panel.session, bank_details_id=details.id, outcome=PayeeCheck.MATCH, note="",
        version=details.version, actor=actor, now=LATER,
    )  # fmt: skip
    actions.approve(
        panel.session, bank_details_id=details.id, call_back=call_back, version=details.version,
        actor=actor, now=LATER,
    )  # fmt: skip


def approved(panel: Panel, numbers: Numbers = FIRST, roll_number: str = "") -> BankDetails:
    """The whole way at once."""
    details = enter(panel, numbers, roll_number)
    confirm(panel, details, numbers)
    approve(panel, details)
    return details
