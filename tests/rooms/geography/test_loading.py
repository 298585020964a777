"""Loading a postcode file: at one stroke, again and again, and the real one."""

from argparse import Namespace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from grants.core.errors import RuleBroken
from grants.geography import commands
from grants.geography.models import Area, Postcode, PostcodeFile
from grants.geography.queries import locate, place_of
from tests.paths import SHARED_DATA, needs_shared_data
from tests.rooms.accounts.people import deeds, only

GEO = SHARED_DATA / "4_geo"
HEADER = "pcds,doterm,oslaua,osward\n"


def load(*files: Path, names: tuple[Path, ...] = (), authority: str = "") -> int:
    return commands.load(Namespace(files=list(files), names=list(names), authority=authority))


def file(folder: Path, *rows: str, header: str = HEADER, name: str = "onspd.csv") -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_nothing_is_known_before_a_file_is_loaded(session: Session) -> None:
    assert place_of(session, "LU1 2AB") is None
    assert not locate(session, "LU1 2AB").checked


def test_a_file_is_loaded_and_asked_however_a_postcode_is_written(session: Session, tmp_path: Path) -> None:
    names = file(tmp_path, "E05014742,South", header="WD23CD,WD23NM\n", name="wards.csv")
    load(file(tmp_path, "LU1 2AB,,E06000032,E05014742", "LU1 2AB,200801,E06000032,E05014742"), names=(names,))

    place = place_of(session, " lu12ab")
    assert place is not None
    assert (place.ward, place.authority, place.ended) == ("South", "E06000032", False)
    assert locate(session, "LU9 9ZZ").checked
    assert deeds(session) == ["geography.load"]


def test_another_file_takes_the_place_of_the_first(session: Session, tmp_path: Path) -> None:
    load(file(tmp_path, "LU1 2AB,,E06000032,E05014742"))
    load(file(tmp_path, "LU1 1AA,,E06000032,E05014742"))

    session.rollback()
    assert place_of(session, "LU1 2AB") is None
    assert place_of(session, "LU1 1AA") is not None
    assert only(session, func.count(PostcodeFile.id)) == 1
    assert only(session, func.count(Postcode.postcode)) == 1


@pytest.mark.parametrize(
    ("rows", "why"), [(["x,,,"] * 6, "has no postcode"), ([], "no postcode in the file")]
)
def test_a_file_that_fails_leaves_the_one_before(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[str], why: str
) -> None:
    load(file(tmp_path, "LU1 2AB,,E06000032,E05014742"))
    monkeypatch.setattr(commands, "BATCH", 1)
    before = ["LU1 1AA,,E06000032,E05014742"] * 3 if rows else []
    with pytest.raises(RuleBroken, match=why):
        load(file(tmp_path, *before, *rows, name="broken.csv"))

    session.rollback()
    assert place_of(session, "LU1 2AB") is not None
    assert place_of(session, "LU1 1AA") is None
    assert only(session, func.count(PostcodeFile.id)) == 1


@pytest.mark.parametrize("name", ["gone.csv", "photo.csv"])
def test_files_that_cannot_be_read_are_named(ctx: object, tmp_path: Path, name: str) -> None:
    (tmp_path / "photo.csv").write_bytes(b"pcds,oslaua\n\xff\xd8\xff")
    with pytest.raises(RuleBroken, match="cannot be read"):
        load(tmp_path / name)


def test_a_code_that_is_none_is_refused(ctx: object, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken, match="letter and 8 digits"):
        load(tmp_path / "x.csv", authority="Luton")


@needs_shared_data
def test_real_postcodes_of_luton_and_around_it(session: Session, tmp_path: Path) -> None:
    councils = file(
        tmp_path,
        "E06000032,Luton",
        "E06000056,Central Bedfordshire",
        header="LAD23CD,LAD23NM\n",
        name="councils.csv",
    )
    load(
        GEO / "luton_postcodes.csv",
        GEO / "lu_postcodes_outside_luton_borough.csv",
        names=(councils,),
        authority="E06000032",
    )

    assert locate(session, "LU1 1AA").in_words() == "South ward, Luton"
    outside = locate(session, "LU1 3PL")
    assert outside.in_words() == "Central Bedfordshire"
    assert outside.lies_outside("E06000032")
    assert only(session, func.count(Postcode.postcode)) == 4181
    wards = select(func.count()).where(Area.code.like("E05%"))
    assert session.scalar(wards) == 19
