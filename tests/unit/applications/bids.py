"""A complete bid as facts, and ways to spoil it one answer at a time."""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from grants.accounts.states import OrganisationKind
from grants.applications.answers import Given
from grants.applications.facts import BudgetLine, Facts, PartnerEntry
from grants.applications.states import Consent
from grants.core.places import funds_folder
from grants.programme.definition import AnswerKind, FundDefinition, Question
from grants.programme.fund_file import read_fund_file
from tests.papers import entries


@lru_cache
def fund(name: str = "luton-covid-recovery") -> FundDefinition:
    """One of the fund files that come with the service."""
    return read_fund_file((funds_folder() / f"{name}.toml").read_text())


GIVEN: Mapping[str, Given] = {
    "title": "Doors open",
    "summary": "Two groups open their doors.",
    "least_amount": "12,000",
    "starts_on": "2022-04-01",
    "ends_on": "2024-03-31",
    "beneficiaries": "120",
    "places": "E05002194\nE05002207",
    "priorities": "Inclusive economy",
    "milestones": [{"what": "Doors open", "by": "2022-04-01"}],
    "risks": [{"what": "Nobody comes", "likely": "low", "response": "We ask why."}],
}
"""Answers to the questions that the service itself knows."""

OTHERWISE = {
    AnswerKind.SHORT_TEXT: "A few words",
    AnswerKind.LONG_TEXT: "A longer answer.",
    AnswerKind.YES_NO: "yes",
    AnswerKind.MONEY: "1,000",
    AnswerKind.DATE: "2022-05-01",
}


def an_answer(question: Question) -> Given:
    """A right answer to a question of the Luton fund."""
    if question.kind is AnswerKind.CHOICES:
        return question.choices[0]
    return GIVEN.get(question.key) or OTHERWISE[question.kind]


STRANDS = {strand.key: f"About {strand.key}." for strand in fund().rubric.strands}

PAGES: Mapping[str, Mapping[str, Given]] = {
    **{
        section.key: {question.key: an_answer(question) for question in section.questions}
        for section in fund().sections
    },
    "theme:youth": {"addressed": "yes", **STRANDS},
    "theme:housing": {"addressed": "yes", **STRANDS},
    "theme:community": {"addressed": "no"},
    "theme:work": {"addressed": "no"},
    "theme:poverty": {"addressed": "no"},
    "budget": {},
    "partners": {},
}

LINES = (
    BudgetLine("Youth worker", "Staff and freelance workers", 1_500_000, "2022-23"),
    BudgetLine("Hall", "Rooms and venues", 500_050, "2023-24", 100_000, "no"),
)

HIVE = PartnerEntry(
    partner_id=7,
    name="The Hive",
    kind=OrganisationKind.CONSTITUTED_GROUP,
    contact_name="Ada",
    contact_email="ada@hive.example",
    role="Thursdays",
    share=800_050,
    consent=Consent.GIVEN,
)


def complete(**changes: Any) -> Facts:
    """A bid with nothing missing: asks £20,000.50, of which £8,000.50 is The Hive's."""
    facts = Facts(
        definition=fund(),
        lead_name="Marsh Farm Outreach",
        lead_kind=OrganisationKind.REGISTERED_CHARITY,
        ask=2_000_050,
        pages=PAGES,
        budget=LINES,
        lead_share=1_200_000,
        partners=(HIVE,),
        documents=entries(fund()),
    )
    return replace(facts, **changes)


def with_answer(page: str, question: str, given: Given) -> Facts:
    """The complete bid with one answer changed."""
    return complete(pages={**PAGES, page: {**PAGES[page], question: given}})


def empty() -> Facts:
    """A bid that was only started."""
    return complete(ask=0, pages={"eligibility": {}}, budget=(), lead_share="", partners=(), documents=())
