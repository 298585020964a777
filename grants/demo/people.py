"""The known accounts of the demo, what each can try, and how to sign in as one of them."""

from dataclasses import dataclass

from grants.permissions import ROLE_LABELS, Role
from grants.programme.definition import ReviewerKind


@dataclass(frozen=True)
class Account:
    """Somebody a visitor of the demo can be. `group` is the organisation a reviewer works for, by its key;
    `to_try` what the story has left for this person to do.
    """

    key: str
    name: str
    email: str
    role: Role | None
    part: str
    to_try: str
    kind: ReviewerKind | None = None
    group: str = ""


_KINDS = {
    ReviewerKind.CITIZEN: "citizen",
    ReviewerKind.VCS: "voluntary sector",
    ReviewerKind.COUNCIL: "council",
    ReviewerKind.PARTNER_BODY: "partner body",
}


def _reviewer(key: str, name: str, kind: ReviewerKind, group: str = "", to_try: str = "") -> Account:
    part = f"{ROLE_LABELS[Role.REVIEWER]} ({_KINDS[kind]})"
    return Account(key, name, f"{key}@panel.example", Role.REVIEWER, part, to_try, kind, group)


def _office(key: str, name: str, role: Role, part: str, to_try: str) -> Account:
    return Account(key, name, f"{key.replace('_', '-')}@council.example", role, part, to_try)


APPLICANT_GROUP = "lantern"
"""The group whose people a visitor can be: it has a bid in every round."""

SIGNATORY = Account(
    APPLICANT_GROUP,
    "Grace Okoro",
    "grace@lantern.example",
    None,
    "Applicant, signatory",
    "Send the bid that is ready, and take up the offer for the warm kitchen.",
)
EDITOR = Account(
    "tomasz",
    "Tomasz Wilk",
    "tomasz@lantern.example",
    None,
    "Applicant, editor",
    "Go on with the half-written bid “Stories from the sofa”, or start another.",
)

ROSA = _reviewer(
    "rosa",
    "Rosa Quill",
    ReviewerKind.CITIZEN,
    to_try="Finish a score sheet, and say whether there is a conflict with another bid before it opens.",
)

REVIEWERS = (
    _reviewer("cem", "Cem Aydogan", ReviewerKind.CITIZEN),
    _reviewer("beatrice", "Beatrice Nwosu", ReviewerKind.CITIZEN),
    _reviewer("harpreet", "Harpreet Gosal", ReviewerKind.CITIZEN),
    ROSA,
    _reviewer("vera", "Vera Lindqvist", ReviewerKind.VCS, "pilgrim"),
    _reviewer("idris", "Idris Belhaj", ReviewerKind.VCS, "openpalm"),
    _reviewer("carl", "Carl Beaumont", ReviewerKind.COUNCIL),
    _reviewer("fiona", "Fiona Tran", ReviewerKind.COUNCIL),
    _reviewer("patrick", "Patrick Osei", ReviewerKind.PARTNER_BODY),
    _reviewer("yasmin", "Yasmin Kerr", ReviewerKind.PARTNER_BODY),
)
"""In the order in which they join. Who is given which bid follows from it, and that Rosa has work left."""

NEWCOMER = Account("leo", "Leo Marchetti", "leo@panel.example", Role.REVIEWER, ROLE_LABELS[Role.REVIEWER], "")
"""Whose role still waits for the second administrator."""

ADMINISTRATORS = (
    _office("admin", "Nora Whitby", Role.ADMINISTRATOR, "Administrator", "Give somebody a role."),
    _office(
        "second_admin",
        "Samuel Adjei",
        Role.ADMINISTRATOR,
        "Second administrator",
        "Approve the role that waits for Leo Marchetti.",
    ),
)

OFFICE = (
    _office(
        "chair",
        "Margaret Dunmore",
        Role.CHAIR,
        "Panel chair",
        "Agree scores, open the panel’s meeting, decide on the second round down to the funding line.",
    ),
    _office(
        "deputy",
        "Joseph Lapworth",
        Role.CHAIR,
        "Deputy chair",
        "Sign the decision that waits for a second signature.",
    ),
    _office(
        "manager",
        "Ruth Calloway",
        Role.MANAGER,
        "Programme manager",
        "Screen a bid, settle a conflict of interest, share bids out again, draft a release.",
    ),
    _office(
        "finance",
        "Peter Anstey",
        Role.FINANCE_OFFICER,
        "Finance officer",
        "Check the bank details that wait, pay again what failed, export the first round’s allocations.",
    ),
    _office(
        "finance_approver",
        "Chandra Pillai",
        Role.FINANCE_APPROVER,
        "Finance approver",
        "Approve awards past the second round’s pot, or leave it; approve a payment batch.",
    ),
    _office(
        "auditor",
        "Eleanor Vance",
        Role.AUDITOR,
        "Auditor",
        "Read the trail: who did what, when and why. Nothing can be written.",
    ),
)

KNOWN = (SIGNATORY, EDITOR, ROSA, *OFFICE, *ADMINISTRATORS, *(one for one in REVIEWERS if one is not ROSA))
"""Everybody a visitor can sign in as, in the order in which the demo page shows them."""

FIRST_TO_TRY = (SIGNATORY, EDITOR, ROSA, *OFFICE, ADMINISTRATORS[0])
"""One person a role, for the few lines that the command prints."""


def sign_in_help(public_url: str) -> str:
    """How to sign in as one person of each role, in short lines for a terminal."""
    width = max(len(account.part) for account in FIRST_TO_TRY)
    people = [f"  {account.part:<{width}}  {account.email}" for account in FIRST_TO_TRY]
    return "\n".join(
        (
            "This is the demo: every group and person in it is invented. Sign in as",
            *people,
            f"Ask for a link at {public_url}/accounts/sign-in/ and open it in the demo mailbox,",
            f"{public_url}/notifications/mailbox/. Council and panel are then asked for a code,",
            "which that page shows because this is a demo.",
            f"All accounts, with what each can try and a button to sign in: {public_url}/demo/",
        )
    )
