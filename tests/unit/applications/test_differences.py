"""What two versions of a bid say differently, word by word and row by row."""

from random import Random
from time import perf_counter

from grants.applications.differences import compare, in_words
from grants.applications.outline import Card, Column, Line, Part, Table, typed, words
from grants.core.differences import Mark, Stretch


def test_words_are_marked_inside_sentences_that_changed() -> None:
    before, after = in_words(
        "We open on Tuesday. Everybody may come.", "We open on Thursday. Everybody may come."
    )
    assert before == [
        Stretch(Mark.SAME, "We open on "),
        Stretch(Mark.GONE, "Tuesday. "),
        Stretch(Mark.SAME, "Everybody may come."),
    ]
    assert after == [
        Stretch(Mark.SAME, "We open on "),
        Stretch(Mark.NEW, "Thursday. "),
        Stretch(Mark.SAME, "Everybody may come."),
    ]


def test_passages_that_have_little_in_common_are_not_shredded() -> None:
    before, after = in_words("The hall is cold and wet.", "Young people asked for the bus to run.")
    assert [stretch.mark for stretch in before] == [Mark.GONE]
    assert [stretch.mark for stretch in after] == [Mark.NEW]


def test_both_texts_can_be_read_back_whole() -> None:
    chance = Random(4)  # noqa: S311 - the same texts every time
    alphabet = ["a ", "b. ", "c\n", "\n\n", "d? ", " ", "e"]
    for _ in range(300):
        before = "".join(chance.choices(alphabet, k=chance.randrange(30)))
        after = "".join(chance.choices(alphabet, k=chance.randrange(30)))
        old, new = in_words(before, after)
        assert "".join(stretch.text for stretch in old) == before
        assert "".join(stretch.text for stretch in new) == after


def test_45_long_answers_are_compared_while_a_person_waits() -> None:
    chance = Random(5)  # noqa: S311 - the same texts every time
    known = [f"word{n}" for n in range(300)] + ["the", "and", "of"] * 40

    def text() -> str:
        return " ".join(chance.choice(known) + ("." if n % 14 == 13 else "") for n in range(500))

    pairs = [(text(), text()) for _ in range(45)]
    begun = perf_counter()
    for before, after in pairs:
        in_words(before, after)
    assert perf_counter() - begun < 2


def budget(*rows: tuple[str, str]) -> Part:
    """A part with one table."""
    table = Table(
        "Budget",
        (Column("What for"), Column("Amount", numeric=True)),
        tuple((typed(item), words(amount)) for item, amount in rows),
    )
    return Part("Budget", tables=(table,))


def test_rows_are_matched_by_what_they_are_for_with_the_difference_in_money() -> None:
    (part,) = compare(
        [budget(("Worker", "£1,000"), ("Hall", "£50"))],
        [budget(("Worker", "£1,250.50"), ("Bus", "£20"), ("Hall", "£50"))],
    )
    assert part.changed
    assert [
        (row.mark, row.after[0] or row.before[0], row.by[1], row.changed) for row in part.tables[0].rows
    ] == [
        (Mark.SAME, "Worker", "+£250.50", True),
        (Mark.NEW, "Bus", "+£20", True),
        (Mark.SAME, "Hall", "", False),
    ]


def test_what_is_gone_is_told_too() -> None:
    card = Card("The Hive", (Line("Role", typed("Runs it")),))
    (part,) = compare([Part("Partners", cards=(card,))], [Part("Partners")])
    assert [(found.title, found.mark, found.changed) for found in part.cards] == [
        ("The Hive", Mark.GONE, True)
    ]


def test_the_same_outline_has_no_differences() -> None:
    part = Part("About", lines=(Line("Title", typed("Doors")), Line("Title", typed("Open"))))
    (found,) = compare([part], [part])
    assert not found.changed
    assert ["".join(stretch.text for stretch in line.after) for line in found.lines] == ["Doors", "Open"]
