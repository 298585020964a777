"""What a fund file says about paying awards: instalments, files for the bank, the account that pays."""

from dataclasses import dataclass
from enum import StrEnum


class DueBy(StrEnum):
    """What makes an instalment due: a day, a milestone that was reached, or a report that was accepted."""

    DAY = "day"
    MILESTONE = "milestone"
    REPORT = "report"


class FileKind(StrEnum):
    """How a file of payments is written."""

    CSV = "csv"
    BACS = "bacs"
    PAIN001 = "pain001"


class Holds(StrEnum):
    """What a column of the CSV file holds."""

    BATCH = "batch"
    REFERENCE = "reference"
    BID = "bid"
    ORGANISATION = "organisation"
    SUPPLIER = "supplier"
    COST_CODE = "cost_code"
    AMOUNT = "amount"
    PENCE = "pence"
    PAY_ON = "pay_on"
    ACCOUNT_NAME = "account_name"
    SORT_CODE = "sort_code"
    ACCOUNT_NUMBER = "account_number"
    ROLL_NUMBER = "roll_number"


@dataclass(frozen=True)
class PlannedInstalment:
    """One part of every award. `share` is per cent; `after_days` count from the day the offer was accepted,
    for what is due by a day, and say when the others are expected.
    """

    name: str
    share: int
    due_by: DueBy = DueBy.DAY
    after_days: int = 0


@dataclass(frozen=True)
class CsvColumn:
    """A column of the CSV file: its heading, and what it holds."""

    heading: str
    holds: Holds


@dataclass(frozen=True)
class Payer:
    """The account that pays. CSV needs none of it; `service_user_number` is Bacs's number for the council."""

    name: str = ""
    sort_code: str = ""
    account_number: str = ""
    service_user_number: str = ""


USUAL_COLUMNS = (
    CsvColumn("Batch", Holds.BATCH),
    CsvColumn("Reference", Holds.REFERENCE),
    CsvColumn("Bid", Holds.BID),
    CsvColumn("Supplier number", Holds.SUPPLIER),
    CsvColumn("Organisation", Holds.ORGANISATION),
    CsvColumn("Cost code", Holds.COST_CODE),
    CsvColumn("Amount", Holds.AMOUNT),
    CsvColumn("Pay on", Holds.PAY_ON),
    CsvColumn("Account name", Holds.ACCOUNT_NAME),
    CsvColumn("Sort code", Holds.SORT_CODE),
    CsvColumn("Account number", Holds.ACCOUNT_NUMBER),
    CsvColumn("Roll number", Holds.ROLL_NUMBER),
)


@dataclass(frozen=True)
class Paying:
    """How awards are paid. `receivable_days` is how long an organisation has to pay money back, `how_to_pay`
    what an invoice says about paying it.
    """

    files: tuple[FileKind, ...] = (FileKind.CSV,)
    receivable_days: int = 30
    payer: Payer = Payer()
    instalments: tuple[PlannedInstalment, ...] = (PlannedInstalment("Whole award", 100),)
    columns: tuple[CsvColumn, ...] = USUAL_COLUMNS
    how_to_pay: str = ""


AS_ONE = Paying()
"""What a fund file means by leaving it out: the whole award at once, in a CSV file."""
