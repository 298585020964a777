"""Text that breaks careless software: conditions, their evidence, a signature, the shares of an award."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from grants.applications.models import PartnerChange
from grants.applications.states import Change, ChangeKind
from grants.awards.models import Agreement, AwardCondition
from grants.awards.rules import LONGEST_NAME
from grants.panels.models import DecisionCondition
from tests.paths import needs_shared_data
from tests.rooms.access.bodies import body_for
from tests.rooms.access.desk import Desk
from tests.rooms.access.naughty import in_one, trimmed
from tests.rooms.access.visiting import Visits

pytestmark = needs_shared_data

(EVERYTHING,) = in_one(1_000_000)


@pytest.fixture
def town(visits: Visits) -> Iterator[Visits]:
    """The town, put back afterwards."""
    yield visits
    visits.put_back()


def test_what_is_typed_about_conditions_shares_and_under_an_agreement(town: Visits) -> None:
    records = town.town.records
    chair, manager, signatory = Desk(town, "chair"), Desk(town, "manager"), Desk(town, "signatory")
    kept = trimmed(EVERYTHING)

    decision = body_for("panels.decide", town.town, records["decided"])
    condition = {"conditions-0-text": EVERYTHING, "conditions-0-kind": "before_payment"}
    chair.send("panels.decide", "decided", {**decision, **condition})
    held = select(DecisionCondition.text).order_by(DecisionCondition.id.desc()).limit(1)
    assert chair.stored(held) == [(kept,)]
    assert chair.read("panels.decision", "decided").holds(kept)
    chair.read("panels.letter", "decided")

    manager.send("awards.meet", "condition", {"evidence": EVERYTHING})
    met = select(AwardCondition.evidence).where(AwardCondition.evidence != "")
    assert manager.stored(met) == [(kept,)]
    assert manager.read("awards.condition", "condition").holds(kept)

    shares = body_for("applications.propose_shares", town.town, records["cut"])
    signatory.send("applications.propose_shares", "cut", {**shares, "reason": EVERYTHING})
    asked = select(PartnerChange.reason).where(
        PartnerChange.kind == ChangeKind.PART_AWARD, PartnerChange.state == Change.ASKING
    )
    assert signatory.stored(asked) == [(kept,)]
    assert signatory.read("applications.partnership_of", "cut").holds(kept)

    signed = body_for("awards.accept", town.town, records["offered"])
    name = next(text for text in in_one(LONGEST_NAME) if "<" in text)
    signatory.send("awards.accept", "offered", {**signed, "name": name})
    accepted = select(Agreement.accepted_name).order_by(Agreement.accepted_at.desc().nulls_last()).limit(1)
    assert signatory.stored(accepted) == [(trimmed(name),)]
    assert signatory.read("awards.offer", "offered").holds(trimmed(name))
