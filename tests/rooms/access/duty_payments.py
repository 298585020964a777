"""The deeds of `duties.txt` on an award: its end, its bank details, its payments, money that comes back."""

from collections.abc import Mapping
from datetime import date

from grants.awards import actions as awards
from grants.awards.models import AwardCondition, Variation
from grants.awards.varying import Change
from grants.banking import actions as banking
from grants.banking import queries as bank_rows
from grants.banking.models import BankDetails
from grants.banking.states import Finding, Item, PayeeCheck
from grants.core.clock import in_london
from grants.panels.states import ConditionKind
from grants.payments import actions as payments
from grants.payments import queries as payment_rows
from grants.payments.models import Instalment, PaymentBatch, PaymentLine, Receivable
from grants.payments.states import Owing
from grants.permissions import Actor, MemberRole
from tests.rooms.access.duty_deeds import Duty, after
from tests.rooms.access.duty_people import Place


def draft_termination(place: Place, actor: Actor) -> None:
    awards.draft_termination(
        place.session, application_id=place.bid.id, reason="The group has closed", actor=actor, now=place.now
    )


def approve_termination(place: Place, actor: Actor) -> None:
    awards.approve_termination(place.session, application_id=place.bid.id, actor=actor, now=place.now)


def sign_termination(place: Place, actor: Actor) -> None:
    awards.sign_termination(place.session, application_id=place.bid.id, actor=actor, now=place.now)


def to_end(place: Place) -> None:
    """An ending that the drafter put forward and a helper approved."""
    draft_termination(place, place.drafter)
    approve_termination(place, place.helper)


def to_end_by_drafter(place: Place) -> None:
    """An ending that a helper put forward and the drafter approved."""
    draft_termination(place, place.helper)
    approve_termination(place, place.drafter)


def ask_variation(place: Place, actor: Actor) -> None:
    change = Change(amount=place.bid.ask - 100, reason="Cheaper")
    awards.ask_variation(
        place.session, application_id=place.bid.id, change=change, actor=actor, now=place.now
    )


def recommend_variation(place: Place, actor: Actor) -> None:
    row = place.newest(Variation)
    awards.recommend_variation(
        place.session, variation_id=row.id, in_favour=True, recommendation="Yes", version=row.version,
        actor=actor, now=place.now,
    )  # fmt: skip


def approve_variation(place: Place, actor: Actor) -> None:
    row = place.newest(Variation)
    awards.approve_variation(
        place.session, variation_id=row.id, version=row.version, actor=actor, now=place.now
    )


def sign_variation(place: Place, actor: Actor) -> None:
    row = place.newest(Variation)
    awards.sign_variation(place.session, variation_id=row.id, version=row.version, actor=actor, now=place.now)


def asked(place: Place) -> None:
    """A change of the award's money that its signatory asked for."""
    ask_variation(place, place.holding(place.signatory))


def recommended(place: Place) -> None:
    """And the drafter recommended."""
    asked(place)
    recommend_variation(place, place.drafter)


def varied(place: Place) -> None:
    """And a helper approved."""
    recommended(place)
    approve_variation(place, place.helper)


def varied_by_drafter(place: Place) -> None:
    """A change that a helper recommended and the drafter approved."""
    asked(place)
    recommend_variation(place, place.helper)
    approve_variation(place, place.drafter)


def meet_condition(place: Place, actor: Actor) -> None:
    key = place.newest(AwardCondition).id
    awards.meet(place.session, condition_id=key, evidence="Seen", actor=actor, now=place.now)


def draft_waiver(place: Place, actor: Actor) -> None:
    key = place.newest(AwardCondition).id
    awards.draft_waiver(place.session, condition_id=key, reason="Moot", actor=actor, now=place.now)


def approve_waiver(place: Place, actor: Actor) -> None:
    key = place.newest(AwardCondition).id
    awards.approve_waiver(place.session, condition_id=key, actor=actor, now=place.now)


def conditional(place: Place) -> None:
    """An award with a condition."""
    place.session.add(
        AwardCondition(
            application_id=place.bid.id, number=1, kind=ConditionKind.BEFORE_PAYMENT, text="Insure it"
        )
    )
    place.session.flush()


def to_waive(place: Place) -> None:
    """One that the drafter would have waived."""
    conditional(place)
    draft_waiver(place, place.drafter)


def record_check(place: Place, actor: Actor) -> None:
    version = bank_rows.checks_of(place.session, place.bid.id)[Item.SANCTIONS].version
    banking.record_check(
        place.session, application_id=place.bid.id, item=Item.SANCTIONS, finding=Finding.CLEAR, note="Again",
        version=version, actor=actor, now=place.now,
    )  # fmt: skip


def enter_account(place: Place, actor: Actor) -> None:
    banking.enter(
        place.session, organisation_id=place.bid.lead_id, account_name="New", sort_code="107999",
        account_number="88837491", actor=actor, now=place.now,
    )  # fmt: skip


def confirm_account(place: Place, actor: Actor) -> None:
    if actor.person_id == place.drafter.person_id:
        actor = _of_the_lead(place, actor)
    banking.confirm(
        place.session, bank_details_id=place.newest(BankDetails).id, sort_code="107999",
        account_number="88837491", actor=actor, now=place.now,
    )  # fmt: skip


def approve_account(place: Place, actor: Actor) -> None:
    row = place.newest(BankDetails)
    banking.record_payee(
        place.session, bank_details_id=row.id, outcome=PayeeCheck.MATCH, note="", version=row.version,
        actor=actor, now=place.now,
    )  # fmt: skip
    banking.approve(
        place.session, bank_details_id=row.id, call_back="Rang them", version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


def entered(place: Place) -> None:
    """The drafter, then of the organisation, entered an account."""
    enter_account(place, _of_the_lead(place, place.drafter))


def handed_in(place: Place) -> None:
    """And a helper, of it too, confirmed it."""
    entered(place)
    confirm_account(place, _of_the_lead(place, place.helper))


def handed_in_by_others(place: Place) -> None:
    """The drafter is the second person of the organisation."""
    enter_account(place, _of_the_lead(place, place.helper))
    confirm_account(place, _of_the_lead(place, place.drafter))


def _of_the_lead(place: Place, actor: Actor) -> Actor:
    return Actor(actor.person_id, actor.roles, {place.bid.lead_id: MemberRole.SIGNATORY})


def build(place: Place, actor: Actor) -> None:
    payments.build(
        place.session, round_id=place.bid.round_id, pay_on=in_london(place.now).date(), actor=actor,
        now=place.now,
    )  # fmt: skip


def check(place: Place, actor: Actor) -> None:
    row = place.newest(PaymentBatch)
    payments.check(
        place.session, batch_id=row.id, count=row.count, total=row.total, version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


def approve(place: Place, actor: Actor) -> None:
    row = place.newest(PaymentBatch)
    payments.approve(
        place.session, batch_id=row.id, count=row.count, total=row.total, version=row.version, actor=actor,
        now=place.now,
    )  # fmt: skip


def send(place: Place, actor: Actor) -> None:
    row = place.newest(PaymentBatch)
    payments.mark_sent(place.session, batch_id=row.id, version=row.version, actor=actor, now=place.now)


def settle_line(place: Place, actor: Actor) -> None:
    row = place.newest(PaymentLine)
    payments.settle_line(
        place.session, line_id=row.id, deed="pay", note="", version=row.version, actor=actor, now=place.now
    )


def checked_by_drafter(place: Place) -> None:
    """A batch that a helper built and the drafter checked."""
    build(place, place.helper)
    check(place, place.drafter)


def approved(place: Place) -> None:
    """A batch of the drafter's that a helper approved."""
    build(place, place.drafter)
    check(place, place.drafter)
    approve(place, place.helper)


def at_bank(place: Place) -> None:
    """And that was sent."""
    approved(place)
    send(place, place.drafter)


def paid(place: Place) -> None:
    """An instalment that arrived."""
    at_bank(place)
    settle_line(place, place.drafter)


def draft_clawback(place: Place, actor: Actor) -> None:
    payments.draft_receivable(
        place.session, application_id=place.bid.id, owing=Owing.CLAWBACK, amount=100, reason="Not spent",
        actor=actor, now=place.now,
    )  # fmt: skip


def approve_clawback(place: Place, actor: Actor) -> None:
    row = place.newest(Receivable)
    payments.settle_draft(
        place.session, receivable_id=row.id, approves=True, version=row.version, actor=actor, now=place.now
    )


def drafted_clawback(place: Place) -> None:
    paid(place)
    draft_clawback(place, place.drafter)


def owed(place: Place) -> None:
    """A clawback of the drafter's that a helper approved."""
    drafted_clawback(place)
    approve_clawback(place, place.helper)


def record_receipt(place: Place, actor: Actor) -> None:
    row = place.newest(Receivable)
    payments.record_receipt(
        place.session, receivable_id=row.id, amount=1, received_on=date(2021, 1, 1), note="",
        version=row.version, actor=actor, now=place.now,
    )  # fmt: skip


def keep_back(place: Place, actor: Actor) -> None:
    row, steps = place.newest(Receivable), payment_rows.schedule_of(place.session, place.bid.id)
    payments.keep_back(
        place.session, receivable_id=row.id, instalment_id=steps[-1].instalment.id, amount=1,
        version=row.version, actor=actor, now=place.now,
    )  # fmt: skip


def draft_write_off(place: Place, actor: Actor) -> None:
    row = place.newest(Receivable)
    payments.draft_write_off(
        place.session, receivable_id=row.id, reason="Gone", version=row.version, actor=actor, now=place.now
    )


def approve_write_off(place: Place, actor: Actor) -> None:
    row = place.newest(Receivable)
    payments.approve_write_off(
        place.session, receivable_id=row.id, version=row.version, actor=actor, now=place.now
    )


def drop_write_off(place: Place, actor: Actor) -> None:
    row = place.newest(Receivable)
    payments.drop_write_off(
        place.session, receivable_id=row.id, version=row.version, actor=actor, now=place.now
    )


def given_up(place: Place) -> None:
    owed(place)
    draft_write_off(place, place.drafter)


def release_instalment(place: Place, actor: Actor) -> None:
    payments.release(
        place.session, instalment_id=place.newest(Instalment).id, note="Report read", actor=actor,
        now=place.now,
    )  # fmt: skip


PAYING: Mapping[str, Duty] = {
    "termination.draft": Duty(draft_termination),
    "termination.approve": Duty(approve_termination, after(draft_termination)),
    "termination.sign (drafted it)": Duty(sign_termination, to_end),
    "termination.sign (approved it)": Duty(sign_termination, to_end_by_drafter),
    "variation.ask": Duty(ask_variation),
    "variation.recommend": Duty(recommend_variation, asked),
    "variation.approve": Duty(approve_variation, recommended),
    "variation.sign (recommended it)": Duty(sign_variation, varied),
    "variation.sign (approved it)": Duty(sign_variation, varied_by_drafter),
    "condition.meet": Duty(meet_condition, conditional),
    "waiver.draft": Duty(draft_waiver, conditional),
    "waiver.approve": Duty(approve_waiver, to_waive),
    "diligence.record": Duty(record_check),
    "bank_details.enter": Duty(enter_account),
    "bank_details.confirm": Duty(confirm_account, entered),
    "bank_details.approve (entered)": Duty(approve_account, handed_in),
    "bank_details.approve (confirmed)": Duty(approve_account, handed_in_by_others),
    "instalment.release": Duty(release_instalment),
    "batch.build": Duty(build),
    "batch.check": Duty(check, after(build)),
    "batch.approve (built it)": Duty(approve, after(build, check)),
    "batch.approve (checked it)": Duty(approve, checked_by_drafter),
    "batch.send": Duty(send, approved),
    "payment.settle": Duty(settle_line, at_bank),
    "clawback.draft": Duty(draft_clawback, paid),
    "clawback.approve": Duty(approve_clawback, drafted_clawback),
    "receipt.record": Duty(record_receipt, owed),
    "receipt.keep_back": Duty(keep_back, owed),
    "write_off.draft": Duty(draft_write_off, owed),
    "write_off.approve": Duty(approve_write_off, given_up),
    "write_off.drop": Duty(drop_write_off, given_up),
}
