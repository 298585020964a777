"""What must hold of the documents that a fund file asks for."""

from grants.accounts.states import OrganisationKind
from grants.programme.definition import DocumentAsked, FundDefinition
from grants.programme.fund_faults import Faults

NEVER_SHOWN_TO_REVIEWERS = frozenset({"bank_statement"})
"""Documents that the service knows by their key to be none of a reviewer's business."""


def check_documents(definition: FundDefinition, faults: Faults) -> None:
    """Keys and titles once each; kinds of lead that exist; an age only of what is dated; limits in order."""
    for name in ("key", "title"):
        seen: set[str] = set()
        for i, asked in enumerate(definition.documents, 1):
            value, place = getattr(asked, name), f"documents[{i}].{name}"
            if faults.clean(place) and value in seen:
                faults.add(place, f"“{value}” is here twice.")
            seen.add(value)
    for i, asked in enumerate(definition.documents, 1):
        _check_one(asked, definition, f"documents[{i}]", faults)
    uploads = definition.uploads
    if faults.clean("uploads.largest_mb", "uploads.most_mb") and uploads.largest_mb > uploads.most_mb:
        faults.add("uploads.largest_mb", "One file may be larger than all files together (most_mb).")


def _check_one(asked: DocumentAsked, definition: FundDefinition, place: str, faults: Faults) -> None:
    allowed = [kind.value for kind in OrganisationKind]
    for i, kind in enumerate(asked.kinds, 1):
        here = f"{place}.kinds[{i}]"
        if kind not in allowed:
            faults.add(here, f"“{kind}” is not one of: {', '.join(allowed)}.")
        elif kind in asked.kinds[: i - 1]:
            faults.add(here, f"“{kind}” is here twice.")
        elif kind not in definition.rules.lead_kinds and faults.clean("rules.lead_kinds"):
            faults.add(here, f"“{kind}” cannot lead a bid to this fund (rules.lead_kinds).")
    for i, accepted in enumerate(asked.accepts, 1):
        if accepted in asked.accepts[: i - 1] and faults.clean(f"{place}.accepts[{i}]"):
            faults.add(f"{place}.accepts[{i}]", f"“{accepted}” is here twice.")
    if asked.not_older_than is not None and not asked.dated and faults.clean(f"{place}.dated"):
        faults.add(f"{place}.not_older_than", "Only a document with a date (dated) can be too old.")
    if asked.reviewers_see and asked.key in NEVER_SHOWN_TO_REVIEWERS:
        faults.add(f"{place}.reviewers_see", "Reviewers never see bank statements.")
