"""Text on its way into open data: nothing by which a person could be reached."""

import re

ADDRESS_LEFT_OUT = "[e-mail address left out]"
NUMBER_LEFT_OUT = "[phone number left out]"

_WORD = re.compile(r"\S+")
_PHONE = re.compile(r"(?<![\w£.])(?:\+44[\s-]?(?:\(0\))?|0)\d(?:[\s-]?\d){8,9}(?![\w.]*\d)")
_DOMAIN = re.compile(r"\w\.\w")


def looks_like_email(text: str) -> bool:
    """Whether `text` holds something like an e-mail address: a word with an @ and a dotted name behind it."""
    return ("@" in text or "＠" in text) and any(_is_address(word) for word in _WORD.findall(text))


def without_addresses(text: str) -> str:
    """`text` with words that look like e-mail addresses replaced by a note."""
    if not looks_like_email(text):
        return text
    return _WORD.sub(lambda word: ADDRESS_LEFT_OUT if _is_address(word[0]) else word[0], text)


def without_contacts(text: str) -> str:
    """Prose without e-mail addresses and without UK phone numbers."""
    return _PHONE.sub(NUMBER_LEFT_OUT, without_addresses(text))


def _is_address(word: str) -> bool:
    local, at, domain = word.replace("＠", "@").partition("@")
    return bool(at and local and _DOMAIN.search(domain))
