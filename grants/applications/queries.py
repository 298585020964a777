"""Reading bids: one by its address, its pages and partners as facts for the rules, and lists in pages."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, defer

from grants.accounts import queries as accounts
from grants.accounts.models import Organisation
from grants.applications.change_rules import total_of_content
from grants.applications.content import Lead, consent_text, content_of
from grants.applications.facts import Amount, BudgetLine, Facts, PartnerEntry, total_of
from grants.applications.models import (
    Application,
    ChangeRequest,
    Partner,
    PartnerChange,
    SectionAnswers,
    Version,
)
from grants.applications.paperwork import files_of
from grants.applications.revision_rules import why_closed
from grants.applications.states import ChangeKind, Consent, RevisionState, Stage, Standing
from grants.core.db import JsonDict, held
from grants.core.errors import NotFound
from grants.core.paging import PAGE_SIZE, Page, paginate
from grants.geography.queries import locate
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round


@dataclass(frozen=True)
class Bid:
    """A bid with its round and fund definition: what nearly every page needs.

    `request` is the request for changes that is open, if one is.
    """

    application: Application
    round: Round
    definition: FundDefinition
    request: ChangeRequest | None = None

    @property
    def written(self) -> Application | ChangeRequest:
        """Where title and amounts stand as they are being written: readers of a sent bid see others."""
        return self.request or self.application

    def why_closed(self, key: str) -> str:
        """Why the page `key` cannot be written; '' where it can."""
        opened = None if self.request is None else self.request.as_sent["pages"]
        return why_closed(self.application.stage, opened, key)


def by_ref(session: Session, ref: str) -> Application:
    """The bid at the address `ref`. Raises NotFound."""
    found = session.scalars(select(Application).where(Application.ref == ref)).one_or_none()
    if found is None:
        raise NotFound("There is no such bid.")
    return found


def sent_by_ref(session: Session, ref: str) -> Application:
    """The bid at the address `ref`, for staff. Raises NotFound also for one that was never sent: drafts are
    their writers' own.
    """
    found = by_ref(session, ref)
    if found.submitted_at is None:
        raise NotFound("There is no such bid.")
    return found


def for_update(session: Session, application_id: int) -> Application:
    """The bid, read afresh and locked until the transaction ends. Raises NotFound."""
    found = held(session, Application, application_id)
    if found is None:
        raise NotFound("There is no such bid.")
    return found


def bid_by_ref(session: Session, ref: str) -> Bid:
    """The bid at the address `ref` with its round, in one query. Raises NotFound."""
    row = session.execute(
        select(Application, Round, ChangeRequest)
        .join(Round, Round.id == Application.round_id)
        .outerjoin(ChangeRequest, _is_open_for(Application.id))
        .options(defer(Round.definition))
        .where(Application.ref == ref)
    ).one_or_none()
    if row is None:
        raise NotFound("There is no such bid.")
    return Bid(row[0], row[1], programme.definition_of(row[1]), row[2])


def bid_of(session: Session, application: Application) -> Bid:
    """`application` with its round."""
    round_ = programme.round_by_id(session, application.round_id)
    request = open_request(session, application.id) if application.submitted_at else None
    return Bid(application, round_, programme.definition_of(round_), request)


def open_request(session: Session, application_id: int) -> ChangeRequest | None:
    """The request for changes that waits for the applicant, read afresh."""
    waiting = select(ChangeRequest).where(_is_open_for(application_id))
    return session.scalars(waiting.execution_options(populate_existing=True)).one_or_none()


def _is_open_for(application_id: InstrumentedAttribute[int] | int) -> ColumnElement[bool]:
    mine = ChangeRequest.application_id == application_id
    return and_(mine, ChangeRequest.state == RevisionState.ASKED)


def page_of(session: Session, application_id: int, key: str) -> SectionAnswers | None:
    """One page of the form as last saved."""
    return session.scalars(
        select(SectionAnswers).where(
            SectionAnswers.application_id == application_id, SectionAnswers.key == key
        )
    ).one_or_none()


def partners_of(session: Session, application_id: int) -> list[Partner]:
    """The partners in the order in which they were typed, read afresh: their answers come from elsewhere."""
    return list(
        session.scalars(
            select(Partner)
            .where(Partner.application_id == application_id, Partner.standing == Standing.CURRENT)
            .order_by(Partner.position, Partner.id)
            .execution_options(populate_existing=True)
        )
    )


def partner_in(session: Session, application_id: int, partner_id: int) -> Partner:
    """One partner that takes part in the bid, read afresh. Raises NotFound."""
    for partner in partners_of(session, application_id):
        if partner.id == partner_id:
            return partner
    raise NotFound("There is no such partner in this bid.")


def pages_of(session: Session, application_id: int) -> dict[str, SectionAnswers]:
    """Every saved page of the form by its key."""
    saved = select(SectionAnswers).where(SectionAnswers.application_id == application_id)
    return {page.key: page for page in session.scalars(saved)}


def summary_of(session: Session, application_id: int) -> str:
    """What the bid says it will do, as last saved, if its fund asks for a `summary`; '' else."""
    answers = (page.answers.get("summary") for page in pages_of(session, application_id).values())
    return next((str(answer) for answer in answers if answer), "")


def facts_of(session: Session, bid: Bid) -> Facts:
    """What the rules ask about a bid, as it is saved. Four queries; three where no documents are asked."""
    own = frozenset(accounts.emails_of(session, bid.application.lead_id))
    return replace(
        facts_from(
            bid, pages_of(session, bid.application.id).values(), partners_of(session, bid.application.id)
        ),
        lead_emails=own,
        lead_outside=_outside(session, bid),
        documents=tuple(file.entry for file in files_of(session, bid.application.id))
        if bid.definition.documents
        else (),
    )


def partnership_facts(session: Session, bid: Bid) -> Facts:
    """The partnership of a bid that was sent, as it stands now; `ask` is what its shares add up to."""
    entries = [entry_of(partner) for partner in partners_of(session, bid.application.id)]
    return Facts(
        definition=bid.definition,
        lead_name=bid.application.lead.name,
        lead_kind=bid.application.lead.kind,
        ask=total_of([bid.application.lead_share, *(entry.share for entry in entries)]),
        lead_share=bid.application.lead_share,
        partners=tuple(entries),
        lead_emails=frozenset(accounts.emails_of(session, bid.application.lead_id)),
    )


def facts_from(bid: Bid, pages: Iterable[SectionAnswers], partners: Iterable[Partner] = ()) -> Facts:
    """What the rules ask about a bid, from the pages and partners that have been read, perhaps not all."""
    answers: dict[str, dict[str, Any]] = {page.key: page.answers for page in pages}
    return Facts(
        definition=bid.definition,
        lead_name=bid.application.lead.name,
        lead_kind=bid.application.lead.kind,
        ask=bid.written.ask,
        pages=answers,
        budget=budget_lines(answers.get("budget", {})),
        lead_share=answers.get("partners", {}).get("lead_share", ""),
        partners=tuple(map(entry_of, partners)),
    )


def _outside(session: Session, bid: Bid) -> str:
    """The authority in which the lead's postcode is known to lie, if a fund that minds serves another."""
    if not bid.definition.rules.lead_in_area:
        return ""
    located = locate(session, bid.application.lead.postcode)
    outside = located.place if located.lies_outside(bid.definition.area.code) else None
    return outside.authority if outside else ""


def lead_of(session: Session, lead: Organisation) -> Lead:
    """The lead as a bid names it, with what it says about itself. How it is reached is no part of a bid."""
    profile = accounts.profile_of(session, lead.id)
    names = ("description", "founded", "trustees", "year_end", "income")
    about = {name: getattr(profile, name) for name in names} if profile else {}
    return Lead(lead.name, lead.kind, lead.charity_number, lead.company_number, lead.postcode, about)


def content_now(session: Session, bid: Bid, facts: Facts) -> JsonDict:
    """The whole bid as it would be frozen now."""
    lead = bid.application.lead
    answered = partners_of(session, bid.application.id) if facts.partners else []
    return content_of(
        facts,
        lead_of(session, lead),
        ref=bid.application.ref,
        round_ref=bid.round.ref,
        origin=bid.application.origin,
        consented_at={
            partner.id: partner.answered_at
            for partner in answered
            if partner.answered_at and partner.consent is Consent.GIVEN
        },
    )


def budget_lines(answers: dict[str, Any]) -> tuple[BudgetLine, ...]:
    """The lines of a saved budget page."""
    return tuple(BudgetLine(**line) for line in answers.get("lines", ()))


def entry_of(partner: Partner) -> PartnerEntry:
    """A saved partner as it was typed."""
    share: Amount = partner.share_typed if partner.share is None else partner.share
    return PartnerEntry(
        partner_id=partner.id,
        name=partner.name,
        kind=partner.kind,
        number=partner.number,
        contact_name=partner.contact_name,
        contact_email=partner.contact_email,
        role=partner.role,
        share=share,
        consent=partner.consent,
        themes=tuple((partner.leads or {}).get("themes", ())),
        strands=tuple((partner.leads or {}).get("strands", ())),
    )


def token_digest(token: str) -> str:
    """What is kept of a partner's secret link."""
    return sha256(token.encode()).hexdigest()


def partner_by_token(session: Session, token: str) -> Partner:
    """The partner whose link carries `token`. Raises NotFound."""
    found = session.scalars(select(Partner).where(Partner.token_digest == token_digest(token))).one_or_none()
    if found is None:
        raise NotFound(
            "The lead organisation may have written to you again since. Use the link in its newest email."
        )
    return found


def wording_for(bid: Bid, partner: Partner, change: PartnerChange | None = None) -> str:
    """The very words that a partner agrees to, as the bid stands now, or as `change` would have it."""
    part = change is not None and change.kind is ChangeKind.PART_AWARD
    return consent_text(
        title=bid.written.title,
        ref=bid.application.ref,
        fund=bid.definition.name,
        lead=bid.application.lead.name,
        ask=bid.written.ask,
        partner=partner.name,
        role=partner.role,
        share=partner.share or 0,
        leads=leads_of(bid.definition, partner),
        award=total_of_content(change.after) if change is not None and part else None,
        wording=bid.definition.rules.consent_wording,
    )


def application(session: Session, application_id: int) -> Application:
    """The bid with this id. Raises NotFound."""
    found = session.get(Application, application_id)
    if found is None:
        raise NotFound("There is no such bid.")
    return found


def current_version(session: Session, application: Application) -> Version:
    """The submitted version that reviewers read. Raises NotFound for a bid that was never sent."""
    found = session.get(Version, application.current_version_id) if application.current_version_id else None
    if found is None:
        raise NotFound("This bid has not been sent.")
    return found


def bids_of(session: Session, organisation_ids: Collection[int]) -> list[tuple[Application, Round]]:
    """All bids led by these organisations with their rounds, the newest first. One query."""
    rows = session.execute(
        select(Application, Round)
        .join(Round, Round.id == Application.round_id)
        .options(defer(Round.definition))
        .where(Application.lead_id.in_(organisation_ids))
        .order_by(Application.started_at.desc(), Application.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def sent_bids(
    session: Session,
    *,
    round_id: int,
    stage: Stage | None = None,
    without: Collection[int] = (),
    page: int = 1,
) -> Page[Application]:
    """Bids of a round that have been sent, in one stage or all, by reference, a page at a time.

    Those in `without` are left out.
    """
    rows = (
        select(Application)
        .join(Organisation, Organisation.id == Application.lead_id)
        .options(contains_eager(Application.lead))
        .where(
            Application.round_id == round_id,
            Application.submitted_at.is_not(None),
            Application.id.not_in(without),
        )
        .order_by(Application.id)
    )
    if stage is not None:
        rows = rows.where(Application.stage == stage)
    return paginate(session, rows, number=page, size=PAGE_SIZE)


def stage_counts(session: Session, round_id: int, *, without: Collection[int] = ()) -> dict[Stage, int]:
    """How many bids of the round stand in each stage that has any, those in `without` not counted."""
    rows = session.execute(
        select(Application.stage, func.count())
        .where(Application.round_id == round_id, Application.id.not_in(without))
        .group_by(Application.stage)
    )
    return {row[0]: row[1] for row in rows}


def imported_digests(session: Session, *, round_id: int, source_ids: Sequence[str]) -> dict[str, str]:
    """Which of these imported bids the round has already: source id to the digest of its row."""
    rows = session.execute(
        select(Application.source_id, Application.source_digest).where(
            Application.round_id == round_id, Application.source_id.in_(source_ids)
        )
    )
    return {str(row[0]): row[1] or "" for row in rows}


def leads_of(definition: FundDefinition, partner: Partner) -> list[str]:
    """The names of the themes and strands that the partner leads."""
    entry, rubric = entry_of(partner), definition.rubric
    return [theme.name for theme in rubric.themes if theme.key in entry.themes] + [
        strand.name for strand in rubric.strands if strand.key in entry.strands
    ]
