"""Reading everything that the record of a bid or of a round tells."""

from collections.abc import Callable, Collection
from datetime import datetime
from fractions import Fraction

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from grants.accounts.models import Person, RoleGrant
from grants.applications.models import Application, Version
from grants.applications.states import BID
from grants.audit import queries as audit
from grants.audit.models import TrailEntry
from grants.audit.rules import told as fact
from grants.awards.models import Award
from grants.core.money import pounds
from grants.core.pages import score
from grants.notifications.models import Message
from grants.panels.models import Decision, Override, Release
from grants.panels.states import OUTCOME_LABELS
from grants.permissions import ROLE_LABELS
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.record import money
from grants.record.account import Account, Cell, People, Private, Rows, Section, Who
from grants.record.awarded import AFTER_THE_DECISION
from grants.record.deeds import subjects_of_bid
from grants.reviewing.models import Assignment, Conflict, ConflictStep
from grants.scoring.models import AgreedScore, CellScore, Result, Sheet, SheetHistory, ThemeNote

BID_COLUMNS = ("Reference", "Lead", "Stage", "Asked for", "Score", "Decision", "Amount", "Released")
SECRET = frozenset({"hash_total"})
"""Facts of the trail that the record leaves out: the hash total of a single payment is its account."""

OVERRIDE_COLUMNS = ("More", "Asked by", "When", "Approved by", "Approved", "Reason")
RELEASE_COLUMNS = ("Put forward by", "When", "Approved by", "Approved", "Decisions")


def bid_account(session: Session, application: Application, *, now: datetime) -> Account:
    """Everything about one bid. A fixed number of statements."""
    round_ = programme.round_by_id(session, application.round_id)
    result = session.get(Result, application.id)
    decided, followed, written = (
        [Section(title, columns, tuple(read(session, application))) for title, columns, read in part]
        for part in (OF_A_BID, AFTER_THE_DECISION, OF_ITS_PAPERS)
    )
    sections = (*decided, *followed, *money.of_a_bid(session, application), *written)
    return _account(
        session,
        f"Record of {application.ref}: {application.title or 'untitled bid'}",
        (
            ("Round", round_.name),
            ("Rubric and rules (fingerprint)", round_.fingerprint),
            ("Lead organisation", application.lead.name),
            ("Stage", BID.staff_label(application.stage)),
            ("Asked for", pounds(application.ask)),
            ("Score of record", score(Fraction(result.total)) if result and result.total else None),
        ),
        sections,
        now=now,
    )


def round_account(session: Session, round_: Round, *, without: Collection[int], now: datetime) -> Account:
    """A round as a whole: its bids with outcomes, overrides, releases, payments, and where its pot is.

    Bids in `without` are left out.
    """
    sections = (
        Section("Bids", BID_COLUMNS, tuple(_bids(session, round_, without))),
        Section("Awards past the pot", OVERRIDE_COLUMNS, tuple(_overrides(session, round_))),
        Section("Releases", RELEASE_COLUMNS, tuple(_releases(session, round_))),
        *money.of_a_round(session, round_, without=without),
    )
    return _account(
        session,
        f"Record of {round_.name}",
        (
            ("Round", round_.ref),
            ("Rubric and rules (fingerprint)", round_.fingerprint),
            ("The pot", pounds(round_.pot)),
            ("Opened", round_.opens_at),
            ("Closed", round_.closes_at),
            ("Bids left out for the reader’s conflicts of interest", len(without)),
        ),
        sections,
        now=now,
    )


def people_in(session: Session) -> People:
    """Everybody's name, and the roles that they hold or have held."""
    names = {person.id: person.name or person.email for person in session.scalars(select(Person))}
    roles: dict[int, list[str]] = {}
    for person_id, role in session.execute(
        select(RoleGrant.person_id, RoleGrant.role).distinct().order_by(RoleGrant.person_id, RoleGrant.role)
    ):
        roles.setdefault(person_id, []).append(ROLE_LABELS[role])
    return People(names, {person_id: ", ".join(held) for person_id, held in roles.items()})


def _account(
    session: Session,
    title: str,
    facts: tuple[tuple[str, Cell], ...],
    sections: tuple[Section, ...],
    *,
    now: datetime,
) -> Account:
    tail = audit.noted_tail(session)
    return Account(title, facts, sections, tail.seq, tail.hash, now)


def _versions(session: Session, bid: Application) -> Rows:
    rows = select(Version).where(Version.application_id == bid.id).order_by(Version.number)
    for version in session.scalars(rows):
        yield version.number, version.submitted_at, pounds(version.content["ask"]), version.digest


def _conflicts(session: Session, bid: Application) -> Rows:
    rows = (
        select(Conflict.person_id, ConflictStep)
        .join(ConflictStep, ConflictStep.conflict_id == Conflict.id)
        .where(Conflict.application_id == bid.id)
        .order_by(ConflictStep.id)
    )
    for person_id, step in session.execute(rows):
        yield Who(person_id), step.deed, step.state, Who(step.by_id), step.at, Private(step.reason)


def _assignments(session: Session, bid: Application) -> Rows:
    rows = select(Assignment).where(Assignment.application_id == bid.id).order_by(Assignment.id)
    for one in session.scalars(rows):
        yield Who(one.person_id), one.state, one.assigned_at, one.declared_at


def _scores(session: Session, bid: Application) -> Rows:
    rows = (
        select(Sheet.person_id, CellScore.theme, CellScore.strand, CellScore.score, Sheet.locked_at)
        .join(CellScore, CellScore.sheet_id == Sheet.id)
        .where(Sheet.application_id == bid.id, Sheet.locked_at.is_not(None))
        .order_by(Sheet.id, CellScore.id)
    )
    for person_id, theme, strand, given, locked_at in session.execute(rows):
        yield Who(person_id), theme, strand, given, locked_at


def _notes(session: Session, bid: Application) -> Rows:
    """Words meant for the panel alone are private; those that may be shared are not."""
    rows = (
        select(Sheet.person_id, ThemeNote)
        .join(ThemeNote, ThemeNote.sheet_id == Sheet.id)
        .where(Sheet.application_id == bid.id, Sheet.locked_at.is_not(None))
        .order_by(Sheet.id, ThemeNote.id)
    )
    for person_id, note in session.execute(rows):
        told = note.justification if note.shareable else Private(note.justification)
        yield Who(person_id), note.theme, told


def _locks(session: Session, bid: Application) -> Rows:
    rows = (
        select(Sheet.person_id, SheetHistory.number, SheetHistory.locked_at)
        .join(Sheet, Sheet.id == SheetHistory.sheet_id)
        .where(Sheet.application_id == bid.id)
        .order_by(SheetHistory.id)
    )
    for person_id, number, locked_at in session.execute(rows):
        yield Who(person_id), number, locked_at


def _agreed(session: Session, bid: Application) -> Rows:
    rows = select(AgreedScore).where(AgreedScore.application_id == bid.id).order_by(AgreedScore.id)
    for one in session.scalars(rows):
        yield (
            one.theme,
            one.strand or None,
            score(Fraction(one.hundredths, 100)),
            Who(one.agreed_by_id),
            one.agreed_at,
            one.suspended_at,
            one.replaced_at,
            Private(one.reason),
        )


def _decision(session: Session, bid: Application) -> Rows:
    for one in session.scalars(select(Decision).where(Decision.application_id == bid.id)):
        yield (
            OUTCOME_LABELS[one.outcome],
            pounds(one.amount) if one.amount else None,
            Who(one.decided_by_id),
            one.decided_at,
            Who(one.countersigned_by_id) if one.countersigned_by_id else None,
            one.countersigned_at,
            one.released_at,
            one.reason,
        )


def _award(session: Session, bid: Application) -> Rows:
    for one in session.scalars(select(Award).where(Award.application_id == bid.id)):
        yield (
            pounds(one.amount),
            Who(one.accepted_by_id),
            one.accepted_at,
            one.ended_at,
            one.ending_reason or None,
        )


def _letters(session: Session, bid: Application) -> Rows:
    rows = select(Message).where(Message.about_type == "application", Message.about_id == str(bid.id))
    for one in session.scalars(rows.order_by(Message.id)):
        to: Cell = Who(one.person_id) if one.person_id else Private(one.to_address)
        yield one.kind, to, one.state, one.sent_at


def _trail(session: Session, bid: Application) -> Rows:
    """The deeds done to the bid and to what hangs on it."""
    subjects = subjects_of_bid(session, bid.id)
    rows = select(TrailEntry).where(tuple_(TrailEntry.subject_type, TrailEntry.subject_id).in_(subjects))
    for one in session.scalars(rows.order_by(TrailEntry.seq)):
        facts = sorted(one.facts.items())
        told = [
            f"{name.replace('_', ' ')}: {fact(name, value)}" for name, value in facts if name not in SECRET
        ]
        yield one.seq, one.at, Who(one.actor_id), one.roles, one.deed, Private("; ".join(told)), one.hash


def _bids(session: Session, round_: Round, without: Collection[int]) -> Rows:
    rows = (
        select(Application, Result.total, Decision)
        .outerjoin(Result, Result.application_id == Application.id)
        .outerjoin(Decision, and_(Decision.application_id == Application.id, Decision.replaced_at.is_(None)))
        .where(
            Application.round_id == round_.id,
            Application.submitted_at.is_not(None),
            Application.id.not_in(without),
        )
        .order_by(Application.ref)
    )
    for row in session.execute(rows):
        yield _bid_row(*row)


def _bid_row(bid: Application, total: str | None, decision: Decision | None) -> tuple[Cell, ...]:
    return (
        bid.ref,
        bid.lead.name,
        BID.staff_label(bid.stage),
        pounds(bid.ask),
        score(Fraction(total)) if total else None,
        OUTCOME_LABELS[decision.outcome] if decision else None,
        pounds(decision.amount) if decision and decision.amount else None,
        decision.released_at if decision else None,
    )


def _overrides(session: Session, round_: Round) -> Rows:
    for one in session.scalars(select(Override).where(Override.round_id == round_.id).order_by(Override.id)):
        approved = Who(one.approved_by_id) if one.approved_by_id else None
        yield pounds(one.extra), Who(one.asked_by_id), one.asked_at, approved, one.approved_at, one.reason


def _releases(session: Session, round_: Round) -> Rows:
    for one in session.scalars(select(Release).where(Release.round_id == round_.id).order_by(Release.id)):
        approved = Who(one.approved_by_id) if one.approved_by_id else None
        yield Who(one.drafted_by_id), one.drafted_at, approved, one.approved_at, one.decisions


OF_A_BID: tuple[tuple[str, tuple[str, ...], Callable[[Session, Application], Rows]], ...] = (
    ("Versions", ("Number", "Sent", "Asked for", "Digest (SHA-256)"), _versions),
    ("Conflicts of interest", ("Person", "What", "State", "By", "When", "Reason"), _conflicts),
    ("Who reviewed", ("Person", "State", "Given", "Declared"), _assignments),
    ("Scores", ("Person", "Theme", "Strand", "Score", "Locked"), _scores),
    ("Justifications", ("Person", "Theme", "Words"), _notes),
    ("Earlier locks of sheets", ("Person", "Number", "Locked"), _locks),
    (
        "Agreed scores",
        ("Theme", "Strand", "Score", "By", "When", "Suspended", "Replaced", "Reason"),
        _agreed,
    ),
    (
        "Decision",
        ("What", "Amount", "By", "When", "Second signature", "Signed", "Released", "Reason"),
        _decision,
    ),
    ("Award", ("Amount", "Taken up by", "When", "Ended", "Why"), _award),
)
"""The sections of a bid's record until it is paid: title, columns, and what reads the rows."""

OF_ITS_PAPERS: tuple[tuple[str, tuple[str, ...], Callable[[Session, Application], Rows]], ...] = (
    ("Letters", ("Kind", "To", "State", "Sent"), _letters),
    ("Trail", ("Number", "When", "Who", "Roles", "Deed", "Facts", "Hash"), _trail),
)
"""Those after it."""
