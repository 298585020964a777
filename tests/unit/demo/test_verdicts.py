"""What reviewers give and say: on the scale, always the same, and in words of their own."""

import pytest

from grants.demo import verdicts
from grants.demo.partnerships import ROUNDS, Partnership, partnerships
from grants.demo.people import REVIEWERS
from tests.unit.applications.bids import fund

RUBRIC = fund().rubric
READ = [one for number in ROUNDS for one in partnerships(number)]


@pytest.mark.parametrize("partnership", READ, ids=lambda one: one.key)
def test_scores_are_on_the_scale_and_never_nothing(partnership: Partnership) -> None:
    for theme in partnership.themes:
        given = verdicts.scores(partnership, theme=theme, reviewer="rosa", rubric=RUBRIC)
        assert list(given) == list(RUBRIC.strand_keys)
        assert set(given.values()) <= set(range(1, RUBRIC.max_score + 1))


def test_reviewers_differ() -> None:
    night_bus = partnerships(1)[0]
    sheets = [
        tuple(verdicts.scores(night_bus, theme="youth", reviewer=one.key, rubric=RUBRIC).values())
        for one in REVIEWERS
    ]

    assert len(set(sheets)) > 3


@pytest.mark.parametrize("score", range(1, RUBRIC.max_score + 1))
@pytest.mark.parametrize("theme", RUBRIC.theme_keys)
def test_no_two_reviewers_of_a_bid_say_the_same(theme: str, score: int) -> None:
    given = dict.fromkeys(RUBRIC.strand_keys, score)
    said = [
        verdicts.justification(partnerships(1)[0], theme=theme, given=given, position=n, reviewer="rosa")
        for n in range(2)
    ]

    assert len(set(said)) == 2


def test_a_weak_strand_is_named() -> None:
    given = {"hearing": 2, "understanding": 5, "partnership": 5}

    text = verdicts.justification(partnerships(1)[0], theme="youth", given=given, position=0, reviewer="rosa")

    assert text.endswith(
        ("How people were listened to is the weakest part.", "I would like to know more about who was heard.")
    )
