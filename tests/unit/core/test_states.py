"""State machines as tables, on one small enough to see whole."""

from enum import StrEnum

import pytest

from grants.core.errors import RuleBroken
from grants.core.states import Label, Machine, step


class Door(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    GONE = "gone"


DOOR = Machine(
    name="door",
    initial=Door.SHUT,
    steps={
        "open": step(Door.OPEN, Door.SHUT),
        "shut": step(Door.SHUT, Door.OPEN),
        "take_off": step(Door.GONE, Door.OPEN, Door.SHUT),
    },
    labels={
        Door.SHUT: Label("Shut", "Please knock"),
        Door.OPEN: Label("Open", "Come in"),
        Door.GONE: Label("Taken off", "No door"),
    },
)


@pytest.mark.parametrize(
    ("deed", "after"),
    [
        ("open", {Door.SHUT: Door.OPEN}),
        ("shut", {Door.OPEN: Door.SHUT}),
        ("take_off", {Door.SHUT: Door.GONE, Door.OPEN: Door.GONE}),
    ],
)
def test_every_state_and_deed(deed: str, after: dict[Door, Door]) -> None:
    for state in Door:
        assert DOOR.allows(state, deed) == (state in after)
        if state in after:
            assert DOOR.next(state, deed) == after[state]
        else:
            with pytest.raises(RuleBroken, match="This cannot be done now: the door is"):
                DOOR.next(state, deed)


def test_a_refusal_names_the_state_as_staff_read_it() -> None:
    with pytest.raises(RuleBroken, match=r"^This cannot be done now: the door is “taken off”\.$"):
        DOOR.next(Door.GONE, "open")


def test_an_unknown_deed_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        DOOR.allows(Door.SHUT, "paint")


def test_labels() -> None:
    assert (DOOR.staff_label(Door.SHUT), DOOR.applicant_label(Door.SHUT)) == ("Shut", "Please knock")


def test_the_diagram() -> None:
    assert DOOR.to_mermaid() == (
        "stateDiagram-v2\n"
        "    [*] --> shut\n"
        "    shut --> open: open\n"
        "    open --> shut: shut\n"
        "    shut --> gone: take_off\n"
        "    open --> gone: take_off"
    )
