"""The language a person reads: English in the code, other languages from catalogues of its sentences.

Plain Python, so that rules and notices can speak too. The web layer says which catalogue holds for a request.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from gettext import NullTranslations
from typing import ParamSpec, TypeVar

Told = ParamSpec("Told")
Notices = TypeVar("Notices")


@dataclass(frozen=True)
class Tongue:
    """A language: its code, such as 'cy', and the catalogue of its sentences."""

    code: str
    catalogue: NullTranslations


ENGLISH = Tongue("en", NullTranslations())
_spoken: ContextVar[Tongue] = ContextVar("spoken", default=ENGLISH)


def code() -> str:
    """The code of the language that is spoken now."""
    return _spoken.get().code


def translated(sentence: str) -> str:
    """`sentence` in the reader's language, its %(names)s still to be filled. Nothing stays nothing."""
    return _spoken.get().catalogue.gettext(sentence) if sentence else ""


def translated_count(one: str, many: str, count: int) -> str:
    """`one` or `many` in the reader's language, whichever its grammar wants for `count`."""
    return _spoken.get().catalogue.ngettext(one, many, count)


def say(sentence: str, **facts: object) -> str:
    """`sentence` in the reader's language, its %(names)s filled from `facts`."""
    told = translated(sentence)
    return told % facts if facts else told


def say_count(one: str, many: str, count: int, **facts: object) -> str:
    """As `say`, with `one` or `many` as the language wants for `count`, which fills %(count)s."""
    return translated_count(one, many, count) % {"count": f"{count:,}", **facts}


def mark(sentence: str) -> str:
    """`sentence` unchanged: it is found for the catalogue here and told with `say` where it is shown."""
    return sentence


def speak(tongue: Tongue) -> None:
    """Say everything from here on in this language, until told otherwise. For whoever begins a request."""
    _spoken.set(tongue)


def in_english(tell: Callable[Told, Notices]) -> Callable[Told, Notices]:
    """For functions that make notices: whoever's deed it is, their language is not that of who reads them."""

    @wraps(tell)
    def told(*args: Told.args, **kwargs: Told.kwargs) -> Notices:
        with speaking(ENGLISH):
            return tell(*args, **kwargs)

    return told


@contextmanager
def speaking(tongue: Tongue) -> Iterator[None]:
    """Say everything inside in this language."""
    token = _spoken.set(tongue)
    try:
        yield
    finally:
        _spoken.reset(token)
