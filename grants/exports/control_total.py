"""Reading an export back: what its awards add up to, in whichever format."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from decimal import Decimal

import openpyxl

from grants.exports.states import Format

AWARDED = "Awarded (£)"


def awarded_in(content: bytes, format_: Format) -> int:
    """The sum of all awards in the file, pence. Raises ValueError if an Excel file's totals line differs."""
    return _READERS[format_](content)


def _in_csv(content: bytes) -> int:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    return sum(_pence(row[AWARDED]) for row in rows)


def _in_xlsx(content: bytes) -> int:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = book["Allocations"].iter_rows(values_only=True)
    column = next(rows).index(AWARDED)
    *awards, total = [_pence(format(row[column] or 0, ".2f")) for row in rows]
    if sum(awards) != total:
        raise ValueError(f"the totals line says {total} where the awards add up to {sum(awards)}")
    return total


def _in_json(content: bytes) -> int:
    grants = json.loads(content, parse_float=Decimal, parse_int=Decimal)["grants"]
    return sum(_pence(str(grant["amountAwarded"])) for grant in grants)


def _pence(pounds: str) -> int:
    return int(Decimal(pounds) * 100)


_READERS: Mapping[Format, Callable[[bytes], int]] = {
    Format.CSV: _in_csv,
    Format.XLSX: _in_xlsx,
    Format.THREESIXTY_JSON: _in_json,
}
