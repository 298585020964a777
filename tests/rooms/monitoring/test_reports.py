"""The life of reports: drawn up once, written, sent, more asked, accepted; then the award closes."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.audit.queries import history_of
from grants.awards import actions as awards
from grants.awards import later
from grants.awards.varying import Change
from grants.core.clock import in_london, long_date
from grants.core.errors import NotAllowed, RuleBroken, Stale
from grants.monitoring import actions, queries
from grants.monitoring.models import Report
from grants.monitoring.rules import NO_SOONER, months_after, morning_of
from grants.monitoring.states import ReportState
from grants.notifications.models import Message
from grants.payments import actions as payments
from grants.payments.states import LineState, Owing
from grants.programme.reporting import DueFrom, Monitoring, Part, ReportAsked, ReportQuestion
from tests.rooms.panels.scored import Panel
from tests.rooms.payments import world
from tests.rooms.payments.world import LATER, sent

REPORTS = Monitoring(
    reminder_days=(7,),
    overdue_days=(1,),
    reports=(
        ReportAsked(
            "halfway", "Half-way report", DueFrom.DATE, on=date(2000, 1, 2), releases="Second half",
            parts=(Part.OUTCOMES,), questions=(ReportQuestion("changed", "What changed?"),),
        ),
        ReportAsked("final", "Final report", DueFrom.END, months=1, final=True, parts=(Part.SPENDING,)),
    ),
)  # fmt: skip


@pytest.fixture
def panel(session: Session, monkeypatch: pytest.MonkeyPatch) -> Panel:
    """Two awards in halves, whose first half is paid, and their reports."""
    monkeypatch.setitem(later.why_open, "monitoring", queries.why_open)
    panel = world.funded(session, definition=replace(world.IN_HALVES, monitoring=REPORTS))
    assert actions.draw_up(session, now=LATER) == 4
    assert actions.draw_up(session, now=LATER) == 0
    return panel


def report(panel: Panel, key: str, number: int = 1) -> Report:
    return queries.report_of(panel.session, panel.bids[number - 1].id, key)


def write(panel: Panel, row: Report, page: str, version: int = 0, **boxes: str) -> Any:
    answers = {name.replace("_", "-"): text for name, text in boxes.items()}
    return actions.save_page(
        panel.session, report_id=row.id, key=page, answers=answers, version=version,
        actor=panel.actor("applicant1"), now=LATER,
    )  # fmt: skip


def send(panel: Panel, row: Report, name: str = "applicant1") -> Any:
    return actions.submit(panel.session, report_id=row.id, actor=panel.actor(name), now=LATER)


def accept(panel: Panel, row: Report, name: str = "manager", version: int | None = None) -> Any:
    return actions.accept(
        panel.session, report_id=row.id, message="Thanks", note="Ring them", version=version or row.version,
        actor=panel.actor(name), now=LATER,
    )  # fmt: skip


def ask_more(panel: Panel, row: Report, day: date | None, reason: str = "How many came?") -> Any:
    return actions.ask_more(
        panel.session, report_id=row.id, reason=reason, answer_by=day, note="", version=row.version,
        actor=panel.actor("manager"), now=LATER,
    )  # fmt: skip


def give_time(panel: Panel, row: Report, day: date, why: str) -> Any:
    return actions.give_time(
        panel.session, report_id=row.id, until=day, reason=why, version=row.version,
        actor=panel.actor("manager"), now=LATER,
    )  # fmt: skip


def close(panel: Panel) -> Any:
    return awards.close(
        panel.session, application_id=panel.bids[0].id, actor=panel.actor("manager"), now=LATER
    )


def kinds(panel: Panel) -> list[str]:
    """Kinds of e-mails about reports so far."""
    rows = select(Message.kind).where(Message.kind.like("report%")).order_by(Message.id)
    return list(panel.session.scalars(rows))


def test_from_the_first_word_to_the_closing_of_the_award(panel: Panel) -> None:
    halfway, final = report(panel, "halfway"), report(panel, "final")
    assert halfway.due_on == in_london(LATER - timedelta(days=2)).date() + NO_SOONER
    themes = queries.promise(panel.session, panel.bids[0]).themes
    assert themes == ()
    with pytest.raises(RuleBroken) as broken:
        send(panel, halfway)
    assert [reason.place for reason in broken.value.reasons] == ["words#q-changed"]
    page = write(panel, halfway, "words", q_changed="Much")
    assert halfway.state is ReportState.DRAFT
    with pytest.raises(Stale):
        write(panel, halfway, "words", q_changed="Nothing")
    write(panel, halfway, "words", version=page.version, q_changed="A lot")
    with pytest.raises(NotAllowed):
        send(panel, halfway, "applicant2")
    _more_is_asked_and_sent(panel, halfway, page.version)
    for name in ("officer", "chair", "applicant1"):
        with pytest.raises(NotAllowed):
            accept(panel, halfway, name)
    with pytest.raises(Stale):
        accept(panel, halfway, version=halfway.version - 1)
    accept(panel, halfway)
    with pytest.raises(RuleBroken):
        accept(panel, halfway)
    instalment = world.instalment(panel, 1, 2)
    assert instalment.release_note == "“Half-way report” was accepted."
    assert set(kinds(panel)) == {
        "report_received", "report_to_review", "report_more_asked", "report_accepted",
    }  # fmt: skip
    _it_is_closed_in_the_end(panel, final)


def _more_is_asked_and_sent(panel: Panel, halfway: Report, version: int) -> None:
    first = send(panel, halfway)
    assert send(panel, halfway).id == first.id
    with pytest.raises(RuleBroken, match="has been sent"):
        write(panel, halfway, "words", version=version, q_changed="Again")
    with pytest.raises(RuleBroken) as broken:
        ask_more(panel, halfway, in_london(LATER).date(), "")
    assert [reason.place for reason in broken.value.reasons] == ["reason", "answer_by"]
    tomorrow = in_london(LATER).date() + timedelta(days=1)
    ask_more(panel, halfway, tomorrow)
    assert (halfway.state, halfway.wanted_by) == (ReportState.MORE_ASKED, tomorrow)
    write(panel, halfway, "words", version=version, q_changed="Forty came")
    second = send(panel, halfway)
    assert (second.number, first.content["answers"][0]["answer"]) == (2, "A lot")


def _it_is_closed_in_the_end(panel: Panel, final: Report) -> None:
    """What stands in the way is told at once; the last of it is money that was paid and not spent."""
    with pytest.raises(RuleBroken) as broken:
        close(panel)
    assert [reason.text.split(" of £")[0] for reason in broken.value.reasons] == [
        "“Final report” is not accepted: not started.",
        "The instalment “First half”",
        "The instalment “Second half”",
    ]
    batch = sent(panel)
    for line in world.queries.lines_of(panel.session, batch.id):
        if line.state is LineState.OPEN:
            payments.settle_line(
                panel.session, line_id=line.id, deed="pay", note="", version=line.version,
                actor=panel.actor("officer"), now=LATER,
            )  # fmt: skip
    write(panel, final, "spending", spent_0="9000")
    send(panel, final)
    accept(panel, final)
    left = 1_000_001 - 900_000
    assert queries.left_over(panel.session, final) == left
    with pytest.raises(RuleBroken, match="not spent"):
        close(panel)
    row = payments.draft_receivable(
        panel.session, application_id=panel.bids[0].id, owing=Owing.UNDERSPEND, amount=left, reason="Unspent",
        actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match=f"{row.ref} is open"):
        close(panel)
    payments.settle_draft(
        panel.session, receivable_id=row.id, approves=True, version=row.version,
        actor=panel.actor("approver"), now=LATER,
    )  # fmt: skip
    payments.record_receipt(
        panel.session, receivable_id=row.id, amount=left, received_on=in_london(LATER).date(), note="",
        version=row.version, actor=panel.actor("officer"), now=LATER,
    )  # fmt: skip
    close(panel)
    with pytest.raises(RuleBroken, match="has ended"):
        write(panel, report(panel, "halfway"), "words", q_changed="Late")


def test_who_owes_a_report_is_reminded_once_a_day_and_nobody_of_what_was_sent(panel: Panel) -> None:
    halfway = report(panel, "halfway")
    first = morning_of(halfway.due_on - timedelta(days=7))
    for now, people in (
        (first - timedelta(minutes=1), 0),
        (first, 4),
        (first, 0),
        (first + timedelta(days=5), 0),
    ):
        assert actions.chase_reports(panel.session, now=now) == people
    other = report(panel, "halfway", 2)
    with pytest.raises(RuleBroken) as broken:
        give_time(panel, other, other.due_on, "")
    assert [reason.place for reason in broken.value.reasons] == ["why", "until"]
    give_time(panel, other, other.due_on + timedelta(days=1), "Illness")
    assert other.wanted_by == halfway.due_on + timedelta(days=1)
    write(panel, halfway, "words", q_changed="Much")
    send(panel, halfway)
    with pytest.raises(RuleBroken, match="has been sent"):
        give_time(panel, halfway, halfway.due_on + timedelta(days=9), "Illness")
    after: datetime = morning_of(other.wanted_by + timedelta(days=1))
    assert actions.chase_reports(panel.session, now=after) == 2
    written = list(
        panel.session.scalars(select(Message).where(Message.kind == "reports_due").order_by(Message.id))
    )
    assert {message.subject for message in written} == {
        "1 report is due soon", "1 of your reports is overdue",
    }  # fmt: skip
    assert panel.bids[1].ref in written[-1].body
    silent = queries.silent_since(panel.session, panel.round.id, other.wanted_by, without=())
    assert [one.application_id for one in silent] == [panel.bids[1].id]


def test_the_reports_that_count_from_the_end_move_with_it(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(later.end_moves, "monitoring", actions.move_with_end)
    session, bid = panel.session, panel.bids[0]
    halfway, final = report(panel, "halfway"), report(panel, "final")
    fixed, end = halfway.due_on, in_london(LATER).date() + timedelta(days=70)
    assert final.due_on > months_after(end, 1)
    made = awards.ask_variation(
        session, application_id=bid.id, change=Change(ends_on=end, reason="So"),
        actor=panel.actor("applicant1"), now=LATER,
    )  # fmt: skip
    awards.recommend_variation(
        session, variation_id=made.id, in_favour=True, recommendation="So", version=made.version,
        actor=panel.actor("manager"), now=LATER,
    )  # fmt: skip
    awards.approve_variation(
        session, variation_id=made.id, version=made.version, actor=panel.actor("chair"), now=LATER
    )
    assert (halfway.due_on, final.due_on, final.told_at) == (fixed, months_after(end, 1), LATER)
    assert report(panel, "final", 2).due_on != final.due_on
    letter = session.scalars(select(Message).where(Message.kind == "variation_settled")).one()
    assert f"* Final report: {long_date(final.due_on)}" in letter.body
    session.commit()
    assert [line.deed for line in history_of(session, final)] == ["report.draw_up", "report.move"]
