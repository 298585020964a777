"""Taking in bids from files: planned first, then all or nothing, and twice the same file changes nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts.models import Organisation
from grants.accounts.states import OrganisationKind
from grants.applications import queries
from grants.applications.bid_files import read_bid_file
from grants.applications.imported_bid import ReadFile
from grants.applications.importing import NOT_COLLECTED, ImportPlan, import_bids, plan_import
from grants.applications.models import Application, Version
from grants.applications.states import Origin, Stage
from grants.audit.models import TrailEntry
from grants.core.db import unit_of_work
from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.core.places import funds_folder
from grants.permissions import NOBODY, service
from grants.programme import actions as programme
from grants.programme.fund_file import read_fund_file
from tests.counting import CountQueries
from tests.paths import SHARED_DATA, needs_shared_data
from tests.unit.applications.bid_texts import as_json, grant

NOW = datetime(2022, 1, 10, 12, tzinfo=UTC)
OPERATOR = service("command line")


@pytest.fixture
def round_id(session: Session) -> int:
    """The replay's round, loaded."""
    definition = read_fund_file(Path(funds_folder() / "replay.toml").read_text())
    with unit_of_work():
        loaded = programme.load_fund(session, definition=definition, actor=OPERATOR, now=NOW)
        return loaded.round.id


def file_of(*grants: dict[str, Any]) -> ReadFile:
    return read_bid_file("grants.json", as_json(*grants))


def plan_of(session: Session, round_id: int, *grants: dict[str, Any]) -> ImportPlan:
    return plan_import(session, round_id=round_id, file=file_of(*grants))


def commit(session: Session, plan: ImportPlan, *, skip_refused: bool = False) -> list[str]:
    """The references of the bids taken in."""
    with unit_of_work():
        taken = import_bids(session, plan=plan, skip_refused=skip_refused, actor=OPERATOR, now=NOW)
        return [bid.ref for bid in taken]


def organisation(**changes: object) -> list[dict[str, object]]:
    return [{"id": "GB-CHC-1123126", "name": "Marsh Growers"} | changes]


WHOLE = grant(
    plannedDates=[{"startDate": "2021-09-01", "endDate": "2022-08-31", "duration": 12}],
    beneficiaryLocation=[{"name": "Luton", "geoCode": "E06000032", "geoCodeType": "UA"}],
    recipientOrganization=organisation(postalCode="lu1 2aa"),
)


def test_a_bid_is_taken_in_as_sent(session: Session, round_id: int) -> None:
    (ref,) = commit(session, plan_of(session, round_id, WHOLE))

    bid = queries.by_ref(session, ref)
    assert (bid.origin, bid.stage, bid.source_id, bid.title, bid.ask, bid.submitted_at) == (
        Origin.IMPORTED,
        Stage.SUBMITTED,
        "360G-example-1",
        "Allotment for all",
        125050,
        NOW,
    )
    assert (bid.lead.name, bid.lead.charity_number, bid.lead.postcode) == (
        "Marsh Growers",
        "1123126",
        "LU1 2AA",
    )


def test_what_the_source_told_is_kept_and_the_rest_is_named_not_collected(
    session: Session, round_id: int
) -> None:
    commit(session, plan_of(session, round_id, WHOLE))

    content = session.scalars(select(Version)).one().content
    assert content["sections"]["summary"] == {
        "title": "Allotment for all",
        "summary": "Beds that a wheelchair reaches.",
        "starts_on": "2021-09-01",
        "ends_on": "2022-08-31",
        "least_amount": "",
    }
    assert content["imported"] == {
        "source": "grants.json",
        "source_id": "360G-example-1",
        "award_date": "2021-06-01",
        "planned_dates": {"start": "2021-09-01", "end": "2022-08-31", "months": "12"},
        "beneficiary_locations": [{"name": "Luton", "code": "E06000032", "code_type": "UA", "country": ""}],
    }
    assert content["not_collected"] == list(NOT_COLLECTED)
    assert (content["partners"], content["claims"], content["budget"], content["least_amount"]) == (
        [],
        [],
        [],
        None,
    )
    assert {theme["addressed"] for theme in content["themes"].values()} == {False}


@pytest.mark.parametrize(
    ("planned", "kept"),
    [
        ({"startDate": "2019-12-31", "endDate": "2021-01-31"}, {"ends_on": "2021-01-31"}),
        ({"startDate": "2021-02-01", "endDate": "2021-01-31"}, {}),
        ({"startDate": "2021", "endDate": "2024-04-01"}, {}),
    ],
)
def test_dates_that_cannot_be_answers_stay_among_the_extras(
    session: Session, round_id: int, planned: dict[str, str], kept: dict[str, str]
) -> None:
    commit(session, plan_of(session, round_id, grant(plannedDates=[planned])))

    content = session.scalars(select(Version)).one().content
    answers = content["sections"]["summary"]
    assert {key: answers[key] for key in ("starts_on", "ends_on") if answers[key]} == kept
    assert content["imported"]["planned_dates"] == {
        "start": planned["startDate"],
        "end": planned["endDate"],
        "months": "",
    }


def test_the_same_file_again_changes_nothing(session: Session, round_id: int) -> None:
    grants = [grant(), grant(id="360G-example-2", title="Shed")]
    commit(session, plan_of(session, round_id, *grants))
    lines = session.scalar(select(func.count()).select_from(TrailEntry))

    again = plan_of(session, round_id, *grants)

    assert (list(again.new), len(again.unchanged), again.is_clean) == ([], 2, True)
    assert commit(session, again) == []
    assert session.scalar(select(func.count()).select_from(TrailEntry)) == lines
    assert session.scalar(select(func.count()).select_from(Application)) == 2


def test_a_changed_bid_is_refused_beside_a_new_one(session: Session, round_id: int) -> None:
    commit(session, plan_of(session, round_id, grant()))

    plan = plan_of(session, round_id, grant(amountAppliedFor=2000), grant(id="360G-example-2"))

    assert [bid.source_id for bid in plan.new] == ["360G-example-2"]
    assert [(fault.row, fault.reason) for fault in plan.refused] == [
        (1, "This bid was imported before with other content. A bid that has been sent never changes.")
    ]
    with pytest.raises(RuleBroken, match="Nothing was imported, because some of the file was refused"):
        commit(session, plan)
    assert session.scalar(select(func.count()).select_from(Application)) == 1
    assert len(commit(session, plan, skip_refused=True)) == 1


def test_rows_of_one_organisation_in_any_order_become_one(session: Session, round_id: int) -> None:
    both = {"id": "GB-COH-01234567", "charityNumber": "1123126"}
    grants = [
        grant(id="a", recipientOrganization=organisation(id="GB-COH-01234567")),
        grant(id="b", recipientOrganization=organisation()),
        grant(id="c", recipientOrganization=organisation(**both)),
        grant(id="d", recipientOrganization=organisation(id="360G-example-org-1", name="No number")),
    ]

    refs = commit(session, plan_of(session, round_id, *grants))

    leads = [queries.by_ref(session, ref).lead for ref in refs]
    assert [(lead.name, lead.charity_number, lead.company_number, lead.external_id) for lead in leads] == [
        *3 * [("Marsh Growers", "1123126", "01234567", None)],
        ("No number", None, None, "360G-example-org-1"),
    ]
    assert session.scalar(select(func.count()).select_from(Organisation)) == 2


def test_an_organisation_on_record_is_found_and_left_as_it_is(session: Session, round_id: int) -> None:
    with unit_of_work():
        known = accounts.find_or_create_organisation(
            session,
            name="Marsh Farm Growers",
            kind=OrganisationKind.CIO,
            charity_number="1123126",
            actor=OPERATOR,
            now=NOW,
        )

    (ref,) = commit(session, plan_of(session, round_id, grant()))

    assert queries.by_ref(session, ref).lead_id == known.id
    assert (known.name, known.kind) == ("Marsh Farm Growers", OrganisationKind.CIO)


def test_numbers_of_two_organisations_on_record_are_refused_in_the_plan(
    session: Session, round_id: int
) -> None:
    with unit_of_work():
        for name, charity, company in (("One", "1123126", None), ("Two", None, "01234567")):
            accounts.find_or_create_organisation(
                session,
                name=name,
                kind=OrganisationKind.OTHER,
                charity_number=charity,
                company_number=company,
                actor=OPERATOR,
                now=NOW,
            )

    plan = plan_of(session, round_id, grant(recipientOrganization=organisation(companyNumber="01234567")))

    assert [(fault.field, fault.reason) for fault in plan.refused] == [
        ("the organisation", "Its numbers belong to different organisations on record: “One” and “Two”.")
    ]


def test_a_fund_that_needs_answers_takes_no_import(session: Session) -> None:
    definition = read_fund_file(Path(funds_folder() / "luton-covid-recovery.toml").read_text())
    with unit_of_work():
        luton = programme.load_fund(session, definition=definition, actor=OPERATOR, now=NOW).round.id

    with pytest.raises(RuleBroken, match="This fund takes bids only through its own form"):
        plan_of(session, luton, grant())


def test_there_must_be_such_a_round(session: Session) -> None:
    with pytest.raises(NotFound):
        plan_of(session, 999, grant())


def test_a_file_that_cannot_be_read_imports_nothing(session: Session, round_id: int) -> None:
    plan = plan_import(session, round_id=round_id, file=read_bid_file("x", b"{"))

    assert (plan.is_clean, list(plan.new)) == (False, [])
    with pytest.raises(RuleBroken):
        import_bids(session, plan=plan, skip_refused=True, actor=OPERATOR, now=NOW)


def test_only_managers_and_the_operator_import(session: Session, round_id: int) -> None:
    plan = plan_of(session, round_id, grant())

    with pytest.raises(NotAllowed, match="Only a programme manager can take in bids from elsewhere"):
        import_bids(session, plan=plan, actor=NOBODY, now=NOW)


def test_a_failure_on_the_way_leaves_nothing_behind(session: Session, round_id: int) -> None:
    """Between plan and commit somebody else imports one of the bids."""
    plan = plan_of(session, round_id, grant(id="a"), grant(id="b"))
    commit(session, plan_of(session, round_id, grant(id="b", title="Came first")))

    with pytest.raises(Exception, match=r"(?i)unique"):
        commit(session, plan)

    assert session.scalars(select(Application.source_id)).all() == ["b"]


def test_queries_a_bid_stay_few(session: Session, round_id: int, count_queries: CountQueries) -> None:
    def cost(prefix: str, count: int) -> int:
        grants = [grant(id=f"{prefix}-{n}") for n in range(count)]
        with count_queries() as sent:
            commit(session, plan_of(session, round_id, *grants))
        return len(sent)

    cost("warm", 1)
    few, many = cost("few", 2), cost("many", 22)

    assert (many - few) / 20 <= 14


@needs_shared_data
@pytest.mark.slow
def test_the_published_covid_grants_are_taken_in_whole(session: Session, round_id: int) -> None:
    name = "1_grants/covid_grants_2020.json"
    content = (SHARED_DATA / name).read_bytes()
    plan = plan_import(session, round_id=round_id, file=read_bid_file(name, content))

    refs = commit(session, plan, skip_refused=True)

    assert (len(refs), plan.refused_rows) == (1163, 1)
    asked = session.scalar(select(func.sum(Application.ask)))
    assert asked == sum(
        round((grant_.get("amountAppliedFor") or grant_["amountAwarded"]) * 100)
        for grant_ in json.loads(content)["grants"]
        if grant_["currency"] == "GBP"
    )
