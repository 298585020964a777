"""Bids by the thousand: rows as an import would leave them, inserted at once."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications.models import Application, Version
from grants.applications.states import Origin, Stage
from grants.programme.models import Round


def bids_in_bulk(session: Session, round_: Round, bids: int, *, now: datetime) -> list[Application]:
    """So many bids that were sent, each by an organisation of its own."""
    numbers = range(1, bids + 1)
    leads = session.scalars(
        insert(Organisation).returning(Organisation.id, sort_by_parameter_order=True),
        [
            {
                "name": f"Neighbourhood association number {number}",
                "kind": OrganisationKind.CONSTITUTED_GROUP,
                "external_id": f"{round_.ref}-{number}",
                "created_at": now,
            }
            for number in numbers
        ],
    ).all()
    rows = [_row(round_, number, lead, now=now) for number, lead in zip(numbers, leads, strict=True)]
    ids = session.scalars(
        insert(Application).returning(Application.id, sort_by_parameter_order=True), rows
    ).all()
    session.execute(
        insert(Version),
        [
            {
                "application_id": bid,
                "number": 1,
                "content": {"claims": []},
                "digest": "",
                "submitted_at": now,
                "declaration": "",
            }
            for bid in ids
        ],
    )
    newest = select(Version.id).where(Version.application_id == Application.id).scalar_subquery()
    session.execute(
        update(Application).where(Application.round_id == round_.id).values(current_version_id=newest),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    return list(session.scalars(select(Application).where(Application.round_id == round_.id)))


def _row(round_: Round, number: int, lead: int, *, now: datetime) -> dict[str, object]:
    return {
        "ref": f"{round_.ref}-{number:05}",
        "round_id": round_.id,
        "lead_id": lead,
        "stage": Stage.SCORED,
        "origin": Origin.IMPORTED,
        "source_id": f"bench-{number}",
        "title": f"Helping our neighbours through the pandemic, project {number}",
        "ask": 500_000 + 1_000 * number,
        "started_at": now,
        "submitted_at": now - timedelta(days=2),
        "version": 1,
    }
