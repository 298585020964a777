"""Files of payments, byte by byte: Bacs Standard 18, ISO 20022, CSV; and what a bank sends back."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]  # it comes without types

from grants.banking.rules import Account
from grants.core.errors import RuleBroken
from grants.payments.read_outcomes import Told, read_outcomes
from grants.payments.rules import Paid, Totals, control_totals
from grants.payments.to_bacs import plain, to_bacs
from grants.payments.to_pain001 import NAMESPACE, to_pain001
from grants.payments.to_payment_csv import to_payment_csv
from grants.programme.paying import CsvColumn, Holds, Payer
from tests.paths import SHARED_DATA

PAYER = Payer("Luton Borough Council", "309634", "01234567", "654321")
DAY = date(2022, 3, 1)
FIRST = Paid(
    "LCR1-0001/1", 1_234_505, Account("Marsh Farm Outréach & Co", "089999", "66374958"),
    bid="LCR1-0001", organisation="=Marsh Farm", supplier="S-1", cost_code="C-9",
)  # fmt: skip
SECOND = Paid("LCR1-0002/1", 95, Account("Bury Park <Trust>", "200915", "41011166", "D/8877665"))
BOTH = (FIRST, SECOND)


def test_control_totals_change_with_any_account_and_take_no_payment_of_nothing() -> None:
    told = (8999966374958 + 20091541011166) % 10**10
    assert control_totals(BOTH) == Totals(2, 1_234_600, f"{told:010d}")
    assert control_totals(()) == Totals(0, 0, "0000000000")
    with pytest.raises(ValueError, match="more than nothing"):
        control_totals([Paid("X", 0, FIRST.account)])


def test_bacs_records_stand_where_the_standard_says() -> None:
    content = to_bacs(BOTH, payer=PAYER, serial=7, made_on=date(2022, 2, 28), pay_on=DAY)
    lines = content.decode("ascii").split("\r\n")
    assert [len(line) for line in lines] == [80] * 4 + [100] * 3 + [80] * 3 + [0]
    assert [line[:4] for line in (*lines[:4], *lines[7:10])] == [
        "VOL1", "HDR1", "HDR2", "UHL1", "EOF1", "EOF2", "UTL1",
    ]  # fmt: skip
    assert (lines[0][4:10], lines[0][41:47], lines[0][79]) == ("000007", "654321", "1")
    assert (lines[1][4:21], lines[1][41:53]) == ("A654321S  1654321", " 22059 22060")
    assert (lines[3][4:10], lines[3][10:20]) == (" 22060", "999999    ")
    assert lines[4] == (
        "08999966374958" "0" "99" "30963401234567" "    " "00001234505"
        "LUTON BOROUGH COUN" "LCR1-0001/1       " "MARSH FARM OUTREAC"
    )  # fmt: skip
    assert lines[5][64:] == "D/8877665         BURY PARK  TRUST  "
    assert lines[6] == (
        "30963401234567" "0" "17" "30963401234567" "    " "00001234600"
        "GRANTS            " "CONTRA            " "LUTON BOROUGH COUN"
    )  # fmt: skip
    assert lines[9] == "UTL10000001234600000000123460000000010000002".ljust(80)
    assert plain("a_b€") == "A B".ljust(18)
    with pytest.raises(ValueError, match="no such amount"):
        to_bacs([Paid("X", 10**11, FIRST.account)], payer=PAYER, serial=1, made_on=DAY, pay_on=DAY)


def test_pain001_is_valid_and_says_the_same() -> None:
    made = datetime(2022, 2, 28, 9, 30, tzinfo=UTC)
    content = to_pain001(BOTH, payer=PAYER, batch="LCR1-P0007", made_at=made, pay_on=DAY)
    assert content == to_pain001(BOTH, payer=PAYER, batch="LCR1-P0007", made_at=made, pay_on=DAY)
    root: Any = etree.fromstring(content)
    schema = SHARED_DATA / "8_notify_payments" / "pain.001.001.09.xsd"
    if not schema.exists():
        pytest.skip("the XSD is not on this machine")
    etree.XMLSchema(etree.parse(schema)).assertValid(root)
    names = {"p": NAMESPACE}

    def texts(path: str) -> list[str]:
        return [one.text for one in root.findall(f".//p:{path}", names)]

    assert (texts("NbOfTxs"), texts("CtrlSum")) == (["2", "2"], ["12346.00", "12346.00"])
    assert texts("InstdAmt") == ["12345.05", "0.95"]
    assert texts("EndToEndId") == ["LCR1-0001/1", "LCR1-0002/1"]
    assert texts("MmbId") == ["309634", "089999", "200915"]
    assert texts("Othr/p:Id") == ["01234567", "66374958", "41011166"]
    assert texts("Cdtr/p:Nm") == ["Marsh Farm Outréach & Co", "Bury Park <Trust>"]
    assert texts("Ustrd") == ["LCR1-0001/1", "D/8877665 LCR1-0002/1"]


def test_csv_has_the_layout_of_the_fund_and_runs_nothing() -> None:
    columns = [
        CsvColumn("Who", Holds.ORGANISATION),
        CsvColumn("£", Holds.AMOUNT),
        CsvColumn("p", Holds.PENCE),
    ]
    content = to_payment_csv(BOTH, batch="B", pay_on=DAY, columns=columns)
    assert content == "\ufeffWho,£,p\r\n'=Marsh Farm,12345.05,1234505\r\n,0.95,95\r\n".encode()
    every = [CsvColumn(holds.value, holds) for holds in Holds]
    rows = list(
        csv.DictReader(
            io.StringIO(to_payment_csv(BOTH, batch="B", pay_on=DAY, columns=every).decode("utf-8-sig"))
        )
    )
    assert rows[1] == {
        "batch": "B", "reference": "LCR1-0002/1", "bid": "", "organisation": "", "supplier": "",
        "cost_code": "", "amount": "0.95", "pence": "95", "pay_on": "2022-03-01",
        "account_name": "Bury Park <Trust>", "sort_code": "200915", "account_number": "41011166",
        "roll_number": "D/8877665",
    }  # fmt: skip


EXPECTED = {"A/1": 100_000, "B/1": 5}


def test_a_banks_file_is_read_whole_or_not_at_all() -> None:
    head = "\ufeffOutcome,Reference,Amount,Reason\r\n"
    good = head + 'Paid,a/1,"£1,000.00",\r\nfailed,B/1,0.05,Account closed\r\n\r\n'
    assert read_outcomes(good.encode(), expected=EXPECTED) == (
        Told("A/1", 100_000, "pay"), Told("B/1", 5, "fail", "Account closed"),
    )  # fmt: skip
    lines = ("C/1,1,paid", "A/1,999,paid", "B/1,x,paid", "B/1,0.05,lost", "A/1,1000,paid", "A/1,1000,paid")
    bad = "\n".join(("reference,amount,outcome", *lines))
    with pytest.raises(RuleBroken) as broken:
        read_outcomes(bad.encode(), expected=EXPECTED)
    assert [reason.text for reason in broken.value.reasons] == [
        "Line 2: no payment of this batch has its reference",
        "Line 3: A/1 is £1,000 in this batch, not £999",
        "Line 4: the amount is not an amount in pounds",
        "Line 5: the outcome must be paid, failed or returned",
        "Line 7: A/1 is in the file twice",
    ]
    for content in (b"", b"\xff\xfe", b"reference,amount\n", b"reference,amount,outcome\n", b"x" * 2**21):
        with pytest.raises(RuleBroken):
            read_outcomes(content, expected=EXPECTED)
