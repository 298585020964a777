"""Papers as a screen reader finds them, and that nothing typed is ever taken for a command."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from grants.core import paper
from grants.core.errors import RuleBroken
from tests.paths import needs_shared_data
from tests.rooms.access.naughty import strings

DATED = datetime(2022, 1, 28, 17, 0, tzinfo=UTC)

HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.4"',
    '#eval("1 + 1")',
    "$ x^2 $ *bold* _slanted_ = heading <label> @label `raw` // comment /* open",
    '"]#panic()[#sys.inputs',
    "\\u{41} \\",
]


def typed(text: str) -> dict[str, Any]:
    """A person's own words as papers take them."""
    return {"shape": "typed", "text": text, "items": []}


def bid(*texts: str, **changes: Any) -> dict[str, Any]:
    """The least that a bid's paper needs, with `texts` for answers."""
    part = {"title": "Answers", "note": "", "tables": [], "cards": []}
    lines = [{"label": f"Question {n}", "value": typed(text)} for n, text in enumerate(texts, 1)]
    return {
        "title": "A bid",
        "author": "The Hive",
        "foot": "LCR-0001",
        "facts": [{"label": "Reference", "value": typed("LCR-0001")}],
        "parts": [{**part, "lines": lines}],
        "declaration": "",
        "words": {"declaration": "Declaration"},
        **changes,
    }


def text_of(made: bytes) -> str:
    """All that a PDF says, in order: each font's glyphs read back through its own table of characters."""
    with pikepdf.open(BytesIO(made)) as pdf:
        return "".join(_page_text(page) for page in pdf.pages)


def _page_text(page: pikepdf.Page) -> str:
    """As a reader that copies it gets it: words that stand for what is drawn go before what is drawn."""
    fonts = {name: _characters(font) for name, font in page.resources.Font.items()}
    told, font, instead = "", {}, [False]
    for step in pikepdf.parse_content_stream(page):
        operands, name = list(step.operands), str(step.operator)
        if name in ("BDC", "BMC"):
            marks: Any = (
                operands[-1] if name == "BDC" and isinstance(operands[-1], pikepdf.Dictionary) else {}
            )
            told += "" if instead[-1] else str(marks.get("/ActualText", ""))
            instead.append(instead[-1] or "/ActualText" in marks)
        elif name == "EMC":
            instead.pop()
        elif name == "Tf":
            font = fonts[str(operands[0])]
        elif name in ("Tj", "TJ") and not instead[-1]:
            told += _shown(operands[0] if name == "TJ" else operands, font)
        elif name == "ET":
            told += " "
    return told


def _shown(pieces: Any, font: dict[str, str]) -> str:
    codes = b"".join(bytes(piece) for piece in pieces if isinstance(piece, pikepdf.String))
    return "".join(font[codes[n : n + 2].hex().upper()] for n in range(0, len(codes), 2))


def _characters(font: Any) -> dict[str, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    pairs = re.findall(r"^<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>$", table, re.MULTILINE)
    return {code.upper(): bytes.fromhex(char).decode("utf-16-be") for code, char in pairs}


def tags_of(made: bytes) -> list[str]:
    """The kinds of the document's elements, in reading order."""
    with pikepdf.open(BytesIO(made)) as pdf:
        return list(_tags(pdf.Root.StructTreeRoot))


def _tags(element: Any) -> Iterator[str]:
    if isinstance(element, pikepdf.Array):
        for kid in element:
            yield from _tags(kid)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield str(element.S).removeprefix("/")
        if "/K" in element:
            yield from _tags(element.K)


def bare(text: str) -> str:
    """Without white space and places to break, which a line's end may have taken."""
    return re.sub(r"[\s\u200b\u00ad]", "", text)


def test_a_paper_is_tagged_titled_and_in_its_language() -> None:
    made = paper.pdf("bid", bid("Words."), dated=DATED)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en-GB"
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert (str(pdf.docinfo.Title), str(pdf.docinfo.Author)) == ("A bid", "The Hive")
        with pdf.open_metadata() as metadata:
            assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["Answers"]


def test_headings_answers_and_tables_are_what_they_look_like() -> None:
    table = {
        "caption": "Budget",
        "columns": [{"label": "What", "numeric": False}, {"label": "Amount", "numeric": True}],
        "rows": [[typed("Hall"), typed("£5")]],
        "foot": [typed("Total"), typed("£5")],
    }
    card = {"title": "The Hive", "place": "", "lines": [{"label": "Role", "value": typed("Grows")}]}
    parts = [
        {"title": "Budget", "note": "", "lines": [], "tables": [table], "cards": []},
        {"title": "Partners", "note": "Two.", "lines": [], "tables": [], "cards": [card]},
    ]
    tags = tags_of(paper.pdf("bid", bid(parts=parts), dated=DATED))
    facts = ["Table", "THead", "TR", "TH", "TH", "TBody", "TR", "TD", "TD"]
    budget = ["H1", "Table", "THead", "TR", "TH", "TH", "TBody", "TR", "TD", "TD", "TFoot", "TR", "TD", "TD"]
    partners = ["H1", "P", "H2", "H3", "P"]
    seen = [tag for tag in tags if tag not in ("Strong", "Span", "Em")]
    assert seen == ["Document", "Title", *facts, *budget, *partners]


def test_the_same_data_give_the_same_bytes() -> None:
    first = paper.pdf("bid", bid("Words."), dated=DATED)
    assert paper.pdf("bid", bid("Words."), dated=DATED) == first
    assert paper.pdf("bid", bid("Words!"), dated=DATED) != first


def test_every_page_of_a_draft_says_so() -> None:
    long = "\n\n".join(["Words and words."] * 200)
    told = text_of(paper.pdf("bid", bid(long, mark="DRAFT – NOT SENT"), dated=DATED))
    with pikepdf.open(BytesIO(paper.pdf("bid", bid(long, mark="DRAFT – NOT SENT"), dated=DATED))) as pdf:
        pages = len(pdf.pages)
    assert (pages > 1, bare(told).count("DRAFT–NOTSENT")) == (True, pages)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_command_is_only_words(text: str) -> None:
    assert bare(text) in bare(text_of(paper.pdf("bid", bid(text, title=text), dated=DATED)))


@needs_shared_data
def test_naughty_strings_are_printed_and_none_is_obeyed() -> None:
    every = strings()
    told = text_of(paper.pdf("bid", bid(*every), dated=DATED, installed_fonts=False))
    assert [n for n in range(1, len(every) + 1) if bare(f"Question {n}") not in bare(told)] == []
    latin = [text for text in every if text.isascii() and text.isprintable()]
    assert [text for text in latin if bare(text) not in bare(told)] == []


def test_what_the_fonts_lack_is_named_and_said() -> None:
    without = text_of(paper.pdf("bid", bid("We 😀 care, says 王."), dated=DATED, installed_fonts=False))
    assert bare("We [grinning face] care, says [U+738B].") in bare(without)
    assert bare("Some characters in this document cannot be printed here.") in bare(without)
    plain = text_of(paper.pdf("bid", bid("Zażółć gęślą jaźń"), dated=DATED, installed_fonts=False))
    assert bare("Some characters in this document") not in bare(plain)


def test_what_is_far_too_long_is_refused_in_words() -> None:
    with pytest.raises(RuleBroken, match="too long to be made into a PDF"):
        paper.pdf("bid", bid("x" * paper.MOST_CHARACTERS), dated=DATED)
