"""Conflicts of interest, assignments and scores."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Emptied, Holding, Link, Period

NOTED, BLANK = Emptied.NOTED, Emptied.BLANK

REVIEWS: Mapping[str, Holding] = {
    "reviewer": Holding(
        plain=("kind", "organisation_id", "most_bids", "active", "added_at"),
        people=("person_id",),
        links=(
            Link("person_id", mark("Your place on the panel"), ("kind", "most_bids", "active", "added_at")),
        ),
        why=RECORD,
    ),
    "conflict": Holding(
        plain=("id", "application_id", "state", "source", "raised_at", "settled_at"),
        people=("person_id", "settled_by_id"),
        emptied={"reason": NOTED, "settled_reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link("person_id", mark("Your conflicts of interest"), ("state", "source", "reason", "raised_at")),
            Link(
                "settled_by_id",
                mark("Conflicts of interest that you settled"),
                ("state", "settled_at", "settled_reason"),
            ),
        ),
    ),
    "assignment_run": Holding(
        plain=("id", "round_id", "state", "requested_at", "claimed_at", "finished_at", "summary"),
        people=("requested_by_id",),
        links=(
            Link(
                "requested_by_id", mark("Assignments of bids that you asked for"), ("requested_at", "state")
            ),
        ),
        why=RECORD,
    ),
    "assignment": Holding(
        plain=("id", "application_id", "run_id", "state", "assigned_at", "declared_at"),
        people=("person_id",),
        links=(Link("person_id", mark("Bids assigned to you"), ("state", "assigned_at", "declared_at")),),
        why=RECORD,
    ),
    "sheet": Holding(
        plain=(
            "id",
            "assignment_id",
            "application_id",
            "version_id",
            "state",
            "simulated",
            "started_at",
            "locked_at",
            "version",
        ),
        people=("person_id",),
        emptied={"overall_comment": NOTED},
        period=Period.REVIEWS,
        links=(
            Link(
                "person_id",
                mark("Your reviews"),
                ("state", "overall_comment", "started_at", "locked_at", "simulated"),
            ),
        ),
    ),
    "cell_score": Holding(
        plain=("id", "sheet_id", "theme", "strand", "score"),
        links=(
            Link(
                "sheet_id", mark("Your scores"), ("theme", "strand", "score"), through=("sheet", "person_id")
            ),
        ),
    ),
    "theme_note": Holding(
        plain=("id", "sheet_id", "theme", "not_addressed"),
        emptied={"justification": NOTED},
        period=Period.REVIEWS,
        links=(
            Link(
                "sheet_id",
                mark("Your reasons for your scores"),
                ("theme", "justification", "not_addressed"),
                through=("sheet", "person_id"),
            ),
        ),
    ),
    "agreed_score": Holding(
        plain=("id", "application_id", "theme", "strand", "hundredths", "agreed_at", "suspended_at"),
        people=("agreed_by_id",),
        emptied={"reason": NOTED},
        period=Period.REVIEWS,
        links=(
            Link(
                "agreed_by_id",
                mark("Agreed scores that you recorded"),
                ("theme", "strand", "reason", "agreed_at"),
            ),
        ),
    ),
    "result": Holding(
        plain=(
            "application_id",
            "round_id",
            "total",
            "sort_key",
            "themes",
            "sheets",
            "citizen_sheets",
            "unranked_because",
            "late_conflict",
            "refreshed_at",
        ),
    ),
}
