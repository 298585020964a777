"""Sort codes and account numbers: what is taken, how it is written, whether they fit each other."""

import csv

import pytest

from grants.banking import modulus
from grants.banking.rules import Account, code_reasons, in_pairs, read_account, same_account
from grants.banking.states import Modulus
from tests.paths import SHARED_DATA

CASES = SHARED_DATA / "7_bank"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason="the shared bank cases are not on this machine")


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(newline="") as file:
        return list(csv.DictReader(file))


def read(sort_code: str, number: str, roll: str = "", name: str = "Luton Friends") -> Account | None:
    return read_account(name=name, sort_code=sort_code, account_number=number, roll_number=roll)[0]


@needs_cases
def test_every_case_of_the_modulus_check() -> None:
    told = []
    for case in rows("modulus_spec_cases.csv"):
        account = read(case["sort_code"], case["account_number"])
        assert account is not None
        passes = modulus.check(account, modulus.built_in()) is Modulus.PASSED
        told.append((case["spec_case"], "valid" if passes else "invalid"))
    assert told == [(case["spec_case"], case["expected"]) for case in rows("modulus_spec_cases.csv")]
    assert len(told) == 12


@needs_cases
def test_every_case_of_what_is_typed() -> None:
    for case in rows("format_cases.csv"):
        account = read(case["sort_code"], case["account_number"])
        expected, _, normal = case["expected"].partition(":")
        if expected == "reject":
            assert account is None, case["note"]
        else:
            assert account is not None, case["note"]
            assert normal in ("", account.sort_code, account.account_number), case["note"]
            if case["sort_code"] == "000000":
                assert modulus.check(account, modulus.built_in()) is Modulus.NOT_COVERED


@pytest.mark.parametrize(
    ("sort_code", "number", "expected"),
    [
        ("08 00 50", "1234567890", ("080050", "12345678")),
        ("60–00–01", "12-34567890", ("600001", "34567890")),
        ("090128", "912345678", ("090129", "12345678")),
        ("１２３４５６", "12345678", None),
        ("123456", "1234567²", None),
        ("", "12345678", None),
    ],
)
def test_longer_numbers_and_digits_of_other_scripts(
    sort_code: str, number: str, expected: tuple[str, str] | None
) -> None:
    account = read(sort_code, number)
    assert (account and (account.sort_code, account.account_number)) == expected


def test_all_reasons_at_once_and_none_says_what_was_typed() -> None:
    account, reasons = read_account(
        name=" ", sort_code="12345x", account_number="99887", roll_number="ROLL?77"
    )
    assert account is None
    assert [reason.place for reason in reasons] == [
        "account_name",
        "sort_code",
        "account_number",
        "roll_number",
    ]
    said = " ".join(reason.text for reason in reasons)
    assert not any(typed in said for typed in ("12345x", "99887", "ROLL?77"))
    assert read_account(name="x" * 71, sort_code="123456", account_number="123456")[0] is None


def test_an_account_shows_nothing_of_itself_where_it_is_printed() -> None:
    account = Account("Luton Friends", "123456", "12345678", "D/77")
    assert repr(account) == str(account) == "Account()"
    assert (account.ending, in_pairs(account.sort_code)) == ("78", "12-34-56")
    assert same_account(account, Account("Friends of Luton", "123456", "12345678", "D/77"))
    assert not same_account(account, Account("Luton Friends", "123456", "12345678", "D/78"))


def test_codes_of_the_ledger_are_letters_digits_and_a_few_signs() -> None:
    def faults(text: str) -> int:
        return len(code_reasons(text, place="code", what="the cost code", most=10))

    assert [faults(text) for text in ("GR-12/3", "", "=1+1", "A" * 11, "a b")] == [0, 1, 1, 1, 1]


def test_a_table_of_the_operator_stands_in_for_the_one_that_comes_along() -> None:
    account = Account("Luton Friends", "089999", "66374958")
    weights = "089999 089999 MOD10    0    0    0    0    0    0    7    1    3    7    1    3    7    2\n"
    other = modulus.Tables(modulus.read_weights(weights), {})
    assert modulus.check(account, other) is Modulus.FAILED
    assert modulus.check(account, modulus.built_in()) is Modulus.PASSED
    assert modulus.check(Account("x", "123456", "66374958"), other) is Modulus.NOT_COVERED


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no line"),
        ("089999 089999 MOD99 0 0 0 0 0 0 7 1 3 7 1 3 7 1", "line 1"),
        ("089999 089999 MOD10 0 0 0 0 0 0 7 1 3 7 1 3 7", "line 1"),
        ("\n089999 08999x MOD10 0 0 0 0 0 0 7 1 3 7 1 3 7 1", "line 2"),
        (
            "089999 089999 MOD10 0 0 0 0 0 0 7 1 3 7 1 3 7 1\n"
            "079999 079999 MOD10 0 0 0 0 0 0 7 1 3 7 1 3 7 1",
            "line 2 is not in the order",
        ),
    ],
)
def test_a_table_that_cannot_be_read_says_where(text: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        modulus.read_weights(text)


def test_pairs_of_sort_codes_are_read() -> None:
    assert modulus.read_substitutes("938173 938017\n\n938289 938068\n") == {
        "938173": "938017",
        "938289": "938068",
    }
    with pytest.raises(ValueError, match="line 1"):
        modulus.read_substitutes("938173")
