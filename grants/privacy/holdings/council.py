"""Decisions, rounds, messages, the trail and the rest."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import RECORD, Emptied, Holding, Link, Period

NOTED, BLANK = Emptied.NOTED, Emptied.BLANK

COUNCIL: Mapping[str, Holding] = {
    "decision": Holding(
        plain=(
            "id",
            "application_id",
            "outcome",
            "amount",
            "reserve_order",
            "reason",
            "decided_at",
            "countersign_needed",
            "countersigned_at",
            "release_id",
            "released_at",
            "answer_by",
            "from_reserve",
            "flagged_at",
            "reopened_at",
            "reopening_reason",
            "replaced_at",
            "varied_to",
            "version",
        ),
        people=("decided_by_id", "countersigned_by_id", "reopened_by_id"),
        links=(
            Link(
                "decided_by_id",
                mark("Decisions that you recorded"),
                ("outcome", "amount", "reason", "decided_at"),
            ),
            Link(
                "countersigned_by_id",
                mark("Decisions that you countersigned"),
                ("outcome", "countersigned_at"),
            ),
            Link(
                "reopened_by_id",
                mark("Decisions that you took back before the panel"),
                ("outcome", "reopening_reason", "reopened_at"),
            ),
        ),
        why=RECORD,
    ),
    "decision_condition": Holding(
        plain=("id", "decision_id", "number", "kind", "text", "due_on", "set_at", "replaced_at"),
        why=RECORD,
    ),
    "decision_letter": Holding(
        plain=("id", "decision_id", "application_id", "written_at", "made_at", "sha256"),
        emptied={"told": Emptied.WORDS, "content": Emptied.NOTHING},
        period=Period.BID,
    ),
    "reserve_skip": Holding(
        plain=("id", "decision_id", "application_id", "reason", "skipped_at", "lifted_at"),
        people=("skipped_by_id", "lifted_by_id"),
        links=(
            Link(
                "skipped_by_id", mark("Bids of the reserve list that you skipped"), ("reason", "skipped_at")
            ),
            Link("lifted_by_id", mark("Skips of the reserve list that you took back"), ("lifted_at",)),
        ),
        why=RECORD,
    ),
    "override": Holding(
        plain=("id", "round_id", "extra", "reason", "asked_at", "approved_at", "refused_at", "refusal"),
        people=("asked_by_id", "approved_by_id", "refused_by_id"),
        links=(
            Link(
                "asked_by_id", mark("Awards past the pot that you asked for"), ("extra", "reason", "asked_at")
            ),
            Link("approved_by_id", mark("Awards past the pot that you approved"), ("extra", "approved_at")),
            Link(
                "refused_by_id",
                mark("Awards past the pot that you refused"),
                ("extra", "refusal", "refused_at"),
            ),
        ),
        why=RECORD,
    ),
    "release": Holding(
        plain=("id", "round_id", "drafted_at", "approved_at", "decisions"),
        people=("drafted_by_id", "approved_by_id"),
        links=(
            Link("drafted_by_id", mark("Releases that you drafted"), ("drafted_at",)),
            Link("approved_by_id", mark("Releases that you approved"), ("approved_at",)),
        ),
        why=RECORD,
    ),
    "extension": Holding(
        plain=(
            "id",
            "round_id",
            "application_id",
            "closes_at",
            "drafted_at",
            "approved_at",
            "previous_closes_at",
            "refused_at",
            "withdrawn_at",
            "told_at",
            "version",
        ),
        people=("drafted_by_id", "approved_by_id", "refused_by_id"),
        emptied={"reason": NOTED, "refused_reason": BLANK},
        period=Period.BID,
        links=(
            Link("drafted_by_id", mark("Extensions that you drafted"), ("closes_at", "reason", "drafted_at")),
            Link("approved_by_id", mark("Extensions that you approved"), ("closes_at", "approved_at")),
            Link("refused_by_id", mark("Extensions that you refused"), ("refused_reason", "refused_at")),
        ),
    ),
    "round": Holding(
        plain=(
            "id",
            "ref",
            "fund_slug",
            "round_key",
            "name",
            "definition",
            "fingerprint",
            "opens_at",
            "closes_at",
            "pot",
            "loaded_at",
            "opening_announced_at",
            "closing_announced_at",
            "version",
            "next_bid_number",
        ),
    ),
    "export": Holding(
        plain=(
            "id",
            "round_id",
            "format",
            "kind",
            "at",
            "grouping",
            "only",
            "state",
            "progress",
            "requested_at",
            "claimed_at",
            "finished_at",
            "attempts",
            "rows",
            "total",
            "file_name",
            "size",
            "sha256",
            "failure",
            "findings",
        ),
        people=("requested_by_id",),
        links=(
            Link("requested_by_id", mark("Exports that you asked for"), ("format", "state", "requested_at")),
        ),
        why="The files hold organisations and amounts, nothing about people.",
    ),
    "message": Holding(
        plain=(
            "id",
            "kind",
            "about_type",
            "about_id",
            "key",
            "sensitive",
            "attachment_kind",
            "attachment_id",
            "bounced_at",
            "message_id_header",
            "state",
            "created_at",
            "due_at",
            "attempts",
            "claimed_at",
            "claim",
            "sent_at",
            "sent_by",
        ),
        people=("person_id",),
        emptied={"to_address": BLANK, "subject": NOTED, "body": BLANK, "last_error": BLANK},
        period=Period.EMAILS,
        links=(
            Link(
                "to_address",
                mark("Emails to you (the words are in your mailbox)"),
                ("kind", "created_at", "sent_at"),
                email=True,
            ),
        ),
    ),
    "trail_entry": Holding(
        plain=(
            "seq",
            "at",
            "actor_label",
            "roles",
            "deed",
            "subject_type",
            "subject_id",
            "facts",
            "previous_hash",
            "hash",
        ),
        people=("actor_id",),
        links=(
            Link(
                "actor_id",
                mark("What you did, as the trail notes it"),
                ("at", "deed", "subject_type", "subject_id"),
            ),
        ),
        why="The trail holds numbers and digests in place of names, so it can be kept and checked.",
    ),
    "trail_head": Holding(plain=("id", "seq", "hash")),
    "equality_count": Holding(
        plain=("round_id", "question", "choice", "people"), period=Period.EQUALITY, row_goes=True
    ),
    "deletion_request": Holding(
        plain=("id", "state", "asked_at", "decided_at", "reason", "version"),
        people=("person_id", "decided_by_id"),
        emptied={"words": BLANK},
        period=Period.ACCOUNT,
        links=(
            Link(
                "person_id",
                mark("Your requests for deletion"),
                ("state", "words", "asked_at", "decided_at", "reason"),
            ),
            Link(
                "decided_by_id",
                mark("Requests for deletion that you decided"),
                ("state", "decided_at", "reason"),
            ),
        ),
    ),
    "removal": Holding(plain=("kind", "subject_id", "removed_at")),
    "postcode_file": Holding(plain=("id", "started_at", "in_use_since", "postcodes")),
    "postcode": Holding(plain=("file_id", "postcode", "ward_code", "authority_code", "ended")),
    "area": Holding(plain=("file_id", "code", "name")),
}
