"""What waits for members of staff: each deed for who may do it, and for nobody else; gone once it is done."""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.models import RoleGrant
from grants.appeals.models import Appeal
from grants.appeals.states import Ground
from grants.applications.models import Application, Assistance
from grants.applications.states import Assisted, Channel, Stage
from grants.awards.models import Award, Variation
from grants.awards.states import VariationState
from grants.banking.models import BankDetails
from grants.banking.states import BankState, Modulus
from grants.core.clock import in_london
from grants.home.waiting import FOR_STAFF, LINES, waiting
from grants.monitoring.models import Report
from grants.monitoring.states import ReportState
from grants.panels.models import Decision, Override, Release
from grants.panels.states import Outcome
from grants.payments import actions as payments
from grants.permissions import GRANTED, MemberRole, Permission, Role
from grants.privacy.models import DeletionRequest
from grants.programme.models import Extension
from grants.reviewing.models import Conflict
from grants.reviewing.states import ConflictSource, ConflictState
from grants.scoring.models import Reopening, Sheet
from grants.scoring.states import ReopeningState
from grants.threads.models import Thread
from tests.counting import CountQueries
from tests.rooms.applications import world as w
from tests.rooms.payments import world as money
from tests.rooms.payments.test_owing import draft
from tests.rooms.reviewing.panel import NOW, Panel, build

TODAY = in_london(NOW).date()


def waits(panel: Panel, name: str, day: date = TODAY) -> list[str]:
    """The lines of a person's first page, with the reference of the first bid where there is one."""
    panel.session.flush()
    found = waiting(panel.session, actor=panel.actor(name), day=day, rounds={panel.round.id: panel.round})
    return [f"{one.text}: {one.ref}" if one.ref else one.text for one in found]


def conflict(
    panel: Panel, name: str, bid: Application, state: ConflictState = ConflictState.CONFIRMED
) -> None:
    panel.session.add(
        Conflict(
            person_id=panel.person_ids[name], application_id=bid.id, state=state,
            source=ConflictSource.SUGGESTED, reason="A cousin runs it.", raised_at=NOW,
        )
    )  # fmt: skip


def staff(session: Session) -> Panel:
    """The panel's people, finance and two administrators, with six bids."""
    panel = build(session, bids=6)
    for name, role in (
        ("officer", Role.FINANCE_OFFICER),
        ("approver", Role.FINANCE_APPROVER),
        ("admin", Role.ADMINISTRATOR),
        ("admin2", Role.ADMINISTRATOR),
    ):
        panel.person_ids[name] = w.person(session, name)
        accounts.grant_role(session, person_id=panel.person_ids[name], role=role, actor=w.OPERATOR, now=NOW)
    return panel


def before_the_decision(panel: Panel) -> None:
    """One of everything that waits until the release; the second bid is in most of it."""
    sent, second, decided, *_ = panel.bids
    me, chair = panel.person_ids["manager"], panel.person_ids["chair"]
    sent.stage, decided.stage = Stage.SUBMITTED, Stage.DECIDED
    conflict(panel, "vera", second, ConflictState.PROPOSED)
    panel.assign(second, "rosa", "carl")
    sheets = [
        Sheet(
            assignment_id=panel.assignment(name, second).id, application_id=second.id,
            person_id=panel.person_ids[name], version_id=second.current_version_id, started_at=NOW,
        )
        for name in ("rosa", "carl")
    ]  # fmt: skip
    panel.session.add_all(sheets)
    panel.session.flush()
    panel.session.add_all((
        Thread(application_id=second.id, waiting_since=NOW, last_at=NOW),
        Extension(
            round_id=panel.round.id, application_id=second.id, closes_at=NOW, reason="Ill",
            drafted_by_id=me, drafted_at=NOW,
        ),
        Assistance(
            application_id=second.id, channel=Channel.PAPER, received_at=NOW, entered_by_id=me,
            entered_at=NOW, signatory_name="Ann", state=Assisted.RECORDED, recorded_by_id=me,
        ),
        Reopening(sheet_id=sheets[0].id, state=ReopeningState.ASKED, asked_at=NOW),
        Reopening(sheet_id=sheets[1].id, state=ReopeningState.DRAFTED, drafted_by_id=me),
        Decision(
            application_id=decided.id, outcome=Outcome.FUND, amount=1_000, reason="Good.",
            decided_by_id=chair, decided_at=NOW, countersign_needed=True,
        ),
        Release(round_id=panel.round.id, drafted_by_id=me, drafted_at=NOW),
        Override(round_id=panel.round.id, extra=100, reason="Good bids", asked_by_id=chair, asked_at=NOW),
    ))  # fmt: skip


def after_it(panel: Panel) -> None:
    """One of everything that waits afterwards; the fourth bid is in most of it."""
    fourth, fifth, sixth = panel.bids[3:]
    me, chair = panel.person_ids["manager"], panel.person_ids["chair"]
    applicant = w.person(panel.session, "applicant")
    change = {"number": 1, "budget": {}, "reason": "Less rent", "asked_by_id": applicant, "asked_at": NOW}
    ends = {"amount": 1_000, "accepted_at": NOW, "accepted_by_id": applicant, "ending_drafted_by_id": me}
    for bid in (fourth, fifth, sixth):
        bid.stage = Stage.ACTIVE
    panel.session.add_all((
        Appeal(
            application_id=fourth.id, about="Declined", ground=Ground.PROCEDURE, text="No",
            made_by_id=applicant, made_at=NOW,
        ),
        Variation(application_id=fourth.id, **change),
        Variation(application_id=fifth.id, state=VariationState.RECOMMENDED, recommended_by_id=me, **change),
        Variation(
            application_id=sixth.id, state=VariationState.TO_SIGN, recommended_by_id=me,
            approved_by_id=chair, **change,
        ),
        Award(application_id=fourth.id, **ends),
        Award(application_id=fifth.id, ending_approved_by_id=chair, **ends),
        Report(
            application_id=fourth.id, key="end", title="End", asked={}, due_on=TODAY,
            state=ReportState.SUBMITTED, drawn_up_at=NOW, told_at=NOW,
        ),
        BankDetails(
            organisation_id=fourth.lead_id, state=BankState.ENTERED, sealed="", digest="", ending="12",
            modulus=Modulus.PASSED, entered_by_id=applicant, entered_at=NOW,
        ),
        RoleGrant(
            person_id=applicant, role=Role.AUDITOR, granted_by_id=panel.person_ids["admin"], granted_at=NOW
        ),
        DeletionRequest(person_id=panel.person_ids["admin2"], asked_at=NOW),
    ))  # fmt: skip


def expected(panel: Panel) -> dict[str, list[str]]:
    _, second, _, fourth, fifth, sixth = (bid.ref for bid in panel.bids)
    return {
        "manager": [
            "1 question to answer",
            "1 bid to screen",
            f"1 conflict of interest to settle: {second}",
            f"1 request to reopen a score sheet: {second}",
            f"2 awards with checks to do before payment: {fourth}",
            f"1 report to review: {fourth}",
            f"1 change of an award to recommend on: {fourth}",
        ],
        "chair": [
            "1 request for more time to answer",
            f"1 bid signed on paper to approve: {second}",
            f"1 conflict of interest to settle: {second}",
            f"1 score sheet to reopen or not: {second}",
            "1 release of decisions to approve",
            f"1 appeal to answer: {fourth}",
            f"1 change of an award to approve: {fifth}",
            f"1 award put forward to end early: {fourth}",
        ],
        "officer": [
            "1 set of bank details to check",
            f"2 awards with checks to do before payment: {fourth}",
            f"2 awards without a payment schedule: {fourth}",
        ],
        "approver": [
            "1 award past the pot to approve",
            f"1 change of an award to sign: {sixth}",
            f"1 early ending of an award to sign: {fifth}",
        ],
        "admin": ["1 request for deletion to answer"],
        "admin2": ["1 role to approve"],
        "auditor": [],
        "rosa": [],
    }


def test_each_deed_waits_for_who_may_do_it(session: Session, count_queries: CountQueries) -> None:
    panel = staff(session)
    before_the_decision(panel)
    after_it(panel)
    wanted = expected(panel)
    third = panel.bids[2].ref

    assert {name: waits(panel, name) for name in wanted} == wanted
    assert waits(panel, "deputy") == [
        *wanted["chair"][:4], f"1 decision to sign as the second person: {third}", *wanted["chair"][4:]
    ]  # fmt: skip
    _only_those_apart(panel, wanted)
    actor = panel.actor("rosa")
    with count_queries() as statements:
        assert waiting(session, actor=actor, day=TODAY, rounds={}) == []
    assert len(statements) == 0


def _only_those_apart(panel: Panel, wanted: dict[str, list[str]]) -> None:
    """Bids with a conflict of interest are not counted, nor signed on by who scored them or belongs there."""
    for name in ("manager", "chair", "officer", "approver"):
        for bid in panel.bids[:2] + panel.bids[3:]:
            conflict(panel, name, bid)
    accounts.add_member(
        panel.session, organisation_id=panel.bids[2].lead_id, person_id=panel.person_ids["deputy"],
        role=MemberRole.VIEWER, actor=w.OPERATOR, now=NOW,
    )  # fmt: skip

    assert {name: waits(panel, name) for name in ("manager", "officer", "approver")} == {
        "manager": [],
        "officer": [],
        "approver": [],
    }
    assert waits(panel, "chair") == ["1 release of decisions to approve"]
    assert waits(panel, "deputy") == [line for line in wanted["chair"] if "release" not in line]


def test_finance_passes_a_batch_on_until_all_is_settled(session: Session) -> None:
    panel = money.funded(session)
    first, second = (bid.ref for bid in panel.bids)

    def found(name: str) -> list[str]:
        return waits(panel, name, money.TODAY)

    assert found("officer") == [f"2 instalments due and in no batch: {first}"]
    batch = money.build(panel)
    assert (found("officer"), found("officer2")) == (["1 payment batch to check"],) * 2
    money.read_back(panel, batch, "officer2")
    assert (found("officer2"), found("approver")) == ([], ["1 payment batch to approve"])
    money.approve(panel, batch)
    assert (found("officer"), found("approver")) == (["1 approved batch to send to the bank"], [])
    money.send(panel, batch)
    assert found("officer") == ["1 sent batch with payments to note"]
    money.settle(panel, batch, 1, "pay")
    money.settle(panel, batch, 2, "fail")
    assert found("officer") == [f"1 instalment due and in no batch: {second}"]
    conflict(panel, "officer", panel.bids[1])
    assert (found("officer"), found("officer2")) == ([], [f"1 instalment due and in no batch: {second}"])
    _asked_back(panel, first)
    late = money.TODAY + timedelta(days=400)
    assert waits(panel, "manager", late) == [f"2 instalments to release: {first}"]


def _asked_back(panel: Panel, first: str) -> None:
    row = draft(panel, 100_000)
    assert waits(panel, "approver") == [f"1 demand for money back to approve: {first}"]
    payments.settle_draft(
        panel.session, receivable_id=row.id, approves=True, version=row.version,
        actor=panel.actor("approver"), now=money.LATER,
    )  # fmt: skip
    assert row.due_on is not None
    on_the_day, after = (waits(panel, "officer", row.due_on + timedelta(days=more)) for more in (0, 1))
    assert (on_the_day, after) == ([], [f"1 invoice that is overdue: {first}"])
    payments.draft_write_off(
        panel.session, receivable_id=row.id, reason="Dissolved", version=row.version,
        actor=panel.actor("officer"), now=money.LATER,
    )  # fmt: skip
    assert waits(panel, "approver") == [f"1 write-off to approve: {first}"]
    payments.approve_write_off(
        panel.session, receivable_id=row.id, version=row.version, actor=panel.actor("approver"),
        now=money.LATER,
    )  # fmt: skip
    assert waits(panel, "approver") == []


def test_every_line_leads_to_a_page_that_who_has_it_may_open(app: Flask) -> None:
    for role in FOR_STAFF:
        lines = [line for line in LINES if line.permission in GRANTED[role]]

        assert lines, role
        for line in lines:
            policy: str = vars(app.view_functions[line.endpoint])["policy"]
            assert {Permission(name) for name in policy.split(" or ")} & GRANTED[role], line.endpoint
