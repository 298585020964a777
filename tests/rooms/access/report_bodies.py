"""What people would send to the addresses of reports."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.rooms.access.town import Town

Body = Mapping[str, object]
Record = Mapping[str, Any]


def _accepts(town: Town, record: Record) -> Body:
    return {"version": record["version"]}


def _asks(town: Town, record: Record) -> Body:
    day = {"answer_by-day": "1", "answer_by-month": "1", "answer_by-year": "2091"}
    return {"version": record["version"], "reason": "For a good reason.", **day}


def _gives(town: Town, record: Record) -> Body:
    day = {"until-day": "1", "until-month": "1", "until-year": "2091"}
    return {"version": record["version"], "why": "The hall was shut.", **day}


OF_REPORTS: Mapping[str, Body | Callable[[Town, Record], Body]] = {
    "monitoring.save_page": {"version": "0", "people-youth": "12", "go": "later"},
    "monitoring.send_files": {"use": "receipt"},
    "monitoring.remove_file": {},
    "monitoring.send": {},
    "monitoring.accept": _accepts,
    "monitoring.ask_more": _asks,
    "monitoring.give_time": _gives,
}
