"""The frozen content of a submitted bid, its digest, and the words a partner agrees to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from grants.accounts.states import OrganisationKind
from grants.applications.answers import picked, read_number, rows_of
from grants.applications.facts import BudgetLine, DocumentEntry, Facts, PartnerEntry, read_amount, theme_page
from grants.applications.states import Origin
from grants.audit.rules import canonical
from grants.core.money import pounds


@dataclass(frozen=True)
class Lead:
    """The lead organisation as the bid names it."""

    name: str
    kind: OrganisationKind
    charity_number: str | None
    company_number: str | None
    postcode: str
    about: Mapping[str, Any] = field(default_factory=dict)
    """What it says about itself, but for how it is reached: see `queries.lead_of`."""


def content_of(
    facts: Facts,
    lead: Lead,
    *,
    ref: str,
    round_ref: str,
    origin: Origin,
    consented_at: Mapping[int, datetime],
) -> dict[str, Any]:
    """The whole bid as JSON values: pence, UTC times, text as typed. No personal contact data.

    `consented_at` maps partner ids to the time of their consent. A theme that is not addressed has no answers
    here, whatever was once typed for it.
    """
    return {
        "ref": ref,
        "title": facts.known_answer("title"),
        "round": round_ref,
        "lead": {
            "name": lead.name,
            "kind": lead.kind.value,
            "charity_number": lead.charity_number,
            "company_number": lead.company_number,
            "postcode": lead.postcode,
            **lead.about,
        },
        "origin": origin.value,
        "ask": facts.ask,
        "least_amount": read_amount(facts.known_answer("least_amount")),
        "lead_share": lead_share_of(facts),
        "eligibility": dict(facts.pages.get("eligibility", {})),
        "sections": {
            section.key: {
                question.key: facts.given(section.key, question.key) for question in section.questions
            }
            for section in facts.definition.sections
        },
        "themes": {theme: _theme(facts, theme) for theme in facts.definition.rubric.theme_keys},
        "claims": [theme for theme in facts.definition.rubric.theme_keys if facts.addressed(theme)],
        "beneficiaries": read_number(facts.known_answer("beneficiaries")),
        "places": _picked(facts, "places", [place.code for place in facts.definition.places]),
        "priorities": _picked(facts, "priorities", facts.definition.priorities),
        "milestones": rows_of(facts.known("milestones")),
        "risks": rows_of(facts.known("risks")),
        "budget": [_line(line, facts.years()) for line in facts.budget],
        "partners": [
            partner_content(partner, consented_at.get(partner.partner_id or 0)) for partner in facts.partners
        ],
        "documents": [_document(entry) for entry in facts.documents if entry.usable],
        "not_collected": [],
    }


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 (hex) of the content as canonical JSON."""
    return sha256(canonical(content)).hexdigest()


def lead_share_of(facts: Facts) -> int:
    """The lead's share, pence: the whole ask where there are no partners."""
    return (read_amount(facts.lead_share) or 0) if facts.partners else facts.ask


def consent_text(
    *,
    title: str,
    ref: str,
    fund: str,
    lead: str,
    ask: int,
    partner: str,
    role: str,
    share: int,
    wording: str,
    leads: Sequence[str] = (),
    award: int | None = None,
) -> str:
    """The very words that a partner agrees to, with the bid, its role and its share as they stand. Pence.

    `award` is what the panel offers where that is less than the ask.
    """
    return "\n".join(
        (
            f"Bid: {title} ({ref})",
            f"Fund: {fund}",
            f"Lead organisation: {lead}",
            f"Amount asked for: {pounds(ask)}",
            *([f"Amount offered: {pounds(award)}"] if award is not None else ()),
            f"Partner: {partner}",
            f"Role: {role}",
            *([f"Leads on: {', '.join(leads)}"] if leads else ()),
            f"Share: {pounds(share)}",
            "",
            wording,
        )
    )


def _picked(facts: Facts, question: str, known: Sequence[str]) -> list[str]:
    """What was picked of the choices that there are, in the fund's order."""
    chosen = picked(facts.known(question))
    return [choice for choice in known if choice in chosen]


def _line(line: BudgetLine, years: Sequence[str]) -> dict[str, Any]:
    """A budget line; where the fund's money is spent in one financial year, nobody was asked which."""
    return {
        "item": line.item,
        "category": line.category,
        "amount": read_amount(line.amount),
        "year": line.year or (years[0] if len(years) == 1 else ""),
        "match": read_amount(line.match),
        "secured": {"yes": True, "no": False}.get(line.secured),
    }


def _document(entry: DocumentEntry) -> dict[str, Any]:
    return {
        "id": entry.file_id,
        "requirement": entry.requirement,
        "name": entry.name,
        "sha256": entry.sha256,
        "size": entry.size,
        "dated": entry.dated.isoformat() if entry.dated else None,
    }


def _theme(facts: Facts, theme: str) -> dict[str, Any]:
    if not facts.addressed(theme):
        return {"addressed": False, "answers": {}}
    answers = {
        strand: facts.answer(theme_page(theme), strand) for strand in facts.definition.rubric.strand_keys
    }
    return {"addressed": True, "answers": answers}


def partner_content(partner: PartnerEntry, at: datetime | None) -> dict[str, Any]:
    """One partner as a version holds it; `at` is when it consented."""
    return {
        "name": partner.name,
        "kind": partner.kind.value if partner.kind else None,
        "number": partner.number,
        "role": partner.role,
        "share": read_amount(partner.share),
        "consented_at": at.astimezone(UTC).isoformat() if at else None,
        "themes": list(partner.themes),
        "strands": list(partner.strands),
    }
