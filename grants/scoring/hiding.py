"""What reviewers read of a bid where its fund hides which organisations are behind it."""

from collections.abc import Mapping
from typing import Any

from grants.reviewing.hiding import LEAD, organisation

FREE_TEXT = (
    "This fund hides the names of organisations from reviewers. What applicants typed into their answers is "
    "shown as they typed it, so a name may stand there."
)
"""What is said beside every bid without names: only the places meant for names can be cleaned."""

ABOUT_PARTNERS = frozenset({"role", "share", "themes", "strands", "kind"})
"""What stays of a partner; everything else could say who it is."""


def without_names(content: Mapping[str, Any]) -> dict[str, Any]:
    """A submitted version with letters where organisations are named, and without what would tell them.

    Numbers, postcodes, descriptions and files go. Answers stay as they were typed.
    """
    lead = {"charity_number": None, "company_number": None, "postcode": ""}
    partners = [
        {
            **{key: _blank(value) for key, value in partner.items() if key not in ABOUT_PARTNERS},
            **{key: value for key, value in partner.items() if key in ABOUT_PARTNERS},
            "name": organisation(place),
            "consented_at": partner.get("consented_at"),
        }
        for place, partner in enumerate(content["partners"], 1)
    ]
    return {
        **{key: value for key, value in content.items() if key != "documents"},
        "lead": {**lead, "kind": content["lead"]["kind"], "name": LEAD},
        "partners": partners,
    }


def _blank(value: Any) -> Any:
    return "" if isinstance(value, str) else None
