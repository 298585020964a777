"""Conflicts that data suggests: the same organisation however it is written, and no public domain."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.reviewing.suggesting import (
    LEGAL_FORMS,
    PUBLIC_DOMAINS,
    Bid,
    Judge,
    Party,
    Suggestion,
    Tie,
    aliases_of,
    domain_of,
    plain_name,
    suggest,
)

NAMES = st.text(st.characters(categories=["L", "Nd", "Zs"], max_codepoint=0x24F), min_size=1, max_size=30)
DOMAINS = st.from_regex(r"[a-z]{1,8}\.(org\.uk|org|co\.uk)", fullmatch=True)


def found(judge: Judge, *bids: Bid, aliases: dict[str, str] | None = None) -> dict[int, list[str]]:
    """The keys of the grounds by bid."""
    return {one.bid: sorted(one.grounds) for one in suggest(bids, [judge], aliases=aliases)}


def by_tie(mine: str, theirs: str) -> bool:
    """Whether working for `mine` ties a person to a bid that `theirs` leads."""
    judge = Judge(1, ties=(Tie("works for it", mine),))
    return bool(suggest([Bid(7, "R1-0007", (Party(theirs),))], [judge]))


@pytest.mark.parametrize(
    "other",
    [
        "Café Théâtre", "CAFE THEATRE", "The Cafe Theatre", "Cafe-Theatre Ltd", "Cafe Theatre Limited.",
        "Café Theatre C.I.C.", "Cafe Theatre CIO", "The Cafe Theatre Trust", "cafe theatre trust ltd",
        "Cafe Theatre Community Interest Company",
    ],
)  # fmt: skip
def test_a_name_is_the_same_however_it_is_written(other: str) -> None:
    assert (by_tie("Café Théâtre", other), by_tie(other, "Café Théâtre")) == (True, True)


def test_other_names_are_others() -> None:
    assert [
        by_tie("Luton Theatre", other) for other in ("Luton Theatres", "Theatre", "Luton", "", "Trust")
    ] == [False] * 5


def test_a_name_that_is_only_a_legal_form_stays_what_it_is() -> None:
    assert [plain_name(name) for name in ("Trust", "The Trust", "the", "Ltd.", "?!")] == [
        "trust", "trust", "the", "ltd", "",
    ]  # fmt: skip


@given(NAMES)
def test_accents_count_on_neither_side(name: str) -> None:
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    assert plain_name(name) == plain_name(bare)
    assert by_tie(name, bare) == by_tie(bare, name)


@given(NAMES, st.sampled_from(LEGAL_FORMS))
def test_what_is_plain_stays_plain(name: str, form: str) -> None:
    plain = plain_name(name)
    assert plain_name(plain) == plain
    assert plain_name(name.swapcase()) == plain_name(name.swapcase().swapcase())
    if plain:
        assert plain_name(f"The {plain} {form.upper()}") == plain_name(f"{plain} {form}")


@given(NAMES, NAMES)
def test_a_tie_works_in_both_directions(one: str, other: str) -> None:
    assert by_tie(one, other) == by_tie(other, one)


@given(st.sampled_from(sorted(PUBLIC_DOMAINS)), st.booleans(), DOMAINS)
def test_no_public_domain_ever_suggests_anything(public: str, shout: bool, private: str) -> None:
    address = f"a@{public.upper() if shout else public}"
    bid = Bid(7, "R1-0007", (Party("A group", emails=(address, f"x@{public}")),))
    assert found(Judge(1, address), bid) == {}
    assert found(Judge(1, address), bid, aliases={public: private, private: public}) == {}
    assert domain_of(f"a@{private}", {private: public}) == ""


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@example.org", "a@hive.example", "a@localhost", "a@x.test"]
)
def test_addresses_that_belong_to_nobody_suggest_nothing(address: str) -> None:
    assert found(Judge(1, address), Bid(7, "R1-0007", (Party("A group", emails=(address,)),))) == {}


def test_a_shared_domain_is_one_and_so_is_its_alias() -> None:
    bid = Bid(7, "R1-0007", (Party("A group", emails=("ada@hive.org.uk",)),))
    assert found(Judge(1, "Bo@HIVE.org.uk"), bid) == {7: ["domain:hive.org.uk"]}
    assert found(Judge(1, "bo@hive.uk"), bid) == {}
    assert found(Judge(1, "bo@hive.uk"), bid, aliases={"hive.uk": "hive.org.uk"}) == {
        7: ["domain:hive.org.uk"]
    }


def test_aliases_stand_in_groups() -> None:
    assert aliases_of(["Hive.org.uk  hive.uk", ""]) == {
        "hive.org.uk": "hive.org.uk",
        "hive.uk": "hive.org.uk",
    }


def test_a_number_goes_before_the_name() -> None:
    judge = Judge(1, ties=(Tie("works for it", "The Hive", "112 3126"),))
    same = Bid(7, "R1-0007", (Party("Hive Luton", "1123126"),))
    named = Bid(8, "R1-0008", (Party("The Lead"), Party("HIVE Ltd")))
    assert found(judge, same, named) == {7: ["number:1123126"], 8: ["name:hive"]}


def test_bids_that_share_a_partner_with_ones_own() -> None:
    judge = Judge(1, ties=(Tie("belongs to it", "Mine", own=True),))
    own = Bid(7, "R1-0007", (Party("Mine CIC"), Party("The Hive")))
    beside = Bid(8, "R1-0008", (Party("Theirs"), Party("Hive Ltd")))
    beyond = Bid(9, "R1-0009", (Party("Theirs"),))
    assert found(judge, own, beside, beyond) == {7: ["name:mine"], 8: ["beside:R1-0007:hive"]}
    assert found(Judge(1, ties=(Tie("works for it", "Mine"),)), own, beside) == {7: ["name:mine"]}


def test_the_order_of_bids_and_people_does_not_matter() -> None:
    judges = [Judge(2, ties=(Tie("works for it", "A"),)), Judge(1, ties=(Tie("chairs it", "B"),))]
    bids = [Bid(8, "R1-0008", (Party("B"),)), Bid(7, "R1-0007", (Party("A"),))]
    one = suggest(bids, judges)
    assert one == suggest(bids[::-1], judges[::-1])
    assert one[0] == Suggestion(1, 8, {"name:b": "The person chairs it: B leads or takes part in the bid."})
