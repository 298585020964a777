"""What a fund file says about the agreement that a lead organisation accepts when it takes up an offer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """One heading of the agreement with its words."""

    title: str
    text: str


USUAL_TERMS = (
    Term(
        "What the grant is for",
        "Use the grant only for the work that your bid describes, between the first and the last day for "
        "spending. Ask us before you change what you do or where.",
    ),
    Term(
        "Payments",
        "We pay the lead organisation alone, into a bank account in its own name that we checked. We may "
        "hold a payment back while a condition of it is not met or a report is late.",
    ),
    Term(
        "Your partners",
        "You pass each partner’s share on to it, and answer to us for the whole grant. Tell us at once if a "
        "partner leaves.",
    ),
    Term(
        "Reports and records",
        "Tell us what you did and what you spent when we ask for it. Keep receipts and accounts for six "
        "years, and let us or our auditors see them.",
    ),
    Term(
        "What we publish",
        "We publish the award: who has it, how much, for what and where.",
    ),
    Term(
        "Money that is not spent, and ending early",
        "Pay back what you have not spent. We may end this agreement early, and ask for money back, if the "
        "grant is used for something else or a condition is not met. We tell you why in writing first.",
    ),
)

USUAL_SENTENCES = (
    "We have read this agreement, and our organisation accepts its terms.",
    "We accept the conditions of the award, and will meet each of them by its date.",
    "I am authorised to sign for the lead organisation.",
)


@dataclass(frozen=True)
class GrantAgreement:
    """The fund's own words in each agreement. `accepts` are the sentences that the signatory ticks."""

    introduction: str = "This is an agreement between the funder and the lead organisation."
    terms: tuple[Term, ...] = USUAL_TERMS
    accepts: tuple[str, ...] = USUAL_SENTENCES


USUAL_AGREEMENT = GrantAgreement()
"""What a fund file means by leaving it out."""
