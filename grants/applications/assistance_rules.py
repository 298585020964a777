"""What must stand before a bid is entered for somebody, and before its signed paper is put forward."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from grants.applications.states import Channel
from grants.core.clock import exact_minute, today
from grants.core.errors import Reason
from grants.core.words import is_email

LONGEST_NAME = 200


@dataclass(frozen=True)
class Came:
    """How a bid reached the council, and who answers for it. `received_at` is UTC; the e-mail may be ''."""

    channel: Channel
    received_at: datetime
    signatory_name: str
    signatory_email: str


@dataclass(frozen=True)
class MoreTime:
    """Why a bid that came in time is entered late, and until when (UTC) it is to be finished."""

    until: datetime
    reason: str


def blockers_to_enter(
    came: Came,
    *,
    opens_at: datetime,
    closes_at: datetime,
    late: MoreTime | None,
    signatories: Collection[str] | None,
    now: datetime,
) -> list[Reason]:
    """Why this bid cannot be entered. `signatories` are the addresses of those who sign for the organisation
    here; None where nobody belongs to it yet.
    """
    reasons = []
    if not came.signatory_name.strip():
        reasons.append(Reason("Enter the name of who signs for the organisation", "signatory_name"))
    elif len(came.signatory_name.strip()) > LONGEST_NAME:
        reasons.append(Reason(f"The name must be {LONGEST_NAME} characters or fewer", "signatory_name"))
    reasons += _about_address(came.signatory_email.strip().lower(), signatories)
    if came.received_at > now:
        reasons.append(Reason("The bid cannot have come in the future", "received_on"))
    elif came.received_at < opens_at:
        reasons.append(Reason(f"The round opened only at {exact_minute(opens_at)}", "received_on"))
    elif came.received_at >= closes_at:
        reasons.append(
            Reason(f"The bid came after the closing, {exact_minute(closes_at)}, so it is late", "received_on")
        )
    if now >= closes_at and late is None:
        reasons.append(
            Reason(
                "The round has closed. Say why the bid is entered only now, and until when to finish it",
                "late_reason",
            )
        )
    return reasons


def _about_address(address: str, signatories: Collection[str] | None) -> list[Reason]:
    if address and not is_email(address):
        text = "Enter an email address in the correct format, like name@example.com"
        return [Reason(text, "signatory_email")]
    if address and signatories is not None and address not in signatories:
        return [
            Reason(
                "People of this organisation have signed in here, so only one of its signatories can sign by "
                "email. Give the address of one, or leave it empty for a signature on paper",
                "signatory_email",
            )
        ]
    return []


def blockers_to_record(*, received_on: date | None, kept_at: str, now: datetime) -> list[Reason]:
    """What is missing of the record of a signed paper."""
    reasons = []
    if received_on is None:
        reasons.append(Reason("Enter the day on which the signed paper was received", "received_on"))
    elif received_on > today(now):
        reasons.append(Reason("The paper cannot have been received in the future", "received_on"))
    if not kept_at.strip():
        reasons.append(Reason("Enter where the signed paper is kept", "kept_at"))
    return reasons
