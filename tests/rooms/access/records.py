"""The records of the town: rounds with bids in every stage, decisions, awards, letters, people who wait."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.accounts import actions as accounts
from grants.accounts import codes, sealing
from grants.accounts.models import Joining, SignInLink
from grants.accounts.states import OrganisationKind
from grants.applications import actions as applications
from grants.applications import queries as bids
from grants.applications.models import Application, BidDocument, Partner
from grants.exports import actions as exports
from grants.exports.states import Format
from grants.panels import actions as panels
from grants.panels.models import Decision
from grants.panels.states import Outcome
from grants.permissions import MemberRole, Role
from grants.privacy import actions as privacy
from grants.programme import queries as programme
from grants.programme.models import Round
from grants.reviewing import actions as reviewing
from grants.reviewing.models import Conflict
from grants.reviewing.states import InterestTie
from grants.scoring import actions as scoring
from grants.scoring.models import Sheet
from grants.threads import actions as threads
from tests.rooms.access import (
    after_award,
    agreement_records,
    appeal_records,
    banking_records,
    feedback_records,
    meeting_records,
    panel_records,
    partner_records,
    payment_records,
    report_records,
    scenario_records,
    time_records,
)
from tests.rooms.access import town as t
from tests.rooms.access.sharing_records import add_proposal
from tests.rooms.access.town import Town

DEAD = "not-a-token-of-anything"

REASON = "Reasonfor"
"""Begins the panel's reason for each decision: applicants read it once it is released, nobody before."""


def build(session: Session, *, now: datetime) -> Town:
    """Everything. Who is drawn up as what is in the table of this folder."""
    town = t.build_people(session, now=now)
    _open(session, town)
    _closed(session, town)
    _past(session, town)
    _large(session, town)
    _accounts(session, town)
    _words(session, town)
    time_records.add(session, town)
    partner_records.add(session, town)
    banking_records.add(session, town)
    payment_records.add(session, town)
    report_records.add(session, town)
    appeal_records.add(session, town)
    meeting_records.add(session, town)
    scenario_records.add(session, town)
    feedback_records.add_messages(session, town)
    _note_versions(session, town)
    _note_documents(session, town)
    _reopen(session, town)
    feedback_records.add(session, town)
    town.records["unsuspended"] = {**town.records["scored"], "agreed_id": 0}
    return town


def _reopen(session: Session, town: Town) -> None:
    """A colleague's sheet that waits for a chair to open it again; the reviewer's own beside it."""
    there = {
        person_id: sheet_id
        for sheet_id, person_id in session.execute(
            select(Sheet.id, Sheet.person_id).where(Sheet.application_id == town.bid_ids["scored"])
        )
    }
    mine = there.pop(town.person_ids["reviewer"])
    waiting = scoring.draft_reopening(
        session,
        sheet_id=min(there.values()),
        reason="A slip of the pen.",
        actor=town.actor(session, "manager"),
        now=town.now,
    )
    ref = {"ref": town.records["scored"]["ref"]}
    town.records["sheet@scored"] = {**ref, "sheet_id": mine}
    town.records["reopening@scored"] = {**ref, "reopening_id": waiting.id}


def _note_documents(session: Session, town: Town) -> None:
    """Addresses of documents: one that reviewers may open, and a bank statement."""
    for name in ("draft", "sent", "reviewed"):
        rows = session.scalars(select(BidDocument).where(BidDocument.application_id == town.bid_ids[name]))
        for row in rows:
            record = {**town.records[name], "key": row.requirement, "file_id": row.id}
            if row.requirement == "safeguarding":
                town.records[f"paper@{name}"] = record
            elif row.requirement == "bank_statement":
                town.records[f"bank@{name}"] = record


def _words(session: Session, town: Town) -> None:
    """A version of the draft's first page that waits, and words of an editor whose session had ended."""
    waiting = applications.set_aside(
        session,
        application_id=town.bid_ids["draft"],
        key="summary",
        items=[],
        based_on=0,
        actor=town.actor(session, "editor"),
        now=town.now,
    )
    kept = accounts.keep_words(
        session,
        person_id=town.person_ids["editor"],
        browser="another browser",
        path="/",
        pairs=[("story", "Words")],
        now=town.now,
    )
    town.records["versions"] = {**town.records["draft"], "set_aside_id": waiting.id}
    town.records["kept"] = {"kept_id": kept.id if kept else 0}


def _note_versions(session: Session, town: Town) -> None:
    """What the hidden version fields of pages say: of the reviewer's sheet, and of the decision."""
    for name, bid_id in town.bid_ids.items():
        mine = (Sheet.application_id == bid_id, Sheet.person_id == town.person_ids["reviewer"])
        town.records[name]["sheet_version"] = session.scalar(select(Sheet.version).where(*mine)) or 0
        decided = select(Decision.version).where(Decision.application_id == bid_id)
        town.records[name]["decision_version"] = session.scalar(decided) or ""


def _open(session: Session, town: Town) -> None:
    """A round that takes bids: a complete draft, and one whose partners have not all answered."""
    round_ = t.open_round(session, town, "open", closed=False)
    definition = programme.definition_of(round_)
    t.confirmed(session, town, t.draft(session, town, round_, definition, "draft"))
    asking = t.draft(session, town, round_, definition, "asking")
    asked = t.ask(session, town, asking)
    applications.save_partners(
        session,
        application_id=asking.id,
        partners=[*_entries(session, asking), t.GARDEN],
        lead_share=1_100_000,
        version=1,
        actor=town.actor(session, "editor"),
        now=asking.started_at + timedelta(days=2),
    )
    town.records["asking"]["partner_id"] = asked[0].partner_id
    town.records["partner@draft"] = {**town.records["draft"], "partner_id": asked[0].partner_id}
    town.records["consent"] = {"token": asked[0].token}
    town.records["dead"] = {"token": DEAD}


def _entries(session: Session, bid: Application) -> list[t.PartnerEntry]:
    rows = session.scalars(select(Partner).where(Partner.application_id == bid.id))
    return list(map(bids.entry_of, rows))


def _closed(session: Session, town: Town) -> None:
    """A round at work: bids that were sent, in review, scored and decided, and a request past the pot."""
    round_ = t.open_round(session, town, "closed", closed=True)
    definition = programme.definition_of(round_)
    for name in ("sent", "ineligible", "reviewed", "withdrawn", "scored", "decided"):
        bid = t.sent(session, town, round_, definition, name)
        if name not in ("sent", "ineligible"):
            t.in_review(session, town, bid, name, finished=name in ("scored", "decided"))
    _decide(session, town, "decided")
    _take_out(session, town)
    _change(session, town, t.sent(session, town, round_, definition, "changing"))
    _write(session, town, "draft")
    _write(session, town, "reviewed")
    override = panels.ask_override(
        session,
        round_id=round_.id,
        extra=1_000_00,
        reason="More good bids than money.",
        actor=town.actor(session, "chair"),
        now=town.now,
    )
    _interests(session, town)
    add_proposal(session, town, round_.id)
    town.records["override"] = {"override_id": override.id}
    chair = town.actor(session, "chair")
    view = scoring.save_view(session, round_id=round_.id, name="Ours", query="", actor=chair, now=town.now)
    panel_records.add(session, town, round_.id)
    town.records["view"] = {"round_ref": round_.ref, "view_id": view.id}
    declared = session.scalars(
        select(Conflict).where(
            Conflict.application_id == town.bid_ids["scored"],
            Conflict.person_id == town.person_ids["conflicted"],
        )
    ).one()
    town.records["conflict"] = {"conflict_id": declared.id}
    town.records["chair's"] = town.records["scored's chair's conflict"]


def _interests(session: Session, town: Town) -> None:
    """An entry in a reviewer's register of interests, and a pinned conflict of the chair in conflict."""
    entry = reviewing.record_interest(
        session, organisation="Elsewhere", tie=InterestTie.MEMBER,
        actor=town.actor(session, "reviewer"), now=town.now,
    )  # fmt: skip
    town.records["entry"] = {"entry_id": entry.id}
    town.records["pinned"] = town.records["sent's chair's conflict"]
    reviewing.settle_conflict(
        session, conflict_id=town.records["pinned"]["conflict_id"], deed="pin", reason="It is so.",
        actor=town.actor(session, "chair"), now=town.now,
    )  # fmt: skip


def _change(session: Session, town: Town, bid: Application) -> None:
    """A bid whose applicant has been asked for changes on one page."""
    applications.ask_for_changes(
        session,
        application_id=bid.id,
        asked={"summary": "Say who runs the evenings."},
        reason="We cannot tell who does what.",
        due_at=town.now + timedelta(days=14),
        actor=town.actor(session, "manager"),
        now=town.now,
    )


def _write(session: Session, town: Town, name: str) -> None:
    """A question of the applicant."""
    threads.write(
        session,
        application_id=town.bid_ids[name],
        text=t.message_of(name),
        actor=town.actor(session, "editor"),
        now=town.now,
    )


def _take_out(session: Session, town: Town) -> None:
    """One bid found ineligible, one withdrawn while it was in review."""
    applications.reject_as_ineligible(
        session,
        application_id=town.bid_ids["ineligible"],
        reason="It is for another town.",
        actor=town.actor(session, "manager"),
        now=town.now,
    )
    applications.withdraw(
        session,
        application_id=town.bid_ids["withdrawn"],
        reason="Our partner has left.",
        actor=town.actor(session, "signatory"),
        now=town.now,
    )


def _decide(session: Session, town: Town, name: str, outcome: Outcome = Outcome.FUND) -> int:
    bid_id = town.bid_ids[name]
    decision = panels.decide(
        session,
        application_id=bid_id,
        outcome=outcome,
        amount={Outcome.FUND: 2_000_050, Outcome.FUND_IN_PART: 1_500_000}.get(outcome, 0),
        conditions=agreement_records.conditions(town) if name == "active" else (),
        reserve_order=1 if outcome is Outcome.RESERVE else None,
        reason=f"{REASON}{name}",
        actor=town.actor(session, "chair"),
        now=town.now,
    )
    return decision.id


def _past(session: Session, town: Town) -> None:
    """A round with released decisions: an offer, awards, a bid turned down; one more waits for release."""
    round_ = t.open_round(session, town, "past", closed=True)
    definition = programme.definition_of(round_)
    for name in ("offered", "active", "ending", "declined", "reserved", "cut", "held"):
        bid = t.sent(session, town, round_, definition, name)
        t.in_review(session, town, bid, name, finished=True)
    for name in ("offered", "active", "ending"):
        _decide(session, town, name)
    _decide(session, town, "declined", Outcome.DECLINE)
    _decide(session, town, "reserved", Outcome.RESERVE)
    _decide(session, town, "cut", Outcome.FUND_IN_PART)
    panels.approve_release(
        session,
        release_id=_draft_release(session, town, round_),
        actor=town.actor(session, "chair"),
        now=town.now,
    )
    agreement_records.add(session, town)
    after_award.add(session, town)
    _decide(session, town, "held")
    for name, awarded in (("public", "active"), ("no_award", "offered")):
        town.records[name] = {
            "ref": town.records["past"]["ref"],
            "bid_ref": town.records[awarded]["ref"],
        }
    town.records["release"] = {"release_id": _draft_release(session, town, round_)}
    export = exports.request_export(
        session,
        round_id=round_.id,
        format=Format.CSV,
        actor=town.actor(session, "finance officer"),
        now=town.now,
    )
    town.records["export"] = {"export_id": export.id}


def _draft_release(session: Session, town: Town, round_: Round) -> int:
    drafted = panels.draft_release(
        session, round_id=round_.id, actor=town.actor(session, "manager"), now=town.now
    )
    return drafted.id


def _large(session: Session, town: Town) -> None:
    """A round in which every award needs a second signature."""
    round_ = t.open_round(session, town, "large", closed=True, second_signature_above=100_000)
    definition = programme.definition_of(round_)
    bid = t.sent(session, town, round_, definition, "costly")
    t.in_review(session, town, bid, "costly", finished=True)
    town.records["unsigned"] = {"decision_id": _decide(session, town, "costly")}


def _accounts(session: Session, town: Town) -> None:
    """Somebody who asks to join, somebody invited, a role that waits, a sign-in link, a second step."""
    now, organisation_id = town.now, town.organisation_ids["A"]
    invited = accounts.invite(
        session,
        organisation_id=organisation_id,
        email=t.email_of("lone"),
        role=MemberRole.EDITOR,
        actor=town.actor(session, "signatory"),
        now=now,
    )
    town.records["invitation"] = {"joining_id": invited.id}
    leaving = privacy.ask_for_deletion(session, words="", actor=town.actor(session, "lone"), now=now)
    town.records["deletion"] = {"request_id": leaving.id}
    accounts.take_part(
        session,
        name="Organisation A",
        kind=OrganisationKind.REGISTERED_CHARITY,
        charity_number="1123126",
        company_number="",
        postcode="LU1 2BQ",
        actor=town.actor(session, "asker"),
        now=now,
    )
    request = session.scalars(select(Joining).where(Joining.email == t.email_of("asker"))).one()
    town.records["request"] = {"organisation_id": organisation_id, "joining_id": request.id}
    town.records["request@B"] = {**town.records["B"], "joining_id": request.id}
    grant = accounts.grant_role(
        session,
        person_id=town.person_ids["asker"],
        role=Role.REVIEWER,
        actor=town.actor(session, "second administrator"),
        now=now,
    )
    session.flush()
    town.records["role"] = {"grant_id": grant.id}
    _set_up_second_step(session, town, "half signed in")
    _link(session, town)


def _set_up_second_step(session: Session, town: Town, name: str) -> None:
    actor = town.actor(session, name)
    factor = accounts.begin_second_factor(session, actor=actor, now=town.now)
    code = codes.code_now(sealing.unseal(factor.secret_encrypted), now=town.now)
    accounts.confirm_second_factor(session, code=code, actor=actor, now=town.now)


def _link(session: Session, town: Town) -> None:
    token = codes.new_token()
    session.add(
        SignInLink(
            email=t.email_of("editor"),
            token_digest=codes.token_digest(token),
            created_at=town.now,
            expires_at=town.now + timedelta(minutes=30),
            used_at=None,
            next_path="",
        )
    )
    town.records["link"] = {"token": token}
    town.records["language"] = {"code": "cy"}
