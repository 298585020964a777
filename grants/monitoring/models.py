"""Tables of reports on awards: what is owed when, its pages and files, what was sent, e-mails of a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.applications.models import Application
from grants.core.db import Base, JsonDict, enum_column
from grants.documents.models import Document
from grants.monitoring.states import ReportState, Use
from grants.programme.fund_json import record_from_json
from grants.programme.reporting import ReportAsked


class Report(Base):
    """A report that the lead organisation of an award owes by the end of a day in Luton.

    `asked` is what the fund file asked when it was drawn up: later files do not change it.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("application_id", "key"),
        Index("ix_report_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80))
    asked: Mapped[JsonDict]
    due_on: Mapped[date]
    answer_by: Mapped[date | None]
    """By when more is wanted, where the manager has asked for more."""
    state: Mapped[ReportState] = mapped_column(enum_column(ReportState), default=ReportState.DUE)
    drawn_up_at: Mapped[datetime]
    told_at: Mapped[datetime]
    """When the organisation last learned by when it is wanted."""
    spent: Mapped[int] = mapped_column(BigInteger, default=0)
    """What it said when it was sent last, pence."""
    version: Mapped[int] = mapped_column(default=1)

    application: Mapped[Application] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def wanted_by(self) -> date:
        """The day by whose end the organisation has to send it."""
        return self.answer_by or self.due_on

    @property
    def wants(self) -> ReportAsked:
        """What it asks."""
        return record_from_json(ReportAsked, self.asked)


class ReportPage(Base):
    """What stands in the boxes of one page of a report, as it was typed."""

    __tablename__ = "report_page"
    __table_args__ = (UniqueConstraint("report_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    key: Mapped[str] = mapped_column(String(40))
    answers: Mapped[JsonDict]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    window: Mapped[str] = mapped_column(String(40), default="")
    """In which window it was saved by itself, so that a page does not stand in its own way."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReportFile(Base):
    """A receipt or a photo that belongs to a report. One that was sent is kept with what was sent."""

    __tablename__ = "report_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), unique=True)
    use: Mapped[Use] = mapped_column(enum_column(Use))
    sent: Mapped[bool] = mapped_column(default=False)
    set_aside_at: Mapped[datetime | None]

    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)


class ReportSubmission(Base):
    """A report as it was sent, and what the manager said of it. What was sent never changes."""

    __tablename__ = "report_submission"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        CheckConstraint("verdict IS NULL OR reviewed_by_id IS NOT NULL", name="reviewed_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int]
    content: Mapped[JsonDict]
    submitted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime]
    verdict: Mapped[ReportState | None] = mapped_column(enum_column(ReportState))
    """Accepted or more asked; None while it waits."""
    reason: Mapped[str] = mapped_column(default="")
    """What the organisation is told."""
    note: Mapped[str] = mapped_column(default="")
    """For the council alone."""
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]

    def figures(self, name: str) -> list[dict[str, Any]]:
        """The rows of one part of what was sent."""
        return list(self.content.get(name, ()))


class ReportDigest(Base):
    """That somebody was sent, on a day in Luton, the one e-mail about reports that are owed. The row keeps a
    second one from being written.
    """

    __tablename__ = "report_digest"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    reports: Mapped[int]
    sent_at: Mapped[datetime]
