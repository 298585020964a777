"""The 37 checks of 360Giving's own checker by name: those that look at one grant at a time, in one table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grants.exports import grant_rules as rules
from grants.exports.grant_rules import Grant, Places
from grants.exports.grant_shape import misshapen, missing


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The file is not valid: it must not be published."""

    CHECK = "check"
    """Most likely a mistake, to be looked at before publishing."""

    HINT = "hint"
    """The data could say more; nothing may be wrong."""


@dataclass(frozen=True)
class Check:
    """One rule, called as the official checker calls it. `text` completes "N grants: …"."""

    name: str
    level: Level
    text: str
    places: Callable[[Grant, date], Places]


def _shape(grant: Grant, today: date) -> Places:
    return misshapen(grant)


def _missing(grant: Grant, today: date) -> Places:
    return missing(grant)


E, C, H = Level.ERROR, Level.CHECK, Level.HINT
CHECKS: tuple[Check, ...] = (
    Check("schema", E, "a value is not of the kind the standard wants", _shape),
    Check("required", E, "a required field is missing", _missing),
    Check("LooksLikeEmail", E, "something looks like an e-mail address", rules.email),
    Check("ZeroAmountTest", C, "the amount awarded is £0", rules.zero_amount),
    Check(
        "RecipientOrgUnrecognisedPrefix",
        C,
        "the recipient’s identifier is from no known register",
        rules.recipient_register_unknown,
    ),
    Check(
        "FundingOrgUnrecognisedPrefix",
        C,
        "the funder’s identifier is from no known register",
        rules.funder_register_unknown,
    ),
    Check(
        "RecipientOrgCharityNumber",
        C,
        "the recipient’s charity number is not 6 or 7 digits",
        rules.charity_number_odd,
    ),
    Check(
        "RecipientOrgCompanyNumber",
        C,
        "the recipient’s company number is not 8 letters and digits",
        rules.company_number_odd,
    ),
    Check(
        "OrganizationIdLooksInvalid",
        C,
        "an organisation’s identifier cannot be of the register it names",
        rules.organisation_id_odd,
    ),
    Check("TitleDescriptionSame", C, "title and description are the same", rules.title_is_description),
    Check("TitleLength", C, "the title has more than 140 characters", rules.title_long),
    Check("GrantIdUnexpectedChars", C, "the identifier holds a line break", rules.grant_id_broken),
    Check(
        "OrganizationIdUnexpectedChars",
        C,
        "an organisation’s identifier holds a line break",
        rules.organisation_id_broken,
    ),
    Check("ImpossibleDates", C, "a date does not exist", rules.impossible_dates),
    Check("PlannedStartDateBeforeEndDate", C, "planned dates run backwards", rules.planned_backwards),
    Check("ActualStartDateBeforeEndDate", C, "actual dates run backwards", rules.actual_backwards),
    Check("FarFuturePlannedDates", C, "a planned date is more than 12 years ahead", rules.planned_far_off),
    Check("FarFutureActualDates", C, "an actual date is more than 5 years ahead", rules.actual_far_off),
    Check("FarPastDates", C, "a date is more than 25 years ago", rules.long_past),
    Check("PostDatedAwardDates", C, "the award date lies in the future", rules.award_ahead),
    Check(
        "GeoCodePostcode", C, "a postcode stands where the code of an area belongs", rules.postcode_as_geocode
    ),
    Check(
        "RecipientOrg360GPrefix",
        H,
        "the recipient has no identifier of a public register",
        rules.recipient_has_360g_id,
    ),
    Check(
        "FundingOrg360GPrefix",
        H,
        "the funder has no identifier of a public register",
        rules.funder_has_360g_id,
    ),
    Check(
        "NoRecipientOrgCompanyCharityNumber",
        H,
        "the recipient has neither charity nor company number",
        rules.no_number,
    ),
    Check(
        "IncompleteRecipientOrg",
        H,
        "the recipient has neither postcode nor location",
        rules.recipient_place_missing,
    ),
    Check("NoGrantProgramme", H, "there is no grant programme", rules.no_programme),
    Check("NoBeneficiaryLocation", H, "there is no beneficiary location", rules.no_beneficiary_location),
    Check("NoLastModified", H, "there is no date of the last change", rules.not_dated),
    Check("NoDataSource", H, "there is no data source", rules.no_source),
    Check(
        "BeneficiaryButNotRecipientGeoData",
        H,
        "the work has a place, the recipient has none",
        rules.beneficiary_place_alone,
    ),
    Check(
        "RecipientGeoDataButNoBeneficiary",
        H,
        "the recipient has a place, the work has none",
        rules.recipient_place_alone,
    ),
    Check(
        "BeneficiaryLocationNameButNoCode",
        H,
        "a beneficiary place has a name and no code",
        rules.place_without_code,
    ),
    Check(
        "PlannedDurationNotPresent", H, "there are neither planned dates nor a duration", rules.no_duration
    ),
    Check("ClassificationNotPresent", H, "there is no classification", rules.no_classification),
)
del E, C, H

OF_THE_FILE_TEXTS = {
    "MoreThanOneFundingOrg": "the file has more than one funder",
    "MultiFundingOrgIdsForName": "one funder’s name stands with several identifiers",
    "MultiFundingNamesForOrgId": "one funder’s identifier stands with several names",
}
"""Checks that look at all grants together; `check_360giving` does them."""

TEXTS = {check.name: check.text for check in CHECKS} | OF_THE_FILE_TEXTS
"""What each check finds, in words that follow a number of grants."""
