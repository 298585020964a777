"""A fund definition as JSON and back without loss, and its fingerprint."""

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any, TypeVar, get_args, get_origin

from grants.programme.definition import FundDefinition
from grants.programme.fund_shape import MAY_BE_LEFT_OUT, shape

R = TypeVar("R")


def to_json(definition: FundDefinition) -> dict[str, Any]:
    """`definition` as JSON values: fractions as "n/d", moments as ISO 8601 in UTC, money in pence."""
    written: dict[str, Any] = _write(definition)
    return written


def from_json(data: Mapping[str, Any]) -> FundDefinition:
    """The definition that `to_json` wrote, perhaps before a field that may be left out was thought of.

    KeyError if any other field is missing: the record is then not ours.
    """
    definition: FundDefinition = _read(FundDefinition, data)
    return definition


def fingerprint(definition: FundDefinition) -> str:
    """SHA-256 (hex) of the JSON with sorted keys and no spaces: same content, same fingerprint."""
    canonical = json.dumps(to_json(definition), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def record_to_json(record: object) -> dict[str, Any]:
    """One record of a definition, such as a report that is asked for, as JSON values."""
    written: dict[str, Any] = _write(record)
    return written


def record_from_json(record: type[R], data: Mapping[str, Any]) -> R:
    """The record that `record_to_json` wrote."""
    read: R = _read(record, data)
    return read


def _write(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _write(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_write(one) for one in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


def _field(record: type, name: str, expected: Any, data: Mapping[str, Any]) -> Any:
    if name not in data and (record, name) in MAY_BE_LEFT_OUT:
        return MAY_BE_LEFT_OUT[record, name]
    return _read(expected, data[name])


def _read(expected: Any, data: Any) -> Any:
    if is_dataclass(expected) and isinstance(expected, type):
        return expected(
            **{name: _field(expected, name, inner, data) for name, inner in shape(expected).items()}
        )
    if get_origin(expected) is tuple:
        return tuple(_read(get_args(expected)[0], one) for one in data)
    if isinstance(expected, types.UnionType) or expected in (str, int, bool):
        return data
    if expected in (date, datetime):
        return expected.fromisoformat(data)
    return expected(data)
