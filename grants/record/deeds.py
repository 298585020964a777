"""Which lines of the trail belong to a bid, and what people call the things that lines speak of."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import FromClause, Select, String, Table, cast, literal, select, union_all
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation, Person
from grants.applications.later import hidden_in_every_round
from grants.applications.models import Application
from grants.audit import queries as audit
from grants.audit.models import TrailEntry
from grants.audit.naming import Naming, Subject
from grants.core.db import Base
from grants.core.policy import require
from grants.payments.models import PaymentLine
from grants.permissions import Actor
from grants.programme.models import Round
from grants.reviewing import policy as reviewing

NAMED: Mapping[str, Any] = {"person": Person, "organisation": Organisation, "round": Round}
"""Things that have a name, beside those that belong to a bid."""


def subjects_of_bid(session: Session, application_id: int) -> list[Subject]:
    """The bid and everything that belongs to it, by type and id as the trail has them. Two statements."""
    bids = _bids_of_things(audit.subject_types(session))
    found: list[Any] = [rows.where(bid == application_id) for rows, _, bid in bids.values()]
    batches = select(literal("payment_batch"), cast(PaymentLine.batch_id, String), PaymentLine.application_id)
    found.append(batches.where(PaymentLine.application_id == application_id).distinct())
    return [(kind, identity) for kind, identity, _ in session.execute(union_all(*found))]


def subjects_for(session: Session, actor: Actor, subject: Subject) -> Sequence[Subject]:
    """What the history of a thing is about: of a bid, all that belongs to it. Raises NotAllowed where the
    reader has a conflict of interest with it.
    """
    kind, identity = subject
    number = _number(identity)
    if kind != "application" or number is None:
        return [subject]
    require(reviewing.no_conflict(session, actor, number))
    return subjects_of_bid(session, number)


def naming(session: Session, actor: Actor, entries: Sequence[TrailEntry]) -> Naming:
    """What people call the things in these lines: a person's name, a bid's reference and lead organisation.

    Lines about a bid with which the reader has a conflict of interest are hidden: of that bid they learn the
    reference. A fixed number of statements.
    """
    subjects = {(one.subject_type, one.subject_id) for one in entries}
    subjects |= {("person", str(one.actor_id)) for one in entries if one.actor_id is not None}
    subjects |= {
        (name.removesuffix("_id"), str(value))
        for one in entries
        for name, value in one.facts.items()
        if name in ("application_id", "person_id")
    }
    bid_of = _bids_of(session, subjects)
    leads = _leads(session, set(bid_of.values()))
    hidden = hidden_in_every_round(session, actor.person_id).keys()
    names = _own_names(session, subjects)
    for (kind, identity), bid in bid_of.items():
        ref, lead = leads[bid]
        called = ref if bid in hidden else f"{ref}, {lead}"
        names[kind, identity] = called if kind == "application" else f"{identity}, {called}"
    return Naming(names, frozenset(thing for thing, bid in bid_of.items() if bid in hidden))


def _bids_of(session: Session, subjects: Iterable[Subject]) -> dict[Subject, int]:
    wanted: dict[str, set[int]] = {}
    for kind, identity in subjects:
        if (number := _number(identity)) is not None:
            wanted.setdefault(kind, set()).add(number)
    things = _bids_of_things(wanted)
    if not things:
        return {}
    found = [rows.where(key.in_(wanted[kind]), bid.is_not(None)) for kind, (rows, key, bid) in things.items()]
    return {(kind, identity): bid for kind, identity, bid in session.execute(union_all(*found))}


def _leads(session: Session, bids: set[int]) -> dict[int, tuple[str, str]]:
    rows = select(Application.id, Application.ref, Organisation.name)
    rows = rows.join(Organisation, Organisation.id == Application.lead_id).where(Application.id.in_(bids))
    return {id_: (ref, lead) for id_, ref, lead in session.execute(rows)}


def _own_names(session: Session, subjects: Iterable[Subject]) -> dict[Subject, str]:
    """A person who was removed or never gave a name goes by the number alone."""
    found = [
        select(literal(kind), model.id, model.name).where(
            model.id.in_([number for one, id_ in subjects if one == kind and (number := _number(id_))])
        )
        for kind, model in NAMED.items()
    ]
    rows = session.execute(union_all(*found))
    return {(kind, str(id_)): f"{id_}, {name}" for kind, id_, name in rows if name}


def _bids_of_things(kinds: Iterable[str]) -> dict[str, tuple[Select[Any], Any, Any]]:
    """Of each table that belongs to bids: what reads type, id and bid of its rows, its key, and the bid."""
    found: dict[str, tuple[Select[Any], Any, Any]] = {}
    for kind in sorted(kinds):
        table = Base.metadata.tables.get(kind)
        if table is None or len(table.primary_key.columns) != 1:
            continue
        (key,) = table.primary_key.columns
        source: FromClause = table
        if kind == "application":
            bid: Any = key
        elif "application_id" in table.columns:
            bid = table.columns["application_id"]
        else:
            parent = _parent(table)
            if parent is None:
                continue
            column, other = parent
            source, bid = table.join(other, other.columns["id"] == column), other.columns["application_id"]
        found[kind] = (select(literal(kind), cast(key, String), bid).select_from(source), key, bid)
    return found


def _parent(table: Table) -> tuple[Any, Table] | None:
    """The column by which a thing belongs to something that belongs to a bid, a receipt to its receivable."""
    for column in table.columns:
        for foreign in column.foreign_keys:
            other = foreign.column.table
            if {"id", "application_id"} <= set(other.columns.keys()):
                return column, other
    return None


def _number(identity: str) -> int | None:
    return int(identity) if identity.isascii() and identity.isdecimal() and len(identity) < 19 else None
