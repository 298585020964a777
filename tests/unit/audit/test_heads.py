"""Signed heads: genuine ones are read back, altered ones are not."""

import json
from datetime import UTC, datetime

import pytest

from grants.audit import heads
from grants.audit.rules import Tail

SEED = bytes(range(32))
NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)
TAIL = Tail(42, "ab" * 32)


def test_a_head_reads_back_as_it_was_signed() -> None:
    head = heads.sign(TAIL, count=42, at=NOON, seed=SEED)
    assert heads.read(head.to_json(), seed=SEED) == head
    assert (head.tail, head.count, head.at) == (TAIL, 42, "2021-12-03T12:00:00.000000Z")


@pytest.mark.parametrize(
    ("name", "value"),
    [("seq", 41), ("hash", "cd" * 32), ("at", "2021-12-04T12:00:00.000000Z"), ("count", 41)],
)
def test_an_altered_head_is_refused(name: str, value: object) -> None:
    told = json.loads(heads.sign(TAIL, count=42, at=NOON, seed=SEED).to_json())
    with pytest.raises(heads.NotAHead, match="altered or comes from elsewhere"):
        heads.read(json.dumps({**told, name: value}), seed=SEED)


def test_a_head_signed_with_another_key_is_refused() -> None:
    head = heads.sign(TAIL, count=42, at=NOON, seed=bytes(32))
    with pytest.raises(heads.NotAHead, match="altered or comes from elsewhere"):
        heads.read(head.to_json(), seed=SEED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "not json",
        '{"seq": 1}',
        '{"seq":1,"hash":"","at":"","count":1,"signature":"x"}',
    ],
)
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(heads.NotAHead, match="not a signed head"):
        heads.read(text, seed=SEED)
