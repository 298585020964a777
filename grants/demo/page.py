"""A page of PDF with a few lines of text, to stand in for the papers of invented organisations."""

from collections.abc import Sequence
from io import BytesIO

import pikepdf
from pikepdf import Dictionary, Name


def one_page(lines: Sequence[str]) -> bytes:
    """A PDF of one A4 page with these lines at its top. The same lines give the same bytes."""
    made = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[0]
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
        )
        page.Resources = Dictionary(Font=Dictionary(F1=font))
        page.Contents = pdf.make_stream(_drawn(lines))
        pdf.save(made, deterministic_id=True)
    return made.getvalue()


def _drawn(lines: Sequence[str]) -> bytes:
    """The lines as page content (ISO 32000-1, 9.4), 12 points, from the top left."""
    shown = [_escaped(line) for line in lines]
    return b"BT /F1 12 Tf 18 TL 60 780 Td " + b" ".join(one + b" Tj T*" for one in shown) + b" ET"


def _escaped(line: str) -> bytes:
    """A literal string (ISO 32000-1, 7.3.4.2)."""
    plain = line.replace("’", "'").encode("latin-1", "replace")
    return b"(" + plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
