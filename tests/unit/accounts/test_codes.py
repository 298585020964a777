"""Tokens, recovery codes and time-based codes."""

from datetime import UTC, datetime, timedelta

import pytest

from grants.accounts import codes

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The 20 bytes '12345678901234567890' of RFC 6238's test vectors, in base32."""

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_of_the_standard(seconds: int, code: str) -> None:
    assert codes.code_now(RFC_SECRET, now=datetime.fromtimestamp(seconds, UTC)) == code


@pytest.mark.parametrize(("offset", "found"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_step_either_side_is_taken(offset: int, found: bool) -> None:
    now = datetime.fromtimestamp(1111111109, UTC)
    step = 1111111109 // 30 + offset
    code = codes.code_at(RFC_SECRET, step)

    assert codes.matching_step(RFC_SECRET, code, now=now) == (step if found else None)


@pytest.mark.parametrize("typed", ["081 804", " 081804 ", "0 8 1 8 0 4"])
def test_spaces_in_a_code_do_not_matter(typed: str) -> None:
    assert codes.matching_step(RFC_SECRET, typed, now=datetime.fromtimestamp(1111111109, UTC)) == 37037036


@pytest.mark.parametrize("typed", ["", "81804", "0818040", "081805", "٠٨١٨٠٤", "ABCDE-FGHJK"])
def test_what_is_not_the_code(typed: str) -> None:
    assert codes.matching_step(RFC_SECRET, typed, now=datetime.fromtimestamp(1111111109, UTC)) is None


def test_tokens_are_long_and_never_the_same() -> None:
    made = {codes.new_token() for _ in range(100)}

    assert len(made) == 100
    assert {len(token) for token in made} == {43}


def test_recovery_codes_are_ten_and_easy_to_copy() -> None:
    made = codes.new_recovery_codes()

    assert len(set(made)) == 10
    assert all(len(code) == 11 and code[5] == "-" for code in made)
    assert set("".join(made)) & set("ILOU01") == set()


def test_a_recovery_code_is_read_as_it_was_meant() -> None:
    digest = codes.recovery_digest("ABCDE-FGHJK", key=KEY, person_id=1)

    assert codes.recovery_digest(" abcde fghjk", key=KEY, person_id=1) == digest
    assert codes.recovery_digest("ABCDE-FGHJK", key=KEY, person_id=2) != digest
    assert codes.recovery_digest("ABCDE-FGHJK", key=b"x" * 32, person_id=1) != digest


def test_a_secret_has_160_bits_and_stands_in_fours() -> None:
    secret = codes.new_secret()

    assert len(secret) == 32
    assert codes.in_fours(secret).split(" ") == [secret[i : i + 4] for i in range(0, 32, 4)]


def test_the_address_for_the_app() -> None:
    address = codes.set_up_address(RFC_SECRET, account="ann@example.org", issuer="Partnership grants")

    assert address == (
        f"otpauth://totp/Partnership%20grants:ann%40example.org?secret={RFC_SECRET}&issuer=Partnership%20grants"
    )


def test_a_code_is_of_its_moment() -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    assert codes.code_now(RFC_SECRET, now=now) != codes.code_now(RFC_SECRET, now=now + timedelta(seconds=30))
