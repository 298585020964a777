"""Page numbers, the links between pages, and orders in addresses."""

import pytest

from grants.core.paging import LAST_PAGE, Order, Page, order_from, page_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (None, 1),
        ("", 1),
        ("7", 7),
        ("0", 1),
        ("-3", 1),
        ("²", 1),
        ("x", 1),
        ("1e3", 1),
        ("999999", LAST_PAGE),
        ("9" * 5000, 1),
    ],
)
def test_page_numbers_from_addresses(text: str | None, number: int) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize(
    ("number", "total", "links"),
    [
        (1, 0, [1]),
        (1, 50, [1]),
        (1, 51, [1, 2]),
        (1, 500, [1, 2, None, 10]),
        (2, 200, [1, 2, 3, 4]),
        (5, 500, [1, None, 4, 5, 6, None, 10]),
        (10, 500, [1, None, 9, 10]),
    ],
)
def test_links(number: int, total: int, links: list[int | None]) -> None:
    assert Page([], number, 50, total).links == links


def test_what_is_shown() -> None:
    last = Page(["a"] * 13, 24, 50, 1163)
    empty: Page[str] = Page([], 1, 50, 0)
    assert (last.last, last.first_shown, last.last_shown) == (24, 1151, 1163)
    assert (empty.last, empty.first_shown, empty.last_shown) == (1, 0, 0)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        (None, Order("score", True)),
        ("", Order("score", True)),
        ("title", Order("title")),
        ("-title", Order("title", True)),
        ("--title", Order("score", True)),
        ("title; drop table", Order("score", True)),
    ],
)
def test_orders_from_addresses(text: str | None, order: Order) -> None:
    assert order_from(text, ("title", "score"), Order("score", True)) == order


def test_a_pressed_head_turns_the_order_round() -> None:
    assert Order("title").pressed("title") == "-title"
    assert Order("title", True).pressed("title") == "title"
    assert Order("title").pressed("score") == "score"
