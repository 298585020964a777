"""Taking in a bid that was written elsewhere, through the same rules and the same freezing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import policy, queries, rules
from grants.applications.actions.drafting import show_on_bid, write_page
from grants.applications.actions.sending import freeze
from grants.applications.facts import IMPORTED_PAGE
from grants.applications.models import Application
from grants.applications.states import Origin
from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.core.errors import RuleBroken, require_no
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import actions as programme_deeds
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition


def receive_imported(
    session: Session,
    *,
    round_id: int,
    lead_id: int,
    title: str,
    ask: int,
    answers: Mapping[str, str],
    source_id: str,
    source_digest: str,
    submitted_at: datetime,
    not_collected: Sequence[str],
    imported: JsonDict | None = None,
    actor: Actor,
    now: datetime,
) -> Application:
    """A submitted bid, origin 'imported', with its version; `ask` in pence, `answers` by question key of the
    fund file.

    `submitted_at` is when the bid was made where it comes from. `source_id` is unique in the round: importers
    look with `queries.imported_digests` first. `not_collected` names the parts that the source does not have;
    they are left empty, never invented. `imported` is what it has besides, kept as it came (JSON values).
    Raises NotAllowed, or RuleBroken with every reason: a fund whose bids must carry all answers takes none
    this way.
    """
    require(policy.can_import(actor))
    round_ = programme.round_by_id(session, round_id)
    definition = programme.definition_of(round_)
    if definition.rules.answers_required:
        raise RuleBroken(
            "This fund takes bids only through its own form: its bids need all answers and consents."
        )
    application = Application(
        ref=programme_deeds.next_bid_ref(session, round_id=round_id),
        round_id=round_id,
        lead_id=lead_id,
        origin=Origin.IMPORTED,
        source_id=source_id,
        source_digest=source_digest,
        ask=ask,
        started_at=now,
    )
    session.add(application)
    session.flush()
    given = {"title": title, **answers}
    for key, typed in _by_section(definition, given).items():
        write_page(session, application, key, typed, actor=actor, now=now)
        show_on_bid(application, key, typed)
    if imported is not None:
        write_page(session, application, IMPORTED_PAGE, imported, actor=actor, now=now)
    bid = queries.Bid(application, round_, definition)
    facts = queries.facts_of(session, bid)
    require_no(rules.blockers_to_submit(facts))
    audit.record(
        session, actor, "application.receive", application, now=now,
        round_id=round_id, lead_id=lead_id, source=audit.digest(source_id),
    )  # fmt: skip
    freeze(
        session,
        bid,
        facts,
        declaration="",
        submitted_at=submitted_at,
        actor=actor,
        now=now,
        not_collected=not_collected,
    )
    return application


def _by_section(definition: FundDefinition, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """`given` sorted into the pages that ask for it. Raises RuleBroken for a question that the fund does not
    ask.
    """
    unknown = given.keys() - {
        question.key for section in definition.sections for question in section.questions
    }
    if unknown:
        raise RuleBroken(f"The fund asks no such question: {', '.join(sorted(unknown))}.")
    pages = {
        section.key: {
            question.key: given[question.key] for question in section.questions if question.key in given
        }
        for section in definition.sections
    }
    return {key: answers for key, answers in pages.items() if answers}
