"""Every deed on a bid. The room's only functions that write."""

from grants.applications.actions.consents import Asked, answer_consent, ask_partners
from grants.applications.actions.drafting import save_budget, save_partners, save_section, start
from grants.applications.actions.receiving import receive_imported
from grants.applications.actions.screening import reject_as_ineligible, send_to_review
from grants.applications.actions.sending import advance, lapse_drafts, submit, withdraw

__all__ = [
    "Asked",
    "advance",
    "answer_consent",
    "ask_partners",
    "lapse_drafts",
    "receive_imported",
    "reject_as_ineligible",
    "save_budget",
    "save_partners",
    "save_section",
    "send_to_review",
    "start",
    "submit",
    "withdraw",
]
