"""What must hold of the agreement in a fund file."""

from grants.programme.definition import FundDefinition
from grants.programme.fund_faults import Faults

MOST_SENTENCES = 10


def check_agreement(definition: FundDefinition, faults: Faults) -> None:
    """Something to tick, not too much of it and nothing twice; every heading once."""
    accepts = definition.agreement.accepts
    if faults.clean("agreement.accepts"):
        if not 1 <= len(accepts) <= MOST_SENTENCES:
            faults.add("agreement.accepts", f"There must be from 1 to {MOST_SENTENCES} of these.")
        elif len(set(accepts)) < len(accepts):
            faults.add("agreement.accepts", "The same stands here twice.")
    titles = [term.title for term in definition.agreement.terms]
    if faults.clean("agreement.terms") and len(set(titles)) < len(titles):
        faults.add("agreement.terms", "Two of these have the same title.")
