"""Drafts of feedback: nearest levels, sentences sorted into strengths and next steps, names kept out."""

from fractions import Fraction

import pytest

from grants.feedback import rules
from grants.feedback.rules import Said, Source, Watch
from grants.programme.definition import Feedback, Rubric
from tests.unit.applications.bids import fund

NOBODY = Watch(frozenset(), frozenset())
WATCH = Watch(frozenset({"Rosa Reviewer", "Vera"}), frozenset({"LCR-2021-0002"}))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    """Luton's: five themes, three strands, levels 0 to 5."""
    return fund("luton-covid-recovery").rubric


def source(
    *said: Said,
    score: Fraction = Fraction(3),
    hearing: int | None = None,
    claimed: frozenset[str] = frozenset({"youth"}),
) -> Source:
    cells = {("youth", strand): score for strand in ("hearing", "understanding", "partnership")}
    if hearing is not None:
        cells["youth", "hearing"] = Fraction(hearing)
    return Source(("youth",), claimed, {"youth": score}, cells, said, simulated=False)


@pytest.mark.parametrize(
    ("score", "name"),
    [
        (Fraction(0), "Not addressed"),
        (Fraction(7, 2), "Strong"),
        (Fraction(10, 3), "Sound"),
        (Fraction(5), "Outstanding"),
    ],
)
def test_a_score_has_the_name_of_the_nearest_level(rubric: Rubric, score: Fraction, name: str) -> None:
    assert rules.band_of(rubric, score).name == name


def test_sentences_are_sorted_by_what_they_wish_and_by_their_reviewers_score(rubric: Rubric) -> None:
    said = (
        Said("youth", "Young people lead the work. It should name a budget.\nThey are paid.", Fraction(4)),
        Said("youth", "The answer stays general.", Fraction(1)),
    )

    made = rules.draft(rubric, Feedback(), source(*said, hearing=2), NOBODY)

    (theme,) = made.themes
    assert theme.band == 3
    assert sorted(theme.strengths.splitlines()) == [
        "Good here above all: “Understanding what needs to change” and “Partnership working and making the "
        "change together”.",
        "Young people lead the work. They are paid.",
    ]
    assert sorted(theme.next_steps.splitlines()) == [
        "It should name a budget.",
        "Most room to grow: “Hearing citizen's voice”. At the next level, “Sound”, we read this: "
        + next(level.anchor for level in rubric.levels if level.name == "Sound"),
        "The answer stays general.",
    ]


def test_praise_may_say_what_something_is_not(rubric: Rubric) -> None:
    text = "People are asked, not just counted."
    praise, doubt = (
        rules.draft(rubric, Feedback(), source(Said("youth", text, Fraction(score))), NOBODY).themes[0]
        for score in (4, 3)
    )

    assert (text in praise.strengths, text in doubt.strengths, text in doubt.next_steps) == (
        True,
        False,
        True,
    )


def test_a_draft_does_not_show_in_which_order_people_reviewed(rubric: Rubric) -> None:
    one, two = Said("youth", "They listen.", Fraction(4)), Said("youth", "They care.", Fraction(4))

    drafts = [rules.draft(rubric, Feedback(), source(*said), NOBODY) for said in ((one, two), (two, one))]

    assert drafts[0] == drafts[1]


def test_a_sentence_that_names_a_reviewer_is_left_out(rubric: Rubric) -> None:
    said = Said(
        "youth", "As  rosa reviewer said, good. It is fair. Vera agrees. Vera's too. So it is.", Fraction(5)
    )

    made = rules.draft(rubric, Feedback(), source(said), WATCH)

    assert made.left_out == 3
    assert "It is fair. So it is." in made.themes[0].strengths
    assert list(WATCH.found_in(made.themes[0].strengths)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Better than LCR-2021-0002.", ["LCR-2021-0002"]),
        ("LCR-2021-00021 is another number", []),
        ("veracity and the vera cruz", []),
        ("ROSA\nREVIEWER", ["Rosa Reviewer"]),
    ],
)
def test_what_feedback_may_not_hold(text: str, found: list[str]) -> None:
    assert list(WATCH.found_in(text)) == found


def test_a_theme_that_was_not_claimed_and_has_nothing_is_said_to_be_that(rubric: Rubric) -> None:
    nothing = source(score=Fraction(0), claimed=frozenset())

    made = rules.draft(rubric, Feedback(), nothing, NOBODY)

    assert (made.themes[0].strengths, made.themes[0].next_steps) == (
        "",
        "Your bid did not address this theme.",
    )


def test_a_fund_may_keep_levels_to_itself(rubric: Rubric) -> None:
    made = rules.draft(rubric, Feedback(bands=False), source(score=Fraction(2)), NOBODY)

    told = rules.letter(rubric, Feedback(bands=False), opening="", themes=made.themes, simulated=False)

    assert (told.themes[0].band, told.themes[0].meaning) == ("", "")
    assert "“Sound”" not in told.themes[0].next_steps[0]


def test_faults_stand_at_their_text() -> None:
    texts = {"opening": "Vera liked it", "next_steps-youth": "x" * 5_001, "strengths-youth": "Good"}

    found = rules.faults(texts, {key: key for key in texts}, WATCH)

    assert [reason.place for reason in found] == ["opening", "next_steps-youth"]


def test_another_score_makes_another_basis() -> None:
    assert source().basis() != source(score=Fraction(301, 100)).basis()
