"""The deeds of `duties.txt` on reports, with a report that was sent before anybody tries them."""

from collections.abc import Mapping
from datetime import timedelta

from grants.core.clock import in_london
from grants.monitoring import actions
from grants.monitoring.models import Report, ReportSubmission
from grants.monitoring.states import ReportState
from grants.permissions import Actor
from grants.programme.fund_json import record_to_json
from grants.programme.reporting import DueFrom, ReportAsked
from tests.rooms.access.duty_deeds import Duty
from tests.rooms.access.duty_people import Place


def sent(place: Place) -> None:
    """By a signatory, who tries nothing here."""
    asked = ReportAsked("half", "Half-way report", DueFrom.START, releases="Second half")
    report = Report(
        application_id=place.bid.id, key=asked.key, title=asked.title, asked=record_to_json(asked),
        due_on=in_london(place.now).date(), state=ReportState.SUBMITTED, drawn_up_at=place.now,
        told_at=place.now,
    )  # fmt: skip
    place.session.add(report)
    place.session.flush()
    place.session.add(
        ReportSubmission(
            report_id=report.id, number=1, content={}, submitted_by_id=place.person_ids["applicant1"],
            submitted_at=place.now,
        )
    )  # fmt: skip
    place.session.flush()


def accept(place: Place, actor: Actor) -> None:
    row = place.newest(Report)
    actions.accept(
        place.session, report_id=row.id, message="", note="", version=row.version, actor=actor, now=place.now
    )


def ask_more(place: Place, actor: Actor) -> None:
    row = place.newest(Report)
    actions.ask_more(
        place.session, report_id=row.id, reason="How many came?",
        answer_by=in_london(place.now).date() + timedelta(days=9), note="", version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


def owed(place: Place) -> None:
    """A report that asks nothing and waits for its organisation."""
    sent(place)
    row = place.newest(Report)
    row.state = ReportState.DUE
    row.asked = record_to_json(ReportAsked("half", "Half-way report", DueFrom.START, parts=()))
    place.session.flush()


def submit(place: Place, actor: Actor) -> None:
    actions.submit(place.session, report_id=place.newest(Report).id, actor=actor, now=place.now)


def give_time(place: Place, actor: Actor) -> None:
    row = place.newest(Report)
    actions.give_time(
        place.session, report_id=row.id, until=in_london(place.now).date() + timedelta(days=9),
        reason="Illness", version=row.version, actor=actor, now=place.now,
    )  # fmt: skip


REPORTING: Mapping[str, Duty] = {
    "report.accept": Duty(accept, sent),
    "report.ask_more": Duty(ask_more, sent),
    "report.submit": Duty(submit, owed),
    "report.give_time": Duty(give_time, owed),
}
