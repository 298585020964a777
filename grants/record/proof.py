"""Whether rows are still what the trail says of them: decisions, scores, awards, payments and their files."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from grants.applications.content import digest_of
from grants.applications.models import Version
from grants.audit.actions import digest
from grants.audit.models import TrailEntry
from grants.awards.models import Award, AwardTerms, Variation
from grants.banking import keys, sealing
from grants.panels.models import Decision, Override
from grants.payments.actions.approving import about_file
from grants.payments.models import PaymentBatch, PaymentFile, PaymentLine, Receipt, Receivable
from grants.payments.states import LINE, LineState
from grants.scoring.models import AgreedScore, CellScore, Sheet

Facts = Mapping[str, Any]

AT_A_TIME = 5000


@dataclass(frozen=True)
class Expected:
    """What an entry of the trail, number `seq`, says that a row holds."""

    seq: int
    value: object


@dataclass(frozen=True)
class Table:
    """Rows that the trail speaks of. `now` reads from a row what a fact says of it.

    `is_told`: a row has an entry from the moment it is made. `keeps`: it stays for good, so one that is gone
    is told.
    """

    model: Any
    now: Mapping[str, Callable[[Session, Any], object]]
    is_told: bool = True
    keeps: bool = True


def _same(*names: str) -> Callable[[Facts], Facts]:
    """The facts that rows hold under the same name."""
    return lambda facts: {name: facts[name] for name in names if name in facts}


def _line_is(deed: str, state: LineState) -> Callable[[Facts], Facts]:
    return lambda facts: {"amount": facts["amount"], "note": facts["note"], "state": state.value}


SAYS: Mapping[str, Callable[[Facts], Facts]] = {
    "version.freeze": _same("ask", "digest"),
    "decision.recorded": _same("outcome", "amount", "reason"),
    "decision.moved_up": _same("outcome", "amount"),
    "sheet.locked": _same("scores"),
    "sheet.reopened": lambda facts: {"scores": None},
    "score.agreed": _same("hundredths"),
    "override.asked": _same("extra"),
    "offer.accepted": _same("amount"),
    "variation.agreed": _same("amount"),
    "payment_batch.approve": _same("count", "total", "hash_total", "files"),
    **{f"payment.{deed}": _line_is(deed, LINE.steps[deed].target) for deed in ("pay", "fail", "return")},
    "receivable.draft": _same("owing", "amount", "reason"),
    "write_off.approve": lambda facts: {"written_off": facts["amount"]},
    "receipt.record": _same("came_by", "amount"),
}
"""What each deed says of its row from then on; None takes back what an earlier one said."""


def _scores(session: Session, sheet: Sheet) -> str:
    cells = select(CellScore.theme, CellScore.strand, CellScore.score).where(CellScore.sheet_id == sheet.id)
    return digest(repr(sorted(((theme, strand), score) for theme, strand, score in session.execute(cells))))


def _frozen(session: Session, version: Version) -> str:
    """Of what the version holds; of one whose words were removed for their age, what stands beside it."""
    removed = exists().where(
        TrailEntry.deed == "privacy.remove",
        TrailEntry.subject_type == "application",
        TrailEntry.subject_id == str(version.application_id),
    )
    return version.digest if session.scalar(select(removed)) else digest_of(version.content)


def _terms(session: Session, award_or_variation: Any) -> list[AwardTerms]:
    rows = select(AwardTerms).where(AwardTerms.application_id == award_or_variation.application_id)
    return list(session.scalars(rows.order_by(AwardTerms.number)))


def _accepted(session: Session, award: Award) -> int:
    """What was accepted: variations since have left it written down."""
    terms = _terms(session, award)
    return terms[0].amount if terms else award.amount


def _varied_to(session: Session, variation: Variation) -> int | None:
    """What the variation made of the award; of the last one, what the award is now."""
    terms = _terms(session, variation)
    if terms and terms[-1].variation_id == variation.id:
        award = select(Award.amount).where(Award.application_id == variation.application_id)
        return session.scalar(award)
    return next((one.amount for one in terms if one.variation_id == variation.id), None)


def _files(session: Session, batch: PaymentBatch) -> list[str]:
    """What the sealed files are in truth, not what stands beside them."""
    rows = select(PaymentFile).where(PaymentFile.batch_id == batch.id).order_by(PaymentFile.id)
    return [sha256(_content(file)).hexdigest() for file in session.scalars(rows)]


def _content(file: PaymentFile) -> bytes:
    try:
        return sealing.unseal_bytes(file.sealed, about=about_file(file.batch_id, file.kind), ring=keys.ring())
    except Exception:  # however it cannot be opened, it is not what was approved
        return b""


@cache
def _of(name: str) -> Callable[[Session, Any], object]:
    return lambda session, row: getattr(row, name)


def _digest_of(name: str) -> Callable[[Session, Any], object]:
    return lambda session, row: digest(getattr(row, name))


def _read(*names: str) -> dict[str, Callable[[Session, Any], object]]:
    return {name: _of(name) for name in names}


TABLES: Mapping[str, Table] = {
    "version": Table(Version, {"ask": lambda session, row: row.content.get("ask"), "digest": _frozen}),
    "decision": Table(
        Decision,
        {**_read("outcome", "amount"), "reason": _digest_of("reason")},
    ),
    "sheet": Table(Sheet, {"scores": _scores}, is_told=False, keeps=False),
    "agreed_score": Table(AgreedScore, _read("hundredths"), keeps=False),
    "override": Table(Override, _read("extra")),
    "award": Table(Award, {"amount": _accepted}),
    "variation": Table(Variation, {"amount": _varied_to}, is_told=False),
    "payment_batch": Table(
        PaymentBatch, {**_read("count", "total", "hash_total"), "files": _files}, is_told=False
    ),
    "payment_line": Table(
        PaymentLine, {**_read("amount", "state"), "note": _digest_of("note")}, is_told=False
    ),
    "receivable": Table(
        Receivable,
        {**_read("owing", "amount", "written_off"), "reason": _digest_of("reason")},
    ),
    "receipt": Table(Receipt, _read("came_by", "amount")),
}


@dataclass(frozen=True)
class Differs:
    """A row that is not what the trail says. `seq` is the entry that says so; 0 where none knows the row."""

    row: str
    what: str
    seq: int


def differences(session: Session) -> Iterator[Differs]:
    """Every row that no longer holds what the trail says of it, that is gone, or that no deed made.

    What is deleted for its age is not told as gone. Reads all of it, in the transaction that is open.
    """
    said = _said(session)
    for name, table in TABLES.items():
        known = said.get(name, {})
        for row in session.scalars(
            select(table.model).order_by(table.model.id).execution_options(yield_per=500)
        ):
            facts = known.pop(str(row.id), None)
            if facts is None:
                if table.is_told:
                    yield Differs(f"{name} {row.id}", "no deed of the trail made it", 0)
                continue
            yield from _compared(session, name, table, row, facts)
        if table.keeps:
            for id_, facts in known.items():
                yield Differs(f"{name} {id_}", "it is gone", max(one.seq for one in facts.values()))


def _compared(
    session: Session, name: str, table: Table, row: Any, facts: Mapping[str, Expected]
) -> Iterator[Differs]:
    for fact, expected in facts.items():
        if expected.value is not None and _plain(table.now[fact](session, row)) != expected.value:
            yield Differs(f"{name} {row.id}", f"changed: {fact.replace('_', ' ')}", expected.seq)


def _plain(value: object) -> object:
    """As the trail keeps it."""
    return str(value) if isinstance(value, str) else value


def _said(session: Session) -> dict[str, dict[str, dict[str, Expected]]]:
    """What the trail says last, by table, id and fact."""
    found: dict[str, dict[str, dict[str, Expected]]] = {}
    columns = (
        TrailEntry.seq,
        TrailEntry.deed,
        TrailEntry.subject_type,
        TrailEntry.subject_id,
        TrailEntry.facts,
    )
    rows = session.execute(
        select(*columns)
        .where(TrailEntry.deed.in_(SAYS))
        .order_by(TrailEntry.seq)
        .execution_options(yield_per=AT_A_TIME)
    )
    for seq, deed, table, id_, facts in rows:
        row = found.setdefault(table, {}).setdefault(id_, {})
        row |= {name: Expected(seq, value) for name, value in SAYS[deed](facts).items()}
    return found
