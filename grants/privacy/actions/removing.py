"""Taking names and words out: of one bid's records of one kind, or everything that leads to one person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, func, select, update
from sqlalchemy.orm import Session

from grants.accounts.models import Person
from grants.accounts.queries import person as person_with
from grants.applications.models import Application, Assistance, BidDocument, Partner
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.db import Base
from grants.documents import actions as documents
from grants.documents.models import Document
from grants.monitoring.models import Report, ReportFile
from grants.notifications.models import Message
from grants.permissions import Actor
from grants.privacy.holdings import HOLDINGS
from grants.privacy.models import DeletionRequest, Removal
from grants.privacy.queries import UNDER_WAY, belongs
from grants.privacy.redaction import bid_without_words, note, without_words
from grants.privacy.register import Emptied, Period
from grants.privacy.rules import address_of
from grants.reviewing.models import Reviewer

PUBLISHED = frozenset({("application", "title"), ("partner", "name"), ("partner_change", "leaving")})
"""What stays of a bid that was funded: the council publishes whom it gives money to, and what for."""

IN_THE_SHAPE_OF_A_BID = frozenset(
    {("version", "content"), ("partner_change", "before"), ("partner_change", "after")}
)


def remove_from_bid(
    session: Session, *, application: Application, period: Period, funded: bool, actor: Actor, now: datetime
) -> None:
    """Take out of the bid's records of this period what the register says, and note that it was done."""
    if period is Period.DOCUMENTS:
        _remove_documents(session, application, actor=actor, now=now)
    for name, holding in HOLDINGS.items():
        table = Base.metadata.tables[name]
        if holding.period is not period or (where := _of_bid(table, application.id)) is None:
            continue
        if holding.row_goes:
            session.execute(delete(table).where(where))
        else:
            emptied = {
                column: how
                for column, how in (holding.emptied or {}).items()
                if not (funded and (name, column) in PUBLISHED)
            }
            _empty(session, table, where, emptied, funded=funded, now=now)
    session.add(Removal(kind=period.value, subject_id=application.id, removed_at=now))
    audit.record(session, actor, "privacy.remove", application, now=now, period=period, funded=funded)
    session.flush()
    session.expire_all()


def remove_person(session: Session, *, person_id: int, actor: Actor, now: datetime) -> None:
    """Take away everything by which a person can be found. Their row stays without name and address, so that
    what they did stays one person's doing.

    A partner's contact stays as long as the bid is under way: the council has to be able to ask.
    """
    person = person_with(session, person_id)
    for name, holding in HOLDINGS.items():
        own = holding.row_goes and holding.period in (Period.ACCOUNT, Period.OWN)
        if own or name == "set_aside":
            table = Base.metadata.tables[name]
            session.execute(delete(table).where(belongs(table, holding.links[0], person)))
    ended = select(Application.id).where(Application.stage.not_in(UNDER_WAY))
    _forget_contacts(session, person, ended)
    session.execute(
        update(Message)
        .where(func.lower(Message.to_address) == person.email)
        .values(to_address="", subject=note(in_london(now).date()), body="", last_error="", person_id=None)
    )
    session.execute(update(DeletionRequest).where(DeletionRequest.person_id == person.id).values(words=""))
    session.execute(update(Reviewer).where(Reviewer.person_id == person.id).values(active=False))
    person.email, person.name = address_of(person.id), note(in_london(now).date())
    person.session_epoch = Person.session_epoch + 1
    session.add(Removal(kind=Period.ACCOUNT.value, subject_id=person.id, removed_at=now))
    audit.record(session, actor, "person.remove", person, now=now)
    session.flush()
    session.expire_all()


def _forget_contacts(session: Session, person: Person, ended: Select[int]) -> None:
    """The person as a partner's contact, or as a signatory on paper, of bids that have come to their end."""
    session.execute(
        update(Partner)
        .where(
            func.lower(func.trim(Partner.contact_email)) == person.email, Partner.application_id.in_(ended)
        )
        .values(contact_name="", contact_email="", answered_by="", consent_wording="", token_digest=None)
    )
    session.execute(
        update(Assistance)
        .where(func.lower(Assistance.signatory_email) == person.email, Assistance.application_id.in_(ended))
        .values(signatory_name="", signatory_email="", token_digest=None)
    )


def _remove_documents(session: Session, application: Application, *, actor: Actor, now: datetime) -> None:
    """The files of the bid and of its reports; what is left in the store goes with its own tidying."""
    sent = select(Document).join(BidDocument, BidDocument.document_id == Document.id)
    files = session.scalars(sent.where(BidDocument.application_id == application.id)).unique().all()
    session.execute(delete(BidDocument).where(BidDocument.application_id == application.id))
    reports = select(Report.id).where(Report.application_id == application.id)
    reported = select(Document).join(ReportFile, ReportFile.document_id == Document.id)
    receipts = session.scalars(reported.where(ReportFile.report_id.in_(reports))).unique().all()
    session.execute(delete(ReportFile).where(ReportFile.report_id.in_(reports)))
    for file in (*files, *receipts):
        documents.forget(session, document=file, actor=actor, now=now)


def _of_bid(table: Table, application_id: int) -> ColumnElement[bool] | None:
    """The rows of a table that belong to a bid, by their own column or by the record they hang on."""
    if table.name == "application":
        return table.c.id == application_id
    if "application_id" in table.c:
        return table.c.application_id == application_id
    for key in table.foreign_keys:
        parent = key.column.table
        if "application_id" in parent.c:
            return key.parent.in_(select(parent.c.id).where(parent.c.application_id == application_id))
    return None


def _empty(
    session: Session,
    table: Table,
    where: ColumnElement[bool],
    emptied: Mapping[str, Emptied],
    *,
    funded: bool,
    now: datetime,
) -> None:
    on = in_london(now).date()
    fixed = {Emptied.BLANK: "", Emptied.NOTHING: None}
    values: dict[str, Any] = {name: fixed[how] for name, how in emptied.items() if how in fixed}
    if values:
        session.execute(update(table).where(where).values(values))
    for name in [name for name, how in emptied.items() if how is Emptied.NOTED]:
        # what was empty stays empty: a note would say that something had been there
        session.execute(update(table).where(where, table.c[name] != "").values({name: note(on)}))
    json = [name for name, how in emptied.items() if how is Emptied.WORDS]
    for row in (
        session.execute(select(table.c.id, *(table.c[name] for name in json)).where(where)) if json else ()
    ):
        left = {}
        for name, content in zip(json, row[1:], strict=True):
            if (table.name, name) in IN_THE_SHAPE_OF_A_BID:
                left[name] = bid_without_words(content, on=on, funded=funded)
            else:
                left[name] = without_words(content, on=on)
        session.execute(update(table).where(table.c.id == row[0]).values(left))
