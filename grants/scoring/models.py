"""Tables of score sheets and of each bid's result, kept exact."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grants.core.db import Base, JsonDict, enum_column
from grants.scoring.states import SheetState


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
    started_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    cells: Mapped[list["CellScore"]] = relationship(lazy="raise", order_by="CellScore.id")
    notes: Mapped[list["ThemeNote"]] = relationship(lazy="raise", order_by="ThemeNote.id")


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


class AgreedScore(Base):
    """What the chair recorded for a cell (whole number) or a theme (two decimals), beside the originals.

    `hundredths` is the score times 100. `strand` is empty for a theme. A suspended one counts for nothing.
    """

    __tablename__ = "agreed_score"
    __table_args__ = (UniqueConstraint("application_id", "theme", "strand"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    theme: Mapped[str] = mapped_column(String(60))
    strand: Mapped[str] = mapped_column(String(60), default="")
    hundredths: Mapped[int]
    reason: Mapped[str]
    agreed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]


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
    refreshed_at: Mapped[datetime]
