"""Reading postcode files: the directory's own columns, files made from it, and files that are none."""

import pytest

from grants.core.errors import RuleBroken
from grants.geography.postcode_file import Line, read, read_names
from grants.geography.rules import Located, Place, advice

ONSPD = [
    "pcd,pcd2,pcds,dointr,doterm,oscty,oslaua,osward,lat,long\n",
    '"LU1 2AB","LU1  2AB","LU1 2AB","198001","","E99999999","E06000032","E05014742","51.8","-0.4"\n',
    '"LU7 1AA","LU7  1AA","LU7 1AA","198001","200801","E99999999","E06000056","E05014600","51.9","-0.6"\n',
    '"BT1 1AA","BT1  1AA","BT1 1AA","198001","","","N09000003","N08000313","",""\n',
]
LINES = [
    Line("LU1 2AB", "E05014742", "E06000032", False, ()),
    Line("LU7 1AA", "E05014600", "E06000056", True, ()),
    Line("BT1 1AA", "N08000313", "N09000003", False, ()),
]


def test_the_directory_as_it_is_published() -> None:
    assert list(read(ONSPD)) == LINES


def test_newer_column_names_in_another_order_with_a_mark_at_the_start() -> None:
    rows = ["\ufeffLAD25CD,WD25CD,PCD7,PCDS,DOTERM,WD25NM\n", "E06000032,E05014742,LU1 2AB,LU1 2AB,,South\n"]
    line = next(read(rows))
    assert (line.postcode, line.ward, line.names) == ("LU1 2AB", "E05014742", (("E05014742", "South"),))


def test_a_file_of_one_authority_may_leave_its_code_out() -> None:
    rows = ["postcode\n", "LU1 2AB\n"]
    assert [line.authority for line in read(rows, authority="E06000032")] == ["E06000032"]
    with pytest.raises(RuleBroken, match="local authority codes"):
        list(read(rows))


@pytest.mark.parametrize("rows", [[], ["\n"], ["a,b\n", "1,2\n"], ["oslaua\n", "E06000032\n"]])
def test_files_that_are_none(rows: list[str]) -> None:
    with pytest.raises(RuleBroken, match="column of postcodes"):
        list(read(rows))


def test_a_few_broken_rows_are_passed_over_and_many_are_not() -> None:
    broken = ["nowhere,,,,,,E06000032,E05014742,,\n", "LU1 2AB,,LU1 2AB,,,,Luton,South,,\n", "\n", "x\n"]
    assert list(read([ONSPD[0], *broken, *ONSPD[1:]])) == LINES
    with pytest.raises(RuleBroken) as refused:
        list(read([ONSPD[0], *broken, *broken]))
    assert [reason.place for reason in refused.value.reasons] == [f"line {n}" for n in (2, 3, 5, 6, 7, 9)]


def test_names_of_areas() -> None:
    rows = ["WD23CD,WD23NM,FID\n", "E05014742,South,1\n", "x,y,2\n", "E05014743\n", "E05014741, Dallow ,3\n"]
    assert list(read_names(rows)) == [("E05014742", "South"), ("E05014741", "Dallow")]
    with pytest.raises(RuleBroken, match="one of names"):
        list(read_names(["code\n"]))


HERE = Place("LU1 1AA", "E05002208", "South", "E06000032", "Luton", ended=False)
THERE = Place("LU1 3PL", "", "", "E06000056", "Central Bedfordshire", ended=True)


@pytest.mark.parametrize(
    ("located", "words", "told"),
    [
        (Located("", checked=True), "", "No postcode is known"),
        (Located("LU1 1AA", checked=False), "not checked", "Not checked: no file of postcodes is loaded"),
        (Located("LU1 1ZZ", checked=True), "not a postcode in the file of postcodes", "is not in the file"),
        (Located("LU1 1AA", checked=True, place=HERE), "South ward, Luton", ""),
        (
            Located("LU1 3PL", checked=True, place=THERE),
            "Central Bedfordshire (a postcode no longer in use)",
            "This postcode is in Central Bedfordshire, not in Luton: “LU1” is not proof of Luton.",
        ),
    ],
)
def test_what_is_said(located: Located, words: str, told: str) -> None:
    assert located.in_words() == words
    said = advice(located, area_code="E06000032", area="Luton")
    assert told in said
    assert bool(said) == bool(told)
