"""The budget bar is drawn to scale, and its pieces never leave gaps."""

from hypothesis import given
from hypothesis import strategies as st

from grants.core.charts import LINE, WIDTH, Share, budget_bar, shares

AMOUNTS = st.lists(st.integers(0, 10**11), max_size=12)


def test_drawn_to_the_limit() -> None:
    bar = budget_bar([("Youth", 50), ("Housing", 25)], limit=100, limit_label="The fund")
    assert [(piece.label, piece.x, piece.width, piece.fill) for piece in bar.pieces] == [
        ("Youth", 0, 500, 1),
        ("Housing", 500, 250, 2),
    ]
    assert (bar.total, bar.limit, bar.line) == (75, 100, WIDTH - LINE)


def test_drawn_to_the_total_when_it_is_past_the_limit() -> None:
    bar = budget_bar([("Youth", 200)], limit=100)
    assert (bar.pieces[0].width, bar.line) == (WIDTH, 500 - LINE // 2)


def test_without_a_limit_or_money() -> None:
    bar = budget_bar([("Youth", 0)])
    assert (bar.pieces[0].width, bar.total, bar.limit, bar.line) == (0, 0, None, None)


@given(AMOUNTS, st.none() | st.integers(0, 10**11))
def test_pieces_touch_and_stay_inside(amounts: list[int], limit: int | None) -> None:
    bar = budget_bar([("part", pence) for pence in amounts], limit=limit)
    edge = 0
    for piece in bar.pieces:
        assert piece.x == edge
        assert 1 <= piece.fill <= 6
        edge += piece.width
    assert edge <= WIDTH
    assert sum(piece.pence for piece in bar.pieces) == bar.total == sum(amounts)
    assert bar.line is None or 0 <= bar.line <= WIDTH - LINE


def test_a_number_of_things_divides_to_its_total() -> None:
    assert shares([("Locked", 3), ("Begun", 0), ("Waiting", 1)]) == [
        Share("Locked", 3, 0, 750, 1),
        Share("Begun", 0, 750, 0, 2),
        Share("Waiting", 1, 750, 250, 3),
    ]
