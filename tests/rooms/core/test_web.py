"""The door of a request: who may come in, and whether what was done inside is kept."""

from collections.abc import Iterator

import pytest
from flask import Blueprint, Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from grants.accounts.models import Person
from grants.core import dispatch, web
from grants.core.clock import now
from grants.core.db import db
from grants.core.errors import NotAllowed, Stale
from grants.permissions import Actor, Permission, Role
from tests.databases import Database
from tests.rooms.core.small_app import small_app

bp = Blueprint("house", __name__)
accounts = Blueprint("accounts", __name__)

sent: list[int] = []


class Note:
    """A courier that notes the rows it is given."""

    def send(self, job: str, row_id: int) -> None:
        sent.append(row_id)


def add_a_person() -> None:
    person = Person(email=f"{request.args['answer']}@example.org", created_at=now())
    web.session().add(person)
    web.session().flush()
    dispatch.after_commit(web.session(), "greet", person.id)


@bp.post("/add")
@web.public
@web.writes
def add() -> ResponseReturnValue:
    add_a_person()
    answer = request.args["answer"]
    if answer == "redirect":
        return redirect("/done")
    if answer == "raise":
        raise NotAllowed("No.")
    if answer == "abort":
        abort(409)
    return "answered", int(answer)


@bp.post("/forgetful")
@web.public
def forgetful() -> ResponseReturnValue:
    add_a_person()
    return "answered"


@bp.route("/private", methods=["GET", "POST"])
@web.signed_in
def private() -> ResponseReturnValue:
    return f"person {web.me().person_id}"


@bp.post("/held")
@web.signed_in
@web.writes
def held() -> ResponseReturnValue:
    raise AssertionError("nobody comes in here")


@bp.get("/ranking")
@web.needs(Permission.READ_RANKING, Permission.DECIDE)
def ranking() -> ResponseReturnValue:
    return "the ranking"


@accounts.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    return "sign in"


@accounts.get("/second-factor")
def second_factor() -> ResponseReturnValue:
    return "second factor"


@pytest.fixture
def house(database: Database) -> Iterator[Flask]:
    app = small_app(database.url)
    web.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(accounts)
    app.register_error_handler(NotAllowed, lambda error: (str(error), 403))

    @app.before_request
    def recognise() -> None:
        roles = frozenset(Role(role) for role in request.headers.get("Roles", "").split())
        if "Person" in request.headers:
            g.actor = Actor(person_id=int(request.headers["Person"]), roles=roles)
        g.second_factor_wanted = "Without-Code" in request.headers

    dispatch.configure(Note())
    sent.clear()
    yield app
    dispatch.configure(dispatch.Resting())
    with app.app_context():
        db.engine.dispose()


def people(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Person.email)))


@pytest.mark.parametrize("answer", ["200", "201", "204", "303", "399", "redirect"])
def test_success_is_committed_and_its_work_sent(house: Flask, answer: str) -> None:
    house.test_client().post("/add", query_string={"answer": answer})

    assert people(house) == [f"{answer}@example.org"]
    assert sent == [1]


@pytest.mark.parametrize("answer", ["400", "403", "409", "422", "500", "raise", "abort"])
def test_a_refusal_leaves_nothing_and_sends_nothing(house: Flask, answer: str) -> None:
    client = house.test_client()
    client.post("/add", query_string={"answer": answer})
    assert people(house) == []

    client.post("/add", query_string={"answer": "200"})
    assert people(house) == ["200@example.org"]
    assert len(sent) == 1


def test_a_view_that_does_not_say_that_it_writes_keeps_nothing(house: Flask) -> None:
    assert house.test_client().post("/forgetful", query_string={"answer": "x"}).status_code == 200

    assert people(house) == []
    assert sent == []


def test_a_visitor_is_asked_to_sign_in_and_brought_back(house: Flask) -> None:
    page = house.test_client().get("/private?tab=2")

    assert (page.status_code, page.location) == (302, "/sign-in?next=/private?tab%3D2")
    assert house.test_client().post("/private").status_code == 401


def test_what_is_refused_takes_no_lock(house: Flask) -> None:
    with house.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("only SQLite has one write lock")
        with db.engine.connect().execution_options(writes=True) as held:
            held.execute(select(Person.id))
            assert house.test_client().post("/held").status_code == 401


def test_who_lost_a_right_while_waiting_is_refused(house: Flask) -> None:
    house.register_error_handler(Stale, lambda error: (str(error), 409))
    house.extensions[web.STILL_KNOWN] = lambda: False

    assert house.test_client().post("/add", query_string={"answer": "200"}).status_code == 409
    assert people(house) == []


def test_a_person_comes_in(house: Flask) -> None:
    assert house.test_client().get("/private", headers={"Person": "7"}).text == "person 7"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),
        ({"Person": "7"}, 403),
        ({"Person": "7", "Roles": "administrator finance_officer reviewer"}, 403),
        ({"Person": "7", "Roles": "chair"}, 200),
        ({"Person": "7", "Roles": "reviewer auditor"}, 200),
        ({"Person": "7", "Roles": "chair", "Without-Code": "1"}, 302),
    ],
)
def test_a_permission_comes_with_a_role(house: Flask, headers: dict[str, str], status: int) -> None:
    assert house.test_client().get("/ranking", headers=headers).status_code == status


def test_the_second_factor_comes_before_the_page(house: Flask) -> None:
    page = house.test_client().get("/ranking", headers={"Person": "7", "Roles": "chair", "Without-Code": "1"})

    assert page.location == "/second-factor?next=/ranking"


@pytest.mark.parametrize(
    ("view", "policy"),
    [
        (add, "public"),
        (private, "signed in"),
        (ranking, "scoring:rank or panels:decide"),
    ],
)
def test_a_view_says_its_policy(view: object, policy: str) -> None:
    assert getattr(view, "policy", None) == policy


def test_a_view_says_whether_it_writes() -> None:
    assert [getattr(view, "writes", False) for view in (add, private)] == [True, False]
