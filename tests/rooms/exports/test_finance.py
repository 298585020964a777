"""Files of finance agree with the pot to the penny, on any day, however they are added up."""

import csv
import io
from datetime import date, datetime

import openpyxl
import pytest
from sqlalchemy.orm import Session

from grants.core.clock import today
from grants.core.db import commit, unit_of_work
from grants.core.errors import NotAllowed, RuleBroken
from grants.exports import actions, queries
from grants.exports.build import build_export
from grants.exports.finance_collect import collect_finance
from grants.exports.finance_table import FinanceTable, Wanted
from grants.exports.models import Export
from grants.exports.money_row import CommitmentMoney, PositionMoney
from grants.exports.states import FINANCE_FORMATS, OF_FINANCE, ExportKind, ExportState, Format, Grouping
from grants.payments import queries as paid
from tests.rooms.panels.scored import Panel
from tests.rooms.payments.world import ACCOUNTS, LATER, funded
from tests.rooms.payments.year import DAY, a_year


def told(
    panel: Panel, kind: ExportKind, at: date | None = None, grouping: Grouping = Grouping.NONE
) -> FinanceTable:
    panel.session.flush()
    return collect_finance(panel.session, round_=panel.round, wanted=Wanted(kind, at, grouping))


def agrees_with_the_pot(panel: Panel, now: datetime) -> PositionMoney:
    """Commitments, and the position of that day, are the pot's own, which is counted by other statements."""
    standing = paid.reconciliation(panel.session, panel.round)
    commitments = told(panel, ExportKind.COMMITMENTS).total
    position = told(panel, ExportKind.POSITION, today(now)).total
    assert isinstance(commitments, CommitmentMoney)
    assert isinstance(position, PositionMoney)
    for money in (commitments, position):
        assert (money.net_paid, money.unpaid) == (standing.net_paid, standing.unpaid)
    assert commitments.given_back == standing.given_back
    assert standing.difference == 0
    owed = sum(row.outstanding for row in paid.award_rows(panel.session, panel.round.id))
    assert commitments.owed == owed
    return position


def test_a_year_of_money_agrees_with_the_pot_on_every_day_in_every_file(session: Session) -> None:
    panel = funded(session, 3)
    seen = {today(now): agrees_with_the_pot(panel, now) for now in a_year(panel)}
    commit(session)

    a_day_that_is_past_is_told_as_it_was(panel, seen)
    every_way_of_adding_up_gives_the_same_totals(panel, max(seen))
    at = LATER + 30 * DAY
    for format_ in FINANCE_FORMATS:
        a_file_is_built_with_its_totals_and_no_account(panel, format_, at)
    a_payment_is_told_with_its_payee(panel, at)
    what_no_file_tells_is_refused(panel)


def a_day_that_is_past_is_told_as_it_was(panel: Panel, seen: dict[date, PositionMoney]) -> None:
    assert len(seen) == 9
    assert {day: told(panel, ExportKind.POSITION, day).total for day in seen} == seen
    halves = [paid.schedule_of(panel.session, bid.id)[0].instalment.amount for bid in panel.bids]
    days = [list(seen.values())[n] for n in (0, 2, 3, 8)]
    assert [money.paid for money in days] == [0, halves[0] + halves[1], halves[0], halves[0]]
    assert [money.due for money in days[:3]] == [sum(halves), halves[2], halves[1] + halves[2]]
    before = told(panel, ExportKind.POSITION, min(seen) - 30 * DAY)
    assert (before.rows, before.pence) == ([], 0)


def every_way_of_adding_up_gives_the_same_totals(panel: Panel, day: date) -> None:
    for kind in OF_FINANCE:
        at = day if kind is ExportKind.POSITION else None
        plain = told(panel, kind, at)
        for grouping in list(Grouping)[1:]:
            groups = told(panel, kind, at, grouping).group_totals()
            sums = [sum(column) for column in zip(*(amounts for _, amounts in groups), strict=True)]
            assert sums == [pence for _, pence in plain.totals()]


def a_file_is_built_with_its_totals_and_no_account(panel: Panel, format_: Format, at: datetime) -> None:
    for kind in OF_FINANCE:
        wanted = Wanted(kind, today(at) if kind is ExportKind.POSITION else None, Grouping.THEME)
        first, second = (build(panel, format_, wanted, at) for _ in range(2))
        assert (first.state, first.failure, second.sha256) == (ExportState.READY, "", first.sha256)
        table = collect_finance(panel.session, round_=panel.round, wanted=wanted)
        assert (first.rows, first.total) == (len(table.rows), table.pence)
        content = queries.content_of(first)
        text = content.decode("utf-8-sig") if format_ is Format.CSV else in_words(content)
        assert [numbers for account in ACCOUNTS for numbers in account if numbers in text] == []


def build(panel: Panel, format_: Format, wanted: Wanted, now: datetime) -> Export:
    with unit_of_work() as session:
        asked = actions.request_export(
            session, round_id=panel.round.id, format=format_, wanted=wanted, actor=panel.actor("officer"),
            now=now,
        ).id  # fmt: skip
    build_export(asked, now)
    panel.session.rollback()
    return queries.export_by_id(panel.session, asked)


def in_words(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert [sheet.title for sheet in book] == ["Groups", "Lines", "About"]
    assert {sheet.freeze_panes for sheet in book} == {"B2"}
    return "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)


def a_payment_is_told_with_its_payee(panel: Panel, at: datetime) -> None:
    made = build(panel, Format.CSV, Wanted(ExportKind.PAYMENTS), at)
    lines = list(csv.DictReader(io.StringIO(queries.content_of(made).decode("utf-8-sig"), newline="")))
    half = paid.schedule_of(panel.session, panel.bids[0].id)[0].instalment.amount
    assert [(line["State"], line["Organisation"], line["Paid (£)"]) for line in lines] == [
        ("Paid", panel.bids[0].lead.name, f"{half / 100:.2f}"),
        ("Returned", panel.bids[1].lead.name, "0.00"),
        ("Open", panel.bids[2].lead.name, "0.00"),
    ]
    assert lines[0]["Day of payment"] == lines[0]["Paid on"] == today(LATER + 2 * DAY).isoformat()


def what_no_file_tells_is_refused(panel: Panel) -> None:
    wrong = [
        (Format.THREESIXTY_JSON, Wanted(ExportKind.PAYMENTS), "Select CSV or Excel"),
        (Format.CSV, Wanted(ExportKind.POSITION), "Enter the day"),
        (Format.CSV, Wanted(ExportKind.POSITION, today(LATER + DAY)), "today or in the past"),
        (Format.CSV, Wanted(ExportKind.PAYMENTS, only="theme:None such"), "of this fund"),
    ]
    for format_, wanted, why in wrong:
        with pytest.raises(RuleBroken, match=why):
            actions.request_export(
                panel.session, round_id=panel.round.id, format=format_, wanted=wanted,
                actor=panel.actor("officer"), now=LATER,
            )  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.request_export(
            panel.session, round_id=panel.round.id, format=Format.CSV, wanted=Wanted(ExportKind.PAYMENTS),
            actor=panel.actor("manager"), now=LATER,
        )  # fmt: skip
