"""The deeds of this room: the only functions that write its tables."""

from grants.accounts.actions.joining import (
    NONE_OF_THESE,
    Outcome,
    Taken,
    answer_invitation,
    answer_request,
    invite,
    take_part,
)
from grants.accounts.actions.kept_words import forget_kept_words, keep_words, kept_for, release_words
from grants.accounts.actions.membership import change_member, remove_member
from grants.accounts.actions.organisations import add_member, find_or_create_organisation
from grants.accounts.actions.people import find_or_create_person, rename_person, sign_out_everywhere
from grants.accounts.actions.profiles import save_profile
from grants.accounts.actions.roles import approve_role, grant_role, revoke_role
from grants.accounts.actions.second_factor import (
    Answer,
    begin_second_factor,
    confirm_second_factor,
    give_code,
    reset_second_factor,
    seed_second_factor,
)
from grants.accounts.actions.sign_in import SignedIn, ask_for_link, forget_links, use_link

__all__ = (
    "NONE_OF_THESE",
    "Answer",
    "Outcome",
    "SignedIn",
    "Taken",
    "add_member",
    "answer_invitation",
    "answer_request",
    "approve_role",
    "ask_for_link",
    "begin_second_factor",
    "change_member",
    "confirm_second_factor",
    "find_or_create_organisation",
    "find_or_create_person",
    "forget_kept_words",
    "forget_links",
    "give_code",
    "grant_role",
    "invite",
    "keep_words",
    "kept_for",
    "release_words",
    "remove_member",
    "rename_person",
    "reset_second_factor",
    "revoke_role",
    "save_profile",
    "seed_second_factor",
    "sign_out_everywhere",
    "take_part",
    "use_link",
)
