"""Asking for a file and building it: once however often asked, whole or not at all, told in words."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import Update, update
from sqlalchemy.orm import Session

from grants import config
from grants.applications.models import Version
from grants.audit import queries as trail
from grants.core.db import commit, unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.exports import actions, queries
from grants.exports.build import build_export
from grants.exports.control_total import awarded_in
from grants.exports.models import Export
from grants.exports.states import ExportState, Format
from grants.panels import queries as panels
from grants.panels.states import Outcome
from tests.paths import needs_shared_data
from tests.rooms.exports.awarded import awarded, partnership
from tests.rooms.panels.scored import NOW, Panel
from tests.unit.exports.rows import schema_faults

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def panel(session: Session) -> Panel:
    """A round with two awards, committed."""
    made = awarded(session, (Outcome.FUND, -1), (Outcome.FUND_IN_PART, 123_457))
    commit(session)
    return made


def ask(panel: Panel, format_: Format = Format.CSV) -> int:
    with unit_of_work() as session:
        return actions.request_export(
            session, round_id=panel.round.id, format=format_, actor=panel.actor("officer"), now=NOW
        ).id


def export(session: Session, export_id: int) -> Export:
    session.rollback()
    return queries.export_by_id(session, export_id)


@pytest.mark.parametrize("format_", list(Format))
def test_a_file_is_built_stored_and_read_back(session: Session, panel: Panel, format_: Format) -> None:
    asked = ask(panel, format_)

    build_export(asked, LATER)

    built = export(session, asked)
    content = queries.content_of(built)
    assert (built.state, built.rows, built.total, built.attempts, built.failure) == (
        ExportState.READY,
        2,
        1_000_001 + 123_457,
        1,
        "",
    )
    assert (built.sha256, built.size) == (sha256(content).hexdigest(), len(content))
    assert queries.file_of(built).read_bytes() == content
    assert awarded_in(content, format_) == built.total == panels.pot_position(session, panel.round).released


def test_the_three_files_agree_and_the_same_awards_give_the_same_file(session: Session, panel: Panel) -> None:
    first = [ask(panel, format_) for format_ in Format]
    for asked in first:
        build_export(asked, LATER)
    second = [ask(panel, format_) for format_ in Format]
    for asked in second:
        build_export(asked, LATER + timedelta(days=30))

    built = [export(session, asked) for asked in (*first, *second)]
    assert {one.total for one in built} == {1_123_458}
    assert [one.sha256 for one in built[:3]] == [one.sha256 for one in built[3:]]
    assert [one.file_name for one in built[:3]] == [
        "replay-2020-allocations-2022-01-29.csv",
        "replay-2020-allocations-2022-01-29.xlsx",
        "replay-2020-360giving-2022-01-29.json",
    ]


@needs_shared_data
def test_the_open_data_of_a_partnership_is_valid_and_good(session: Session) -> None:
    panel = partnership(session)
    commit(session)
    asked = ask(panel, Format.THREESIXTY_JSON)

    build_export(asked, LATER)

    built = export(session, asked)
    content = queries.content_of(built)
    assert schema_faults(content) == []
    assert set(built.findings) == {"IncompleteRecipientOrg", "BeneficiaryButNotRecipientGeoData"}
    assert "The Hive" in json.loads(content)["grants"][0]["description"]


def test_asking_twice_gives_the_export_under_way(session: Session, panel: Panel) -> None:
    asked = ask(panel)

    assert ask(panel) == asked
    build_export(asked, LATER)
    assert ask(panel) != asked


def test_building_twice_does_nothing(session: Session, panel: Panel) -> None:
    asked = ask(panel)
    build_export(asked, LATER)
    before = queries.file_of(export(session, asked)).stat().st_mtime_ns

    build_export(asked, LATER + timedelta(days=1))

    again = export(session, asked)
    assert (again.attempts, queries.file_of(again).stat().st_mtime_ns) == (1, before)


@pytest.mark.parametrize("name", ["manager", "chair", "auditor", "rosa", "applicant1"])
def test_only_finance_asks(session: Session, panel: Panel, name: str) -> None:
    with pytest.raises(NotAllowed, match="Only finance can build exports"), unit_of_work():
        actions.request_export(
            session, round_id=panel.round.id, format=Format.CSV, actor=panel.actor(name), now=NOW
        )


def test_nothing_awarded_is_nothing_to_export(session: Session) -> None:
    panel = awarded(session, (Outcome.DECLINE, 0))
    commit(session)

    with pytest.raises(RuleBroken, match="Nothing has been awarded in this round yet"):
        ask(panel)
    with pytest.raises(NotFound), unit_of_work():
        actions.request_export(
            session, round_id=999, format=Format.CSV, actor=panel.actor("officer"), now=NOW
        )


def test_the_trail_tells_who_asked_and_what_was_built(session: Session, panel: Panel) -> None:
    asked = ask(panel)
    build_export(asked, LATER)

    told = trail.history_of(session, ("export", str(asked)))
    assert [(line.deed, line.actor_id) for line in told] == [
        ("export.requested", panel.person_ids["officer"]),
        ("export.built", None),
    ]
    built = export(session, asked)
    assert told[1].facts == {"rows": 2, "total": 1_123_458, "sha256": built.sha256}


def test_a_worker_that_died_is_replaced_and_its_late_answer_ignored(session: Session, panel: Panel) -> None:
    asked = ask(panel)
    with unit_of_work():
        dead = actions.claim(session, export_id=asked, now=NOW)
        assert dead is not None
        assert actions.claim(session, export_id=asked, now=NOW + queries.LEASE) is None
        assert queries.waiting(session, NOW + queries.LEASE) == []
    late = NOW + queries.LEASE + timedelta(seconds=1)
    assert list(queries.waiting(session, late)) == [asked]

    build_export(asked, late)

    built = export(session, asked)
    assert (built.state, built.attempts) == (ExportState.READY, 2)
    with unit_of_work():
        assert not actions.fail(session, held=dead, reason="Late", now=late)
    assert export(session, asked).state is ExportState.READY


def test_what_kills_every_worker_is_given_up(session: Session, panel: Panel) -> None:
    asked = ask(panel)
    at = NOW
    for _ in range(actions.MOST_ATTEMPTS):
        with unit_of_work():
            assert actions.claim(session, export_id=asked, now=at) is not None
        at += queries.LEASE + timedelta(seconds=1)

    build_export(asked, at)

    given_up = export(session, asked)
    assert (given_up.state, given_up.attempts, given_up.failure) == (ExportState.FAILED, 3, actions.DIED)
    assert list(queries.waiting(session, at + timedelta(days=1))) == []


def test_what_the_courier_left_is_found_by_the_sweep(session: Session, panel: Panel) -> None:
    asked = ask(panel)

    assert list(queries.waiting(session, NOW + queries.COURIER_TIME)) == []
    assert list(queries.waiting(session, NOW + queries.COURIER_TIME + timedelta(seconds=1))) == [asked]


def test_a_file_that_cannot_be_stored_fails_in_plain_words(session: Session, panel: Panel) -> None:
    queries.folder().write_text("a file where the folder should be")
    asked = ask(panel)

    build_export(asked, LATER)

    failed = export(session, asked)
    assert (failed.state, failed.sha256) == (ExportState.FAILED, None)
    assert failed.failure == (
        "The file could not be stored: File exists. Nothing was kept. Ask whoever runs the service."
    )
    queries.folder().unlink()
    assert ask(panel) != asked


def test_awards_that_went_away_meanwhile_fail_in_plain_words(session: Session, panel: Panel) -> None:
    asked = ask(panel)
    for bid in panel.bids:
        decision = panels.decision_of(session, bid.id)
        assert decision is not None
        decision.released_at = None
    commit(session)

    build_export(asked, LATER)

    failed = export(session, asked)
    assert (failed.state, failed.failure) == (
        ExportState.FAILED,
        "Nothing is awarded in this round any more, so there is nothing to export.",
    )


def test_what_goes_wrong_is_tried_again_and_then_told(session: Session, panel: Panel) -> None:
    """A bid whose frozen content is spoilt stands for a fault in the program."""
    asked = ask(panel)
    session.execute(panel_content_spoilt(panel))
    commit(session)

    states = []
    for attempt in range(actions.MOST_ATTEMPTS):
        build_export(asked, LATER + attempt * timedelta(minutes=1))
        states.append(export(session, asked).state)

    assert states == [ExportState.QUEUED, ExportState.QUEUED, ExportState.FAILED]
    assert export(session, asked).failure == "Something went wrong while the file was built (KeyError)."


def panel_content_spoilt(panel: Panel) -> Update:
    spoilt = {"sections": {}, "lead_share": 1, "partners": [{}], "claims": [], "imported": None}
    return update(Version).where(Version.application_id == panel.bids[0].id).values(content=spoilt)


@pytest.mark.parametrize("change", [b"", b"\n"])
def test_a_stored_file_that_changed_is_refused(session: Session, panel: Panel, change: bytes) -> None:
    asked = ask(panel)
    build_export(asked, LATER)
    built = export(session, asked)
    path = queries.file_of(built)
    path.write_bytes(path.read_bytes() + change if change else b"")

    with pytest.raises(RuleBroken, match=r"The file has changed since it was built\. It is not handed out"):
        queries.content_of(built)
    path.unlink()
    with pytest.raises(RuleBroken, match="The file is no longer there"):
        queries.content_of(built)


def test_a_file_not_built_yet_is_none(session: Session, panel: Panel, app: Flask) -> None:
    asked = export(session, ask(panel))

    with pytest.raises(RuleBroken, match="has no file yet"):
        queries.file_of(asked)
    assert queries.folder() == config.current().data_dir / "exports"
