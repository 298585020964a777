"""A bid as its readers meet it: every answer once, each with the place where it is changed, in any medium."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from grants.applications.on_paper import as_text, bid_paper
from grants.applications.outline import Part, Shape, Value, outline
from grants.applications.rules import places_of
from tests.unit.applications.bids import PAGES, complete, fund
from tests.unit.applications.test_content import frozen

WHEN = datetime(2022, 1, 28, 16, 59, tzinfo=UTC)


def content(**changes: Any) -> dict[str, Any]:
    """A complete bid as it is frozen, with some of it changed."""
    return {**frozen(complete()), "eligibility": {"partnership": "yes"}, **changes}


def told(parts: list[Part], title: str) -> dict[str, Value]:
    """The lines of the part called `title`, by label."""
    (part,) = [part for part in parts if part.title == title]
    return {line.label: line.value for line in part.lines}


def test_every_question_of_the_fund_is_answered_once() -> None:
    labels = [line.label for part in outline(content(), fund()) for line in part.lines]
    tables = [table.caption for part in outline(content(), fund()) for table in part.tables]
    asked = [question.text for section in fund().sections for question in section.questions]
    assert [label for label in asked if (labels + tables).count(label) != 1] == []


def test_every_answer_is_changed_where_it_is_asked() -> None:
    parts = outline(content(), fund())
    lines = [
        line for part in parts for line in (*part.lines, *(line for c in part.cards for line in c.lines))
    ]
    places = {line.place.partition("#")[0].partition("/")[0] for line in lines if line.place}
    known = {place.partition("/")[0] for place in places_of(fund())}
    assert places <= known
    assert [line.label for line in parts[1].lines if not line.place.startswith("sections/summary#q-")] == []


def test_dates_money_and_places_are_written_out() -> None:
    parts = outline(content(), fund())
    assert told(parts, "Your project")["When does the work start?"] == Value(Shape.WORDS, "1 April 2022")
    assert told(parts, "If there is less money")[
        "What is the least amount with which the project would still work?"
    ] == Value(Shape.WORDS, "£12,000")
    wards = told(parts, "Where and for which aims")["In which wards of Luton will the work take place?"]
    assert (wards.shape, len(wards.items)) == (Shape.ITEMS, 2)


def test_what_a_person_typed_stays_as_typed() -> None:
    page = {**PAGES["summary"], "title": "<b>*#read(1)*</b>\n2"}
    facts = complete(pages={**PAGES, "summary": page})
    value = told(outline(frozen(facts), fund()), "Your project")["What is the project called?"]
    assert value == Value(Shape.TYPED, "<b>*#read(1)*</b>\n2")


def test_a_gap_says_why_it_is_one() -> None:
    page = {**PAGES["summary"], "title": " "}
    draft = frozen(complete(pages={**PAGES, "summary": page}))
    assert told(outline(draft, fund()), "Your project")["What is the project called?"].text == "Not answered"
    imported = {**draft, "origin": "imported", "not_collected": ["answers"]}
    parts = outline(imported, fund())
    assert told(parts, "Your project")["What is the project called?"].text == "Not collected"
    assert parts[0].note == "Imported from another source. Not collected there: answers."


def test_a_theme_left_open_is_not_one_refused() -> None:
    notes = {part.title: part.note for part in outline(content(), fund(), undecided={"work"})}
    assert (notes["Work and Skills"], notes["Poverty"]) == ("Not answered yet.", "Not addressed.")


def test_versions_frozen_before_the_fund_asked_for_more_can_be_read() -> None:
    old = content()
    for key in ("beneficiaries", "places", "priorities", "milestones", "risks", "documents"):
        old.pop(key, None)
    old["budget"] = [{"item": "Hall", "category": "Rooms", "amount": 5}]
    old["sections"] = {"summary": {"title": "Doors open"}}
    parts = outline(old, fund())
    (budget,) = [part for part in parts if part.title == "Budget"]
    assert [column.label for column in budget.tables[0].columns] == ["What for", "Category", "Amount"]
    assert told(parts, "Milestones and risks")["What will be done by when?"].shape is Shape.MISSING


def test_a_fund_without_eligibility_questions_tells_of_none() -> None:
    titles = [part.title for part in outline(content(eligibility={}), replace(fund(), eligibility=()))]
    assert "Answers to the eligibility questions" not in titles


def test_a_draft_on_paper_says_so_and_a_sent_bid_says_which_it_is() -> None:
    draft = bid_paper(content(), fund(), round_name="First", sent=None, written_at=WHEN)
    version = SimpleNamespace(number=2, submitted_at=WHEN, digest="ab" * 32, declaration="I declare.")
    sent = bid_paper(content(), fund(), round_name="First", sent=version, written_at=WHEN)
    assert (draft["mark"], draft["declaration"]) == ("DRAFT – NOT SENT", "")
    assert (sent["mark"], sent["declaration"]) == ("", "I declare.")
    facts = {line["label"]: line["value"]["text"] for line in sent["facts"]}
    assert facts == {
        "Reference": "LCR1-0001",
        "Fund": "",
        "Lead organisation": "Marsh Farm Outreach",
        "Received": "4:59pm on Friday 28 January 2022 (UK time)",
        "Version": "2",
        "Checksum (SHA-256)": "ab" * 32,
    }


def test_an_assisted_bid_says_so_on_paper() -> None:
    paper = bid_paper(content(origin="assisted"), fund(), round_name="First", sent=None, written_at=WHEN)
    came = [line["value"]["text"] for line in paper["facts"] if line["label"] == "How it came to us"]
    assert came == ["Entered by the council, as it came on paper or by telephone"]


def test_plain_text_tells_everything_the_parts_tell() -> None:
    parts = outline(content(), fund())
    text = as_text(parts)
    for part in parts:
        assert part.title.upper() in text
        for line in part.lines:
            assert line.value.text in text
            assert all(item in text for item in line.value.items)
