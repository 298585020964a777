"""How a bid of the story is written: started, filled in, confirmed by its partners, sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from grants.applications import actions as bids
from grants.applications.actions import Asked
from grants.applications.answers import Given
from grants.applications.document_rules import asked_of
from grants.applications.states import Origin
from grants.demo import answers
from grants.demo.actions.casting import arrive
from grants.demo.actions.timeline import Deed
from grants.demo.actions.world import World
from grants.demo.page import one_page
from grants.demo.partnerships import NEVER_SENT, UNFINISHED, Fate, Part, Partnership
from grants.demo.people import APPLICANT_GROUP, EDITOR
from grants.documents.actions import Accepted
from grants.documents.states import Kind

A_WHILE = timedelta(days=20)
INVENTED = "Invented for the demonstration. No such organisation, account or paper exists."
PAGE_TAKES = timedelta(minutes=35)
DECLINES = "We like the plan, but our committee has decided not to take on anything new before the summer."


def write_bid(world: World, partnership: Partnership, *, round_number: int, at: datetime) -> None:
    """From `at` on the partnership writes its bid, as far as its fate lets it; it takes about ten days."""
    add = world.timeline.add
    arrive(world, partnership.lead, at=at)
    add(at + timedelta(minutes=20), _start(world, partnership, round_number))
    pages = answers.pages(partnership, world.definitions[round_number])
    for place, (key, answered) in enumerate(pages.items()):
        days, hours = divmod(place, 3)
        page_at = at + timedelta(days=1 + days) + hours * PAGE_TAKES
        add(page_at, _save_page(world, partnership, key, answered))
    if partnership.costs:
        add(at + timedelta(days=4), _save_money(world, partnership, round_number))
    if partnership.fate not in UNFINISHED:
        add(at + timedelta(days=4, minutes=40), _send_documents(world, partnership, round_number))
        add(at + timedelta(days=4, minutes=50), _ask_partners(world, partnership))
    if partnership.fate not in NEVER_SENT:
        add(at + timedelta(days=9, minutes=15), _send(world, partnership))


def _writer(partnership: Partnership) -> str:
    """Who writes: the known editor for the known group, its only person for any other."""
    return EDITOR.key if partnership.lead.key == APPLICANT_GROUP else partnership.lead.key


def _start(world: World, partnership: Partnership, round_number: int) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        definition = world.definitions[round_number]
        started = bids.start(
            session,
            round_id=world.rounds[round_number],
            lead_id=world.groups[partnership.lead.key],
            eligibility={question.key: question.pass_answer for question in definition.eligibility},
            actor=world.actor(session, _writer(partnership)),
            now=now,
            origin=Origin.DEMO,
        )
        world.bids[partnership.key] = started.id

    return deed


def _save_page(world: World, partnership: Partnership, key: str, answered: dict[str, Given]) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        bids.save_section(
            session,
            application_id=world.bids[partnership.key],
            key=key,
            answers=answered,
            actor=world.actor(session, _writer(partnership)),
            now=now,
        )

    return deed


def _save_money(world: World, partnership: Partnership, round_number: int) -> Deed:
    """The budget, and the partners with their shares of it where there are any yet."""

    def deed(session: Session, now: datetime) -> None:
        writer = world.actor(session, _writer(partnership))
        bid_id = world.bids[partnership.key]
        lines = answers.budget(partnership, world.definitions[round_number])
        bids.save_budget(session, application_id=bid_id, lines=lines, actor=writer, now=now)
        entries, lead_share = answers.partners(partnership)
        if entries:
            bids.save_partners(
                session,
                application_id=bid_id,
                partners=entries,
                lead_share=lead_share,
                actor=writer,
                now=now + timedelta(minutes=30),
            )

    return deed


def _send_documents(world: World, partnership: Partnership, round_number: int) -> Deed:
    """Everything that the fund requires of such a lead, each a page that says that it is invented."""

    def deed(session: Session, now: datetime) -> None:
        definition, lead = world.definitions[round_number], partnership.lead
        for asked in asked_of(definition, lead.kind):
            if not asked.required:
                continue
            content = one_page((f"{asked.title}: {lead.name}", INVENTED))
            bids.attach(
                session,
                application_id=world.bids[partnership.key],
                requirement=asked.key,
                files=[Accepted(f"{asked.title}.pdf", Kind.PDF, content)],
                dated=(now - A_WHILE).date() if asked.dated else None,
                actor=world.actor(session, _writer(partnership)),
                now=now,
            )

    return deed


def _ask_partners(world: World, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        writer = world.actor(session, _writer(partnership))
        asked = bids.ask_partners(session, application_id=world.bids[partnership.key], actor=writer, now=now)
        for place, (one, part) in enumerate(_who_answers(partnership, asked)):
            agrees = partnership.fate is not Fate.PARTNER_DECLINED or place == 0
            answered_at = now + timedelta(days=1 + place, hours=3 * place, minutes=11 * place + 7)
            world.timeline.add(answered_at, _answer(one, part, agrees=agrees))

    return deed


def _who_answers(partnership: Partnership, asked: Sequence[Asked]) -> list[tuple[Asked, Part]]:
    """Every partner; only the first where the bid waits for another."""
    pairs = list(zip(asked, partnership.parts, strict=True))
    return pairs[:1] if partnership.fate is Fate.WAITING_PARTNER else pairs


def _answer(one: Asked, part: Part, *, agrees: bool) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        reason = "" if agrees else DECLINES
        bids.answer_consent(
            session, token=one.token, agrees=agrees, name=part.group.person, reason=reason, now=now
        )

    return deed


def _send(world: World, partnership: Partnership) -> Deed:
    def deed(session: Session, now: datetime) -> None:
        signatory = world.actor(session, partnership.lead.key)
        bids.submit(
            session, application_id=world.bids[partnership.key], declared=True, actor=signatory, now=now
        )

    return deed
