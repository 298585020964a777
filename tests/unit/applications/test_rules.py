"""What a bid needs before it starts and before it is sent: a table a rule."""

from dataclasses import replace
from typing import Any

import pytest

from grants.accounts.states import OrganisationKind
from grants.applications.facts import BudgetLine
from grants.applications.rules import (
    blockers_to_answer,
    blockers_to_ask_partners,
    blockers_to_submit,
    places_of,
    stop_reasons,
)
from grants.applications.states import Change, Consent
from grants.core.clock import now
from grants.core.errors import Reason
from tests.unit.applications.bids import HIVE, LINES, PAGES, complete, empty, fund, with_answer

CHARITY = OrganisationKind.REGISTERED_CHARITY
PASSING = {question.key: question.pass_answer for question in fund().eligibility}


def test_a_complete_bid_has_no_blockers() -> None:
    assert blockers_to_submit(complete()) == []


def test_every_wrong_eligibility_answer_is_told_at_once() -> None:
    wrong = {key: not answer for key, answer in PASSING.items()}
    reasons = stop_reasons(fund(), CHARITY, wrong)
    assert reasons == [Reason(question.stop_reason, question.key) for question in fund().eligibility]


def test_right_eligibility_answers_stop_nothing() -> None:
    assert stop_reasons(fund(), CHARITY, PASSING) == []


def test_a_question_left_out_stops() -> None:
    first, *_ = fund().eligibility
    given = {key: answer for key, answer in PASSING.items() if key != first.key}
    assert stop_reasons(fund(), CHARITY, given) == [Reason(f"Answer the question “{first.text}”", first.key)]


def test_the_kind_of_the_lead_has_a_reason_of_its_own() -> None:
    (reason,) = stop_reasons(fund(), OrganisationKind.PUBLIC_BODY, PASSING)
    assert reason.place == "lead_id"
    assert reason.text.startswith(
        "The lead organisation is recorded as “School, health or other public body”."
    )


WORDS = "word " * 151

ANSWERS = [
    ("summary", "title", "  ", "Answer the question “What is the project called?”"),
    ("summary", "title", "t" * 301, "The title must be 300 characters or fewer"),
    (
        "summary",
        "summary",
        WORDS,
        "Your answer to “What will you do?” must be 150 words or fewer. It is 1 word too long",
    ),
    (
        "summary",
        "starts_on",
        "31/2/2022",
        "Your answer to “When does the work start?” must be a real date with a year of 4 numbers, "
        "like 1 4 2022",
    ),
    (
        "summary",
        "starts_on",
        "2022-03-31",
        "The start date must be on or after 1 April 2022, when spending can begin",
    ),
    (
        "summary",
        "ends_on",
        "2024-04-01",
        "The end date must be on or before 31 March 2024, when all must be spent",
    ),
    ("together", "agreement", "", None),
    ("together", "agreement", "perhaps", None),
    (
        "less_money",
        "least_amount",
        "12k",
        "Your answer to “What is the least amount with which the project would still work?” "
        "must be an amount of money, like 1,250 or 1250.50",
    ),
    ("less_money", "least_amount", "0", "The least amount must be more than £0"),
    (
        "less_money",
        "least_amount",
        "20000.51",
        "The least amount is £20,000.51. It cannot be more than the £20,000.50 you ask for",
    ),
]


@pytest.mark.parametrize(("page", "question", "typed", "told"), ANSWERS)
def test_one_wrong_answer_blocks_and_is_linked_to_its_question(
    page: str, question: str, typed: str, told: str | None
) -> None:
    (reason,) = blockers_to_submit(with_answer(page, question, typed))
    assert reason.place == f"sections/{page}#q-{question}"
    assert told is None or reason.text == told


RIGHT = [
    ("summary", "starts_on", "2022-04-01"),
    ("summary", "ends_on", "2022-04-01"),
    ("summary", "summary", "word " * 150),
    ("less_money", "least_amount", "£20,000.50"),
    ("summary", "title", "t" * 300),
]


@pytest.mark.parametrize(("page", "question", "typed"), RIGHT)
def test_an_answer_at_its_limit_passes(page: str, question: str, typed: str) -> None:
    assert blockers_to_submit(with_answer(page, question, typed)) == []


def test_the_end_cannot_come_before_the_start() -> None:
    pages = {**PAGES, "summary": {**PAGES["summary"], "starts_on": "2023-02-01", "ends_on": "2023-01-31"}}
    assert blockers_to_submit(complete(pages=pages)) == [
        Reason("The end date must be the same as or after the start date", "sections/summary#q-ends_on")
    ]


THEMES = [
    (
        "",
        {},
        Reason("Community: answer the theme, or say that your bid does not address it", "themes/community"),
    ),
    (
        "yes",
        {"hearing": "a", "partnership": "b"},
        Reason("Community: answer “Understanding what needs to change”", "themes/community#q-understanding"),
    ),
    (
        "yes",
        {"hearing": "word " * 252, "understanding": "a", "partnership": "b"},
        Reason(
            "Community: “Hearing citizen's voice” must be 250 words or fewer. It is 2 words too long",
            "themes/community#q-hearing",
        ),
    ),
]


@pytest.mark.parametrize(("addressed", "answers", "reason"), THEMES)
def test_a_theme_is_answered_whole_or_left_out(
    addressed: str, answers: dict[str, str], reason: Reason
) -> None:
    pages = {**PAGES, "theme:community": {"addressed": addressed, **answers}}
    assert blockers_to_submit(complete(pages=pages)) == [reason]


def test_too_few_themes_block() -> None:
    pages = {**PAGES, "theme:youth": {"addressed": "no"}}
    assert blockers_to_submit(complete(pages=pages)) == [
        Reason("Your bid must address at least 2 of the 5 themes. It addresses 1", "themes/youth")
    ]


YEAR = "2022-23"
LINE = [
    (BudgetLine("", "Travel", 1, YEAR), ["budget#lines-2-item"]),
    (BudgetLine("x" * 301, "Travel", 1, YEAR), ["budget#lines-2-item"]),
    (BudgetLine("Bus", "", 1, YEAR), ["budget#lines-2-category"]),
    (BudgetLine("Bus", "Helicopters", 1, YEAR), ["budget#lines-2-category"]),
    (BudgetLine("Bus", "Travel", "", YEAR), ["budget#lines-2-amount"]),
    (BudgetLine("Bus", "Travel", "ten", YEAR), ["budget#lines-2-amount"]),
    (BudgetLine("Bus", "Travel", 0, YEAR), ["budget#lines-2-amount"]),
    (
        BudgetLine("", "", "ten", YEAR),
        ["budget#lines-2-item", "budget#lines-2-category", "budget#lines-2-amount"],
    ),
    (BudgetLine("Bus", "Travel", -1, YEAR), ["budget#lines-2-amount"]),
    (BudgetLine("Bus", "Travel", 1, "2021-22"), ["budget#lines-2-year"]),
    (BudgetLine("Bus", "Travel", 1, ""), ["budget#lines-2-year"]),
    (BudgetLine("Bus", "Travel", 1, YEAR, "lots"), ["budget#lines-2-match"]),
    (BudgetLine("Bus", "Travel", 1, YEAR, 500), ["budget#lines-2-secured"]),
    (BudgetLine("Bus", "Travel", 1, YEAR, "", "yes"), ["budget#lines-2-match"]),
    (BudgetLine("", "Travel", 0, YEAR, 500, "yes"), ["budget#lines-2-item"]),
    (BudgetLine("Bus", "Travel", 0, YEAR, 500, "no"), []),
    (BudgetLine("Bus", "Travel", 1, YEAR, 0), []),
]


@pytest.mark.parametrize(("line", "places"), LINE)
def test_each_fault_of_a_budget_line_is_told_beside_its_field(line: BudgetLine, places: list[str]) -> None:
    reasons = blockers_to_submit(complete(budget=(*LINES, line)))
    assert [reason.place for reason in reasons] == places


ASKS = [
    (0, "The amount you ask for must be more than £0"),
    (499_999, "You ask for £4,999.99. The least a bid can ask for is £5,000"),
    (500_000, None),
    (5_000_000, None),
    (5_000_001, "You ask for £50,000.01. The most a bid can ask for is £50,000"),
]


@pytest.mark.parametrize(("ask", "told"), ASKS)
def test_the_ask_keeps_within_the_funds_limits(ask: int, told: str | None) -> None:
    pages = {**PAGES, "less_money": {**PAGES["less_money"], "least_amount": "1"}}
    share = ask - 1
    facts = complete(ask=ask, pages=pages, partners=(replace(HIVE, share=1),), lead_share=max(share, 0))
    amounts = [reason.text for reason in blockers_to_submit(facts) if reason.place == "budget#lines-0-amount"]
    assert amounts == ([told] if told else [])


SHARES = [
    (1_200_000, 800_050, None),
    (0, 2_000_050, None),
    (
        1_199_999,
        800_050,
        "The shares add up to £20,000.49. That is £0.01 less than the £20,000.50 you ask for",
    ),
    (
        1_200_000,
        800_051,
        "The shares add up to £20,000.51. That is £0.01 more than the £20,000.50 you ask for",
    ),
]


@pytest.mark.parametrize(("lead", "partner", "told"), SHARES)
def test_shares_add_up_to_the_penny(lead: int, partner: int, told: str | None) -> None:
    reasons = blockers_to_submit(complete(lead_share=lead, partners=(replace(HIVE, share=partner),)))
    assert reasons == ([Reason(told, "partners#lead_share")] if told else [])


def test_a_lead_share_must_be_given_and_read() -> None:
    for typed, told in (
        ("", "Enter the lead organisation’s own share, or 0 if it takes none"),
        ("half", "The lead organisation’s share must be an amount of money, like 1,250 or 1250.50"),
    ):
        reasons = blockers_to_submit(complete(lead_share=typed))
        assert next(reason.text for reason in reasons) == told


PARTNERS = [
    ({"name": " "}, "name", "Partner 1: enter the organisation’s name"),
    (
        {"name": "marsh farm OUTREACH"},
        "name",
        "marsh farm OUTREACH: the lead organisation cannot be its own partner",
    ),
    ({"kind": None}, "kind", "The Hive: select the kind of organisation"),
    ({"kind": CHARITY}, "number", "The Hive: enter the charity number"),
    (
        {"kind": CHARITY, "number": "12"},
        "number",
        "The Hive: enter a charity number like 1123126, SC012345 or NIC100123",
    ),
    ({"kind": OrganisationKind.CIC}, "number", "The Hive: enter the company number"),
    (
        {"kind": OrganisationKind.CLG, "number": "ABC"},
        "number",
        "The Hive: enter a company number of 8 characters, like 01234567",
    ),
    ({"role": ""}, "role", "The Hive: enter what it will do"),
    ({"contact_name": ""}, "contact_name", "The Hive: enter the name of the person to ask"),
    ({"contact_email": ""}, "contact_email", "The Hive: enter an email address"),
    (
        {"contact_email": "ada@"},
        "contact_email",
        "The Hive: enter an email address in the correct format, like name@example.com",
    ),
    (
        {"contact_email": "Editor@Example.org "},
        "contact_email",
        "The Hive: this person belongs to Marsh Farm Outreach. Name somebody else of the partner: "
        "a lead cannot confirm to itself",
    ),
]


@pytest.mark.parametrize(("changes", "field", "told"), PARTNERS)
def test_each_fault_of_a_partner_is_told_beside_its_field(
    changes: dict[str, Any], field: str, told: str
) -> None:
    own = frozenset({"editor@example.org"})
    reasons = blockers_to_submit(complete(partners=(replace(HIVE, **changes),), lead_emails=own))
    assert reasons == [Reason(told, f"partners/7#{field}")]


def test_a_bid_needs_the_funds_number_of_organisations() -> None:
    assert blockers_to_submit(complete(partners=(), lead_share="")) == [
        Reason("Add at least one partner: a bid needs 2 organisations or more", "partners#partners-0-name")
    ]


def test_the_same_partner_twice_is_told() -> None:
    twin = replace(HIVE, partner_id=8, share=0)
    assert blockers_to_submit(complete(partners=(HIVE, twin))) == [
        Reason("The Hive: this partner is here twice", "partners/8#name")
    ]


CONSENTS = [
    (Consent.NOT_ASKED, "Ask The Hive to confirm that it takes part"),
    (Consent.ASKED, "The Hive has not confirmed yet that it takes part"),
    (Consent.DECLINED, "The Hive has declined to take part"),
    (Consent.GIVEN, None),
]


@pytest.mark.parametrize(("consent", "told"), CONSENTS)
def test_only_a_consent_that_was_given_passes(consent: Consent, told: str | None) -> None:
    reasons = blockers_to_submit(complete(partners=(replace(HIVE, consent=consent),)))
    assert reasons == ([Reason(told, "confirmations#partner-1")] if told else [])


def test_an_empty_bid_is_told_everything_in_the_order_of_the_form() -> None:
    found = [reason.place.partition("#")[0] for reason in blockers_to_submit(empty())]
    places = ["documents" if place.startswith("documents/") else place for place in found]
    assert list(dict.fromkeys(places)) == [
        place for place in places_of(fund()) if place not in ("confirmations", "check")
    ]


def test_an_imported_bid_is_held_to_limits_but_not_to_answers() -> None:
    replay = fund("replay")
    assert replay.rules.answers_required is False
    bare = complete(definition=replay, ask=100, pages={}, budget=(), lead_share="", partners=())
    assert blockers_to_submit(bare) == []
    assert [reason.text for reason in blockers_to_submit(replace(bare, ask=0))] == [
        "The amount you ask for must be more than £0"
    ]


def test_partners_are_asked_once_there_is_something_to_agree_to() -> None:
    assert blockers_to_ask_partners(complete()) == []
    untitled = with_answer("summary", "title", "")
    assert [reason.text for reason in blockers_to_ask_partners(untitled)] == [
        "Give the project a title, so that partners know what they confirm"
    ]
    uneven = complete(lead_share=0)
    assert [reason.place for reason in blockers_to_ask_partners(uneven)] == ["partners#lead_share"]


@pytest.mark.parametrize(
    ("written", "consent", "change", "expired", "open_"),
    [
        (True, Consent.ASKED, None, False, True),
        (True, Consent.ASKED, None, True, False),
        (True, Consent.NOT_ASKED, None, False, False),
        (False, Consent.ASKED, None, False, False),
        (False, Consent.ASKED, Change.ASKING, False, True),
        (False, Consent.ASKED, Change.ASKING, True, False),
        (False, Consent.ASKED, Change.TAKEN_BACK, False, False),
        (False, Consent.ASKED, Change.FORWARDED, False, False),
    ],
)
def test_when_a_partners_link_takes_an_answer(
    written: bool, consent: Consent, change: Change | None, expired: bool, open_: bool
) -> None:
    moment = now()
    expires_at = moment if expired else moment.replace(year=moment.year + 1)
    assert (blockers_to_answer(written, consent, expires_at, moment, change=change) == []) is open_
