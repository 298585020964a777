"""What a lead organisation says about itself, as a bid tells it."""

from collections.abc import Iterator, Mapping
from typing import Any

from grants.core.language import say
from grants.core.money import pounds


def about_lead(lead: Mapping[str, Any]) -> Iterator[str]:
    """What the lead says about itself; bids sent before it could have nothing of it."""
    if lead.get("founded"):
        yield say("Founded in %(year)s", year=lead["founded"])
    if lead.get("trustees") is not None:
        yield say("Trustees not related to each other: %(count)s", count=lead["trustees"])
    if lead.get("income") is not None:
        yield say("Income in its last full year: %(income)s", income=pounds(lead["income"]))
    if lead.get("year_end"):
        yield say("Its accounts’ year ends on %(day)s", day=lead["year_end"])
    if lead.get("description"):
        yield str(lead["description"])
