"""Starting a bid and saving the pages of its form: unfinished work is taken, whatever was typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy.orm import Session

from grants.accounts import queries as accounts
from grants.applications import policy, queries, rules
from grants.applications.actions.page_rows import (
    BY_BUTTON,
    Saving,
    note_save,
    save_page,
    write_page,
)
from grants.applications.actions.terms import ask_again
from grants.applications.answer_rules import LONGEST_TITLE
from grants.applications.answers import Given, rows_of
from grants.applications.facts import (
    ADDRESSED,
    CLAIMED,
    CLAIMS,
    BudgetLine,
    as_amount,
    read_amount,
    theme_page,
    total_of,
)
from grants.applications.models import Application, ChangeRequest, SectionAnswers
from grants.applications.queries import Bid
from grants.applications.states import Origin
from grants.audit import actions as audit
from grants.core.clock import exact_minute
from grants.core.errors import NotFound, RuleBroken, require_no
from grants.core.language import say, translated
from grants.core.policy import require
from grants.permissions import Actor
from grants.programme import actions as programme_deeds
from grants.programme import queries as programme
from grants.programme.definition import Coverage, FundDefinition
from grants.programme.models import Round
from grants.programme.rules import is_open

MOST_ROWS = 100
"""Budget lines or partners of one bid: more is a mistake or mischief."""


def start(
    session: Session,
    *,
    round_id: int,
    lead_id: int,
    eligibility: Mapping[str, bool],
    actor: Actor,
    now: datetime,
    origin: Origin = Origin.ONLINE,
) -> Application:
    """Start a draft for the lead organisation, its eligibility answers on record. `eligibility` maps question
    keys.

    Raises NotAllowed (not an editor of the organisation) or RuleBroken: the round is not open, or every
    reason why such a bid cannot be considered; `place` is the question's key, or 'lead_id'.
    """
    require(policy.can_start(actor, lead_id))
    round_ = programme.round_by_id(session, round_id)
    closes_at = programme.closes_at(session, round_)
    if not is_open(round_.opens_at, closes_at, now):
        raise RuleBroken(
            say(
                "Bids can be started from %(first)s until %(last)s.",
                first=exact_minute(round_.opens_at),
                last=exact_minute(closes_at),
            )
        )
    return begin(
        session, round_, lead_id=lead_id, eligibility=eligibility, origin=origin, actor=actor, now=now
    )


def begin(
    session: Session,
    round_: Round,
    *,
    lead_id: int,
    eligibility: Mapping[str, bool],
    origin: Origin,
    actor: Actor,
    now: datetime,
) -> Application:
    """The draft with its eligibility answers. The caller has asked who may and whether there is time. Raises
    RuleBroken with every reason why such a bid cannot be considered.
    """
    definition = programme.definition_of(round_)
    require_no(rules.stop_reasons(definition, accounts.organisation(session, lead_id).kind, eligibility))
    application = Application(
        ref=programme_deeds.next_bid_ref(session, round_id=round_.id),
        round_id=round_.id,
        lead_id=lead_id,
        origin=origin,
        started_at=now,
        started_by_id=actor.person_id,
    )
    session.add(application)
    session.flush()
    asked = {
        question.key: "yes" if eligibility[question.key] else "no" for question in definition.eligibility
    }
    write_page(session, application, "eligibility", asked, actor=actor, now=now)
    audit.record(
        session,
        actor,
        "application.start",
        application,
        now=now,
        round_id=round_.id,
        lead_id=lead_id,
        origin=origin,
    )
    return application


def save_section(
    session: Session,
    *,
    application_id: int,
    key: str,
    answers: Mapping[str, Given],
    version: int | None = None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Keep what was typed on a page of questions, or of a theme (`key` 'theme:youth', answers by strand).

    A theme page's 'addressed' is 'yes' or 'no'; the page 'claims' keeps its themes one a line. Rows are kept
    as lists. Questions that `answers` leaves out stay as they were.
    `version` is that of the page as it was opened, None if it was empty; `how` says whether a button was
    pressed. Raises NotFound (no such page, or a
    stranger), NotAllowed, RuleBroken (the bid has been sent) or Stale (somebody else saved it meanwhile).
    """
    bid = open_page(session, application_id, key, actor=actor)
    for given in answers.values():
        refuse_too_many(rows_of(given), "rows")
    known = _questions_on(bid.definition, key)
    page = queries.page_of(session, application_id, key)
    before = page.answers if page else {}
    after = {**before, **{name: text for name, text in answers.items() if name in known}}
    if page is not None and after == before:
        return note_save(session, bid.application, page, how=how, actor=actor, now=now)
    page = save_page(
        session, bid.application, page, key, after, version=version, how=how, actor=actor, now=now
    )
    show_on_bid(bid.written, key, after)
    session.flush()
    return page


def save_budget(
    session: Session,
    *,
    application_id: int,
    lines: Sequence[BudgetLine],
    version: int | None = None,
    how: Saving = BY_BUTTON,
    actor: Actor,
    now: datetime,
) -> SectionAnswers:
    """Keep the budget as typed; the ask becomes the sum of its readable amounts (pence).

    A changed ask opens every partner's consent again. Raises as `save_section` does.
    """
    bid = open_page(session, application_id, "budget", actor=actor)
    refuse_too_many(lines, "budget lines")
    kept = [replace(line, amount=as_amount(line.amount), match=as_amount(line.match)) for line in lines]
    page = queries.page_of(session, application_id, "budget")
    after = {"lines": [asdict(line) for line in kept]}
    if page is not None and after == page.answers:
        return note_save(session, bid.application, page, how=how, actor=actor, now=now)
    page = save_page(
        session, bid.application, page, "budget", after, version=version, how=how, actor=actor, now=now
    )
    ask = total_of(line.amount for line in kept)
    if ask != bid.written.ask:
        bid.written.ask = ask
        for partner in queries.partners_of(session, application_id):
            ask_again(session, bid, partner, actor=actor, now=now)
    session.flush()
    return page


def open_page(session: Session, application_id: int, key: str, *, actor: Actor) -> Bid:
    """The bid, locked, if `actor` may write its page `key`: of a draft, any; of a bid that was sent, one that
    an open change request names. Raises NotFound, NotAllowed or RuleBroken.
    """
    application = queries.for_update(session, application_id)
    policy.hide_from_strangers(actor, application)
    require(policy.can_edit(actor, application))
    bid = queries.bid_of(session, application)
    if closed := bid.why_closed(key):
        raise RuleBroken(closed)
    return bid


def _questions_on(definition: FundDefinition, key: str) -> set[str]:
    for section in definition.sections:
        if section.key == key:
            return {question.key for question in section.questions}
    if key == CLAIMS and definition.rubric.coverage is Coverage.CLAIMED:
        return {CLAIMED}
    if key in map(theme_page, definition.rubric.theme_keys):
        return {ADDRESSED, *definition.rubric.strand_keys}
    raise NotFound("There is no such page in this form.")


def show_on_bid(application: Application | ChangeRequest, key: str, answers: Mapping[str, Given]) -> None:
    """Copy to the bid's own columns what lists show and later rooms rely on."""
    if key.startswith("theme:"):
        return
    if "title" in answers:
        application.title = str(answers["title"]).strip()[:LONGEST_TITLE]
    if "least_amount" in answers:
        application.least_amount = read_amount(str(answers["least_amount"]))


def refuse_too_many(rows: Sequence[object], what: str) -> None:
    """Raise RuleBroken for more rows than a bid can sensibly have."""
    if len(rows) > MOST_ROWS:
        raise RuleBroken(
            say("A bid can have at most %(most)s %(what)s.", most=MOST_ROWS, what=translated(what))
        )
