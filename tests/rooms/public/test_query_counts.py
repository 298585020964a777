"""Public pages send as many statements for many rounds as for few."""

from dataclasses import replace

from sqlalchemy.orm import Session

from grants.programme import actions as programme
from tests.browser import Browser
from tests.counting import CountQueries
from tests.rooms.applications.world import OPEN, OPERATOR
from tests.unit.applications.bids import fund


def test_many_rounds_take_as_many_statements_as_few(
    client: Browser, session: Session, count_queries: CountQueries
) -> None:
    counted = []
    for rounds in (range(3), range(3, 30)):
        for number in rounds:
            definition = replace(fund(), round_key=f"{2000 + number}")
            ref = programme.load_fund(session, definition=definition, actor=OPERATOR, now=OPEN).round.ref
        session.commit()
        here = {}
        for path in ("/", f"/rounds/{ref}/", f"/rounds/{ref}/questions/"):
            client.get(path)
            with count_queries() as statements:
                assert client.get(path).status_code == 200
            here[path.replace(ref, "ref")] = len(statements)
        counted.append(here)
        assert client.get("/").text.count('<section class="house-card"') == number + 1

    assert counted[0] == counted[1]
