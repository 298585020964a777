"""Awards: agreements, conditions, changes of them and what was agreed when."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import Emptied, Holding, Link, Period

NOTED, BLANK, NOTHING = Emptied.NOTED, Emptied.BLANK, Emptied.NOTHING

AWARDS: Mapping[str, Holding] = {
    "variation": Holding(
        plain=(
            "id",
            "application_id",
            "number",
            "state",
            "amount",
            "ends_on",
            "budget",
            "asked_at",
            "in_favour",
            "recommended_at",
            "approved_at",
            "signed_at",
            "refused_at",
            "version",
        ),
        people=("asked_by_id", "recommended_by_id", "approved_by_id", "signed_by_id", "refused_by_id"),
        emptied={"delivery": BLANK, "reason": NOTED, "recommendation": BLANK, "refusal": BLANK},
        period=Period.BID,
        links=(
            Link("asked_by_id", mark("Changes of an award that you asked for"), ("reason", "asked_at")),
            Link(
                "recommended_by_id",
                mark("Changes of awards that you recommended on"),
                ("recommendation", "recommended_at"),
            ),
            Link("approved_by_id", mark("Changes of awards that you approved"), ("approved_at",)),
            Link("signed_by_id", mark("Changes of awards that you signed"), ("amount", "signed_at")),
            Link("refused_by_id", mark("Changes of awards that you refused"), ("refusal", "refused_at")),
        ),
    ),
    "award_terms": Holding(
        plain=("id", "application_id", "number", "variation_id", "amount", "ends_on", "budget", "agreed_at"),
        emptied={"delivery": BLANK},
        period=Period.BID,
    ),
    "agreement": Holding(
        plain=(
            "id",
            "application_id",
            "number",
            "made_at",
            "sha256",
            "replaced_at",
            "accepted_at",
        ),
        people=("accepted_by_id",),
        emptied={"told": Emptied.WORDS, "content": NOTHING, "accepted_name": BLANK},
        period=Period.BID,
        links=(
            Link(
                "accepted_by_id",
                mark("Agreements that you accepted"),
                ("number", "sha256", "accepted_at", "accepted_name"),
            ),
        ),
    ),
    "award_condition": Holding(
        plain=(
            "id",
            "application_id",
            "number",
            "kind",
            "due_on",
            "state",
            "settled_at",
            "reminded_days",
        ),
        people=("waiver_drafted_by_id", "settled_by_id"),
        emptied={"text": NOTED, "evidence": BLANK, "waiver_reason": BLANK},
        period=Period.BID,
        links=(
            Link(
                "settled_by_id",
                mark("Conditions of awards that you settled"),
                ("text", "state", "evidence", "settled_at"),
            ),
            Link(
                "waiver_drafted_by_id",
                mark("Conditions of awards that you proposed to waive"),
                ("text", "waiver_reason"),
            ),
        ),
    ),
}
