"""Schedules that lose no penny, and the identity of a pot."""

from datetime import date

from grants.payments.rules import (
    AwardMoney,
    Planned,
    owed_reasons,
    planned,
    reconcile,
    reference,
    schedule_reasons,
    waiting_reasons,
)
from grants.programme.paying import DueBy, PlannedInstalment

DAY = date(2022, 3, 1)
THIRDS = (
    PlannedInstalment("Start", 34),
    PlannedInstalment("Middle", 33, DueBy.MILESTONE, 90),
    PlannedInstalment("End", 33, DueBy.REPORT, 365),
)


def test_a_schedule_adds_up_to_the_penny() -> None:
    parts = planned(THIRDS, amount=1_000_001, from_day=DAY)
    assert [(part.amount, part.due_by, part.due_on) for part in parts] == [
        (340_001, DueBy.DAY, DAY),
        (330_000, DueBy.MILESTONE, date(2022, 5, 30)),
        (330_000, DueBy.REPORT, date(2023, 3, 1)),
    ]
    assert [part.amount for part in planned(THIRDS, amount=1, from_day=DAY)] == [1]
    assert not list(schedule_reasons(parts, amount=1_000_001))
    wrong = (*parts, Planned(" ", 0, DueBy.DAY, DAY), Planned("x" * 81, 5, DueBy.DAY, DAY))
    assert [reason.text for reason in schedule_reasons(wrong, amount=1_000_001)] == [
        "Enter a name for instalment 4",
        "Instalment 4 must be more than £0",
        "The name of instalment 5 must be 80 characters or fewer",
        "The instalments add up to £10,000.06, and must add up to £10,000.01",
    ]


def test_what_waits_for_a_release_keeps_its_share() -> None:
    before = [Planned("Now", 30, DueBy.DAY, DAY), Planned("Then", 70, DueBy.REPORT, DAY)]

    def least(amount: int, waiting: int) -> list[str]:
        parts = [Planned("A", amount - waiting, DueBy.DAY, DAY), Planned("B", waiting, DueBy.MILESTONE, DAY)]
        return [reason.text[:17] for reason in waiting_reasons(parts, before=before, amount=amount)]

    assert least(100, 70) == least(200, 140) == least(3, 2) == []
    assert (least(100, 69), least(200, 139), least(3, 1)) == (
        ["At least £0.70 mu"], ["At least £1.40 mu"], ["At least £0.02 mu"],
    )  # fmt: skip
    free = [Planned("Now", 100, DueBy.DAY, DAY)]
    assert not list(waiting_reasons(free, before=free, amount=100))
    assert not list(waiting_reasons(free, before=[], amount=100))


def test_references_fit_a_bank_statement_and_keep_their_numbers() -> None:
    assert reference("lcr1-0042", 2) == "LCR1-0042/2"
    assert reference("averylongfund1-0042", 12) == "RYLONGFUND1-0042/12"[-18:]


def test_the_identity_holds_whatever_came_back() -> None:
    awards = [
        AwardMoney(offered=1000, amount=1000, to_pay=1000),
        AwardMoney(offered=1000, amount=1000, paid=600, to_pay=300, received=50, offset=100),
        AwardMoney(offered=1000, amount=900, paid=400, to_pay=500, at_bank=200, ended=True),
    ]
    found = reconcile(pot=10_000, decided=700, held=200, released=3500, offers=500, awards=awards)
    assert [pence for _, pence in found.parts()] == [950, 2000, 500, 200, 6350]
    assert (found.pot, found.came_back, found.not_needed, found.difference) == (10_000, 150, 400, 0)
    assert found.left == found.pot - 700 - found.taken + found.given_back
    assert all(one.offered == one.net_paid + one.unpaid + one.given_back for one in awards)
    lost = AwardMoney(offered=1000, amount=1000, paid=600, to_pay=399)
    assert reconcile(pot=1000, decided=0, held=0, released=1000, offers=0, awards=[lost]).difference == 1


def test_no_more_is_asked_back_than_was_paid() -> None:
    assert not list(owed_reasons(amount=300, paid=500, owed=200, reason="Not spent"))
    assert [r.text for r in owed_reasons(amount=301, paid=500, owed=200, reason=" ")] == [
        "Enter why the money is owed back",
        "Of this award at most £3 can be asked back: more was not paid",
    ]
