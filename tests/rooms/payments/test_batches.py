"""A batch from what is due to the bank and back: two people, one payment an instalment, true to the penny."""

from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.audit.models import TrailEntry
from grants.awards.models import AwardCondition
from grants.banking import actions as banking
from grants.banking import keys
from grants.banking import queries as bank_queries
from grants.banking.states import Finding, Item, PayeeCheck
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.panels.states import ConditionKind
from grants.payments import actions, queries
from grants.payments.models import PaymentBatch, PaymentFile, PaymentLine
from grants.payments.states import BatchState, LineState
from grants.permissions import Role, service
from grants.programme.paying import FileKind
from grants.scoring.models import Sheet
from tests.rooms.applications import world as w
from tests.rooms.panels.scored import NOW, Panel
from tests.rooms.payments.world import (
    ACCOUNTS,
    LATER,
    TODAY,
    approve,
    build,
    enter_account,
    funded,
    instalment,
    read_back,
    send,
    sent,
    settle,
    states,
)


def parts(panel: Panel) -> list[int]:
    """The identity's five parts and the difference, pence."""
    found = queries.reconciliation(panel.session, panel.round)
    return [*(pence for _, pence in found.parts()), found.difference]


def test_from_what_is_due_to_the_bank_and_a_failed_line_again(session: Session) -> None:
    panel = funded(session)
    asks = [bid.ask for bid in panel.bids]
    pot, halves = panel.round.pot, [ask - ask // 2 for ask in asks]
    assert parts(panel) == [0, sum(asks), 0, 0, pot - sum(asks), 0]

    batch = build(panel)
    assert (batch.count, batch.total, states(panel, batch)) == (2, sum(halves), ["open", "open"])
    with pytest.raises(RuleBroken, match="Nothing can be paid"):
        build(panel)
    with pytest.raises(RuleBroken, match="not those of the batch"):
        actions.check(
            session, batch_id=batch.id, count=2, total=batch.total + 1, version=batch.version,
            actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip
    with pytest.raises(RuleBroken, match="cannot be done now"):
        approve(panel, batch)
    read_back(panel, batch)
    with pytest.raises(NotAllowed):
        approve(panel, batch, "officer2")
    approve(panel, batch)
    assert (batch.state, len(batch.hash_total)) == (BatchState.APPROVED, 10)
    assert parts(panel) == [0, sum(asks), 0, 0, pot - sum(asks), 0]
    send(panel, batch)
    settle(panel, batch, 1, "pay", "")
    with pytest.raises(RuleBroken, match="Enter what the bank says"):
        settle(panel, batch, 2, "fail", " ")
    settle(panel, batch, 2, "fail")
    assert (batch.state, states(panel, batch)) == (BatchState.SETTLED, ["paid", "failed"])
    assert parts(panel) == [halves[0], sum(asks) - halves[0], 0, 0, pot - sum(asks), 0]


def test_what_failed_or_came_back_is_paid_in_a_later_batch(session: Session) -> None:
    panel = funded(session)
    asks = [bid.ask for bid in panel.bids]
    pot, halves = panel.round.pot, [ask - ask // 2 for ask in asks]
    batch = sent(panel)
    settle(panel, batch, 1, "pay", "")
    settle(panel, batch, 2, "fail")
    again = build(panel)
    assert [line.instalment_id for line in queries.lines_of(session, again.id)] == [
        instalment(panel, 2, 1).id
    ]
    with pytest.raises(RuleBroken, match="Nothing can be paid"):
        build(panel)
    actions.cancel(
        session, batch_id=again.id, reason="Wrong day", version=again.version,
        actor=panel.actor("approver"), now=LATER,
    )  # fmt: skip
    third = sent(panel)
    settle(panel, third, 2, "pay", "")
    settle(panel, batch, 1, "return")
    assert states(panel, batch) == ["returned", "failed"]
    assert parts(panel) == [halves[1], sum(asks) - halves[1], 0, 0, pot - sum(asks), 0]


def record(panel: Panel, finding: Finding, note: str, by: str) -> None:
    bid = panel.bids[0].id
    check = bank_queries.checks_of(panel.session, bid)[Item.DUPLICATES]
    banking.record_check(
        panel.session, application_id=bid, item=Item.DUPLICATES, finding=finding, note=note,
        version=check.version, actor=panel.actor(by), now=LATER + timedelta(minutes=1),
    )  # fmt: skip


def test_who_approves_a_payment_is_told_what_stands_behind_it(session: Session) -> None:
    panel = funded(session)
    batch = sent(panel)
    record(panel, Finding.CONCERN, "Paid for the same sessions?", "officer")
    with pytest.raises(RuleBroken, match="somebody else must settle it"):
        record(panel, Finding.CLEAR, "No", "officer")
    record(panel, Finding.CLEAR, "Other sessions: I rang them", "officer2")
    settle(panel, batch, 1, "pay", "")
    settle(panel, batch, 2, "fail")
    enter_account(panel, 2, ACCOUNTS[2], call_back="Rang the treasurer at the office.")
    actions.release(
        session, instalment_id=instalment(panel, 1, 2).id, note="Reached early",
        actor=panel.actor("manager"), now=LATER,
    )  # fmt: skip
    lines = queries.lines_of(session, build(panel).id)
    found = queries.backgrounds(session, lines, today=TODAY)
    assert [found[line.id].is_new_account for line in lines] == [False, True]
    failures = [found[line.id].failure for line in lines]
    assert [failure and failure.note for failure in failures] == [None, "The bank says so"]
    for one in found.values():
        assert one.account is not None
        assert (one.account.person_id, one.changes) == (panel.person_ids["officer2"], ())
        assert one.account.payee is PayeeCheck.MATCH
    told = [[(c.note, check.note) for c, check in found[line.id].concerns] for line in lines]
    assert told == [[("Paid for the same sessions?", "Other sessions: I rang them")], []]
    checked = [found[line.id].checks for line in lines]
    assert [one and one.person_id for one in checked] == [
        panel.person_ids["officer2"], panel.person_ids["manager"],
    ]  # fmt: skip


def test_the_file_is_the_same_bytes_for_good_and_downloading_changes_nothing(session: Session) -> None:
    panel = funded(session)
    batch = build(panel)
    read_back(panel, batch)
    approve(panel, batch)
    session.commit()
    version = batch.version
    first = {
        kind: actions.download(session, batch_id=batch.id, kind=kind, actor=panel.actor("officer"), now=LATER)
        for kind in FileKind
    }
    for kind, (file, content) in first.items():
        assert (file.sha256, file.size) == (sha256(content).hexdigest(), len(content))
        assert b"66374958" in content
        assert "66374958" not in file.sealed
        assert kind is file.kind
    keys.write((keys.new_key(), *keys.ring()))
    assert banking.reseal(session, actor=service("test"), now=LATER).rows == 2 + 3
    enter_account(panel, 1, ("107999", "88837491"), call_back="Rang the treasurer")
    _, again = actions.download(
        session, batch_id=batch.id, kind=FileKind.BACS, actor=panel.actor("approver"), now=LATER
    )
    session.commit()
    assert again == first[FileKind.BACS][1]
    assert (batch.state, batch.version) == (BatchState.APPROVED, version)
    told = session.scalars(select(TrailEntry).where(TrailEntry.deed == "payment_file.download")).all()
    assert [entry.facts["file"] for entry in told] == ["csv", "bacs", "pain001", "bacs"]
    assert [one.kind for one in queries.downloads_of(session, batch.id)] == ["bacs", "pain001", "bacs", "csv"]
    for name in ("manager", "auditor", "chair"):
        with pytest.raises(NotAllowed):
            actions.download(
                session, batch_id=batch.id, kind=FileKind.CSV, actor=panel.actor(name), now=LATER
            )
    with pytest.raises(RuleBroken, match="bank details were changed"):
        send(panel, batch)
    other = session.scalars(select(PaymentFile).where(PaymentFile.kind == FileKind.CSV)).one()
    other.sealed = session.scalars(select(PaymentFile.sealed).where(PaymentFile.kind == FileKind.BACS)).one()
    with pytest.raises(RuleBroken, match="sealed for something else"):
        actions.download(
            session, batch_id=batch.id, kind=FileKind.CSV, actor=panel.actor("officer"), now=LATER
        )


def test_who_scored_a_bid_neither_builds_nor_approves_its_line(session: Session) -> None:
    panel = funded(session)
    from_scorer = "You scored this bid, so somebody else must do this."
    for role in (Role.FINANCE_OFFICER, Role.FINANCE_APPROVER):
        accounts.grant_role(session, person_id=panel.person_ids["rosa"], role=role, actor=w.OPERATOR, now=NOW)
    with pytest.raises(RuleBroken, match=from_scorer):
        build(panel, "rosa")
    batch = build(panel)
    read_back(panel, batch)
    with pytest.raises(RuleBroken, match="may be approved by you"):
        approve(panel, batch, "rosa")


def test_lines_of_scored_bids_are_left_out_and_others_may_take_them(session: Session) -> None:
    panel = funded(session)
    of_first = (Sheet.application_id == panel.bids[0].id, Sheet.person_id == panel.person_ids["rosa"])
    session.execute(update(Sheet).where(*of_first).values(person_id=panel.person_ids["approver"]))
    of_second = (Sheet.application_id == panel.bids[1].id, Sheet.person_id == panel.person_ids["vera"])
    session.execute(update(Sheet).where(*of_second).values(person_id=panel.person_ids["officer2"]))
    why = "You scored this bid, so somebody else must do this."

    batch = build(panel)
    read_back(panel, batch)
    first, second = queries.lines_of(session, batch.id)
    approve(panel, batch, totals=(1, second.amount))
    assert (first.state, first.note, batch.count) == (LineState.LEFT_OUT, why, 1)
    assert (second.state, batch.total) == (LineState.OPEN, second.amount)

    actions.cancel(
        session, batch_id=batch.id, reason="Again", version=batch.version,
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    later = build(panel, "officer2")
    assert [line.note for line in queries.lines_of(session, later.id)] == ["", why]
    read_back(panel, later, "officer2")
    approve(panel, later, "approver2")
    assert (later.count, states(panel, later)) == (1, ["open", "left_out"])


def test_what_is_held_is_left_out_with_the_reason_and_free_for_a_later_batch(session: Session) -> None:
    panel = funded(session)
    banking.enter(
        session, organisation_id=panel.bids[0].lead_id, account_name="New", sort_code="107999",
        account_number="88837491", actor=panel.actor("applicant1"), now=LATER,
    )  # fmt: skip
    session.add(
        AwardCondition(
            application_id=panel.bids[0].id, number=1, kind=ConditionKind.BEFORE_PAYMENT, text="Insurance"
        )
    )
    batch = build(panel)
    lines = queries.lines_of(session, batch.id)
    held = (
        "The bank details were changed, and the change is not approved yet. "
        "Not met yet before payment: condition 1."
    )
    assert [(line.state, line.note) for line in lines] == [
        (LineState.LEFT_OUT, held),
        (LineState.OPEN, ""),
    ]
    assert (batch.count, batch.total) == (1, lines[1].amount)
    read_back(panel, batch)
    banking.enter(
        session, organisation_id=panel.bids[1].lead_id, account_name="New", sort_code="107999",
        account_number="88837491", actor=panel.actor("applicant2"), now=LATER,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="No payment of this batch"):
        approve(panel, batch)


def test_the_approver_sees_what_remains_or_the_page_is_stale(session: Session) -> None:
    panel = funded(session)
    batch = build(panel)
    read_back(panel, batch)
    banking.enter(
        session, organisation_id=panel.bids[1].lead_id, account_name="New", sort_code="107999",
        account_number="88837491", actor=panel.actor("applicant2"), now=LATER,
    )  # fmt: skip
    before, kept = (batch.count, batch.total), queries.lines_of(session, batch.id)[0].amount
    session.commit()
    with pytest.raises(Stale):
        approve(panel, batch, totals=before)
    session.rollback()
    approve(panel, batch, totals=(1, kept))
    assert (batch.count, batch.total, states(panel, batch)) == (1, kept, ["open", "left_out"])


def test_a_banks_file_settles_the_batch_once(session: Session) -> None:
    panel = funded(session)
    batch = sent(panel)
    one, two = queries.lines_of(session, batch.id)
    content = (
        f"reference,amount,outcome,reason\n{one.reference},{one.amount / 100:.2f},paid,\n"
        f"{two.reference},{two.amount / 100:.2f},returned,Account closed\n"
    ).encode()

    def take(sent_content: bytes = content) -> int:
        return actions.take_outcomes(
            session, batch_id=batch.id, content=sent_content, version=batch.version,
            actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip

    assert (take(), states(panel, batch), two.note) == (2, ["paid", "returned"], "Account closed")
    assert (take(), batch.state) == (0, BatchState.SETTLED)
    with pytest.raises(RuleBroken, match="noted as “paid” already"):
        take(content.replace(b",paid,", b",failed,"))
    with pytest.raises(RuleBroken, match="Line 2"):
        take(content.replace(one.reference.encode(), b"ELSE/1"))


def test_no_instalment_has_two_live_lines_whoever_writes_them(session: Session) -> None:
    panel = funded(session, 1)
    line = queries.lines_of(session, build(panel).id)[0]
    other = PaymentBatch(
        round_id=panel.round.id, number=99, ref="OTHER", pay_on=TODAY, count=0, total=0,
        built_by_id=panel.person_ids["officer"], built_at=LATER,
    )  # fmt: skip
    session.add(other)
    session.flush()
    session.add(
        PaymentLine(
            batch_id=other.id,
            instalment_id=line.instalment_id,
            application_id=line.application_id,
            reference="X",
            amount=1,
            bank_details_id=line.bank_details_id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_a_report_releases_its_instalment_and_a_day_in_the_past_pays_nothing(session: Session) -> None:
    panel = funded(session, 1)
    settle(panel, sent(panel), 1, "pay", "")
    second = instalment(panel, 1, 2)

    def release(name: str, note: str = "Report accepted") -> None:
        actions.release(session, instalment_id=second.id, note=note, actor=panel.actor(name), now=LATER)

    with pytest.raises(RuleBroken, match="Nothing can be paid"):
        build(panel)
    with pytest.raises(NotAllowed):
        release("officer")
    with pytest.raises(RuleBroken, match="Enter what was reached"):
        release("manager", " ")
    release("manager")
    with pytest.raises(RuleBroken, match="released already"):
        release("manager")
    with pytest.raises(RuleBroken, match="today or later"):
        actions.build(
            session, round_id=panel.round.id, pay_on=TODAY - timedelta(days=1),
            actor=panel.actor("officer"), now=LATER,
        )  # fmt: skip
    settle(panel, sent(panel), 1, "pay", "")
    money = queries.money_of(session, panel.bids[0])
    assert (money.paid, money.to_pay) == (panel.bids[0].ask, 0)
