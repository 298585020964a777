"""Every deed on a bid. The room's only functions that write."""

from grants.applications.actions.assisting import (
    approve_paper,
    ask_signatory,
    current_digest,
    record_paper,
    refuse_paper,
    sign_by_link,
    start_assisted,
)
from grants.applications.actions.attaching import attach, date_documents, detach
from grants.applications.actions.changing import (
    draft_change,
    forward_change,
    settle_change,
    take_back_change,
)
from grants.applications.actions.consents import (
    answer_as_partner,
    answer_by_link,
    answer_consent,
    ask_partners,
    remind_partner,
)
from grants.applications.actions.drafting import save_budget, save_section, start
from grants.applications.actions.extending import (
    TELL_EXTENDED,
    approve_extension,
    draft_extension,
    refuse_extension,
    tell_extended,
    withdraw_extension,
)
from grants.applications.actions.letters import Asked, remind_partners
from grants.applications.actions.page_rows import BY_BUTTON, Saving
from grants.applications.actions.part_awards import (
    ask_about_award,
    ask_about_award_again,
    drop_award_question,
    propose_shares,
    remind_about_awards,
)
from grants.applications.actions.partnering import (
    add_partner,
    remove_partner,
    save_partner,
    save_partners,
    save_shares,
    share_out,
)
from grants.applications.actions.presence import forget_visits, leave_page, note_visit, others_on
from grants.applications.actions.receiving import receive_imported
from grants.applications.actions.reminding import lapse_drafts, remind_of_closing
from grants.applications.actions.resending import send_changes, version_followers
from grants.applications.actions.revising import (
    ask_for_changes,
    cancel_changes,
    change_objections,
    lapse_changes,
    why_no_changes,
)
from grants.applications.actions.screening import reject_as_ineligible, send_to_review
from grants.applications.actions.sending import advance, submit, withdraw
from grants.applications.actions.set_aside import forget_own, set_aside, settle_version, waiting
from grants.applications.actions.signing import ask_for_signature, decline_to_sign, take_back_signature

__all__ = [
    "BY_BUTTON",
    "TELL_EXTENDED",
    "Asked",
    "Saving",
    "add_partner",
    "advance",
    "answer_as_partner",
    "answer_by_link",
    "answer_consent",
    "approve_extension",
    "approve_paper",
    "ask_about_award",
    "ask_about_award_again",
    "ask_for_changes",
    "ask_for_signature",
    "ask_partners",
    "ask_signatory",
    "attach",
    "cancel_changes",
    "change_objections",
    "current_digest",
    "date_documents",
    "decline_to_sign",
    "detach",
    "draft_change",
    "draft_extension",
    "drop_award_question",
    "forget_own",
    "forget_visits",
    "forward_change",
    "lapse_changes",
    "lapse_drafts",
    "leave_page",
    "note_visit",
    "others_on",
    "propose_shares",
    "receive_imported",
    "record_paper",
    "refuse_extension",
    "refuse_paper",
    "reject_as_ineligible",
    "remind_about_awards",
    "remind_of_closing",
    "remind_partner",
    "remind_partners",
    "remove_partner",
    "save_budget",
    "save_partner",
    "save_partners",
    "save_section",
    "save_shares",
    "send_changes",
    "send_to_review",
    "set_aside",
    "settle_change",
    "settle_version",
    "share_out",
    "sign_by_link",
    "start",
    "start_assisted",
    "submit",
    "take_back_change",
    "take_back_signature",
    "tell_extended",
    "version_followers",
    "waiting",
    "why_no_changes",
    "withdraw",
    "withdraw_extension",
]
