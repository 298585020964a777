"""What reviewers leave beside their reviews: practice, and what they had looked for."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Emptied, Holding, Link, Period

PANEL: Mapping[str, Holding] = {
    "practice_sheet": Holding(
        plain=("id", "round_id", "state", "cells", "notes", "saved_in", "started_at", "locked_at", "version"),
        people=("person_id",),
        period=Period.REVIEWS,
        row_goes=True,
        links=(
            Link(
                "person_id",
                mark("Your scores of a practice bid"),
                ("state", "cells", "notes", "started_at", "locked_at"),
            ),
        ),
    ),
    "practice_reveal": Holding(
        plain=("round_id", "opened_at"),
        people=("opened_by_id",),
        links=(Link("opened_by_id", mark("Practice scores of a panel that you opened"), ("opened_at",)),),
        why=RECORD,
    ),
    "passage_opening": Holding(
        plain=("id", "assignment_id", "theme", "strand", "opened_at"),
        links=(
            Link(
                "assignment_id",
                mark("Where you had passages of a bid found"),
                ("theme", "strand", "opened_at"),
                through=("assignment", "person_id"),
            ),
        ),
        why=RECORD,
    ),
    "reviewer_expense": Holding(
        plain=(
            "id",
            "round_id",
            "day",
            "kind",
            "minutes",
            "pence",
            "state",
            "entered_at",
            "answered_at",
            "version",
        ),
        people=("person_id", "answered_by_id"),
        emptied={"note": Emptied.BLANK, "query": Emptied.BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "person_id",
                mark("Your time and expenses as a reviewer"),
                ("day", "kind", "minutes", "pence", "note", "state", "query"),
            ),
            Link(
                "answered_by_id",
                mark("Time and expenses of reviewers that you answered"),
                ("day", "state", "answered_at", "query"),
            ),
        ),
    ),
}
