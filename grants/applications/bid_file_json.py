"""Bids in a 360Giving JSON file, as found: nothing is judged here but the shape."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from grants.applications.bid_fields import OF_A_PLACE, Field, RawBid, Unreadable, json_path

_LISTS = ("recipientOrganization", "plannedDates", "beneficiaryLocation")
_NAMES = {field: json_path(field) for field in Field}


def read_json(content: bytes) -> list[RawBid]:
    """The grants of a package or of {"grants": […]}. Amounts are read exactly. Raises Unreadable."""
    data = _parsed(content)
    grants = data.get("grants") if isinstance(data, dict) else None
    if not isinstance(grants, list):
        raise Unreadable("This JSON has no list called “grants”, so it is not a 360Giving file.")
    if not grants:
        raise Unreadable("The list of grants is empty.")
    return [_raw(i, grant) for i, grant in enumerate(grants, 1)]


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_such_number)
    except UnicodeDecodeError as error:
        raise Unreadable(f"This JSON is not text in UTF-8 (byte {error.start + 1:,}).") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise Unreadable(f"This is not JSON. {error.msg} at {place}.") from None
    except RecursionError:
        raise Unreadable("This JSON is nested too deeply to be a 360Giving file.") from None
    except ValueError:
        raise Unreadable("This JSON holds a number that is none, or one with thousands of digits.") from None


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(name)


def _raw(row: int, grant: object) -> RawBid:
    if not isinstance(grant, dict):
        return RawBid(row, {}, (), True, _NAMES, [(f"grants/{row - 1}", "This is not an object.")])
    broken = [fault for name in _LISTS for fault in _faults_of_list(grant, name)]
    places = [] if broken else [_given(place, OF_A_PLACE) for place in grant.get("beneficiaryLocation") or ()]
    values = {} if broken else _given(grant, [field for field in Field if field not in OF_A_PLACE])
    return RawBid(row, values, places, True, _NAMES, broken)


def _faults_of_list(grant: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    found = grant.get(name)
    if found is not None and not (isinstance(found, list) and all(isinstance(one, dict) for one in found)):
        yield name, "This must be a list of objects."
    elif name == "recipientOrganization" and found and len(found) > 1:
        yield name, f"This names {len(found)} organisations. One must lead the bid."


def _given(data: Mapping[str, Any], fields: Any) -> dict[Field, object]:
    """The values of `fields` that `data` has. A place's own fields are looked for in the place itself."""
    found = {}
    for field in fields:
        steps = json_path(field).split("/")
        value = _at(data, steps[-1:] if field in OF_A_PLACE else steps)
        if value is not None and value != "":
            found[field] = value
    return found


def _at(data: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list):
            data = data[0] if data else None
        else:
            return None
    return data
