"""Two finance officers build at one moment: one batch pays each instalment, whoever was first."""

import threading

from flask import Flask
from sqlalchemy import select

from grants.accounts import queries as people
from grants.core.db import db, unit_of_work
from grants.core.errors import RuleBroken
from grants.payments import actions
from grants.payments.models import PaymentBatch, PaymentLine
from tests.rooms.payments.world import LATER, TODAY, funded


def test_of_two_batches_built_together_one_pays(app: Flask) -> None:
    with app.app_context(), unit_of_work() as session:
        panel = funded(session)
        round_id, ids = panel.round.id, dict(panel.person_ids)
    start, told = threading.Barrier(2), list[str]()

    def build(name: str) -> None:
        with app.app_context():
            start.wait()
            try:
                with unit_of_work() as own:
                    actor = people.actor_for(own, ids[name])
                    actions.build(own, round_id=round_id, pay_on=TODAY, actor=actor, now=LATER)
                told.append("built")
            except RuleBroken:
                told.append("nothing left")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=build, args=(name,)) for name in ("officer", "officer2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["built", "nothing left"]
    with app.app_context():
        assert len(db.session().scalars(select(PaymentBatch)).all()) == 1
        assert len(db.session().scalars(select(PaymentLine)).all()) == 2
        db.session.remove()
