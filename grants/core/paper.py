"""Papers: a template of `templates/letters` and data become a tagged PDF that a screen reader can read.

Every text goes in as data: nothing that was typed is taken for a command, and the template reads no file and
no address. The same template, data and time give the same bytes on the same machine.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from grants.core import language, press
from grants.core.errors import RuleBroken
from grants.core.language import say
from grants.core.places import template_folder

MOST_CHARACTERS = 500_000
"""Longer data are refused: a bid at every word limit has about a tenth of it."""

SECONDS = 60.0

_presses = BoundedSemaphore(2)


def pdf(template: str, data: Mapping[str, Any], *, dated: datetime, installed_fonts: bool = True) -> bytes:
    """The PDF (PDF/UA-1) of `letters/<template>.typ`. `dated` becomes its date.

    The letters embedded in the typesetter are Latin, Greek, Cyrillic, Hebrew and Arabic; `installed_fonts` of
    the machine add to them. Raises RuleBroken for data that are too long to print.
    """
    told = {
        "language": language.code(),
        "region": "GB" if language.code() == language.ENGLISH.code else None,
        "mark": "",
        "description": "",
        **data,
        "words": {**_words(), **data.get("words", {})},
    }
    job = {
        "template": str(template_folder() / "letters" / f"{template}.typ"),
        "root": str(template_folder() / "letters"),
        "data": told,
        "timestamp": int(dated.timestamp()),
        "installed_fonts": installed_fonts,
    }
    sent = json.dumps(job).encode()
    if len(json.dumps(told, ensure_ascii=False)) > MOST_CHARACTERS:
        raise RuleBroken(say("This is too long to be made into a PDF. You can print the page instead."))
    with _presses:
        made = subprocess.run(  # noqa: S603 - our own file, and nothing of it comes from a request
            [sys.executable, "-I", str(Path(press.__file__))],
            input=sent,
            capture_output=True,
            timeout=SECONDS,
        )
    if made.returncode:
        raise RuntimeError(made.stderr.decode(errors="replace")[-2000:])
    return made.stdout


def _words() -> dict[str, Any]:
    return {
        "page": say("Page"),
        "facts": [say("What"), say("Answer")],
        "spelt_out": say(
            "Some characters in this document cannot be printed here. They are named in square brackets; "
            "the page in the service shows them."
        ),
    }
