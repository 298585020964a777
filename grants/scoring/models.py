"""Tables of score sheets and of each bid's result, kept exact."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.core.db import Base, JsonDict, enum_column
from grants.scoring.rules import Overall
from grants.scoring.states import CalibrationState, Recommendation, ReopeningState, SheetState


class Sheet(Base):
    """One reviewer's scores of one submitted version of a bid."""

    __tablename__ = "sheet"
    __table_args__ = (
        UniqueConstraint("application_id", "person_id"),
        CheckConstraint("(state = 'locked') = (locked_at IS NOT NULL)", name="locked_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    """The submitted version that was scored."""
    state: Mapped[SheetState] = mapped_column(enum_column(SheetState), default=SheetState.DRAFT)
    simulated: Mapped[bool] = mapped_column(default=False)
    """True where a program, not a person, filled the sheet in; shown wherever the sheet is."""
    overall_comment: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[Recommendation | None] = mapped_column(enum_column(Recommendation))
    recommended_amount: Mapped[int | None]
    """Pence, at most what the bid asks for."""
    recommended_reason: Mapped[str] = mapped_column(default="")
    saved_in: Mapped[str] = mapped_column(String(40), default="")
    """The window that saved last, by the name it gave itself: no window is stale by its own words."""
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    """When its reviewer last saved anything on it; None for sheets of older releases."""
    locked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    cells: Mapped[list["CellScore"]] = relationship(lazy="raise", order_by="CellScore.id")
    notes: Mapped[list["ThemeNote"]] = relationship(lazy="raise", order_by="ThemeNote.id")

    @property
    def overall(self) -> Overall:
        """What it says of the bid as a whole."""
        return Overall(
            self.overall_comment, self.recommendation, self.recommended_amount, self.recommended_reason
        )


class CellScore(Base):
    """A whole number, 0 to the rubric's maximum, for one theme and strand."""

    __tablename__ = "cell_score"
    __table_args__ = (
        UniqueConstraint("sheet_id", "theme", "strand"),
        CheckConstraint("score >= 0", name="not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    theme: Mapped[str] = mapped_column(String(60))
    strand: Mapped[str] = mapped_column(String(60))
    score: Mapped[int]


class ThemeNote(Base):
    """The written justification of one theme's scores; `not_addressed` means that its cells are 0."""

    __tablename__ = "theme_note"
    __table_args__ = (UniqueConstraint("sheet_id", "theme"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    theme: Mapped[str] = mapped_column(String(60))
    justification: Mapped[str] = mapped_column(default="")
    not_addressed: Mapped[bool] = mapped_column(default=False)
    shareable: Mapped[bool] = mapped_column(default=False)
    """Whether the justification may be quoted to the applicant; else it is for the panel only."""


class SheetHistory(Base):
    """What a sheet held when it was locked, once for each time. Rows are only ever added.

    `held`: {"cells": {theme: {strand: score}}, "notes": {theme: {"justification", "not_addressed",
    "shareable"}}, "comment", "recommendation", "amount" (pence or null), "reason"}.
    """

    __tablename__ = "sheet_history"
    __table_args__ = (UniqueConstraint("sheet_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"))
    number: Mapped[int]
    """1 for the first lock."""
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    locked_at: Mapped[datetime]
    held: Mapped[JsonDict]


class Reopening(Base):
    """A locked sheet that somebody wants opened again: asked by its reviewer, or drafted unasked."""

    __tablename__ = "sheet_reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id"), index=True)
    state: Mapped[ReopeningState] = mapped_column(enum_column(ReopeningState))
    asked_at: Mapped[datetime | None]
    """None where the reviewer did not ask."""
    asked_because: Mapped[str] = mapped_column(default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    drafted_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """What the programme manager puts before the chair."""
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[datetime | None]
    settled_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


STANDING = text("replaced_at IS NULL")


class AgreedScore(Base):
    """What the chair recorded for a cell (whole number) or a theme (two decimals), beside the originals.

    `hundredths` is the score times 100. `strand` is empty for a theme. A suspended one counts for nothing.
    Nothing is overwritten: a new row replaces the old one, which stays on record. One stands for each place.
    """

    __tablename__ = "agreed_score"
    __table_args__ = (
        Index(
            "uq_agreed_score_standing",
            "application_id",
            "theme",
            "strand",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    theme: Mapped[str] = mapped_column(String(60))
    strand: Mapped[str] = mapped_column(String(60), default="")
    hundredths: Mapped[int]
    reason: Mapped[str]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    replaced_at: Mapped[datetime | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("agreed_score.id"))


class Result(Base):
    """A bid's score as its valid sheets stand now; rewritten by every deed that could change it.

    `total` and the values of `themes` are exact fractions as text ('1250/27'). `sort_key` is the total's
    decimal expansion to 30 places in fixed width, so that SQL orders exact values; None while unranked.
    """

    __tablename__ = "result"
    __table_args__ = (Index("ix_result_round_id_sort_key", "round_id", "sort_key"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    total: Mapped[str | None] = mapped_column(String(120))
    sort_key: Mapped[str | None] = mapped_column(String(40))
    themes: Mapped[JsonDict]
    sheets: Mapped[int]
    citizen_sheets: Mapped[int]
    unranked_because: Mapped[str] = mapped_column(default="")
    late_conflict: Mapped[bool] = mapped_column(default=False)
    """Whether a locked sheet left the mean because a conflict was found late."""
    apart: Mapped[JsonDict] = mapped_column(default=dict, server_default=text("'{}'"))
    """How far the valid sheets lie apart: exact text by place, 'youth:voice' for a cell, 'youth:' a theme."""
    without_one: Mapped[JsonDict] = mapped_column(default=dict, server_default=text("'{}'"))
    """The exact total that the bid would have without one of its valid sheets, by that reviewer's id."""
    refreshed_at: Mapped[datetime]
    measures: Mapped[JsonDict] = mapped_column(default=dict, server_default=text("'{}'"))
    """What else the ranking shows and sorts by, as sort keys: see `grants.scoring.breakdown`."""
    claimed: Mapped[str] = mapped_column(default="", server_default="")
    """The themes that the bid claims, each between spaces: ' youth poverty '."""
    shape: Mapped[int] = mapped_column(default=0, server_default="0")
    """Which of our releases wrote `measures` and `claimed`: rows of older ones are written again."""


class ReviewDigest(Base):
    """That somebody was sent, on a day in Luton, the one e-mail about reviews that are still outstanding.

    It tells a reviewer what is left to do and a programme manager who is silent. The row is what keeps a
    second one from being written.
    """

    __tablename__ = "review_digest"
    __table_args__ = (UniqueConstraint("person_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    day: Mapped[date]
    to_declare: Mapped[int]
    to_score: Mapped[int]
    silent: Mapped[int]
    """How many late reviewers it names; 0 in an e-mail to somebody who is no programme manager."""
    sent_at: Mapped[datetime]


class PassageOpening(Base):
    """That a reviewer asked for passages of the bid for one cell. They are worked out anew each time."""

    __tablename__ = "passage_opening"
    __table_args__ = (UniqueConstraint("assignment_id", "theme", "strand"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    theme: Mapped[str] = mapped_column(String(60))
    strand: Mapped[str] = mapped_column(String(60))
    opened_at: Mapped[datetime]


class PracticeSheet(Base):
    """One reviewer's scores of a round's practice bid. It lies apart from sheets, so that nothing counts it.

    `cells`: {theme: {strand: score}}; `notes`: {theme: why}.
    """

    __tablename__ = "practice_sheet"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        CheckConstraint("(state = 'locked') = (locked_at IS NOT NULL)", name="practice_locked_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[SheetState] = mapped_column(enum_column(SheetState), default=SheetState.DRAFT)
    cells: Mapped[JsonDict] = mapped_column(default=dict)
    notes: Mapped[JsonDict] = mapped_column(default=dict)
    saved_in: Mapped[str] = mapped_column(String(40), default="")
    """The window that saved last, as of a sheet."""
    started_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PracticeReveal(Base):
    """That a chair opened how the panel scored the practice bid before everybody had locked."""

    __tablename__ = "practice_reveal"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]


class SavedView(Base):
    """One way to look at a round's ranking, by name: the query of its address."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    name: Mapped[str] = mapped_column(String(80))
    query: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class Calibration(Base):
    """How sure a round's ranking was when a worker looked: estimates beside the scores of record.

    `input_digest` tells the results it was asked for; once they differ, it is stale. `results` is what
    `grants.scoring.sureness` wrote.
    """

    __tablename__ = "calibration"
    __table_args__ = (CheckConstraint("state != 'ready' OR made_at IS NOT NULL", name="ready_dated"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[CalibrationState] = mapped_column(
        enum_column(CalibrationState), default=CalibrationState.QUEUED
    )
    input_digest: Mapped[str] = mapped_column(String(64))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None where the sweep asked."""
    requested_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    results: Mapped[JsonDict] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")
