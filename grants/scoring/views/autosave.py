"""Score sheets that save themselves while their reviewer reads and types."""

from collections.abc import Mapping

from flask import request
from flask.typing import ResponseReturnValue

from grants.core.forms import BaseForm
from grants.core.pages import score
from grants.core.web import not_saved, saved_by_itself
from grants.scoring import rules
from grants.scoring.models import Sheet
from grants.scoring.rules import CellKey
from grants.scoring.views.blueprint import Desk

LONGEST_NAME = 40

CHANGED_ELSEWHERE = not_saved(
    "refused", "you changed this score sheet in another window. Press a save button here to keep this one."
)


def window() -> str:
    """The name of the window that sends this; '' where its script did not give one."""
    return request.form.get("opening", "")[:LONGEST_NAME]


def told_by_itself(found: Desk, sheet: Sheet, cells: Mapping[CellKey, int]) -> ResponseReturnValue:
    """The answer to a sheet that was saved by its script: its new version and the running total."""
    points = rules.points_so_far(found.rubric, found.content["claims"], cells)
    return saved_by_itself(sheet.version, total=score(points))


def refused_by_itself(form: BaseForm) -> ResponseReturnValue:
    """The answer to words that cannot be saved as they are. They stay in their window."""
    return not_saved("refused", " ".join(fault.message + "." for fault in form.error_summary()))
