"""The town's reports: of the award 'active' one that is being written, and one that was sent."""

from sqlalchemy.orm import Session

from grants.monitoring import actions, queries
from grants.monitoring.models import ReportSubmission
from grants.monitoring.states import ReportState, Use
from tests.papers import paper
from tests.rooms.access.town import Town


def add(session: Session, town: Town) -> None:
    """The award has to be there already."""
    actions.draw_up(session, now=town.now)
    editor = town.actor(session, "editor")
    for name, key in (("report", "halfway"), ("report@sent", "final")):
        report = queries.report_of(session, town.bid_ids["active"], key)
        [file] = actions.attach(
            session, report_id=report.id, use=Use.RECEIPT, files=[paper("hall.pdf")],
            actor=editor, now=town.now,
        )  # fmt: skip
        if name == "report@sent":
            content = queries.content_of(session, report, queries.account_of(session, report))
            submission = ReportSubmission(
                report_id=report.id, number=1, content=content,
                submitted_by_id=town.person_ids["signatory"], submitted_at=town.now,
            )  # fmt: skip
            session.add(submission)
            report.state, file.sent = ReportState.SUBMITTED, True
        session.flush()
        town.records[name] = {
            **town.records["active"], "key": key, "page": "outcomes",
            "report_id": report.id, "file_id": file.id, "version": report.version,
        }  # fmt: skip
