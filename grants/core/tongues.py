"""Which languages the service speaks, and in which one a request is answered.

A language is there when its catalogue is: `translations/<code>/messages.po`. English needs none.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import Flask, Response, current_app, g, request, request_started
from flask_babel import Babel, get_locale

from grants.core import language
from grants.core.language import ENGLISH, Tongue
from grants.core.places import translations_folder

COOKIE = "language"
A_YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Let `app` speak every language that has a catalogue, each request in its reader's."""
    # Every message of our forms is our own; loading WTForms' would cost each page 0.4 ms.
    app.config["WTF_I18N_ENABLED"] = False
    Babel(app, locale_selector=lambda: g.get("tongue", ENGLISH).code, configure_jinja=False)
    app.extensions["tongues"] = {
        tongue.code: tongue for tongue in (ENGLISH, *catalogues(translations_folder()))
    }
    app.jinja_env.globals.update(page_language=get_locale, languages=languages)
    request_started.connect(_listen, app)
    app.teardown_request(_fall_silent)


def catalogues(folder: Path) -> list[Tongue]:
    """Every language that `folder` has a catalogue of, by code."""
    return [
        Tongue(path.parent.name, _catalogue(path.read_bytes()))
        for path in sorted(folder.glob("*/messages.po"))
    ]


def _catalogue(po: bytes) -> Translations:
    """A catalogue as translators write it, ready to be spoken."""
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(po)))
    compiled.seek(0)
    return Translations(compiled)


def languages() -> list[Locale]:
    """The languages to choose from."""
    return [Locale.parse(code) for code in _tongues()]


def choose(response: Response, code: str) -> None:
    """Remember a choice of language in the reader's browser; one that we do not speak changes nothing."""
    if code in _tongues():
        response.set_cookie(
            COOKIE, code, max_age=A_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
        )


def _listen(sender: Flask, **extra: Any) -> None:
    """What the reader chose, else what their browser asks for, else English."""
    spoken = _tongues()
    tongue = ENGLISH
    if len(spoken) > 1:
        wanted = request.cookies.get(COOKIE) or request.accept_languages.best_match(list(spoken))
        tongue = spoken.get(wanted or "", ENGLISH)
    g.tongue = tongue
    language.speak(tongue)


def _fall_silent(error: BaseException | None) -> None:
    language.speak(ENGLISH)


def _tongues() -> dict[str, Tongue]:
    tongues: dict[str, Tongue] = current_app.extensions["tongues"]
    return tongues
