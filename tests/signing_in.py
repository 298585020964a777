"""Signing people in for tests: a real session cookie, as the sign-in pages would have set it."""

from contextvars import Context

from flask.testing import FlaskClient

from grants.accounts import session as visits
from grants.accounts.models import Person
from grants.core.clock import now


def sign_in(client: FlaskClient, person: Person, *, second_factor: bool = True) -> None:
    """Make `client` the browser of `person`, who must have been committed. Staff roles count only with a
    second factor."""
    Context().run(_write_cookie, client, person.id, person.session_epoch, second_factor)


def sign_out(client: FlaskClient) -> None:
    """Make `client` a stranger's browser again."""
    Context().run(_clear_cookie, client)


def _write_cookie(client: FlaskClient, person_id: int, epoch: int, second_factor: bool) -> None:
    with client.session_transaction() as cookie:
        visits.remember(cookie, person_id=person_id, epoch=epoch, now=now(), second_factor=second_factor)


def _clear_cookie(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        visits.forget(cookie)
