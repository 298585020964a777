"""Who is told that money is owed back."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.core.clock import long_date
from grants.core.language import in_english
from grants.core.money import pounds
from grants.notifications.actions import Notice
from grants.payments.models import Receivable


@in_english
def invoice(session: Session, receivable: Receivable) -> list[Notice]:
    """The lead's signatories: how much, why, by when, and where the invoice is."""
    application = receivable.application
    facts = {
        "ref": application.ref,
        "title": application.title,
        "invoice": receivable.ref,
        "amount": pounds(receivable.amount),
        "due": long_date(receivable.due_on) if receivable.due_on else "",
        "reason": receivable.reason,
        "path": f"/payments/receivables/{receivable.id}/invoice/",
    }
    return [
        Notice(
            kind="invoice",
            to=person.email,
            person_id=person.id,
            facts=facts,
            about=application,
            key=f"invoice:{receivable.id}:{person.id}",
        )
        for person in accounts.signatories_of(session, {application.lead_id}).get(application.lead_id, ())
    ]
