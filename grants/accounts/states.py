"""Kinds of organisation, and the way into one."""

from collections.abc import Mapping
from enum import StrEnum

from grants.core.language import mark
from grants.core.states import Label, Machine, step


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
    OrganisationKind.REGISTERED_CHARITY: mark("Registered charity"),
    OrganisationKind.CIO: mark("Charitable incorporated organisation (CIO)"),
    OrganisationKind.CONSTITUTED_GROUP: mark("Constituted community group without a number"),
    OrganisationKind.CLG: mark("Company limited by guarantee"),
    OrganisationKind.CIC: mark("Community interest company (CIC) limited by guarantee"),
    OrganisationKind.COMMUNITY_BENEFIT_SOCIETY: mark("Community benefit society"),
    OrganisationKind.PUBLIC_BODY: mark("School, health or other public body"),
    OrganisationKind.OTHER: mark("Another kind of organisation"),
}


class JoiningState(StrEnum):
    """How far a person has come on the way into an organisation."""

    ASKED = "asked"
    INVITED = "invited"
    JOINED = "joined"
    REFUSED = "refused"


JOINING = Machine(
    name="request to join",
    initial=JoiningState.ASKED,
    steps={
        "ask": step(JoiningState.ASKED, JoiningState.JOINED),
        "invite": step(
            JoiningState.INVITED,
            JoiningState.ASKED,
            JoiningState.INVITED,
            JoiningState.JOINED,
            JoiningState.REFUSED,
        ),
        "approve": step(JoiningState.JOINED, JoiningState.ASKED),
        "refuse": step(JoiningState.REFUSED, JoiningState.ASKED),
        "accept": step(JoiningState.JOINED, JoiningState.INVITED),
        "decline": step(JoiningState.REFUSED, JoiningState.INVITED),
    },
    labels={
        JoiningState.ASKED: Label("Waiting for a signatory", "Waiting for a signatory to answer"),
        JoiningState.INVITED: Label("Invited", "You are invited"),
        JoiningState.JOINED: Label("Joined", "You have joined"),
        JoiningState.REFUSED: Label("Refused", "Refused"),
    },
)
"""From asking or being invited to belonging. A person who was refused may not ask again: a signatory may
invite them."""
