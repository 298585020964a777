"""The job that makes an offer ready: partners of a partial award are asked, then the agreement is typeset."""

from datetime import datetime

from grants.awards import agreements
from grants.awards.actions import agreeing
from grants.core.db import unit_of_work
from grants.permissions import service

PREPARE = "awards.prepare_offer"
"""The job that prepares one offer, by the id of its bid."""


def prepare_offer(application_id: int, now: datetime) -> None:
    """Ask the partners of a partial award about their shares; once nobody has to answer, make the agreement.

    In transactions of its own, and in none while the typesetter works. Of two workers at once the first one's
    agreement is kept.
    """
    actor = service("beat")
    with unit_of_work() as session:
        agreeing.ask_about_shares(session, application_id=application_id, actor=actor, now=now)
        told = agreeing.to_be_made(session, application_id=application_id, now=now)
    if told is None:
        return
    made = agreements.typeset(told)
    with unit_of_work() as session:
        agreeing.keep_agreement(
            session, application_id=application_id, told=told, content=made.content, actor=actor, now=now
        )
