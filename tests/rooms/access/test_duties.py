"""Who signs what: every rule of separated duties, tried by every role and by everybody who stands too near.

`duties.txt` says by hand what each of them should be told.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from grants.core.errors import NotAllowed, NotFound, RuleBroken
from grants.permissions import Actor
from tests.rooms.access.duty_appeals import APPEALING
from tests.rooms.access.duty_deeds import JUDGING, WRITING, Duty
from tests.rooms.access.duty_payments import PAYING
from tests.rooms.access.duty_people import COLUMNS, ROLES, Place
from tests.rooms.access.duty_places import judging, paying, writing
from tests.rooms.access.duty_reports import REPORTING

TABLE = Path(__file__).parent / "duties.txt"
PLACES: Mapping[str, tuple[Callable[[Session], Place], Mapping[str, Duty]]] = {
    "writing": (writing, WRITING),
    "judging": (judging, {**JUDGING, **APPEALING}),
    "paying": (paying, {**PAYING, **REPORTING}),
}
TOLD = (
    ("part", r"You scored \S+ or have a conflict|may be approved by you"),
    ("scored", r"You scored?\b"),
    ("conflict", r"conflict of interest between you|You have a conflict of interest"),
    ("own", r"You belong to this organisation|Your own organisation"),
    ("role", r"^(Only|Your role|Nobody but)"),
    (
        "self",
        r"^(You (drafted|put|built|checked|entered|recorded|asked|proposed|gave|had|have a part)\b"
        r"|Another admin|This conflict of interest is your own)",
    ),
)
"""What a refusal comes down to, by its words; the first that fits."""


def rows(place: str) -> dict[str, tuple[str, list[str]]]:
    """A place's part of the table: by deed, the right person's role and what each column is told."""
    found, here = {}, ""
    for line in TABLE.read_text().splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("["):
            here = text.strip("[]")
        elif text and here == place:
            deed, worn, *cells = re.findall(r"\S+(?: \([a-z ]+\))?", text)
            found[deed] = (worn, cells)
    return found


@pytest.mark.parametrize("name", PLACES)
def test_every_deed_is_open_to_its_own_person_alone(session: Session, name: str) -> None:
    make, duties = PLACES[name]
    table, place = rows(name), make(session)
    assert list(table) == list(duties)
    wrong = [
        f"{deed}, {column}: told '{found}', not '{wanted}'"
        for deed, duty in duties.items()
        for column, found, wanted in zip(COLUMNS, told(place, duty, table[deed]), table[deed][1], strict=True)
        if found != wanted
    ]
    assert wrong == []


def told(place: Place, duty: Duty, row: tuple[str, list[str]]) -> list[str]:
    """What each column of a row is told of a deed. Nothing of it stays."""
    worn, wanted = row
    roles = [ROLES[worn]] if worn in ROLES else []
    with place.session.begin_nested() as before:
        duty.before(place)
        answers = [
            "-" if one == "-" else answer(place, duty, place.in_column(column, roles))
            for column, one in zip(COLUMNS, wanted, strict=True)
        ]
        before.rollback()
    return answers


def answer(place: Place, duty: Duty, actor: Actor) -> str:
    """'yes', or what the refusal comes down to. Raises for one that has nothing to do with the person."""
    with place.session.begin_nested() as tried:
        try:
            duty.deed(place, actor)
        except NotFound:
            return "hidden"
        except (NotAllowed, RuleBroken) as refusal:
            return meaning(str(refusal))
        finally:
            tried.rollback()
    return "yes"


def meaning(refusal: str) -> str:
    """Which rule spoke."""
    found = next((code for code, words in TOLD if re.search(words, refusal)), None)
    assert found is not None, refusal
    return found
