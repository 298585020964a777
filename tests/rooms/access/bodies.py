"""What a person would plausibly send to each address that takes something."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from grants.applications.facts import field_of
from grants.core.clock import in_london
from grants.scoring.forms import cell_field
from tests.rooms.access.award_bodies import OF_AWARDS
from tests.rooms.access.report_bodies import OF_REPORTS
from tests.rooms.access.town import STRANDS, Town, email_of
from tests.unit.applications.bids import fund

Body = Mapping[str, object]
Record = Mapping[str, Any]

REASON: Body = {"reason": "For a good reason."}
YES: Body = {"answer": "yes"}
KNOWLEDGE: Body = {f"theme_{theme.key}": "2" for theme in fund().rubric.themes}


def _begin(town: Town, record: Record) -> Body:
    answers = {
        field_of(question.key): "yes" if question.pass_answer else "no" for question in fund().eligibility
    }
    return {"lead_id": town.organisation_ids["A"], **answers}


def _theme(town: Town, record: Record) -> Body:
    return {"version": 1, "go": "next", **{field_of(strand): "Other words." for strand in STRANDS}}


def _scores(town: Town, record: Record) -> Body:
    given = {cell_field(strand): 2 for strand in STRANDS}
    return {"version": record["sheet_version"], "go": "next", "justification": "Sound.", **given}


def _sheet(town: Town, record: Record) -> Body:
    return {"version": record["sheet_version"], "comment": "On the whole sound."}


def _decision(town: Town, record: Record) -> Body:
    version = record["decision_version"]
    return {"outcome": "fund", "amount": "20,000.50", "version": version, **REASON}


def _signed(town: Town, record: Record) -> Body:
    return {"sha256": record.get("sha256", ""), "accepts": ["1", "2", "3", "4"], "name": "Sam Signatory"}


def _shared_out(town: Town, record: Record) -> Body:
    return {"lead_share": "10,000", record["share"]: "5,000", **REASON}


def _feedback(town: Town, record: Record) -> Body:
    return {"version": record["feedback_version"], "opening": "A fine bid.", "go": "stay"}


def _seen_feedback(town: Town, record: Record) -> Body:
    return {"version": record["feedback_version"]}


def _previewed(town: Town, record: Record) -> Body:
    return {"previewed": record["previewed"]}


def _meeting(town: Town, record: Record) -> Body:
    on = in_london(town.now).date() + timedelta(days=14)
    return {"held_on-day": on.day, "held_on-month": on.month, "held_on-year": on.year, "quorum": "2"}


def _hand_over(town: Town, record: Record) -> Body:
    return {"bids": str(town.bid_ids["reviewed"]), "on": str(town.person_ids["unassigned"]), **REASON}


def _more_time(town: Town, record: Record) -> Body:
    on = in_london(town.now).date() + timedelta(days=7)
    return {"until-day": on.day, "until-month": on.month, "until-year": on.year, **REASON}


def _account(town: Town, record: Record) -> Body:
    return {"version": record["version"], "outcome": "match", **REASON}


def _with_reason(town: Town, record: Record) -> Body:
    return {"version": record["version"], **REASON}


def _as_recorded(*names: str) -> Callable[[Town, Record], Body]:
    return lambda town, record: {name: record[name] for name in names}


def _conflict(town: Town, record: Record) -> Body:
    return {"email": email_of("finance officer"), "ref": town.records["reviewed"]["ref"], **REASON}


def _extension(town: Town, record: Record) -> Body:
    on = in_london(town.records["open"]["after"]).date()
    date = {"on-day": on.day, "on-month": on.month, "on-year": on.year}
    return {"ref": town.records["asking"]["ref"], **date, "at": "5pm", **REASON}


def _changes(town: Town, record: Record) -> Body:
    on = in_london(town.now).date() + timedelta(days=7)
    date = {"due-day": on.day, "due-month": on.month, "due-year": on.year}
    return {"ask-summary": "Say more.", **date, "due_time": "5pm", **REASON}


def _entered(town: Town, record: Record) -> Body:
    on = in_london(town.now).date() - timedelta(days=1)
    date = {"received_on-day": on.day, "received_on-month": on.month, "received_on-year": on.year}
    answers = {
        field_of(question.key): "yes" if question.pass_answer else "no" for question in fund().eligibility
    }
    lead = {"name": "Another group", "kind": "registered_charity", "charity_number": "1123129"}
    return {"channel": "paper", **date, "received_at": "3pm", **lead, "signatory_name": "Ada", **answers}


def _paper(town: Town, record: Record) -> Body:
    on = in_london(town.now).date()
    date = {"received_on-day": on.day, "received_on-month": on.month, "received_on-year": on.year}
    return {**date, "kept_at": "Cabinet 4"}


def _signature(town: Town, record: Record) -> Body:
    return {"declared": "yes", "digest": record.get("digest", "")}


def _assistance(town: Town, record: Record) -> Body:
    return {"version": record["assistance_version"], **REASON}


BUDGET: Body = {
    "version": 1,
    "lines-0-item": "Cook",
    "lines-0-category": "Other",
    "lines-0-amount": "20,000",
    "go": "later",
}
PARTNER: Body = {
    "name": "The Hive",
    "kind": "constituted_group",
    "role": "Runs the evenings",
    "contact_name": "Ada",
    "contact_email": "ada@hive.example",
    "go": "later",
}
LEAVES: Body = {
    "reason": "They have closed.",
    "lead_share": "12,000",
    **{f"new_{name}": text for name, text in PARTNER.items() if name != "go"},
    "new_name": "The Meadow",
    "new_share": "8,000.50",
}
NUMBERS: Body = {"sort_code": "200915", "account_number": "41011166"}
ORGANISATION: Body = {"name": "A new group", "kind": "constituted_group", "postcode": "LU1 2BQ"}
REVIEWER: Body = {"email": email_of("unassigned"), "kind": "citizen", "most_bids": "5"}
LINE: Body = {"reason_above": "They come first.", "reason_below": "The money ends above them."}

DETAILS: Body = {
    **ORGANISATION,
    "name": "Organisation A",
    "kind": "registered_charity",
    "charity_number": "1123126",
    "version": "0",
}


def _wanted_bid(town: Town, record: Record) -> Body:
    return {"bid": town.records["scored"]["ref"]}


def _expense(town: Town, record: Record) -> Body:
    on = in_london(town.now).date()
    date = {"day-day": on.day, "day-month": on.month, "day-year": on.year}
    return {"round": town.round_ids["closed"], **date, "kind": "reading", "minutes": "90", "version": 1}


BODIES: Mapping[str, Body | Callable[[Town, Record], Body]] = {
    "accounts.answer_invitation": YES,
    "accounts.answer_request": YES,
    "accounts.approve_role": {},
    "accounts.ask_for_link": {"email": "somebody@example.org"},
    "accounts.begin_second_factor": {},
    "accounts.confirm_second_factor": {"code": "000000"},
    "accounts.forget_kept": {},
    "accounts.give_code": {"code": "000000"},
    "accounts.grant_role": {"email": "new@example.org", "name": "New", "role": "reviewer"},
    "accounts.invite": {"email": "friend@example.org", "role": "editor"},
    "accounts.rename": {"name": "Another Name"},
    "accounts.revoke_role": {},
    "accounts.send_kept": {},
    "accounts.save_details": DETAILS,
    "accounts.sign_out": {},
    "public.speak": {},
    "accounts.sign_out_everywhere": {},
    "accounts.take_part": ORGANISATION,
    "accounts.use_link": {},
    "allocations.decide": LINE,
    "allocations.ask": {"name": "Ours", "sought": "pounds"},
    "allocations.again": {},
    "allocations.with_bid": _wanted_bid,
    "allocations.take_on": {"way": "best", "reason_funded": "It is the best use.", "reason_declined": "No."},
    "applications.ask_for_changes": _changes,
    "applications.cancel_changes": REASON,
    "applications.send_changes": {"declared": "y"},
    "applications.answer": {**YES, "name": "Ada Partner"},
    "applications.approve_extension": {"version": 1},
    "applications.approve_paper": _assistance,
    "applications.approve_round_extension": {"version": 1},
    "applications.ask": {},
    "applications.ask_signatory": {},
    "applications.ask_again": {},
    "applications.begin": _begin,
    "applications.remove_document": {},
    "applications.send_document": {"dated-day": "1", "dated-month": "3", "dated-year": "2021"},
    "applications.draft_extension": _extension,
    "applications.enter_assisted": _entered,
    "applications.give_signature": _signature,
    "applications.record_paper": _paper,
    "applications.refuse_extension": {"version": 1, **REASON},
    "applications.refuse_paper": _assistance,
    "applications.refuse_round_extension": {"version": 1, **REASON},
    "applications.keep_saved": {},
    "applications.presence": {"key": "summary"},
    "applications.reject": REASON,
    "applications.save_budget": BUDGET,
    "applications.save_claims": {"version": 1, "themes": "youth", "go": "later"},
    "applications.save_partner": PARTNER,
    "applications.save_shares": {"version": 1, "lead_share": "12,000", "go": "later"},
    "applications.add_partner": {"name": "The Meadow"},
    "applications.take_out_partner": {},
    "applications.remind": {},
    "applications.answer_partner_in": {**YES, "name": "Ada Partner"},
    "applications.ask_for_signature": {},
    "applications.take_back_signature": {},
    "applications.decline_to_sign": REASON,
    "applications.draft_change": LEAVES,
    "applications.take_back_change": {},
    "awards.forward_partner_change": {},
    "awards.approve_partner_change": {},
    "awards.refuse_partner_change": REASON,
    "accounts.change_member": {"role": "editor"},
    "accounts.remove_member": {},
    "accounts.give_name": {"name": "Another Name"},
    "applications.save_section": {"version": 1, "q-title": "Another title", "go": "later"},
    "applications.save_theme": _theme,
    "applications.send_to_review": {},
    "applications.submit": {"declared": "y"},
    "applications.take_back": REASON,
    "applications.withdraw_extension": {"version": 1},
    "awards.accept": _signed,
    "awards.meet": {"evidence": "The certificate was seen."},
    "awards.draft_waiver": REASON,
    "awards.approve_waiver": {},
    "awards.keep_condition": {},
    "applications.ask_about_award_again": {},
    "applications.propose_shares": _shared_out,
    "awards.approve_termination": {},
    "awards.sign_termination": {},
    "appeals.make": {"ground": "overlooked", "text": "Our page 4 was not read."},
    "appeals.settle": {"upheld": "yes", "answer": "It was not.", "version": 1},
    "appeals.withdraw": {},
    "awards.close": {},
    "awards.decline": REASON,
    "awards.draft_termination": REASON,
    "accounts.ask_for_link_again": {"next_path": "/home/"},
    "banking.enter": {"account_name": "A new account", **NUMBERS},
    "banking.confirm": NUMBERS,
    "banking.take_back": {},
    "banking.numbers": {},
    "banking.letter": {},
    "banking.record_payee": _account,
    "banking.approve": _account,
    "banking.refuse": _account,
    "banking.save_supplier": {"number": "S-1042"},
    "banking.record_check": {"finding": "clear", "note": "Found in the register.", "version": "0"},
    "banking.save_cost_code": {"code": "GR-1001"},
    **OF_REPORTS,
    "payments.draw_up": {},
    "payments.build": {"pay_on-day": "1", "pay_on-month": "1", "pay_on-year": "2031"},
    "payments.check": lambda town, record: {"version": record["version"], "count": "1", "total": "1"},
    "payments.approve": _as_recorded("version", "count", "total"),
    "payments.cancel": _with_reason,
    "payments.mark_sent": _as_recorded("version"),
    "payments.download": {},
    "payments.take_outcomes": _as_recorded("version"),
    "payments.settle": lambda town, record: {"version": record["version"], "deed": "pay"},
    "payments.replan": {"seen": "0"},
    "payments.release": {"note": "The report is accepted."},
    "payments.draft_receivable": {"owing": "clawback", "amount": "1.50", **REASON},
    "payments.approve_receivable": _as_recorded("version"),
    "payments.refuse_receivable": _as_recorded("version"),
    "payments.record_receipt": lambda town, record: {
        "version": record["version"],
        "amount": "1.50",
        "received_on-day": "1",
        "received_on-month": "1",
        "received_on-year": "2020",
    },
    "payments.keep_back": lambda town, record: {
        "version": record["version"],
        "instalment": record["instalment"],
        "amount": "1.50",
    },
    "payments.draft_write_off": _with_reason,
    "payments.approve_write_off": _as_recorded("version"),
    "payments.drop_write_off": _as_recorded("version"),
    "equality.answer": {"q-age": "25 to 34"},
    "exports.ask": {"format": "csv"},
    "exports.ask_finance": {"kind": "commitments", "grouping": "none", "only": "", "format": "csv"},
    "notifications.resend": {},
    "meetings.call": _meeting,
    "meetings.call_bid": {},
    "meetings.close": {},
    "meetings.draft_again": {},
    "meetings.draw_lots": {"seed": "4 8 15 16 23 42"},
    "meetings.fix_lots": {"bids": "LCR9-9999", "source": "A public draw"},
    "meetings.gone": {},
    "meetings.here": {},
    "meetings.mark_member": {"go": "came"},
    "meetings.open_it": {},
    "meetings.write_note": {"note": "The panel liked it."},
    "panels.approve_override": {},
    "panels.approve_release": _previewed,
    "panels.resend": {},
    "panels.write_to_new": {},
    "feedback.request_drafts": {},
    "feedback.save": _feedback,
    "feedback.take_back": _seen_feedback,
    "feedback.take_up_scores": _seen_feedback,
    "notifications.bounced": {},
    **OF_AWARDS,
    "panels.ask_override": {"extra": "5,000", **REASON},
    "panels.countersign": {},
    "panels.decide": _decision,
    "panels.draft_release": {},
    "privacy.decide": {"answer": "refuse", "reason": "It is needed still."},
    "privacy.send_request": {"understood": "y"},
    "privacy.take_back": {},
    "reviewing.add_reviewer": REVIEWER,
    "reviewing.request_assignment": {},
    "reviewing.settle_proposal": {"go": "discard", **REASON},
    "reviewing.change_team": REASON,
    "reviewing.hand_over": _hand_over,
    "reviewing.give_more_time": _more_time,
    "reviewing.save_decline": REASON,
    "reviewing.save_own_knowledge": {"most_bids": 7, **KNOWLEDGE},
    "reviewing.save_knowledge": {"most_bids": 7, **KNOWLEDGE},
    "reviewing.retire": REASON,
    "reviewing.save_declaration": {"conflict": "no"},
    "reviewing.save_record": _conflict,
    "reviewing.save_declarations": {},
    "reviewing.enter_interest": {"organisation": "The Hive", "tie": "trustee"},
    "reviewing.remove_interest": {},
    "reviewing.declare_interests": {},
    "reviewing.lift_pin": REASON,
    "reviewing.settle": {"deed": "confirm", **REASON},
    "scoring.take_up_version": {},
    "threads.answer": {"text": "We will."},
    "threads.mark_answered": {},
    "threads.mark_read": {},
    "threads.mark_read_by_team": {},
    "threads.write": {"text": "May we?"},
    "scoring.agree": {"about": "youth:", "score": "3.5", **REASON},
    "scoring.reaffirm": REASON,
    "scoring.ask_to_reopen": REASON,
    "scoring.draft_reopening": REASON,
    "scoring.settle_reopening": {"version": 1, "go": "approve", **REASON},
    "scoring.save_view": {"name": "Mine"},
    "scoring.drop_view": {},
    "scoring.calibrate": {},
    "scoring.lock": _sheet,
    "scoring.save_comment": _sheet,
    "reviewing.enter_expense": _expense,
    "reviewing.correct_expense": _expense,
    "reviewing.take_back_expense": {},
    "reviewing.answer_expense": {"go": "accept", "version": 1},
    "scoring.find_passages": _scores,
    "scoring.save_practice": {"version": 0, **{cell_field(strand): 2 for strand in STRANDS}},
    "scoring.lock_practice": {},
    "scoring.reveal_practice": {},
    "scoring.save_theme": _scores,
}


def body_for(endpoint: str, town: Town, record: Record) -> Body:
    """The body of a POST to `endpoint` about `record`."""
    body = BODIES[endpoint]
    return body(town, record) if callable(body) else body
