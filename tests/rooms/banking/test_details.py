"""Bank details from being entered to being paid to: two people there, one of finance here, none on both."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.audit import actions as audit
from grants.audit.models import TrailEntry
from grants.banking import actions, policy, queries
from grants.banking.models import BankDetails
from grants.banking.states import BankState, Modulus, PayeeCheck
from grants.core.errors import NotAllowed, NotFound, RuleBroken, Stale
from grants.core.policy import Decision
from grants.documents.actions import Accepted
from grants.documents.states import Kind
from grants.notifications.models import Message
from grants.permissions import Actor, MemberRole, Role
from grants.reviewing import actions as reviewing
from tests.rooms.applications import world as w
from tests.rooms.banking.world import (
    FIRST,
    LATER,
    NUMBERS,
    SECOND,
    Numbers,
    approve,
    approved,
    confirm,
    enter,
    funded,
)
from tests.rooms.panels.scored import NOW, Panel


def holds(panel: Panel) -> tuple[str, ...]:
    return queries.holds(panel.session, panel.bids[0].lead_id)


def letters(panel: Panel, kind: str) -> list[str]:
    """Whom the messages of a kind went to, in alphabetical order."""
    found = select(Message.to_address).where(Message.kind == kind)
    return sorted(address.partition("@")[0] for address in panel.session.scalars(found))


def test_from_two_people_through_finance_to_a_payment(session: Session) -> None:
    panel = funded(session)
    organisation_id = panel.bids[0].lead_id
    assert holds(panel) == (queries.NONE_YET,)

    details = enter(panel, FIRST, roll_number="d/8877665")
    assert (details.state, details.ending, details.modulus) == (BankState.DRAFT, "58", Modulus.PASSED)
    assert letters(panel, "bank_details_entered") == ["applicant1", "helper"]
    assert letters(panel, "bank_details_to_confirm") == ["helper"]
    assert holds(panel) == (queries.NOT_APPROVED,)
    with pytest.raises(RuleBroken, match="not the numbers"):
        confirm(panel, details, SECOND)
    confirm(panel, details, FIRST)
    assert details.state is BankState.ENTERED
    assert letters(panel, "bank_details_to_check") == ["officer", "officer2"]

    with pytest.raises(RuleBroken, match="check of the payee says first"):
        actions.approve(
            session, bank_details_id=details.id, call_back="", version=details.version,
            actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip
    approve(panel, details)
    assert (details.state, holds(panel)) == (BankState.APPROVED, ())
    actions.save_supplier(
        session, organisation_id=organisation_id, number="S-1042", actor=panel.actor("officer"), now=LATER
    )
    payable = queries.payable(session, organisation_id)
    assert payable == queries.PayableAccount(details.id, organisation_id, "58", LATER, "S-1042")
    with pytest.raises(RuleBroken, match="This is the supplier number of"):
        actions.save_supplier(
            session, organisation_id=w.organisation(session, "Another"), number="s-1042",
            actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip


def test_opening_an_account_for_a_payment_goes_on_record(session: Session) -> None:
    panel = funded(session)
    details = approved(panel, roll_number="d/8877665")
    account = actions.open_for_payment(
        session, bank_details_id=details.id, actor=panel.actor("approver"), now=LATER
    )
    told = (account.name, account.sort_code, account.account_number, account.roll_number)
    assert told == ("Marsh Farm Outreach", "089999", "66374958", "D/8877665")
    session.commit()
    read = session.scalars(select(TrailEntry).where(TrailEntry.deed == "bank_details.read")).one()
    assert (read.actor_id, read.subject_id, read.facts) == (
        panel.person_ids["approver"],
        str(details.id),
        {"why": "payment"},
    )
    assert [one.name for one in queries.readings_of(session, details.id)] == ["Approver Person"]


def test_a_change_holds_payments_tells_the_old_contacts_and_is_approved_again(session: Session) -> None:
    panel = funded(session)
    first = approved(panel)
    accounts.remove_member(
        session, organisation_id=panel.bids[0].lead_id, person_id=panel.person_ids["helper"],
        actor=panel.actor("applicant1"), now=LATER,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="approved already"):
        enter(panel, FIRST)
    second = enter(panel, SECOND)
    assert letters(panel, "bank_details_entered") == ["applicant1", "applicant1", "helper", "helper"]
    assert holds(panel) == (queries.CHANGED,)
    assert queries.payable(session, panel.bids[0].lead_id) is None
    with pytest.raises(RuleBroken, match="not approved yet"):
        actions.open_for_payment(session, bank_details_id=first.id, actor=panel.actor("approver"), now=LATER)

    w_second = w.person(session, "newcomer")
    panel.person_ids["newcomer"] = w_second
    accounts.add_member(
        session, organisation_id=panel.bids[0].lead_id, person_id=w_second, role=MemberRole.EDITOR,
        actor=w.OPERATOR, now=NOW,
    )  # fmt: skip
    confirm(panel, second, SECOND, "newcomer")
    with pytest.raises(RuleBroken, match="made sure that the change is real"):
        approve(panel, second)
    with pytest.raises(RuleBroken, match="Do not write sort codes"):
        approve(panel, second, call_back="They read 4101 1166 back")
    approve(panel, second, call_back="Rang the treasurer on the number of the bid, on 2022-03-01")
    assert (first.state, first.ended_at, second.state, holds(panel)) == (
        BankState.REPLACED,
        LATER,
        BankState.APPROVED,
        (),
    )
    with pytest.raises(RuleBroken, match="not the approved ones"):
        actions.open_for_payment(session, bank_details_id=first.id, actor=panel.actor("approver"), now=LATER)


def test_a_change_that_is_refused_or_taken_back_leaves_what_was_approved(session: Session) -> None:
    panel = funded(session)
    first = approved(panel)
    second = enter(panel, SECOND)
    actions.take_back(session, bank_details_id=second.id, actor=panel.actor("applicant1"), now=LATER)
    assert (second.state, first.state, holds(panel)) == (BankState.TAKEN_BACK, BankState.APPROVED, ())
    third = enter(panel, SECOND)
    confirm(panel, third, SECOND)
    with pytest.raises(RuleBroken, match="why the bank details are not approved"):
        refuse(panel, third, " ")
    refuse(panel, third, "The treasurer knew nothing of it")
    assert (third.state, holds(panel)) == (BankState.REFUSED, ())
    assert letters(panel, "bank_details_settled") == sorted(["applicant1", "helper"] * 3)


def refuse(panel: Panel, details: BankDetails, reason: str, name: str = "officer") -> None:
    actions.refuse(
        panel.session, bank_details_id=details.id, reason=reason, version=details.version,
        actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def test_a_newer_entry_takes_the_place_of_one_that_waits(session: Session) -> None:
    panel = funded(session)
    first, second = enter(panel, FIRST), enter(panel, SECOND)
    assert (first.state, second.state) == (BankState.REPLACED, BankState.DRAFT)
    assert queries.pending(session, panel.bids[0].lead_id) is second


def test_a_letter_of_the_bank_stands_in_for_a_second_person(session: Session) -> None:
    panel = funded(session)
    details = actions.enter(
        session,
        organisation_id=panel.bids[0].lead_id,
        **FIRST,
        letter=Accepted("letter.pdf", Kind.PDF, b"%PDF-1.4 a letter"),
        actor=panel.actor("applicant1"),
        now=LATER,
    )
    assert details.state is BankState.ENTERED
    letter, content = actions.open_letter(
        session, bank_details_id=details.id, actor=panel.actor("officer"), now=LATER
    )
    assert (letter.name, content) == ("letter.pdf", b"%PDF-1.4 a letter")
    with pytest.raises(NotAllowed):
        actions.open_letter(session, bank_details_id=details.id, actor=panel.actor("manager"), now=LATER)
    approve(panel, details)
    assert holds(panel) == ()


def test_numbers_that_do_not_belong_together_are_refused_unsaid(session: Session) -> None:
    panel = funded(session)
    with pytest.raises(RuleBroken) as refused:
        enter(panel, Numbers(account_name="A", sort_code="089999", account_number="66374959"))
    assert [reason.place for reason in refused.value.reasons] == ["account_number"]
    assert not any(typed in str(refused.value) for typed in ("66374959", "089999"))


SIDES = {
    "enter": {"applicant1"},
    "confirm": {"helper"},
    "take_back": {"applicant1"},
    "approve": {"officer", "officer2"},
    "read": {"officer", "officer2", "approver"},
    "check": {"officer", "officer2", "manager"},
}
EVERYBODY = (
    "applicant1", "helper", "onlooker", "officer", "officer2", "approver", "manager", "chair", "auditor",
    "rosa",
)  # fmt: skip


def test_every_deed_is_open_to_its_own_side_alone(session: Session) -> None:
    """Each deed tried by everybody."""
    panel = funded(session)
    details = enter(panel, FIRST)
    may: dict[str, Callable[[Actor], Decision]] = {
        "enter": lambda actor: policy.may_enter(actor, details.organisation_id),
        "confirm": lambda actor: policy.may_confirm(actor, details),
        "take_back": lambda actor: policy.may_enter(actor, details.organisation_id),
        "approve": lambda actor: policy.may_check(session, actor, details),
        "read": policy.may_read,
        "check": lambda actor: policy.may_record_checks(session, actor, panel.bids[0]),
    }
    found = {deed: {name for name in EVERYBODY if asks(panel.actor(name))} for deed, asks in may.items()}
    assert found == SIDES
    with pytest.raises(NotFound):
        confirm(panel, details, FIRST, "manager")
    with pytest.raises(NotAllowed):
        confirm(panel, details, FIRST, "applicant1")


def test_finance_that_stands_on_the_other_side_approves_nothing(session: Session) -> None:
    """An officer who entered the account, belongs to the organisation, scored its bid or has a conflict."""
    panel = funded(session)
    details = enter(panel, FIRST)
    scorer, member = panel.person_ids["rosa"], panel.person_ids["helper"]
    enterer = panel.person_ids["applicant1"]
    for person_id in (scorer, member, enterer):
        accounts.grant_role(
            session, person_id=person_id, role=Role.FINANCE_OFFICER, actor=w.OPERATOR, now=NOW
        )
    reasons = [
        policy.may_check(session, panel.actor(name), details).reason
        for name in ("rosa", "helper", "applicant1")
    ]
    assert [reason.partition(",")[0] for reason in reasons] == [
        "You scored a bid of this organisation",
        "You belong to this organisation",
        "You entered or confirmed these bank details",
    ]
    reviewing.record_conflict(
        session, person_id=panel.person_ids["officer2"], application_id=panel.bids[0].id,
        reason="A cousin runs it", actor=panel.actor("manager"), now=NOW,
    )  # fmt: skip
    assert "conflict of interest" in policy.may_check(session, panel.actor("officer2"), details).reason
    with pytest.raises(NotAllowed, match="conflict of interest"):
        actions.save_supplier(
            session, organisation_id=details.organisation_id, number="S-1",
            actor=panel.actor("officer2"), now=LATER,
        )  # fmt: skip


def test_a_page_read_before_somebody_elses_deed_approves_nothing(session: Session) -> None:
    panel = funded(session)
    details = enter(panel, FIRST)
    confirm(panel, details, FIRST)
    seen = details.version
    actions.record_payee(
        session, bank_details_id=details.id, outcome=PayeeCheck.CLOSE, note="The old name of the group",
        version=seen, actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    with pytest.raises(Stale):
        actions.approve(
            session, bank_details_id=details.id, call_back="", version=seen,
            actor=panel.actor("officer2"), now=LATER,
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="Enter why the account can be taken"):
        actions.record_payee(
            session, bank_details_id=details.id, outcome=PayeeCheck.NO_MATCH, note=" ",
            version=details.version, actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip


def test_numbers_are_forgotten_a_year_after_they_stopped_counting(session: Session) -> None:
    panel = funded(session)
    first = enter(panel, FIRST)
    enter(panel, SECOND)
    year = timedelta(days=365)
    assert actions.forget_ended(session, now=LATER + year) == 0
    assert actions.forget_ended(session, now=LATER + year + timedelta(minutes=1)) == 1
    assert (first.sealed, first.digest, first.ending) == ("", "", "")
    with pytest.raises(RuleBroken, match="no longer kept"):
        actions.read_numbers(session, bank_details_id=first.id, actor=panel.actor("officer"), now=LATER)


def test_the_numbers_stand_nowhere_in_the_database(session: Session) -> None:
    """Every column of every table, after the whole life of two accounts."""
    panel = funded(session)
    approved(panel)
    second = enter(panel, SECOND, roll_number="D/8877665")
    confirm(panel, second, SECOND)
    approve(panel, second, call_back="Spoke to the treasurer")
    actions.read_numbers(session, bank_details_id=second.id, actor=panel.actor("officer"), now=LATER)
    audit.record(session, panel.actor("officer"), "test.end", second, now=LATER)
    session.commit()
    tables = type(second).metadata.sorted_tables
    everything = "\n".join(repr(tuple(row)) for table in tables for row in session.execute(select(table)))
    assert second.sealed in everything
    assert [number for number in NUMBERS if number in everything] == []
