"""Postcodes as people type them and as Royal Mail writes them."""

import re

_OUTWARD = "|".join(
    (
        "[A-PR-UWYZ][0-9]",
        "[A-PR-UWYZ][0-9][0-9]",
        "[A-PR-UWYZ][0-9][A-HJKPSTUW]",
        "[A-PR-UWYZ][A-HK-Y][0-9]",
        "[A-PR-UWYZ][A-HK-Y][0-9][0-9]",
        "[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY]",
    )
)
"""The six forms of the outward half, with the letters that never stand in a place (BS 7666; Royal Mail)."""

_INWARD = "[0-9][ABD-HJLNP-UW-Z]{2}"

_ORDINARY = re.compile(f"({_OUTWARD})({_INWARD})")

_OF_THEIR_OWN = re.compile("(GIR)(0AA)|(ASCN|BBND|BIQQ|FIQQ|PCRN|SIQQ|STHL|TDCU|TKCA)(1ZZ)")
"""The old Girobank's, and those of overseas territories."""

_FORCES = re.compile("(BFPO)(?:C/O)?([1-9][0-9]{0,3})")
"""British Forces Post Office numbers; newer ones are ordinary postcodes that begin with BF1."""


def postcode(text: str) -> str | None:
    """`text` as Royal Mail writes a postcode ('lu12ab' gives 'LU1 2AB'), or None if it cannot be one.

    Takes spaces anywhere and small letters. The right form does not mean that a postcode is in use.
    """
    bare = re.sub(r"\s+", "", text).upper()
    if not bare.isascii():
        return None
    for shape in (_ORDINARY, _OF_THEIR_OWN, _FORCES):
        found = shape.fullmatch(bare)
        if found:
            return " ".join(part for part in found.groups() if part)
    return None
