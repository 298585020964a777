"""Days that pass in a running service, and bids that are there already when somebody opens the browser.

Its clock is the machine's and cannot be moved. Instead everything that it keeps becomes older: every moment
in its database but those of the trail, and the session cookies in people's browsers. To the service it is the
next day.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import String, func, select, type_coerce, update
from sqlalchemy.orm import Session

from grants import config
from grants.accounts.states import OrganisationKind
from grants.app import create_app
from grants.applications import actions as applications
from grants.applications import queries
from grants.applications.models import Application
from grants.core.clock import now
from grants.core.db import Base, UtcDateTime, db, unit_of_work
from grants.permissions import MemberRole, service
from grants.programme import queries as programme
from grants.programme.actions import load_fund
from grants.programme.models import Round
from tests.journeys.corridor import FUND
from tests.journeys.visitor import Visitor
from tests.processes.running import Run
from tests.rooms.applications import world as w
from tests.unit.applications.bids import fund

OPERATOR = service("command line")
TRAIL = ("trail_entry", "trail_head")
A_MOMENT = timedelta(seconds=45)


@dataclass(frozen=True)
class House:
    """The running service and a way into its database."""

    run: Run
    app: Flask

    def load_round(self, key: str, *, closes_at: datetime | None = None) -> str:
        """A round of the Luton fund that is open. Prepared bids start in 2022. Gives its ref."""
        calendar = replace(FUND.calendar, spend_from=fund().calendar.spend_from)
        if closes_at is not None:
            calendar = replace(calendar, closes_at=closes_at)
        definition = replace(FUND, round_key=key, calendar=calendar)
        with self.app.app_context(), unit_of_work() as session:
            return load_fund(session, definition=definition, actor=OPERATOR, now=now()).round.ref

    def finished_bid(self, name: str, round_ref: str, *, confirmed: bool = True) -> str:
        """A bid with nothing missing of '<name>-signatory' and '<name>-editor' at example.org, ready to be
        sent, or without its partner's consent, '<name>-partner'. Gives its reference.
        """
        with self.app.app_context(), unit_of_work() as session:
            world = _people(session, name, round_ref)
            bid = _written(world, name)
            if confirmed:
                asked = applications.ask_partners(
                    session, application_id=bid.id, actor=world.actor("editor"), now=now()
                )
                w.confirm(session, asked, now=now())
            return bid.ref

    @contextmanager
    def bid(self, ref: str) -> Iterator[tuple[Session, Application]]:
        """The bid as it stands in the database."""
        with self.app.app_context(), unit_of_work() as session:
            yield session, queries.by_ref(session, ref)

    def pass_time(self, by: timedelta, browsers: Sequence[Visitor]) -> None:
        """Make everything older, the sessions in these browsers too."""
        with self.app.app_context(), unit_of_work() as session:
            for table in Base.metadata.sorted_tables:
                moments = [column for column in table.columns if isinstance(column.type, UtcDateTime)]
                if moments and table.name not in TRAIL:
                    older = {column.name: _earlier(column, by) for column in moments}
                    session.execute(update(table).values(older))
        for visitor in browsers:
            self._age_session(visitor, by)

    def pass_time_until_last_minute(self, round_ref: str, browsers: Sequence[Visitor]) -> datetime:
        """Until the round closes at the next whole minute that is far enough for one press of a button. Gives
        that minute.
        """
        with self.app.app_context(), unit_of_work() as session:
            closes_at = session.scalars(select(Round.closes_at).where(Round.ref == round_ref)).one()
        by = timedelta(minutes=(closes_at - now() - A_MOMENT) // timedelta(minutes=1))
        self.pass_time(by, browsers)
        return closes_at - by

    def _age_session(self, visitor: Visitor, by: timedelta) -> None:
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        (cookie,) = (kept for kept in visitor.page.context.cookies() if kept.get("name") == "grants")
        said = signer.loads(cookie.get("value", ""))
        for moment in ("since", "seen"):
            said[moment] -= int(by.total_seconds())
        visitor.page.context.add_cookies(
            [{"name": "grants", "value": signer.dumps(said), "url": visitor.url}]
        )


@contextmanager
def house(run: Run) -> Iterator[House]:
    """A way into the database of a running service; what is sent from here goes out with the next sweep."""
    theirs = list(config._in_use)
    app = create_app(config.load(run.env | {"GRANTS_DISPATCHER": "grants.core.dispatch:Resting"}))
    yield House(run, app)
    with app.app_context():
        db.engine.dispose()
    config._in_use[:] = theirs


def _earlier(column: Any, by: timedelta) -> Any:
    """A moment as SQLite keeps it, so much earlier; nothing where nothing was kept."""
    moved = func.strftime("%Y-%m-%d %H:%M:%f000", column, f"-{int(by.total_seconds())} seconds")
    return type_coerce(moved, String)


def _people(session: Session, name: str, round_ref: str) -> w.World:
    round_ = session.scalars(select(Round).where(Round.ref == round_ref)).one()
    lead_id = w.organisation(session, f"{name} lead", OrganisationKind.CONSTITUTED_GROUP)
    world = w.World(session, round_, programme.definition_of(round_), lead_id)
    for part, role in (("signatory", MemberRole.SIGNATORY), ("editor", MemberRole.EDITOR)):
        w.join(world, f"{name}-{part}", lead_id, role)
        world.person_ids[part] = world.person_ids[f"{name}-{part}"]
    return world


def _written(world: w.World, name: str) -> Application:
    bid = w.started(world, now=now())
    partner = replace(w.PARTNER, contact_email=f"{name}-partner@example.org")
    w.write_all(world, bid, now=now(), partner=partner)
    return bid
