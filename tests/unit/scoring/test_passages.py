"""The passage finder: what it cuts, what it counts, and in what order it shows what it finds."""

from math import log

import pytest

from grants.scoring.passages import K1, LONGEST, B, Bid, Passage, cut, stem, words

STATEMENT = "Young people need to be at the tables where decision making happens."


def passages(*texts: str) -> list[Passage]:
    """A passage for each text, at places 0, 1, …"""
    return [Passage(str(number), f"Answer {number}", text) for number, text in enumerate(texts)]


def test_it_cuts_paragraphs_and_long_ones_between_sentences_and_drops_what_is_hardly_a_sentence() -> None:
    sentence = "Nine words stand in this sentence and no more."
    long = " ".join([sentence] * 11)
    assert len(long.split()) > LONGEST

    found = list(cut("here", "Here", f"Doors open\n\n{sentence}\n{long}"))

    assert [one.text for one in found] == [
        sentence,
        " ".join([sentence] * 7),
        " ".join([sentence] * 4),
    ]
    assert {(one.place, one.label) for one in found} == {("here", "Here")}


def test_words_are_told_without_case_accents_plurals_and_words_that_stand_everywhere() -> None:
    assert words("The Bodies’ decisions: cafés, families AND a bus!") == [
        "body",
        "decision",
        "cafe",
        "family",
        "bus",
    ]
    assert [stem(word) for word in ("ponies", "houses", "ties", "glass", "bus", "shoes", "is")] == [
        "pony",
        "house",
        "ty",
        "glass",
        "bus",
        "shoe",
        "i",
    ]


def test_the_weight_is_bm25_to_the_letter() -> None:
    bid = Bid(passages("apple apple pear plum", "apple fig", "fig fig kiwi"))
    mean = (4 + 2 + 3) / 3

    def part(holding: int, times: int, length: int) -> float:
        rarity = log(1 + (3 - holding + 0.5) / (holding + 0.5))
        return rarity * times * (K1 + 1) / (times + K1 * (1 - B + B * length / mean))

    assert bid.weight(["apple", "pear", "pear"], 0) == pytest.approx(part(2, 2, 4) + part(1, 1, 4))
    assert bid.weight(["apple", "pear"], 1) == 0, "one shared word is chance"
    assert bid.weight(["apple", "fig"], 1) == pytest.approx(part(2, 1, 2) + part(2, 1, 2))


def test_two_at_most_in_the_order_of_the_bid_without_the_answer_that_stands_beside() -> None:
    bid = Bid(
        passages(
            "Two young people sit at our tables.",
            "A hall with a kettle.",
            "Decision making is for young people: they sit at the tables where each decision happens.",
            "Young people make things.",
            "Where decision making happens there are young people at the tables.",
        )
    )

    assert [one.place for one in bid.speaking_to([STATEMENT])] == ["2", "4"]
    assert [one.place for one in bid.speaking_to([STATEMENT], beside="2")] == ["0", "4"]
    assert [one.place for one in bid.speaking_to(["Kettle, hall.", STATEMENT], beside="2")] == ["1", "4"]


def test_nothing_alike_finds_nothing() -> None:
    assert Bid(passages("A hall with a kettle.")).speaking_to([STATEMENT]) == []
    assert Bid(()).speaking_to([STATEMENT]) == []
    assert Bid(passages("A hall.")).speaking_to([]) == []


def test_the_same_bid_gives_the_same_passages_whatever_the_order_of_statements() -> None:
    bid = Bid(passages("Young people at tables.", "Tables for young people.", "People young at tables."))

    assert bid.speaking_to([STATEMENT, "A hall"]) == bid.speaking_to(["A hall", STATEMENT])
