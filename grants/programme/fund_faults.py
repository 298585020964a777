"""What is wrong with a fund file: each fault with its place in the file, all of them told at once."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing to put right. `place` is the address in the file as a person writes it.

    Lists count from 1, so `rubric.themes[2].weight` is the weight of the second theme. Where the file is
    not TOML at all the place is a line and a column.
    """

    place: str
    text: str


class FundFileFaulty(Exception):
    """The fund file cannot be used. Carries every fault found, in the order of the checks."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.place}: {fault.text}" for fault in self.faults))


class Faults:
    """Faults as they are found, and whether a place is still free of them."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def add(self, place: str, text: str) -> None:
        """Note that what stands at `place` is wrong."""
        self._found.append(Fault(place, text))

    def clean(self, *places: str) -> bool:
        """Whether nothing is wrong at `places` or with a table or list that holds them.

        Checks that compare two values ask first, so that one slip is not told as three faults.
        """
        return not any(
            fault.place == place or place.startswith((f"{fault.place}.", f"{fault.place}["))
            for fault in self._found
            for place in places
        )

    def found(self) -> tuple[Fault, ...]:
        """All faults so far."""
        return tuple(self._found)
