"""How well reviewers suit bids, by the formula."""

from grants.reviewing.fits import fits


def test_half_is_breadth_and_half_is_the_best_known_theme() -> None:
    people = [{"a": 3}, {"a": 1, "b": 1, "c": 1}, {"a": 3, "b": 3, "c": 3}, {}]

    found = fits([("a", "b", "c"), ("a",), ("b", "c"), ()], people)

    assert found.tolist() == [
        [666, 333, 1000, 0],
        [1000, 333, 1000, 0],
        [0, 333, 1000, 0],
        [0, 0, 0, 0],
    ]


def test_nobody_and_nothing() -> None:
    assert fits([], []).shape == (0, 0)
    assert fits([("a",)], []).shape == (1, 0)
