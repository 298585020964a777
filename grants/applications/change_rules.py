"""What a change of the partnership after sending must keep to: the money, the number of organisations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grants.applications.content import partner_content
from grants.applications.facts import Amount, Facts, PartnerEntry, as_amount, read_amount
from grants.applications.money_rules import partner_reasons
from grants.applications.states import Stage
from grants.core.errors import Reason
from grants.core.language import say
from grants.core.money import pounds
from grants.core.words import is_email

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


def address_reasons(email: str, *, lead_name: str, lead_emails: Collection[str], place: str) -> list[Reason]:
    """What is wrong with an address that the lead gives for a partner without one."""
    if not is_email(email):
        told = say("Enter an email address in the correct format, like name@example.com")
        return [Reason(told, place)]
    if email.lower() in lead_emails:
        told = say(
            "This person belongs to %(lead)s. Name somebody else of the partner: "
            "a lead cannot confirm to itself",
            lead=lead_name,
        )
        return [Reason(told, place)]
    return []


def award_reasons(
    award: int, lead_share: Amount, shares: Sequence[Amount], places: Sequence[str], reason: str
) -> list[Reason]:
    """What is wrong with another split of a partial award, pence. `places` are the boxes of `shares`."""
    found = [] if reason.strip() else [Reason(say("Enter why the award is shared out like this"), "reason")]
    boxes = [(lead_share, "lead_share"), *zip(shares, places, strict=True)]
    wrong = [place for share, place in boxes if read_amount(share) is None]
    found += [Reason(say("Enter an amount of money, like 1,250 or 1250.50"), place) for place in wrong]
    total = sum(read_amount(share) or 0 for share, _ in boxes)
    if not wrong and total != award:
        told = say(
            "The shares add up to %(total)s, and must add up to the award, %(award)s",
            total=pounds(total),
            award=pounds(award),
        )
        found.append(Reason(told, "lead_share"))
    return found


def total_of_content(content: Mapping[str, Any]) -> int:
    """What the shares of a partnership add up to, pence."""
    return int(content["lead_share"]) + sum(int(one["share"] or 0) for one in content["partners"])


def share_before(content: Mapping[str, Any], name: str) -> int:
    """The share of the partner with this name, pence; names differ in a bid."""
    return next((int(one["share"] or 0) for one in content["partners"] if one["name"] == name), 0)


def enough_organisations(least: int, after: Mapping[str, Any]) -> bool:
    """Whether the lead and the partners that remain are as many as the fund demands."""
    return 1 + len(after["partners"]) >= least


def partnership_content(lead_share: Amount, partners: Sequence[tuple[PartnerEntry, Any]]) -> dict[str, Any]:
    """The partnership as JSON in the shape of a version's content; each partner with when it consented."""
    return {
        "lead_share": read_amount(lead_share) or 0,
        "partners": [partner_content(partner, consented_at) for partner, consented_at in partners],
    }
