"""Who is told what about a file."""

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.core.language import in_english
from grants.documents.models import Document
from grants.notifications.actions import Notice


@in_english
def infected(session: Session, document: Document) -> list[Notice]:
    """Whoever sent the file: a virus was found in it and it was removed."""
    if document.uploaded_by_id is None:
        return []
    person = accounts.person(session, document.uploaded_by_id)
    return [
        Notice(
            kind="document_infected",
            to=person.email,
            person_id=person.id,
            facts={
                "name": person.name,
                "file": document.name,
                "signature": document.signature,
                "path": document.page,
            },
            about=document,
            key=f"document_infected:{document.id}",
        )
    ]
