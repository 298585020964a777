"""Small files to send with a bid, and a bid's required documents sent at one stroke."""

from datetime import date, datetime
from functools import cache
from io import BytesIO

import pikepdf
from sqlalchemy.orm import Session

from grants.applications import actions as applications
from grants.applications.document_rules import asked_of
from grants.applications.facts import DocumentEntry
from grants.applications.models import Application
from grants.core.clock import in_london
from grants.documents.actions import Accepted
from grants.documents.states import Kind
from grants.permissions import Actor
from grants.programme.definition import FundDefinition


@cache
def a_pdf(pages: int = 1) -> bytes:
    """A PDF of blank pages."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page()
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def paper(name: str = "paper.pdf", words: str = "") -> Accepted:
    """A file that has been looked at. `words` stand in it where no reader shows them."""
    return Accepted(name, Kind.PDF, a_pdf() + f"%{words}\n".encode() if words else a_pdf())


def recent(definition: FundDefinition) -> date:
    """A date that is too old for nothing: the day the round opened."""
    return in_london(definition.calendar.opens_at).date()


def send_required(
    session: Session,
    application: Application,
    definition: FundDefinition,
    *,
    actor: Actor,
    now: datetime,
    words: str = "",
) -> None:
    """Every document that the fund requires of the bid's lead."""
    for asked in asked_of(definition, application.lead.kind):
        if asked.required:
            applications.attach(
                session,
                application_id=application.id,
                requirement=asked.key,
                files=[paper(f"{asked.key}.pdf", words)],
                dated=recent(definition) if asked.dated else None,
                actor=actor,
                now=now,
            )


def entries(definition: FundDefinition) -> tuple[DocumentEntry, ...]:
    """Every document that the fund asks for, as facts for the rules."""
    return tuple(
        DocumentEntry(
            requirement=asked.key,
            name=f"{asked.key}.pdf",
            file_id=n,
            sha256=f"{n}" * 64,
            size=1000,
            dated=recent(definition) if asked.dated else None,
        )
        for n, asked in enumerate(definition.documents, 1)
    )
