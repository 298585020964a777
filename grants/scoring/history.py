"""What score sheets held each time they were locked, and what became of it since."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.core.db import JsonDict
from grants.scoring.models import Reopening, Sheet, SheetHistory
from grants.scoring.queries import Filled
from grants.scoring.states import WAITING_REOPENINGS


def kept(session: Session, written: Filled, *, locked_at: datetime) -> SheetHistory:
    """The row that keeps a sheet as it is locked now; to be added by the deed that locks it."""
    sheet = written.sheet
    before = session.scalar(select(func.count()).where(SheetHistory.sheet_id == sheet.id)) or 0
    return SheetHistory(
        sheet_id=sheet.id,
        number=before + 1,
        version_id=sheet.version_id,
        locked_at=locked_at,
        held=_held(written),
    )


def _held(written: Filled) -> JsonDict:
    sheet = written.sheet
    cells: dict[str, dict[str, int]] = {}
    for (theme, strand), score in sorted(written.cells.items()):
        cells.setdefault(theme, {})[strand] = score
    notes = {
        theme: {
            "justification": note.justification,
            "not_addressed": note.not_addressed,
            "shareable": note.shareable,
        }
        for theme, note in sorted(written.notes.items())
    }
    return {
        "cells": cells,
        "notes": notes,
        "comment": sheet.overall_comment,
        "recommendation": sheet.recommendation.value if sheet.recommendation else "",
        "amount": sheet.recommended_amount,
        "reason": sheet.recommended_reason,
    }


def first_locked_at(session: Session, sheet: Sheet) -> datetime | None:
    """When the sheet was locked for the first time, open again or not; None if it never was."""
    kept_from = session.scalar(
        select(func.min(SheetHistory.locked_at)).where(SheetHistory.sheet_id == sheet.id)
    )
    return kept_from or sheet.locked_at


def locks_of(session: Session, application_id: int) -> dict[int, list[SheetHistory]]:
    """What each sheet of the bid held at each lock, by sheet, first lock first. One query."""
    found: dict[int, list[SheetHistory]] = {}
    for row in session.scalars(
        select(SheetHistory)
        .join(Sheet, Sheet.id == SheetHistory.sheet_id)
        .where(Sheet.application_id == application_id)
        .order_by(SheetHistory.sheet_id, SheetHistory.number)
    ):
        found.setdefault(row.sheet_id, []).append(row)
    return found


def reopenings_of(session: Session, application_id: int) -> Sequence[Reopening]:
    """Every reopening of the bid's sheets that was asked for or drafted, newest first."""
    return session.scalars(
        select(Reopening)
        .join(Sheet, Sheet.id == Reopening.sheet_id)
        .where(Sheet.application_id == application_id)
        .order_by(Reopening.id.desc())
    ).all()


def waiting_reopening(session: Session, sheet_id: int) -> Reopening | None:
    """The reopening of the sheet that waits to be drafted or settled, if there is one."""
    return session.scalars(
        select(Reopening).where(Reopening.sheet_id == sheet_id, Reopening.state.in_(WAITING_REOPENINGS))
    ).one_or_none()
