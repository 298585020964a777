"""What a postcode says about where an organisation is, in words."""

from dataclasses import dataclass

from grants.core.language import say


@dataclass(frozen=True)
class Place:
    """Where a postcode lies. Names are the codes again where the file does not name the area."""

    postcode: str
    ward_code: str
    ward: str
    authority_code: str
    authority: str
    ended: bool


@dataclass(frozen=True)
class Located:
    """What is known of a postcode: whether there was a file to ask, and where it lies if the file has it."""

    postcode: str
    checked: bool
    place: Place | None = None

    def lies_outside(self, authority_code: str) -> bool:
        """Whether it is known to lie in another authority. What is not known is not held against anybody."""
        return self.place is not None and self.place.authority_code not in ("", authority_code)

    def in_words(self) -> str:
        """'South ward, Luton', or why that is not known; '' without a postcode."""
        if not self.postcode:
            return ""
        if not self.checked:
            return say("not checked")
        if self.place is None:
            return say("not a postcode in the file of postcodes")
        names = {"ward": self.place.ward, "authority": self.place.authority}
        if not self.place.ward:
            where = self.place.authority
        elif not self.place.authority:
            where = say("%(ward)s ward", **names)
        else:
            where = say("%(ward)s ward, %(authority)s", **names)
        return say("%(where)s (a postcode no longer in use)", where=where) if self.place.ended else where


def advice(located: Located, *, area_code: str, area: str) -> str:
    """What the programme team should know about a lead's postcode for a fund of this area; '' for nothing.

    Outward halves cross boundaries: a third of the postcodes that begin with LU lie outside Luton.
    """
    if not located.postcode:
        return f"No postcode is known: whether the organisation is in {area} was not checked."
    if not located.checked:
        return (
            f"Not checked: no file of postcodes is loaded, so {located.postcode} may or may not be in {area}."
        )
    if located.place is None:
        return f"{located.postcode} is not in the file of postcodes. Ask the organisation for its address."
    if located.lies_outside(area_code):
        outward = located.postcode.partition(" ")[0]
        return (
            f"This postcode is in {located.place.authority}, not in {area}: "
            f"“{outward}” is not proof of {area}."
        )
    return ""
