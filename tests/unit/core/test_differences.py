"""Where two texts differ: the runs add up to both, whatever they hold."""

from hypothesis import given
from hypothesis import strategies as st

from grants.core.differences import MOST_WORDS, Mark, Stretch, differences

TEXTS = st.text(alphabet="ab \n<é👍", max_size=40)


def test_a_changed_word_is_marked() -> None:
    assert differences("We run a café here", "We open a café here") == [
        Stretch(Mark.SAME, "We "),
        Stretch(Mark.GONE, "run"),
        Stretch(Mark.NEW, "open"),
        Stretch(Mark.SAME, " a café here"),
    ]


def test_nothing_beside_something() -> None:
    assert differences("", "New") == [Stretch(Mark.NEW, "New")]
    assert differences("Old", "") == [Stretch(Mark.GONE, "Old")]
    assert differences("", "") == []


@given(TEXTS, TEXTS)
def test_the_runs_add_up_to_both_texts(before: str, after: str) -> None:
    runs = differences(before, after)
    assert "".join(run.text for run in runs if run.mark is not Mark.NEW) == before
    assert "".join(run.text for run in runs if run.mark is not Mark.GONE) == after


def test_very_long_texts_are_compared_by_lines() -> None:
    long = "word " * MOST_WORDS
    assert differences(f"{long}\nend", f"{long}\nthe end") == [
        Stretch(Mark.SAME, f"{long}\n"),
        Stretch(Mark.GONE, "end"),
        Stretch(Mark.NEW, "the end"),
    ]
