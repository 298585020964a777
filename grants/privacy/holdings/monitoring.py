"""Reports on awards: what organisations wrote of them, and what managers said."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Emptied, Holding, Link, Period

MONITORING: Mapping[str, Holding] = {
    "report": Holding(
        plain=(
            "id",
            "application_id",
            "key",
            "title",
            "asked",
            "due_on",
            "answer_by",
            "state",
            "drawn_up_at",
            "told_at",
            "spent",
            "version",
        ),
        period=Period.BID,
    ),
    "report_page": Holding(
        plain=("id", "report_id", "key", "saved_at", "window", "version"),
        people=("saved_by_id",),
        emptied={"answers": Emptied.WORDS},
        period=Period.BID,
        row_goes=True,
        links=(Link("saved_by_id", mark("Pages of reports that you saved last"), ("key", "saved_at")),),
    ),
    "report_file": Holding(
        plain=("id", "report_id", "document_id", "use", "sent", "set_aside_at"),
        period=Period.DOCUMENTS,
        row_goes=True,
    ),
    "report_submission": Holding(
        plain=("id", "report_id", "number", "submitted_at", "verdict", "reviewed_at"),
        people=("submitted_by_id", "reviewed_by_id"),
        emptied={"content": Emptied.WORDS, "reason": Emptied.NOTED, "note": Emptied.NOTED},
        period=Period.BID,
        links=(
            Link("submitted_by_id", mark("Reports that you sent"), ("number", "submitted_at")),
            Link("reviewed_by_id", mark("Reports that you reviewed"), ("number", "reviewed_at")),
        ),
    ),
    "report_digest": Holding(
        plain=("id", "day", "reports", "sent_at"),
        people=("person_id",),
        links=(Link("person_id", mark("Emails to you about reports that were owed"), ("day", "sent_at")),),
        why=RECORD,
    ),
}
