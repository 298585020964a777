"""What a report is asked by its bid's promise, what is missing of it, and its content once it is sent."""

from typing import Any

from grants.monitoring.account import WORDS, Account, content_of, pages_of, reasons
from grants.monitoring.promise import promise_of
from grants.programme.fund_file import read_fund_file
from grants.programme.reporting import Part
from tests.unit.programme.texts import LUTON

FUND = read_fund_file(LUTON)
STAFF, VENUES, TRAVEL = (FUND.rules.budget_categories[n] for n in (0, 3, 5))
CONTENT: dict[str, Any] = {
    "lead": {"name": "Lead"},
    "lead_share": 600_00,
    "claims": ["poverty", "youth"],
    "places": [FUND.places[0].code],
    "beneficiaries": 90,
    "sections": {},
    "budget": [
        {"category": STAFF, "amount": 500_00},
        {"category": STAFF, "amount": 200_00},
        {"category": VENUES, "amount": 300_00},
    ],
}
PROMISE = promise_of(CONTENT, FUND, amount=750_01, partners=[("p7", "Pantry", 400_00)])
HALFWAY = FUND.monitoring.reports[0]
WHOLE = {
    Part.OUTCOMES: {
        "people-youth": "1,200", "done-youth": "More of them vote.",
        "people-poverty": "0", "done-poverty": "Nothing yet",
    },
    Part.PLACES: {f"people-{FUND.places[0].code}": "12"},
    Part.SPENDING: {"spent-0": "£100.50", "spent-3": "0", "spent-5": "20", "why-5": "Buses cost more"},
    Part.PARTNERS: {"spent-lead": "120", "spent-p7": "0.50"},
    WORDS: {"q-changed": "Little", "q-risks": "None"},
}  # fmt: skip


def test_a_partial_award_makes_budget_and_shares_smaller_to_the_penny() -> None:
    assert [theme.key for theme in PROMISE.themes] == ["youth", "poverty"]
    planned = {line.name: line.amount for line in PROMISE.budget if line.amount}
    assert planned == {STAFF: 525_01, VENUES: 225_00}
    assert [(line.name, line.amount) for line in PROMISE.shares] == [("Lead", 450_01), ("Pantry", 300_00)]
    imported = promise_of({**CONTENT, "budget": [], "lead_share": None}, FUND, amount=5, partners=[])
    assert [line.amount for line in imported.budget][:2] == [5, 0]
    assert [line.amount for line in imported.shares] == [5]
    assert pages_of(HALFWAY, PROMISE) == ["outcomes", "places", "spending", "partners", "words", "files"]
    assert pages_of(HALFWAY, imported) == ["outcomes", "places", "spending", "words", "files"]


def test_everything_that_is_missing_is_told_with_its_box() -> None:
    assert [reason.place for reason in reasons(Account(HALFWAY, PROMISE))] == [
        "outcomes#people-youth", "outcomes#done-youth", "outcomes#people-poverty", "outcomes#done-poverty",
        f"places#people-{FUND.places[0].code}", "spending#spent-0", "spending#spent-3",
        "partners#spent-lead", "partners#spent-p7", "words#q-changed", "words#q-risks",
    ]  # fmt: skip


def wrong(page: str, **boxes: str) -> list[str]:
    """What is said of a page of the whole report once these boxes hold something else."""
    named = {box.replace("_", "-"): text for box, text in boxes.items()}
    answers = {**WHOLE, page: {**WHOLE[page], **named}}
    return [reason.text for reason in reasons(Account(HALFWAY, PROMISE, answers, files=1), page)]


def test_sums_and_words_are_held_to_what_was_awarded_and_asked() -> None:
    whole = Account(HALFWAY, PROMISE, WHOLE, files=1)
    assert (reasons(whole), whole.spent, whole.spent_by_all) == ([], 120_50, 120_50)
    [over] = wrong(Part.SPENDING, spent_0="650")
    assert over == f"Say why more was spent than planned: {STAFF}"
    [most] = wrong(Part.SPENDING, spent_0="800", why_0="Wages")
    assert most.startswith("You report £820, more than the award of £750.01.")
    [money] = wrong(Part.SPENDING, spent_3="some")
    assert money.endswith(f"or 1250.50: {VENUES}")
    [both] = wrong(Part.PARTNERS, spent_p7="1")
    assert both.startswith("The organisations spent £121 together, but the budget says £120.50.")
    [less] = reasons(Account(HALFWAY, PROMISE, WHOLE, files=1, before=121_00), Part.SPENDING)
    assert "your report before this one said £121" in less.text
    [people] = wrong(Part.OUTCOMES, people_youth="-3")
    assert people == "The number of people must be a whole number, like 120: Youth"
    [words] = wrong(WORDS, q_risks="a " * 301)
    assert words == "Use 300 words or fewer; you have used 301"
    [files] = reasons(Account(HALFWAY, PROMISE, WHOLE), Part.FILES)
    assert files.place == "files"


def test_what_is_sent_says_everything_by_name_and_in_pence() -> None:
    sent = content_of(Account(HALFWAY, PROMISE, WHOLE, files=1), files=[{"id": 4}], paid=375_00)
    assert (sent["award"], sent["paid"], sent["spent"], sent["final"]) == (750_01, 375_00, 120_50, False)
    assert sent["outcomes"][0] == {
        "theme": "youth",
        "name": "Youth",
        "people": 1200,
        "done": "More of them vote.",
    }
    assert [(row["category"], row["budget"], row["spent"]) for row in sent["spending"]] == [
        (STAFF, 525_01, 100_50), (VENUES, 225_00, 0), (TRAVEL, 0, 20_00),
    ]  # fmt: skip
    assert sent["partners"][1] == {"name": "Pantry", "share": 300_00, "spent": 50}
    assert [row["answer"] for row in sent["answers"]] == ["Little", "None"]
    assert sent["files"] == [{"id": 4}]
