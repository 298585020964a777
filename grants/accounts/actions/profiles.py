"""Keeping what an organisation says about itself."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from grants.accounts import policy, profiles, queries, rules
from grants.accounts.models import Organisation, OrganisationProfile
from grants.audit import actions as audit
from grants.core.clock import in_london
from grants.core.errors import Reason, RuleBroken, Stale, require_no
from grants.core.policy import require
from grants.permissions import Actor

ABOUT_ITSELF = (
    "address",
    "phone",
    "website",
    "email",
    "description",
    "founded",
    "trustees",
    "year_end",
    "income",
)


def save_profile(
    session: Session,
    *,
    organisation_id: int,
    profile: profiles.Profile,
    version: int,
    actor: Actor,
    now: datetime,
) -> OrganisationProfile:
    """Keep what an editor or signatory typed about the organisation; bids that were sent keep what they said.

    `version` is that of the page: 0 where nothing had been kept. Raises NotAllowed, Stale, or RuleBroken with
    every fault, also where a number belongs to another organisation.
    """
    require(policy.may_describe(actor, organisation_id))
    organisation = queries.organisation(session, organisation_id)
    queries.hold(session, organisation)
    kept = queries.profile_of(session, organisation_id)
    if version != (kept.version if kept else 0):
        raise Stale("Somebody else of your organisation changed this at the same moment.")
    require_no(profiles.faults(profile, today=in_london(now).date()))
    _name(session, organisation, profile)
    if kept is None:
        kept = OrganisationProfile(organisation_id=organisation_id, version=0)
        session.add(kept)
    typed = asdict(profile)
    for name in ABOUT_ITSELF:
        setattr(kept, name, typed[name].strip() if isinstance(typed[name], str) else typed[name])
    kept.year_end = profiles.year_end(profile.year_end)
    kept.version, kept.saved_at, kept.saved_by_id = version + 1, now, actor.person_id
    session.flush()
    audit.record(
        session,
        actor,
        "organisation.describe",
        organisation,
        now=now,
        kind=profile.kind,
        version=kept.version,
    )
    return kept


def _name(session: Session, organisation: Organisation, profile: profiles.Profile) -> None:
    """Name, kind, numbers and postcode, which the organisation is found by. Raises RuleBroken."""
    numbers = {
        "charity_number": rules.charity_number(profile.charity_number),
        "company_number": rules.company_number(profile.company_number),
    }
    for name, number in numbers.items():
        bearers = queries.organisation_by_numbers(
            session, **{"charity_number": None, "company_number": None, name: number}
        )
        if any(bearer.id != organisation.id for bearer in bearers):
            raise RuleBroken([Reason("Another organisation here has this number already", name)])
    try:
        with session.begin_nested():
            organisation.name, organisation.kind = rules.on_one_line(profile.name), profile.kind
            organisation.charity_number = numbers["charity_number"]
            organisation.company_number = numbers["company_number"]
            organisation.postcode = rules.plain_postcode(profile.postcode)
    except IntegrityError as taken:
        # somebody gave the number to another organisation between the look and the write
        raise RuleBroken(
            [Reason("Another organisation here has this number already", "charity_number")]
        ) from taken
