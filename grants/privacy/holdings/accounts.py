"""People, organisations and how people sign in."""

from collections.abc import Mapping

from grants.core.language import mark
from grants.privacy.register import Emptied, Holding, Link, Period

NOTED, BLANK, WORDS = Emptied.NOTED, Emptied.BLANK, Emptied.WORDS

ACCOUNTS: Mapping[str, Holding] = {
    "person": Holding(
        plain=("id", "created_at", "session_epoch"),
        emptied={"email": NOTED, "name": NOTED},
        period=Period.ACCOUNT,
        links=(Link("id", mark("Your account"), ("email", "name", "created_at")),),
    ),
    "role_grant": Holding(
        plain=("id", "role", "granted_at", "in_force_since"),
        people=("person_id", "granted_by_id", "approved_by_id"),
        period=Period.ACCOUNT,
        row_goes=True,
        links=(
            Link("person_id", mark("Your roles"), ("role", "granted_at", "in_force_since")),
            Link("granted_by_id", mark("Roles that you gave"), ("role", "granted_at")),
            Link("approved_by_id", mark("Roles that you approved"), ("role", "in_force_since")),
        ),
    ),
    "organisation": Holding(
        plain=(
            "id",
            "name",
            "kind",
            "charity_number",
            "company_number",
            "external_id",
            "postcode",
            "created_at",
        ),
    ),
    "organisation_profile": Holding(
        plain=(
            "organisation_id",
            "address",
            "phone",
            "website",
            "email",
            "description",
            "founded",
            "trustees",
            "year_end",
            "income",
            "saved_at",
            "version",
        ),
        people=("saved_by_id",),
        links=(Link("saved_by_id", mark("Details of your organisation that you saved last"), ("saved_at",)),),
        why="It says something about an organisation, not about a person.",
    ),
    "membership": Holding(
        plain=("id", "organisation_id", "role", "since"),
        people=("person_id",),
        period=Period.ACCOUNT,
        row_goes=True,
        links=(Link("person_id", mark("Organisations that you belong to"), ("role", "since")),),
    ),
    "joining": Holding(
        plain=("id", "organisation_id", "role", "state", "started_at", "settled_at"),
        people=("started_by_id", "settled_by_id"),
        emptied={"email": BLANK},
        period=Period.ACCOUNT,
        row_goes=True,
        links=(
            Link(
                "email",
                mark("Invitations to you, and requests of yours, to join an organisation"),
                ("role", "state", "started_at", "settled_at"),
                email=True,
            ),
            Link(
                "started_by_id",
                mark("Invitations and requests that you sent"),
                ("role", "state", "started_at"),
            ),
            Link(
                "settled_by_id", mark("Requests and invitations that you answered"), ("state", "settled_at")
            ),
        ),
    ),
    "sign_in_link": Holding(
        plain=("id", "token_digest", "created_at", "expires_at", "used_at", "next_path"),
        emptied={"email": BLANK},
        period=Period.OWN,
        row_goes=True,
        links=(Link("email", mark("Sign-in links"), ("created_at", "expires_at", "used_at"), email=True),),
    ),
    "second_factor": Holding(
        plain=("confirmed_at", "last_step", "failures", "locked_until", "made_for_demo"),
        people=("person_id",),
        emptied={"secret_encrypted": BLANK},
        period=Period.ACCOUNT,
        row_goes=True,
        links=(
            Link(
                "person_id", mark("Your second step at sign-in (its secret is not shown)"), ("confirmed_at",)
            ),
        ),
    ),
    "recovery_code": Holding(
        plain=("id", "used_at"),
        people=("person_id",),
        emptied={"digest": BLANK},
        period=Period.ACCOUNT,
        row_goes=True,
        links=(Link("person_id", mark("Recovery codes (kept as digests)"), ("used_at",)),),
    ),
    "kept_words": Holding(
        plain=("id", "path", "kept_at"),
        people=("person_id",),
        emptied={"browser_digest": BLANK, "words": WORDS},
        period=Period.OWN,
        row_goes=True,
        links=(
            Link(
                "person_id",
                mark("Words kept for you while you signed in again"),
                ("path", "kept_at", "words"),
            ),
        ),
    ),
}
