"""Funded bids whose leads have approved accounts and whose checks are done, and deeds on their payments."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.banking import actions as banking
from grants.banking.rules import CHECK_LIST
from grants.banking.states import Finding, PayeeCheck
from grants.core.clock import in_london
from grants.panels import actions as panels
from grants.panels.states import Outcome
from grants.payments import actions, queries
from grants.payments.models import Instalment, PaymentBatch
from grants.payments.states import LineState
from grants.permissions import MemberRole, Role
from grants.programme.definition import FundDefinition
from grants.programme.paying import DueBy, FileKind, Payer, Paying, PlannedInstalment
from tests.remembering import remembered
from tests.rooms.applications import world as w
from tests.rooms.awards.signing import take_up
from tests.rooms.panels.scored import NOW, Panel, scored
from tests.rooms.reviewing.panel import fund

LATER = NOW + timedelta(days=2)
TODAY: date = in_london(LATER).date()
ACCOUNTS = (("089999", "66374958"), ("200915", "41011166"), ("107999", "88837491"))
HALVES = Paying(
    files=(FileKind.CSV, FileKind.BACS, FileKind.PAIN001),
    payer=Payer("Luton Borough Council", "309634", "01234567", "654321"),
    instalments=(
        PlannedInstalment("First half", 50),
        PlannedInstalment("Second half", 50, DueBy.REPORT, 365),
    ),
)
IN_HALVES = replace(fund(), paying=HALVES)
"""A fund that pays half at once and half after a report."""


@remembered
def funded(session: Session, bids: int = 2, *, definition: FundDefinition = IN_HALVES) -> Panel:
    """Awards of the whole ask, schedules drawn up. Beside 'officer' and 'approver' a second of each."""
    panel = scored(session, *[5] * bids, definition=definition)
    for name, role in (("officer2", Role.FINANCE_OFFICER), ("approver2", Role.FINANCE_APPROVER)):
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(session, person_id=panel.person_ids[name], role=role, actor=w.OPERATOR, now=NOW)
    for bid in panel.bids:
        panels.decide(
            session, application_id=bid.id, outcome=Outcome.FUND, amount=bid.ask, reason="Strong",
            actor=panel.actor("chair"), now=NOW,
        )  # fmt: skip
    release = panels.draft_release(session, round_id=panel.round.id, actor=panel.actor("manager"), now=NOW)
    panels.approve_release(session, release_id=release.id, actor=panel.actor("chair"), now=NOW)
    for number, bid in enumerate(panel.bids, 1):
        take_up(session, application_id=bid.id, actor=panel.actor(f"applicant{number}"), now=NOW)
        enter_account(panel, number, ACCOUNTS[(number - 1) % len(ACCOUNTS)])
        check(panel, number)
    assert actions.draw_up(session, round_id=panel.round.id, actor=panel.actor("officer"), now=LATER) == bids
    return panel


def enter_account(panel: Panel, number: int, numbers: Sequence[str], call_back: str = "") -> None:
    """The bid's lead enters an account, two of its people hand it in, 'officer2' approves."""
    bid, helper = panel.bids[number - 1], f"helper{number}"
    if helper not in panel.person_ids:
        panel.person_ids[helper] = w.person(panel.session, helper)
        accounts.add_member(
            panel.session, organisation_id=bid.lead_id, person_id=panel.person_ids[helper],
            role=MemberRole.EDITOR, actor=w.OPERATOR, now=NOW,
        )  # fmt: skip
    details = banking.enter(
        panel.session, organisation_id=bid.lead_id, account_name=f"Group {number}", sort_code=numbers[0],
        account_number=numbers[1], actor=panel.actor(f"applicant{number}"), now=LATER,
    )  # fmt: skip
    banking.confirm(
        panel.session, bank_details_id=details.id, sort_code=numbers[0], account_number=numbers[1],
        actor=panel.actor(helper), now=LATER,
    )  # fmt: skip
    officer = panel.actor("officer2")
    banking.record_payee(
        panel.session, bank_details_id=details.id, outcome=PayeeCheck.MATCH, note="",
        version=details.version, actor=officer, now=LATER,
    )  # fmt: skip
    banking.approve(
        panel.session, bank_details_id=details.id, call_back=call_back, version=details.version,
        actor=officer, now=LATER,
    )  # fmt: skip


def check(panel: Panel, number: int, finding: Finding = Finding.CLEAR) -> None:
    """The manager records every check of the bid's award for the first time."""
    for item in CHECK_LIST:
        banking.record_check(
            panel.session, application_id=panel.bids[number - 1].id, item=item, finding=finding,
            note="Looked at", version=0, actor=panel.actor("manager"), now=LATER,
        )  # fmt: skip


def build(panel: Panel, name: str = "officer", *, now: datetime = LATER) -> PaymentBatch:
    """A batch of all that is due today."""
    return actions.build(
        panel.session, round_id=panel.round.id, pay_on=in_london(now).date(), actor=panel.actor(name), now=now
    )


def read_back(panel: Panel, batch: PaymentBatch, name: str = "officer") -> None:
    """Check it."""
    actions.check(
        panel.session, batch_id=batch.id, count=batch.count, total=batch.total, version=batch.version,
        actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def approve(
    panel: Panel, batch: PaymentBatch, name: str = "approver", totals: tuple[int, int] | None = None
) -> None:
    """Approve it, with the totals that the page shows."""
    count, total = totals or (batch.count, batch.total)
    actions.approve(
        panel.session, batch_id=batch.id, count=count, total=total, version=batch.version,
        actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def send(panel: Panel, batch: PaymentBatch) -> None:
    """Mark it sent."""
    actions.mark_sent(
        panel.session, batch_id=batch.id, version=batch.version, actor=panel.actor("officer"), now=LATER
    )


def sent(panel: Panel) -> PaymentBatch:
    """The whole way to the bank at once."""
    batch = build(panel)
    read_back(panel, batch)
    approve(panel, batch)
    send(panel, batch)
    return batch


def settle(panel: Panel, batch: PaymentBatch, number: int, deed: str, note: str = "The bank says so") -> None:
    """What became of the batch's payment to the nth bid."""
    line = next(
        line
        for line in queries.lines_of(panel.session, batch.id)
        if line.application_id == panel.bids[number - 1].id and line.state is not LineState.LEFT_OUT
    )
    actions.settle_line(
        panel.session, line_id=line.id, deed=deed, note=note, version=line.version,
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip


def instalment(panel: Panel, number: int, which: int) -> Instalment:
    """The nth bid's instalment with this number."""
    steps = queries.schedule_of(panel.session, panel.bids[number - 1].id)
    return steps[which - 1].instalment


def states(panel: Panel, batch: PaymentBatch) -> list[str]:
    """Where its lines stand, by reference."""
    return [line.state.value for line in queries.lines_of(panel.session, batch.id)]
