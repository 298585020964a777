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
        plain=("id", "application_id", "state", "source", "raised_at", "settled_at", "grounds"),
        people=("person_id", "raised_by_id", "settled_by_id"),
        emptied={"reason": NOTED, "settled_reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link("person_id", mark("Your conflicts of interest"), ("state", "source", "reason", "raised_at")),
            Link(
                "raised_by_id",
                mark("Conflicts of interest that you put on record"),
                ("state", "raised_at", "reason"),
            ),
            Link(
                "settled_by_id",
                mark("Conflicts of interest that you settled"),
                ("state", "settled_at", "settled_reason"),
            ),
        ),
    ),
    "conflict_step": Holding(
        plain=("id", "conflict_id", "deed", "state", "at"),
        people=("by_id",),
        emptied={"reason": NOTED},
        period=Period.REVIEWS,
        links=(
            Link("by_id", mark("What you said of conflicts of interest"), ("deed", "state", "reason", "at")),
        ),
    ),
    "reviewer_interest": Holding(
        plain=("id", "tie", "since", "until", "recorded_at", "removed_at"),
        people=("person_id",),
        emptied={"organisation": NOTED, "number": BLANK, "note": BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "person_id",
                mark("Your register of interests"),
                ("organisation", "number", "tie", "since", "until", "note", "recorded_at", "removed_at"),
            ),
        ),
    ),
    "interests_declared": Holding(
        plain=("id", "round_id", "entries", "declared_at"),
        people=("person_id",),
        links=(Link("person_id", mark("Declarations of your interests"), ("entries", "declared_at")),),
        why=RECORD,
    ),
    "assignment_run": Holding(
        plain=(
            "id",
            "round_id",
            "state",
            "requested_at",
            "claimed_at",
            "finished_at",
            "summary",
            "proposal",
            "basis",
            "step",
            "attempts",
            "failure",
            "settled_at",
        ),
        people=("requested_by_id", "settled_by_id"),
        emptied={"reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "requested_by_id", mark("Assignments of bids that you asked for"), ("requested_at", "state")
            ),
            Link(
                "settled_by_id",
                mark("Assignments of bids that you decided on"),
                ("settled_at", "state", "reason"),
            ),
        ),
        why=RECORD,
    ),
    "assignment": Holding(
        plain=("id", "application_id", "run_id", "state", "assigned_at", "declared_at", "due_at"),
        people=("person_id",),
        emptied={"reason": BLANK, "due_reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "person_id",
                mark("Bids assigned to you"),
                ("state", "assigned_at", "declared_at", "due_at", "due_reason", "reason"),
            ),
        ),
        why=RECORD,
    ),
    "reviewer_expertise": Holding(
        plain=("theme", "level"),
        people=("person_id",),
        links=(Link("person_id", mark("What you know, as a reviewer"), ("theme", "level")),),
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
            "saved_at",
            "locked_at",
            "recommendation",
            "recommended_amount",
            "saved_in",
            "version",
        ),
        people=("person_id",),
        emptied={"overall_comment": NOTED, "recommended_reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "person_id",
                mark("Your reviews"),
                (
                    "state",
                    "overall_comment",
                    "recommendation",
                    "recommended_amount",
                    "recommended_reason",
                    "started_at",
                    "saved_at",
                    "locked_at",
                    "simulated",
                ),
            ),
        ),
    ),
    "sheet_history": Holding(
        plain=("id", "sheet_id", "number", "version_id", "locked_at"),
        emptied={"held": Emptied.WORDS},
        period=Period.REVIEWS,
        links=(
            Link(
                "sheet_id",
                mark("Your reviews as they were locked"),
                ("number", "locked_at", "held"),
                through=("sheet", "person_id"),
            ),
        ),
    ),
    "sheet_reopening": Holding(
        plain=("id", "sheet_id", "state", "asked_at", "drafted_at", "settled_at", "version"),
        people=("drafted_by_id", "settled_by_id"),
        emptied={"asked_because": NOTED, "reason": BLANK, "settled_reason": BLANK},
        period=Period.REVIEWS,
        links=(
            Link(
                "sheet_id",
                mark("Your requests to open a review again"),
                ("state", "asked_at", "asked_because", "settled_at", "settled_reason"),
                through=("sheet", "person_id"),
            ),
            Link(
                "drafted_by_id",
                mark("Reviews that you wanted opened again"),
                ("state", "reason", "drafted_at"),
            ),
            Link(
                "settled_by_id",
                mark("Requests to open a review again that you settled"),
                ("state", "settled_at", "settled_reason"),
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
        plain=("id", "sheet_id", "theme", "not_addressed", "shareable"),
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
        plain=(
            "id",
            "application_id",
            "theme",
            "strand",
            "hundredths",
            "agreed_at",
            "suspended_at",
            "replaced_at",
            "replaced_by_id",
        ),
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
    "bid_feedback": Holding(
        plain=(
            "application_id",
            "state",
            "simulated",
            "left_out",
            "basis",
            "drafted_at",
            "edited_at",
            "ready_at",
            "sent_at",
            "version",
        ),
        people=("edited_by_id", "ready_by_id"),
        emptied={"opening": BLANK},
        period=Period.REVIEWS,
        links=(
            Link("edited_by_id", mark("Feedback to applicants that you edited"), ("opening", "edited_at")),
            Link("ready_by_id", mark("Feedback to applicants that you marked as ready"), ("ready_at",)),
        ),
    ),
    "theme_feedback": Holding(
        plain=("id", "application_id", "theme", "band"),
        emptied={"strengths": BLANK, "next_steps": BLANK},
        period=Period.REVIEWS,
    ),
    "feedback_run": Holding(
        plain=(
            "id",
            "round_id",
            "state",
            "requested_at",
            "claimed_at",
            "attempts",
            "bids",
            "done",
            "drafted",
            "refreshed",
            "finished_at",
            "failure",
        ),
        people=("requested_by_id",),
        links=(
            Link(
                "requested_by_id",
                mark("Feedback to applicants that you had drafted"),
                ("state", "requested_at"),
            ),
        ),
        why=RECORD,
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
            "apart",
            "without_one",
            "measures",
            "claimed",
            "shape",
            "refreshed_at",
        ),
    ),
    "review_digest": Holding(
        plain=("id", "day", "to_declare", "to_score", "silent", "sent_at"),
        people=("person_id",),
        links=(
            Link(
                "person_id",
                mark("Emails to you about reviews that were still to do"),
                ("day", "to_declare", "to_score", "sent_at"),
            ),
        ),
        why=RECORD,
    ),
    "saved_view": Holding(
        plain=("id", "round_id", "name", "query", "made_at"),
        people=("made_by_id",),
        links=(Link("made_by_id", mark("Views of a ranking that you saved"), ("name", "made_at")),),
        why=RECORD,
    ),
    "scenario": Holding(
        plain=(
            "id",
            "round_id",
            "base_id",
            "name",
            "settings",
            "state",
            "requested_at",
            "claimed_at",
            "attempts",
            "steps",
            "steps_done",
            "made_at",
            "input_digest",
            "results",
            "failure",
            "taken_at",
        ),
        people=("requested_by_id", "taken_by_id"),
        links=(
            Link(
                "requested_by_id",
                mark("Allocations that you had worked out"),
                ("name", "state", "requested_at", "made_at"),
            ),
            Link("taken_by_id", mark("Allocations that you took to the panel"), ("name", "taken_at")),
        ),
        why="The figures name nobody: they go by the numbers of bids.",
    ),
    "calibration": Holding(
        plain=(
            "id",
            "round_id",
            "state",
            "input_digest",
            "requested_at",
            "claimed_at",
            "attempts",
            "made_at",
            "results",
            "failure",
        ),
        people=("requested_by_id",),
        links=(
            Link(
                "requested_by_id",
                mark("Calibrations that you asked for"),
                ("state", "requested_at", "made_at"),
            ),
        ),
        why="The figures name nobody: they go by the numbers of bids and reviewers.",
    ),
}
