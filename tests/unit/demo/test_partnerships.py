"""The invented texts: complete, readable, different from one another, and of nobody real."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from grants.accounts import rules as numbers
from grants.accounts.states import OrganisationKind
from grants.applications.answers import Given
from grants.applications.facts import Facts
from grants.applications.rules import blockers_to_submit
from grants.applications.states import Consent
from grants.core.words import is_email
from grants.demo import answers
from grants.demo.calendar import rounds
from grants.demo.partnerships import NEVER_SENT, ROUNDS, Fate, Group, Partnership, groups, partnerships
from grants.demo.people import KNOWN, NEWCOMER
from tests.papers import entries as papers_of
from tests.unit.applications.bids import fund

TODAY = date(2026, 3, 3)
EVERY = [partnership for number in ROUNDS for partnership in partnerships(number)]
ROUND_OF = {partnership.key: number for number in ROUNDS for partnership in partnerships(number)}
FUNDS = rounds(fund(), today=TODAY)

HIGHEST_CHARITY = 2_000_000
"""The register of England and Wales stands near 1.2 million."""

HIGHEST_COMPANY = 50_000_000
"""Companies House stands near 17 million."""


def named(partnership: Partnership) -> str:
    return partnership.key


def facts_of(partnership: Partnership) -> Facts:
    """The bid as it is written in the end, every partner having agreed."""
    entries, lead_share = answers.partners(partnership)
    definition = FUNDS[ROUND_OF[partnership.key]]
    return Facts(
        definition=definition,
        lead_name=partnership.lead.name,
        lead_kind=partnership.lead.kind,
        ask=partnership.ask,
        pages={"budget": {}, "partners": {}, **answers.pages(partnership, definition)},
        budget=tuple(answers.budget(partnership, definition)),
        lead_share=lead_share,
        partners=tuple(replace(entry, consent=Consent.GIVEN) for entry in entries),
        documents=papers_of(definition),
    )


def written(partnership: Partnership) -> list[str]:
    pages = answers.pages(partnership, FUNDS[ROUND_OF[partnership.key]])
    return [text for page in pages.values() for given in page.values() for text in texts_of(given)]


def texts_of(given: Given) -> list[str]:
    return [given] if isinstance(given, str) else [text for row in given for text in row.values()]


def test_there_are_forty_partnerships_in_three_rounds() -> None:
    assert [len(partnerships(number)) for number in ROUNDS] == [19, 13, 8]
    assert [partnership.number for partnership in EVERY] == list(range(1, 41))
    assert len({partnership.key for partnership in EVERY}) == len({one.title for one in EVERY}) == 40


def test_every_fate_is_somebodys() -> None:
    assert {partnership.fate for partnership in EVERY} == set(Fate)


@pytest.mark.parametrize(
    "partnership", [one for one in EVERY if one.fate not in NEVER_SENT or one.fate is Fate.READY], ids=named
)
def test_what_is_sent_lacks_nothing(partnership: Partnership) -> None:
    assert blockers_to_submit(facts_of(partnership)) == []


@pytest.mark.parametrize("partnership", EVERY, ids=named)
def test_shares_add_up_to_the_ask(partnership: Partnership) -> None:
    entries, lead_share = answers.partners(partnership)

    assert lead_share + sum(int(entry.share) for entry in entries) == partnership.ask


@pytest.mark.parametrize("partnership", EVERY, ids=named)
def test_nothing_is_left_to_be_filled_in(partnership: Partnership) -> None:
    assert [text for text in written(partnership) if set("{}") & set(text) or "  " in text] == []


def test_no_two_bids_say_the_same() -> None:
    own = [
        text
        for partnership in EVERY
        for text in (
            partnership.summary,
            partnership.benefit,
            partnership.together,
            *(text for texts in partnership.themes.values() for text in texts),
        )
        if text
    ]

    assert [text for text, times in Counter(own).items() if times > 1] == []


@pytest.mark.parametrize("group", groups().values(), ids=lambda group: group.key)
def test_a_groups_number_can_be_nobodys(group: Group) -> None:
    assert numbers.number_faults(group.kind, group.charity_number, group.company_number) == []
    if group.charity_number:
        assert int(group.charity_number) > HIGHEST_CHARITY
    if group.company_number:
        assert int(group.company_number) > HIGHEST_COMPANY


def test_groups_without_a_number_are_of_a_kind_that_needs_none() -> None:
    assert {group.kind for group in groups().values() if not group.number} == {
        OrganisationKind.CONSTITUTED_GROUP,
        OrganisationKind.COMMUNITY_BENEFIT_SOCIETY,
        OrganisationKind.PUBLIC_BODY,
    }


def test_every_address_is_one_that_no_mail_can_reach() -> None:
    addresses = {group.email for group in groups().values()} | {one.email for one in (*KNOWN, NEWCOMER)}

    assert [
        address for address in addresses if not (is_email(address) and address.endswith(".example"))
    ] == []
    assert len({group.email for group in groups().values()}) == len(groups())


def test_every_group_takes_part_somewhere() -> None:
    taking_part = {one.lead.key for one in EVERY} | {part.group.key for one in EVERY for part in one.parts}

    assert taking_part == set(groups())
