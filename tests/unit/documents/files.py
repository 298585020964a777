"""Good files of every kind, and ways to make them hostile; all of it built here."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pikepdf
from pikepdf import Dictionary, Name

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Parts = Mapping[str, bytes | str]


def zipped(parts: Parts, *, stored: tuple[str, ...] = ()) -> bytes:
    """A zip of `parts` in their order."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content, ZIP_STORED if name in stored else ZIP_DEFLATED)
    return made.getvalue()


def types(main: str) -> str:
    """A [Content_Types].xml for one main part."""
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
    )


def docx_parts() -> dict[str, bytes | str]:
    """The parts of a small Word document."""
    return {
        "[Content_Types].xml": types(f"{WORD}.main+xml"),
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"/>',
        "word/document.xml": f"<w:document {W}><w:body><w:p><w:r><w:t>Rules</w:t></w:r></w:p></w:body>"
        "</w:document>",
    }


def docx(**more: bytes | str) -> bytes:
    """A Word document with parts added or replaced; '__' in a name stands for '/'."""
    return zipped({**docx_parts(), **{name.replace("__", "/"): part for name, part in more.items()}})


def with_parts(more: Parts) -> bytes:
    """A Word document with parts added or replaced."""
    return zipped({**docx_parts(), **more})


def xlsx(more: Parts | None = None) -> bytes:
    """A small workbook."""
    return zipped(
        {
            "[Content_Types].xml": types(f"{SHEET}.main+xml"),
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": "<worksheet><sheetData><c><f>SUM(A1:A2)</f></c></sheetData>"
            "</worksheet>",
            **(more or {}),
        }
    )


def odt(more: Parts | None = None) -> bytes:
    """A small OpenDocument text."""
    return zipped(
        {
            "mimetype": ODT,
            "content.xml": '<office:document-content xmlns:office="o"/>',
            "META-INF/manifest.xml": '<manifest:manifest xmlns:manifest="m"/>',
            **(more or {}),
        },
        stored=("mimetype",),
    )


def relation(kind: str, target: str) -> dict[str, str]:
    """A relationship of the document to something outside."""
    return {
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" '
        f'Type="{KINDS}/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    }


def field(*pieces: str) -> dict[str, str]:
    """A document with a field whose instruction is cut into runs."""
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    return {"word/document.xml": f"<w:document {W}><w:body><w:p>{runs}</w:p></w:body></w:document>"}


def png(width: int = 2, height: int = 2) -> bytes:
    """A PNG that says it has this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


def jpeg(width: int = 2, height: int = 2) -> bytes:
    """A JPEG that says it has this size. Its picture is nonsense."""
    app0 = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    size = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    return b"\xff\xd8" + app0 + size + b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0" + b"\x12\x34" + b"\xff\xd9"


def pdf(change: object = None, **save: object) -> bytes:
    """A PDF of one blank page. `change` is a function of the open PDF."""
    made = BytesIO()
    with pikepdf.new() as opened:
        opened.add_blank_page()
        if callable(change):
            change(opened)
        opened.save(made, **save)  # type: ignore[arg-type]  # a test's own options
    return made.getvalue()


def javascript(opened: pikepdf.Pdf) -> None:
    """A program that runs when the PDF is opened."""
    opened.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def launches(opened: pikepdf.Pdf) -> None:
    """A link that starts a program."""
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.Launch, F="a.exe")
    )
    opened.pages[0].Annots = pikepdf.Array([link])


def holds_a_file(opened: pikepdf.Pdf) -> None:
    """A file attached."""
    opened.attachments["virus.exe"] = b"MZ"


def links_to_a_page(opened: pikepdf.Pdf) -> None:
    """A link to the web: harmless."""
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=[0, 0, 9, 9],
        A=Dictionary(S=Name.URI, URI="https://example.org"),
    )
    opened.pages[0].Annots = pikepdf.Array([link])


def is_a_form(opened: pikepdf.Pdf) -> None:
    """An XFA form."""
    opened.Root.AcroForm = Dictionary(XFA=pikepdf.String("<xdp/>"), Fields=pikepdf.Array())
