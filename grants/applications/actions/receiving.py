"""Taking in a bid that was written elsewhere, through the same rules and the same freezing."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grants.applications import policy, queries, rules
from grants.applications.actions.drafting import show_on_bid
from grants.applications.actions.page_rows import write_page
from grants.applications.actions.sending import freeze
from grants.applications.models import Application
from grants.applications.queries import Bid
from grants.applications.states import Origin
from grants.audit import actions as audit
from grants.core.db import JsonDict
from grants.core.errors import RuleBroken, require_no
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import actions as programme_deeds
from grants.programme import queries as programme
from grants.programme.definition import FundDefinition
from grants.programme.models import Round


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
    imported: JsonDict,
    actor: Actor,
    now: datetime,
) -> Application:
    """A submitted bid, origin 'imported', with its version; `ask` in pence, `answers` by the fund's question
    keys.

    `source_id` is unique in the round: importers look with `queries.imported_digests` first. `not_collected`
    names the parts that the source does not have: left empty, never invented. `imported` is what the source
    tells besides answers (JSON values), frozen with the bid. Raises NotAllowed, or RuleBroken with every
    reason: a fund whose bids must carry all answers takes none this way.
    """
    require(policy.can_import(actor))
    bid = _begin(session, programme.round_by_id(session, round_id), lead_id=lead_id, ask=ask, now=now)
    bid.application.source_id, bid.application.source_digest = source_id, source_digest
    session.add(bid.application)
    session.flush()
    for key, typed in _by_section(bid.definition, {"title": title, **answers}).items():
        write_page(session, bid.application, key, typed, actor=actor, now=now)
        show_on_bid(bid.application, key, typed)
    facts = queries.facts_of(session, bid)
    require_no(rules.blockers_to_submit(facts))
    source = audit.digest(source_id)
    audit.record(
        session, actor, "application.receive", bid.application, now=now, round_id=round_id, source=source
    )
    content = {
        **queries.content_now(session, bid, facts),
        "not_collected": list(not_collected),
        "imported": imported,
    }
    freeze(session, bid, content, declaration="", submitted_at=submitted_at, actor=actor, now=now)
    return bid.application


def _begin(session: Session, round_: Round, *, lead_id: int, ask: int, now: datetime) -> Bid:
    """The bid with its reference, not yet in the session."""
    definition = programme.definition_of(round_)
    if definition.rules.answers_required:
        raise RuleBroken(
            "This fund takes bids only through its own form: its bids need all answers and consents."
        )
    application = Application(
        ref=programme_deeds.next_bid_ref(session, round_id=round_.id),
        round_id=round_.id,
        lead_id=lead_id,
        origin=Origin.IMPORTED,
        ask=ask,
        lead_share=ask,
        started_at=now,
    )
    return Bid(application, round_, definition)


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
