"""What a change of the partnership after sending must keep to: the money, the number of organisations."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grants.applications.content import partner_content
from grants.applications.facts import Amount, Facts, PartnerEntry, as_amount, read_amount
from grants.applications.money_rules import partner_reasons
from grants.applications.states import Stage
from grants.core.errors import Reason
from grants.core.language import say

OPEN_STAGES = frozenset(
    {Stage.SUBMITTED, Stage.IN_REVIEW, Stage.SCORED, Stage.DECIDED, Stage.OFFERED, Stage.ACTIVE}
)
"""Stages in which a partner may leave: the bid has been sent and is not over."""


def after_leaving(
    facts: Facts,
    *,
    leaving: int,
    lead_share: Amount,
    shares: Mapping[int, Amount],
    newcomer: PartnerEntry | None,
) -> Facts:
    """The partnership without the partner whose id is `leaving`, with the shares as they are proposed.

    `facts.ask` must be what all shares add up to now: moving money between organisations changes none.
    """
    staying = [
        replace(partner, share=as_amount(shares.get(partner.partner_id or 0, partner.share)))
        for partner in facts.partners
        if partner.partner_id != leaving
    ]
    joining = [replace(newcomer, share=as_amount(newcomer.share))] if newcomer else []
    return replace(facts, partners=(*staying, *joining), lead_share=as_amount(lead_share))


def change_reasons(after: Facts, reason: str) -> list[Reason]:
    """What is missing or wrong in a proposed change; places are those of a bid's partners."""
    missing = [] if reason.strip() else [Reason(say("Enter why the partner leaves"), "reason")]
    return [*missing, *partner_reasons(after)]


def enough_organisations(least: int, after: Mapping[str, Any]) -> bool:
    """Whether the lead and the partners that remain are as many as the fund demands."""
    return 1 + len(after["partners"]) >= least


def partnership_content(lead_share: Amount, partners: Sequence[tuple[PartnerEntry, Any]]) -> dict[str, Any]:
    """The partnership as JSON in the shape of a version's content; each partner with when it consented."""
    return {
        "lead_share": read_amount(lead_share) or 0,
        "partners": [partner_content(partner, consented_at) for partner, consented_at in partners],
    }
