"""What one XML part of a document holds that it should not: entities, programs, things from outside."""

import re
from collections.abc import Iterator
from enum import StrEnum
from io import BytesIO
from typing import Any
from xml.sax import SAXException, handler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from grants.core.language import mark
from grants.documents.states import Kind


class Hostile(Exception):
    """The part declares a DTD, entities, or something to be fetched."""


class Broken(Exception):
    """The part is no XML."""


class Found(StrEnum):
    """What a part holds that it should not; for things loaded from outside in words."""

    TEMPLATE = mark("a template")
    LINKED = mark("a file or picture from elsewhere")
    DDE = mark("data from another program (DDE)")
    MACROS = "macros"
    LOCKED = "locked"


HARMLESS = ("/hyperlink", "/externalLinkPath")
"""What may lie outside: addresses that a reader clicks on, and workbooks that a formula once looked at, whose
values are kept inside.
"""

DDE_FIELD = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
DDE_FORMULA = re.compile(r"^[=+@-]?\s*'?[A-Za-z_.]+\s*\|")
FETCHED_FIELD = re.compile(r"\bINCLUDE(TEXT|PICTURE)\b\s+\W*(https?:|ftp:|file:|\\\\\\\\)", re.IGNORECASE)
MOST_HEARD = 200_000


def inside(content: bytes, kind: Kind) -> list[Found]:
    """What is wrong in one part. Raises Hostile or Broken."""
    ear = _Ear(kind)
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(handler.feature_namespaces, False)
    parser.setContentHandler(ear)
    try:
        parser.parse(BytesIO(content))
    except DefusedXmlException as hostile:
        raise Hostile from hostile
    except (SAXException, UnicodeError, ValueError) as broken:
        raise Broken from broken
    return list(ear.heard())


class _Ear(handler.ContentHandler):
    """Listens for the few things that matter."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind
        self._found: set[Found] = set()
        self._listening = ""
        self._fields: list[str] = []
        self._formula: list[str] = []

    def heard(self) -> Iterator[Found]:
        """What was found, fields that were cut into pieces put together first."""
        fields = "".join(self._fields)[:MOST_HEARD]
        if DDE_FIELD.search(fields):
            self._found.add(Found.DDE)
        if FETCHED_FIELD.search(fields):
            self._found.add(Found.LINKED)
        return (one for one in Found if one in self._found)

    def startElement(self, name: str, attrs: Any) -> None:
        """One element begins."""
        local = name.rpartition(":")[2]
        if local in ("instrText", "f"):
            self._listening, self._formula = local, []
        if local == "fldSimple":
            self._fields += [" ", str(attrs.get("w:instr", ""))]
        elif local in ("ddeLink", "oleLink", "dde-source", "dde-connection-decl"):
            self._found.add(Found.DDE)
        elif local == "Relationship":
            self._note_relationship(attrs)
        elif self._kind is Kind.ODT:
            self._note_in_odt(local, attrs)

    def endElement(self, name: str) -> None:
        """One element ends."""
        if self._listening == "f" and DDE_FORMULA.match("".join(self._formula)):
            self._found.add(Found.DDE)
        self._listening = ""

    def characters(self, content: str) -> None:
        """Some text."""
        if self._listening == "instrText":
            self._fields.append(content)
        elif self._listening == "f" and len(self._formula) < 1000:
            self._formula.append(content)

    def _note_relationship(self, attrs: Any) -> None:
        if str(attrs.get("TargetMode", "")).lower() != "external":
            return
        kind = str(attrs.get("Type", ""))
        if kind.endswith("/attachedTemplate"):
            self._found.add(Found.TEMPLATE)
        elif not kind.endswith(HARMLESS):
            self._found.add(Found.LINKED)

    def _note_in_odt(self, local: str, attrs: Any) -> None:
        if local == "encryption-data":
            self._found.add(Found.LOCKED)
        elif local in ("script", "event-listener") and not attrs.get("xlink:href", "").startswith("#"):
            self._found.add(Found.MACROS)
        elif local in ("image", "object", "object-ole", "template", "section-source", "plugin", "applet"):
            target = str(attrs.get("xlink:href", ""))
            if re.match(r"(?!mailto:)[A-Za-z][A-Za-z0-9+.-]*:|//", target):
                self._found.add(Found.LINKED)
