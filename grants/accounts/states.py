"""Kinds of organisation."""

from collections.abc import Mapping
from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is in law. A fund file names the kinds that may lead."""

    REGISTERED_CHARITY = "registered_charity"
    CIO = "cio"
    CONSTITUTED_GROUP = "constituted_group"
    CLG = "clg"
    CIC = "cic"
    COMMUNITY_BENEFIT_SOCIETY = "community_benefit_society"
    PUBLIC_BODY = "public_body"
    OTHER = "other"


KIND_LABELS: Mapping[OrganisationKind, str] = {
    OrganisationKind.REGISTERED_CHARITY: "Registered charity",
    OrganisationKind.CIO: "Charitable incorporated organisation (CIO)",
    OrganisationKind.CONSTITUTED_GROUP: "Constituted community group without a number",
    OrganisationKind.CLG: "Company limited by guarantee",
    OrganisationKind.CIC: "Community interest company (CIC) limited by guarantee",
    OrganisationKind.COMMUNITY_BENEFIT_SOCIETY: "Community benefit society",
    OrganisationKind.PUBLIC_BODY: "School, health or other public body",
    OrganisationKind.OTHER: "Another kind of organisation",
}
