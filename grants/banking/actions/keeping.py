"""Sealing everything anew under a fresh key, loading tables of the modulus check, forgetting old numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.audit import actions as audit
from grants.banking import keys, later, modulus, sealing
from grants.banking.models import BankDetails, ModulusTable
from grants.core.errors import RuleBroken
from grants.permissions import Actor, service

KEPT_AFTER_END = timedelta(days=365)
"""How long numbers stay readable after details were replaced, refused or taken back: a year's audit."""


@dataclass(frozen=True)
class Resealed:
    """How many rows a rotation sealed anew, and the name of the key that seals now."""

    rows: int
    key: str


def reseal(session: Session, *, actor: Actor, now: datetime) -> Resealed:
    """Seal every row anew under the newest key of the ring, its digest too, and what later rooms have
    sealed. Done again it does nothing.

    Raises RuleBroken when a row opens with no key: then nothing is changed.
    """
    ring = keys.ring()
    rows = session.scalars(
        select(BankDetails)
        .where(BankDetails.sealed != "", BankDetails.sealed.not_like(f"{keys.name_of(ring[0])}:%"))
        .order_by(BankDetails.id)
        .with_for_update(of=BankDetails)
    ).all()
    for row in rows:
        account = sealing.unseal(row.sealed, organisation_id=row.organisation_id, ring=ring)
        row.sealed = sealing.seal(account, organisation_id=row.organisation_id, ring=ring)
        row.digest = sealing.digest(account, ring=ring)
    session.flush()
    files = sum(reseal_files(session, ring) for reseal_files in later.resealers.values())
    done = Resealed(len(rows) + files, keys.name_of(ring[0]))
    if done.rows:
        audit.record(session, actor, "bank_details.reseal", ("bank_key", done.key), now=now, rows=done.rows)
    return done


def load_table(session: Session, *, name: str, content: str, actor: Actor, now: datetime) -> ModulusTable:
    """Put a table of the modulus check in the place of the one that comes along, or of the last one loaded.

    Raises RuleBroken where it is not a table of its kind, naming the line.
    """
    try:
        rows = modulus.read_weights(content) if name == modulus.WEIGHTS else modulus.read_substitutes(content)
    except ValueError as error:
        raise RuleBroken(f"This is not the table of {name}: {error}.") from error
    table = session.get(ModulusTable, name) or ModulusTable(name=name)
    table.content, table.rows, table.loaded_at = content, len(rows), now
    table.sha256 = sha256(content.encode()).hexdigest()
    session.add(table)
    session.flush()
    audit.record(session, actor, "modulus_table.load", table, now=now, rows=table.rows, sha256=table.sha256)
    return table


def forget_ended(session: Session, *, now: datetime) -> int:
    """Empty the numbers of details that have not counted for a year; how many rows."""
    rows = session.scalars(
        select(BankDetails).where(BankDetails.ended_at < now - KEPT_AFTER_END, BankDetails.sealed != "")
    ).all()
    for row in rows:
        row.sealed = row.digest = row.ending = ""
        audit.record(session, service("beat"), "bank_details.forget", row, now=now)
    session.flush()
    return len(rows)
