"""A view of the ranking is its address, and an address is its view."""

from urllib.parse import parse_qs

from hypothesis import given
from hypothesis import strategies as st

from grants.applications.states import Origin
from grants.core.paging import Order
from grants.scoring.ranking_view import (
    SHOWN_STAGES,
    Flag,
    View,
    columns_of,
    in_words,
    pressed,
    query_of,
    usual_columns,
    view_from,
)
from tests.unit.scoring.rubrics import rubric

OF = rubric()
KEYS = [column.key for column in columns_of(OF)]


def views() -> st.SearchStrategy[View]:
    """Views of every kind."""
    return st.builds(
        View,
        columns=st.sets(st.sampled_from(KEYS), min_size=1).map(
            lambda some: tuple(k for k in KEYS if k in some)
        ),
        order=st.builds(Order, st.sampled_from(["rank", "total", "bid", *KEYS]), st.booleans()),
        theme=st.sampled_from(["", *OF.theme_keys]),
        stage=st.sampled_from([None, *SHOWN_STAGES]),
        origin=st.sampled_from([None, *Origin]),
        flag=st.sampled_from([None, *Flag]),
        text=st.text(max_size=20).map(lambda text: text.replace("\0", "").strip()),
    )


@given(views())
def test_the_address_of_a_view_asks_for_that_view(view: View) -> None:
    assert view_from(parse_qs(query_of(view, OF)), OF) == view


def test_the_usual_view_has_the_shortest_address() -> None:
    assert query_of(view_from({}, OF), OF) == ""
    assert in_words(view_from({}, OF), OF) == ""
    assert view_from({}, OF).filtered is False


def test_what_is_not_there_is_left_out() -> None:
    asked = {name: ["no such thing"] for name in ("column", "sort", "theme", "stage", "origin", "flag")}
    assert view_from(asked, OF) == View(usual_columns(OF))


def test_numbers_go_from_the_highest_down_first_and_turn_round_when_pressed_again() -> None:
    view = view_from({}, OF)
    assert pressed(view, "spread", OF) == "sort=-spread"
    assert pressed(view_from({"sort": ["-spread"]}, OF), "spread", OF) == "sort=spread"
    assert pressed(view, "bid", OF) == "sort=bid"
    assert pressed(view, "rank", OF) == "sort=-rank"
