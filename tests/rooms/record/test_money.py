"""Payments on the record of a bid and of a round: everything but where the money went to."""

import json

from sqlalchemy.orm import Session

from grants.core.db import commit
from grants.payments import actions as planning
from grants.payments import queries as payments
from grants.payments.rules import Planned
from grants.record.account import Account, People, on_paper, to_json
from grants.record.collect import bid_account, people_in, round_account
from tests.rooms.panels.scored import Panel
from tests.rooms.payments.world import ACCOUNTS, LATER, funded
from tests.rooms.payments.year import a_year


def planned_again(panel: Panel) -> None:
    """The second bid's schedule is changed by hand."""
    parts = [
        Planned(name, step.instalment.amount, step.instalment.due_by, step.instalment.due_on)
        for name, step in zip(
            ("First", "Later"), payments.schedule_of(panel.session, panel.bids[1].id), strict=True
        )
    ]
    planning.replan(
        panel.session, application_id=panel.bids[1].id, parts=parts, reason="Their report comes late", seen=2,
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip


def a_change_is_told_with_its_reason(account: Account, people: People) -> None:
    change = to_json(account, people, redacted=False).decode()
    words = ("2. Second half", "4. Later", "Their report comes late")
    assert [word in change for word in words] == [True] * 3
    assert "Their report comes late" not in to_json(account, people, redacted=True).decode()


def test_payments_are_on_record_whole_and_redacted(session: Session) -> None:
    panel = funded(session, 2)
    planned_again(panel)
    list(a_year(panel))
    commit(session)
    paid, returned = (bid_account(session, bid, now=LATER) for bid in panel.bids)
    whole = round_account(session, panel.round, without=[], now=LATER)
    assert rows_of(paid) == {
        "Checks before payment": 6, "Bank details": 1, "In the ledger": 0,
        "Instalments": 2, "Schedules changed by hand": 0, "Payment batches": 1,
        "Payments": 1, "Payment files": 3, "Money owed back": 1,
        "Money that came back": 2, "Written off": 0,
    }  # fmt: skip
    assert rows_of(returned)["Money owed back"] == 0
    assert rows_of(whole) == {
        **rows_of(paid),
        "Checks before payment": 12, "Bank details": 2,
        "Instalments": 4, "Schedules changed by hand": 1, "Payments": 2, "Where the pot is": 7,
    }  # fmt: skip
    a_change_is_told_with_its_reason(returned, people_in(session))
    hidden = round_account(session, panel.round, without=[panel.bids[0].id], now=LATER)
    assert (rows_of(hidden)["Payments"], rows_of(hidden)["Money owed back"]) == (1, 0)

    people, batch = people_in(session), payments.batch(session, 1)
    told, redacted = (to_json(paid, people, redacted=form).decode() for form in (False, True))
    line = json.loads(told)["sections"]["Payment batches"][0]
    assert (line["Built by"], line["Approved by"], line["Built"]) == (
        people.names[panel.person_ids["officer"]],
        people.names[panel.person_ids["approver"]],
        batch.built_at.isoformat(),
    )
    deeds = {row["Deed"] for row in json.loads(told)["sections"]["Trail"]}
    assert deeds >= {"payment_batch.approve", "payment.pay", "receipt.record"}
    secret = [*(one.sha256 for one in payments.files_of(session, batch.id)), "Spent on other things"]
    assert [word in told for word in secret] == [True] * 4
    assert [word in redacted for word in secret] == [False] * 4
    numbers = [*(number for account in ACCOUNTS for number in account), batch.hash_total]
    pot = to_json(whole, people, redacted=False).decode()
    assert [number for number in numbers if number in told + pot] == []
    assert json.loads(pot)["sections"]["Where the pot is"][-1]["Amount"] == "£0"
    assert on_paper(whole, people, redacted=True)["mark"] == "REDACTED"


def rows_of(account: Account) -> dict[str, int]:
    """How many rows the sections about money have."""
    titles = [section.title for section in account.sections]
    first = titles.index("Checks before payment")
    last = titles.index("Letters") if "Letters" in titles else len(titles)
    return {section.title: len(section.rows) for section in account.sections[first:last]}
