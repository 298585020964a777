"""The way of a sent bid as applicants see it, and that it tells nothing of a decision before its release."""

from datetime import UTC, datetime

import pytest

from grants.applications.journey import Progress, steps
from grants.applications.released import Released
from grants.applications.states import Stage
from tests.unit.applications.bids import fund

SENT = datetime(2022, 1, 28, 16, 59, tzinfo=UTC)
OFFER = Released(
    label="Offer made: waiting for your answer",
    text="",
    href="/offer/",
    words="The panel offers you £5,000",
    answer_by=datetime(2022, 4, 22, 16, 0, tzinfo=UTC),
)
DECLINED = Released(label="", text="", href="", words="The panel has decided not to fund this bid")


def stands(stage: Stage, decision: Released | None = None) -> list[tuple[str, str]]:
    """Each step's title, and where it is."""
    return [
        (step.title, step.progress.value)
        for step in steps(fund(), stage, submitted_at=SENT, decision=decision)
    ]


@pytest.mark.parametrize(
    ("stage", "now"),
    [
        (Stage.SUBMITTED, "Checked"),
        (Stage.IN_REVIEW, "Read and scored"),
        (Stage.SCORED, "Panel"),
        (Stage.DECIDED, "Panel"),
    ],
)
def test_until_a_release_exactly_one_step_is_now(stage: Stage, now: str) -> None:
    told = stands(stage)
    assert [title for title, progress in told if progress == Progress.NOW] == [now]
    assert [title for title, _ in told] == [
        "Sent", "Checked", "Read and scored", "Panel", "Decision", "Work can start",
    ]  # fmt: skip


def test_a_decided_bid_reads_like_one_that_waits() -> None:
    waiting = steps(fund(), Stage.SCORED, submitted_at=SENT)
    assert steps(fund(), Stage.DECIDED, submitted_at=SENT) == waiting


def test_the_dates_are_those_of_the_fund() -> None:
    texts = {step.title: step.text for step in steps(fund(), Stage.SUBMITTED, submitted_at=SENT)}
    assert texts == {
        "Sent": "Received at 4:59pm on Friday 28 January 2022 (UK time).",
        "Checked": "We check that the bid can be considered. If it cannot, we write to you with the reason.",
        "Read and scored": "At least 3 people read and score it by 25 February 2022.",
        "Panel": "The panel decides. Its meeting: 9 March 2022.",
        "Decision": "We write to you with the decision and its reasons by 25 March 2022.",
        "Work can start": "If the bid is funded: on 1 April 2022 at the earliest.",
    }


@pytest.mark.parametrize(
    ("stage", "answer", "work"),
    [
        (Stage.OFFERED, "now", "to_come"),
        (Stage.ACTIVE, "done", "now"),
        (Stage.CLOSED, "done", "done"),
    ],
)
def test_an_offer_goes_on_to_the_answer_and_the_work(stage: Stage, answer: str, work: str) -> None:
    assert stands(stage, OFFER)[-3:] == [("Decision", "done"), ("Your answer", answer), ("Work", work)]


@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.LAPSED, Stage.TERMINATED])
def test_other_released_decisions_end_with_themselves(stage: Stage) -> None:
    assert stands(stage, DECLINED)[-1] == ("Decision", "done")


@pytest.mark.parametrize("stage", [Stage.INELIGIBLE, Stage.WITHDRAWN, Stage.LAPSED])
def test_a_bid_that_left_the_way_has_none(stage: Stage) -> None:
    assert stands(stage) == []


def test_nor_has_one_that_was_never_sent() -> None:
    assert steps(fund(), Stage.DRAFT, submitted_at=None) == []
