"""What has happened to a bid, in plain words, from the lines that the trail holds of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from grants.applications.states import Stage
from grants.core.language import mark, say


class Line(Protocol):
    """What is needed of a line of the trail."""

    @property
    def at(self) -> datetime: ...
    @property
    def deed(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class Event:
    """Something that happened to the bid."""

    at: datetime
    text: str


TOLD = {
    "application.start": mark("The bid was started."),
    "application.submit": mark("The bid was sent."),
    "application.send_to_review": mark("The bid was checked and passed on to be read by the panel."),
    "application.reject_as_ineligible": mark("The bid was found not eligible."),
    "application.withdraw": mark("The bid was withdrawn."),
    "application.ask_for_changes": mark("The programme team asked for changes."),
    "application.send_changes": mark("The changes were sent, as a new version of the bid."),
    "application.cancel_changes": mark("The programme team no longer asked for changes."),
    "application.lapse_changes": mark("The date for changes passed. The bid stands as it was sent before."),
    "application.offer": mark("The decision was released: the bid is offered a grant."),
    "application.accept_offer": mark("The offer was taken up."),
    "application.close": mark("The award was finished."),
    "application.terminate": mark("The award was ended early."),
}
"""Deeds that an applicant may know of. Whatever is not named here, decisions before their release above all,
is not told.
"""


def events(lines: Iterable[Line]) -> list[Event]:
    """What happened, in the order of the lines. `lines` are the trail's of one bid."""
    return [Event(line.at, text) for line in lines if (text := _told(line))]


def _told(line: Line) -> str:
    if line.deed == "application.lapse":
        if line.facts.get("before") == Stage.OFFERED:
            return say("The offer was not taken up in time.")
        return say("The round closed before the bid was sent.")
    return say(TOLD[line.deed]) if line.deed in TOLD else ""
