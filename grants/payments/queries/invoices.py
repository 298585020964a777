"""What an invoice says, read from its row and the fund file."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.core.clock import in_london
from grants.core.errors import NotFound
from grants.payments.invoice import Invoice
from grants.payments.models import Receivable
from grants.payments.states import ReceivableState
from grants.programme import queries as programme


def invoice_of(session: Session, row: Receivable) -> Invoice:
    """The invoice of a receivable. Raises NotFound where none was approved."""
    if row.due_on is None or row.approved_at is None:
        raise NotFound("There is no such invoice.")
    application = row.application
    definition = programme.definition_of(programme.round_by_id(session, application.round_id))
    return Invoice(
        ref=row.ref,
        organisation=application.lead.name,
        bid=f"{application.title} ({application.ref})",
        council=definition.funder.name,
        council_email=definition.funder.email,
        approved_at=row.approved_at,
        issued_on=in_london(row.approved_at).date(),
        due_on=row.due_on,
        amount=row.amount,
        reason=row.reason,
        how_to_pay=definition.paying.how_to_pay,
    )


def open_invoices(session: Session, organisation_ids: Collection[int]) -> list[Receivable]:
    """What these organisations still owe, the oldest first. One query, none for nobody."""
    if not organisation_ids:
        return []
    rows = (
        select(Receivable)
        .join(Application, Application.id == Receivable.application_id)
        .where(Receivable.state == ReceivableState.INVOICED, Application.lead_id.in_(organisation_ids))
        .order_by(Receivable.id)
    )
    return list(session.scalars(rows))
