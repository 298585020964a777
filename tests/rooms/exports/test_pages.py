"""The page of exports and the files: who sees what, what a download is, and that looking writes nothing."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import queries as people
from grants.audit.models import TrailEntry
from grants.core.db import commit
from grants.exports import queries
from grants.exports.build import build_export
from grants.exports.models import Export
from grants.exports.states import ExportState, Format
from grants.panels.states import Outcome
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.exports.awarded import awarded
from tests.rooms.panels.scored import NOW, Panel
from tests.signing_in import sign_in

PAGE = "/exports/replay-2020/"
LATER = NOW + timedelta(minutes=1)

As = Callable[[str], Browser]


@pytest.fixture
def panel(session: Session) -> Panel:
    """A round with an award of £1,234.57, committed."""
    made = awarded(session, (Outcome.FUND_IN_PART, 123_457))
    commit(session)
    return made


@pytest.fixture
def signed_in(client: Browser, panel: Panel) -> As:
    def as_(name: str) -> Browser:
        sign_in(client, people.person(panel.session, panel.person_ids[name]))
        return client

    return as_


def asked(session: Session) -> Export:
    """The one export there is."""
    session.rollback()
    return session.scalars(select(Export)).one()


def build(session: Session, client: Browser, format_: Format = Format.CSV) -> Export:
    client.post(PAGE, data={"format": format_.value})
    build_export(asked(session).id, LATER)
    return asked(session)


def test_finance_asks_for_a_file_and_downloads_it_unchanged(session: Session, signed_in: As) -> None:
    client = signed_in("officer")

    answer = client.post(PAGE, data={"format": "csv"}, follow_redirects=True)
    assert "The file is being built" in answer.text
    assert "Waiting to be built" in answer.text
    assert f'href="{PAGE}">Reload this page</a>' in answer.text

    build_export(asked(session).id, LATER)
    export = asked(session)
    page = client.get(PAGE)
    for shown in (export.sha256, "£1,234.57", export.file_name, f'href="/exports/files/{export.id}/"'):
        assert str(shown) in page.text
    first, second = (client.get(f"/exports/files/{export.id}/") for _ in range(2))
    assert (first.status_code, sha256(first.data).hexdigest(), first.data) == (
        200,
        export.sha256,
        second.data,
    )
    assert {
        name: first.headers[name]
        for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")
    } == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="replay-2020-allocations-2022-01-29.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def test_downloading_writes_nothing(session: Session, signed_in: As) -> None:
    client = signed_in("approver")
    export = build(session, client)
    before = session.scalar(select(func.count()).select_from(TrailEntry))

    client.get(f"/exports/files/{export.id}/")
    client.get(PAGE)

    session.rollback()
    assert session.scalar(select(func.count()).select_from(TrailEntry)) == before
    assert asked(session).finished_at == export.finished_at


def test_an_auditor_sees_and_downloads_but_does_not_build(session: Session, signed_in: As) -> None:
    export = build(session, signed_in("officer"))
    client = signed_in("auditor")

    page = client.get(PAGE)
    assert (page.status_code, "Build a file" in page.text) == (200, False)
    assert "Only finance can build exports. You can download the files." in page.text
    assert client.get(f"/exports/files/{export.id}/").status_code == 200
    assert client.post(PAGE, data={"format": "csv"}).status_code == 403


@pytest.mark.parametrize("name", ["manager", "chair", "rosa", "applicant1"])
def test_nobody_else_sees_anything(session: Session, signed_in: As, name: str) -> None:
    export = build(session, signed_in("officer"))
    client = signed_in(name)

    assert client.get(PAGE).status_code == 403
    assert client.get(f"/exports/files/{export.id}/").status_code == 403
    assert client.post(PAGE, data={"format": "csv"}).status_code == 403


def test_strangers_are_asked_to_sign_in(client: Browser, panel: Panel) -> None:
    assert client.get(PAGE).status_code == 302
    assert client.get("/exports/files/1/").status_code == 302


@pytest.mark.parametrize(
    ("format_", "media_type"),
    [
        (Format.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Format.THREESIXTY_JSON, "application/json"),
    ],
)
def test_each_format_has_its_type(session: Session, signed_in: As, format_: Format, media_type: str) -> None:
    client = signed_in("officer")
    export = build(session, client, format_)

    answer = client.get(f"/exports/files/{export.id}/")

    assert answer.headers["Content-Type"] == media_type
    assert answer.data[:2] == {Format.XLSX: b"PK", Format.THREESIXTY_JSON: b'{"'}[format_]


def test_what_the_checks_found_is_shown(session: Session, signed_in: As) -> None:
    client = signed_in("officer")
    export = build(session, client, Format.THREESIXTY_JSON)

    assert export.findings["PlannedDurationNotPresent"] == 1
    assert "1 grant: there are neither planned dates nor a duration" in client.get(PAGE).text


def test_a_changed_file_is_refused_in_words(session: Session, signed_in: As) -> None:
    client = signed_in("officer")
    export = build(session, client)
    queries.file_of(export).write_bytes(b"Bid,Awarded\r\nEF1-0001,9999999.00\r\n")

    answer = client.get(f"/exports/files/{export.id}/")

    assert answer.status_code == 422
    assert "The file has changed since it was built. It is not handed out." in answer.text
    assert b"9999999" not in answer.data


def test_a_failure_is_told_and_can_be_asked_again(session: Session, signed_in: As) -> None:
    client = signed_in("officer")
    queries.folder().write_text("in the way")
    failed = build(session, client)

    assert failed.state is ExportState.FAILED
    assert "The file could not be stored: File exists." in client.get(PAGE).text
    queries.folder().unlink()
    assert client.post(PAGE, data={"format": "csv"}).status_code == 302


@pytest.mark.parametrize(("address", "status"), [("/exports/none/", 404), ("/exports/files/999/", 404)])
def test_what_is_not_there_is_not_found(signed_in: As, address: str, status: int) -> None:
    assert signed_in("officer").get(address).status_code == status


@pytest.mark.parametrize("format_", ["", "pdf", "CSV"])
def test_an_unknown_format_is_not_found(signed_in: As, format_: str) -> None:
    assert signed_in("officer").post(PAGE, data={"format": format_}).status_code == 404


def test_a_file_that_is_not_ready_is_told(session: Session, signed_in: As) -> None:
    client = signed_in("officer")
    client.post(PAGE, data={"format": "csv"})

    answer = client.get(f"/exports/files/{asked(session).id}/")

    assert (answer.status_code, "This export has no file yet." in answer.text) == (422, True)


def test_a_round_without_awards_has_no_buttons(session: Session, client: Browser) -> None:
    panel = awarded(session, (Outcome.DECLINE, 0))
    commit(session)
    sign_in(client, people.person(session, panel.person_ids["officer"]))

    page = client.get(PAGE)

    assert "Nothing has been awarded in this round yet" in page.text
    assert "Build a file" not in page.text


def test_the_page_costs_the_same_however_many_files(
    session: Session, signed_in: As, count_queries: CountQueries, panel: Panel
) -> None:
    client = signed_in("officer")
    build(session, client)
    client.get(PAGE)
    with count_queries() as few:
        client.get(PAGE)
    for _ in range(20):
        session.add(Export(round_id=panel.round.id, format=Format.CSV, requested_at=NOW, findings={}))
    commit(session)
    with count_queries() as many:
        client.get(PAGE)

    assert len(many) == len(few) <= 9


def test_finance_chooses_a_file_sees_its_totals_and_downloads_it(session: Session, signed_in: As) -> None:
    client, here = signed_in("officer"), f"{PAGE}finance/"
    new = client.get(here)
    assert "the same as the pot’s below, to the penny" in new.text
    assert "Build CSV (for any spreadsheet)" in new.text
    day = {"at-day": "31", "at-month": "3", "at-year": "2022"}
    seen = client.get(here, query_string={"kind": "position", "grouping": "place", "only": "", **day})
    assert "Accruals and commitments at the end of 31 March 2022; by group of wards" in seen.text
    assert 'Offered, not taken up</th><td class="n">£1,234.57' in seen.text
    assert "£0 means that nothing of the kind had happened by the end of that day" in seen.text
    wrong = client.get(here, query_string={"kind": "position", **day, "at-month": "13"})
    assert (wrong.status_code, "Control totals" in wrong.text) == (422, False)
    ahead = client.get(here, query_string={"kind": "position", **day, "at-year": "2999"})
    assert "The day must be today or in the past" in ahead.text

    chosen = {"kind": "commitments", "grouping": "theme", "only": ""}
    assert client.post(here, data={**chosen, "format": "360giving"}).status_code == 404
    assert client.post(here, data={**chosen, "kind": "x", "format": "csv"}).status_code == 422
    assert client.post(here, data={**chosen, "format": "csv"}).status_code == 302
    build_export(asked(session).id, LATER)
    export = asked(session)
    page = client.get(here).text
    for shown in (
        export.sha256,
        export.file_name,
        "Commitments, as they stand now; by theme",
        "Officer Person",
    ):
        assert str(shown) in page
    assert export.file_name not in client.get(PAGE).text
    assert client.get(f"/exports/files/{export.id}/").data.startswith("\ufeffTheme,".encode())
