"""The language a person reads: English in the code, other languages from catalogues of its sentences.

Plain Python, so that rules and notices can speak too. The web layer says which catalogue holds for a request.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations

ENGLISH = NullTranslations()
_spoken: ContextVar[NullTranslations] = ContextVar("spoken", default=ENGLISH)


def translated(sentence: str) -> str:
    """`sentence` in the reader's language, its %(names)s still to be filled."""
    return _spoken.get().gettext(sentence)


def translated_count(one: str, many: str, count: int) -> str:
    """`one` or `many` in the reader's language, whichever its grammar wants for `count`."""
    return _spoken.get().ngettext(one, many, count)


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


@contextmanager
def speaking(catalogue: NullTranslations) -> Iterator[None]:
    """Tell everything said inside in the language of `catalogue`."""
    token = _spoken.set(catalogue)
    try:
        yield
    finally:
        _spoken.reset(token)
