"""A language that nobody speaks: every sentence of the catalogue in strange letters, so that any other shows.

It goes by the code of Welsh, because dates are written in a real language.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages import Catalog
from babel.messages.pofile import write_po
from sqlalchemy import JSON, String

from grants.core.db import Base, db
from grants.core.language import Tongue
from grants.core.tongues import catalogues
from tests.architecture.texts import catalogue

CODE = "cy"

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
STRANGE = "ȁƀƈđḗƒɠħīĵķŀḿƞǿƥɋřşŧŭṽẇẋẏẑȀƁƇĐḖƑƓĦĪĴĶĿḾȠǾƤɊŘŞŦŬṼẆẊẎẐ"
TO_STRANGE = str.maketrans(PLAIN, STRANGE)

LEFT_ALONE = re.compile(r"%%|%\(\w+\)s|<[^>]*>|&\w+;|\{\w+\}")
"""What a translator leaves as it is: holes for facts, markup, and holes that the page's script fills."""

WORDS = re.compile(r"[A-Za-z]{2,}")
SHOWN_ATTRIBUTES = ("title", "alt", "placeholder", "aria-label")
PATTERNS = re.compile(
    r"https?://\S+|/[a-z]+/\S*|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[A-Z]{2,}\d*-\d{4}\b|\b[0-9a-f]{40,}\b"
    r"|\bPDF\b|\(\.\w+(?:, \.\w+)*\)|\b[a-z]{3,}(?:[._][a-z]+)+\b|\bSHA-256\b"
    r"|\b[A-Z]{1,2}\d{1,2} \d[A-Z]{2}\b"
)
"""Addresses, references, kinds of file, names of the trail, checksums and postcodes."""


def tongue(folder: Path) -> Tongue:
    """The whole catalogue in strange letters, written as translators hand theirs in and read as theirs is."""
    filled = Catalog(locale=CODE)
    for message in catalogue():
        if message.id:
            one_or_more = message.id if isinstance(message.id, str) else message.id[-1]
            told: Any = strange(one_or_more)
            filled.add(message.id, told if isinstance(message.id, str) else (told,) * filled.num_plurals)
    place = folder / CODE
    place.mkdir(exist_ok=True)
    with (place / "messages.po").open("wb") as po:
        write_po(po, filled)
    (spoken,) = catalogues(folder)
    return spoken


def strange(text: str) -> str:
    """`text` in strange letters, what has to stay left alone."""
    kept = iter([*LEFT_ALONE.findall(text), ""])
    return "".join(piece.translate(TO_STRANGE) + next(kept) for piece in LEFT_ALONE.split(text))


class _Shown(HTMLParser):
    """Every text of a page that somebody sees or hears, one by one.

    A block that says that it is in English is left alone: a letter is shown as it was sent.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._hidden = 0
        self._english = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is read out, and leave scripts alone."""
        self._hidden += tag in ("script", "style")
        given = dict(attrs)
        if tag == "div" and (self._english or given.get("lang") == "en"):
            self._english += 1
        if self._english:
            return
        self.texts += [given[name] or "" for name in SHOWN_ATTRIBUTES if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.texts.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        """A script ends."""
        self._hidden -= tag in ("script", "style")
        self._english -= bool(self._english) and tag == "div"

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._hidden and not self._english and data.strip():
            self.texts.append(data)


def left_out(page: str, is_data: Callable[[str], bool]) -> list[str]:
    """Texts of `page` with words that are neither in strange letters nor data."""
    return [
        text
        for text in map(_flat, _Shown(page).texts)
        if WORDS.search(PATTERNS.sub("", text)) and not all(map(is_data, _plain_pieces(text)))
    ]


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text)).strip()


def _plain_pieces(text: str) -> Iterator[str]:
    """What stands between strange letters."""
    for piece in re.split(f"[{STRANGE}]+", PATTERNS.sub("", text)):
        if WORDS.search(bare := _bare(piece)):
            yield bare


def _cases(letter: str) -> tuple[str, str]:
    return letter.lower(), letter.upper()


def _bare(text: str) -> str:
    return text.strip(" ,.:;–-()“”‘’'\"!?/%|#*")


class Data:
    """What people and the fund file said: texts of the database, and the names of days and months."""

    def __init__(self, texts: Iterable[str]) -> None:
        locale = Locale.parse(CODE)
        names = [
            name for names in (locale.months, locale.days) for form in names.values()
            for width in form.values() for name in width.values()
        ]  # fmt: skip
        names += [Locale.parse(code).get_display_name() for code in ("en", CODE)]
        said = {_bare(_flat(text)) for text in [*texts, *names] if WORDS.search(text)}
        known = {
            told for text in said for told in (text, text.lower(), *(c + text[1:] for c in _cases(text[0])))
        }
        self._whole = known
        longest_first = sorted((text for text in known if len(text) > 2), key=len, reverse=True)
        self._any = re.compile("|".join(rf"(?<!\w){re.escape(text)}(?!\w)" for text in longest_first))

    def __call__(self, piece: str) -> bool:
        """Whether `piece` is put together from such texts and nothing else."""
        return piece in self._whole or not WORDS.search(self._any.sub("", piece))


PRIVATE_TABLES = ("message", "decision_letter", "trail_entry", "trail_head")
"""Tables whose texts are the service's own."""


def texts_of_database() -> Iterator[str]:
    """Every text that somebody typed or a fund file brought."""
    with db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in PRIVATE_TABLES:
                continue
            columns = [column for column in table.columns if isinstance(column.type, (String, JSON))]
            if columns:
                for row in connection.execute(table.select().with_only_columns(*columns)):
                    yield from (text for value in row for text in _leaves(value))


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.split("\n")
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _leaves(inner))
    elif isinstance(value, (list, tuple)):
        yield from (text for inner in value for text in _leaves(inner))
