"""Words and e-mail addresses as plain text: counted and checked the same way wherever they are typed."""

import re

_NOT_SPACE = re.compile(r"[^ \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")
"""Runs of what JavaScript calls `\\S`. Python's own idea of white space differs in seven characters, and the
page's word counter must never promise what the server then refuses."""

_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.IGNORECASE)
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", re.IGNORECASE)
LONGEST_EMAIL = 254
"""RFC 3696, erratum 1690."""


def count_words(text: str) -> int:
    """How many runs of characters between white space `text` has, as the browser's counter finds them."""
    return len(_NOT_SPACE.findall(text))


def is_email(text: str) -> bool:
    """Whether `text` is an address that mail can be sent to: local part, @, domain of two labels or more.

    Follows what GOV.UK Notify accepts: no quotes, no dot at either end of the local part or twice in a row,
    no address longer than 254 characters, no domain that is only numbers.
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > LONGEST_EMAIL or not _LOCAL_PART.fullmatch(local):
        return False
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    try:
        labels = domain.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return False
    return (
        len(labels) > 1
        and all(map(_LABEL.fullmatch, labels))
        and _TOP_LABEL.fullmatch(labels[-1]) is not None
    )
