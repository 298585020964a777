"""Panel meetings: agenda, attendance, who left the room, lots."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Holding, Link

MEETINGS: Mapping[str, Holding] = {
    "meeting": Holding(
        plain=(
            "id",
            "round_id",
            "state",
            "held_on",
            "place",
            "quorum",
            "called_at",
            "opened_at",
            "closed_at",
            "current_id",
            "version",
        ),
        people=("called_by_id",),
        links=(Link("called_by_id", mark("Meetings that you called"), ("held_on", "called_at")),),
        why=RECORD,
    ),
    "agenda_item": Holding(
        plain=("id", "meeting_id", "application_id", "position", "called_at", "note"),
        people=("called_by_id",),
        links=(
            Link(
                "called_by_id", mark("Bids that you called in a meeting"), ("position", "note", "called_at")
            ),
        ),
        why=RECORD,
    ),
    "attendance": Holding(
        plain=("id", "meeting_id", "came_at", "left_at"),
        people=("person_id",),
        links=(Link("person_id", mark("Meetings that you were at"), ("came_at", "left_at")),),
        why=RECORD,
    ),
    "recusal": Holding(
        plain=("id", "meeting_id", "application_id", "went_at", "returned_at"),
        people=("person_id",),
        links=(
            Link("person_id", mark("When you were out of the room for a bid"), ("went_at", "returned_at")),
        ),
        why=RECORD,
    ),
    "lottery": Holding(
        plain=("id", "meeting_id", "bids", "source", "commitment", "fixed_at", "seed", "drawn_at"),
        people=("fixed_by_id", "drawn_by_id"),
        links=(
            Link("fixed_by_id", mark("Lots whose list you fixed"), ("source", "fixed_at")),
            Link("drawn_by_id", mark("Lots that you drew"), ("seed", "drawn_at")),
        ),
        why=RECORD,
    ),
}
