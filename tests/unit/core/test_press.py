"""What the press does to a text before it is set: nothing that a reader would miss."""

import pytest

from grants.core import press


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("Plain words, £5 & “quotes”", "Plain words, £5 & “quotes”"),
        ("Two\nlines\tand a tab", "Two\nlines\tand a tab"),
        ("bell\x07, mark\ufeff, private\ue000, none\uffff", "bell, mark, private, none"),
        ("Ψυχή مرحبا 中文 😀", "Ψυχή مرحبا 中文 😀"),
        ("x" * 29, "x" * 29),
        ("x" * 32, f"{'x' * 15}\u200b{'x' * 15}\u200bxx"),
    ],
)
def test_text_keeps_its_characters_and_finds_a_place_to_break(typed: str, set_as: str) -> None:
    assert press.tidy(typed) == set_as


@pytest.mark.parametrize(
    ("typed", "unknown", "told"),
    [
        ("We 😀 care", {"😀"}, "We [grinning face] care"),
        ("👩\u200d🌾!", {"👩", "🌾", "\u200d"}, "[woman][ear of rice]!"),
        ("王小明 leads", {"王", "小", "明"}, "[U+738B U+5C0F U+660E] leads"),
        ("สวัสดี!", {"ส", "ว", "ั", "ด", "ี"}, "[U+0E2A U+0E27 U+0E2A U+0E14]!"),
        ("a\u200db", {"\u200d"}, "ab"),
        ("1\ufe0f\u20e3 first, 12 next", {"1\ufe0f\u20e3"}, "1 first, 12 next"),
        ("a]b☃-c", {"☃"}, "a]b[snowman]-c"),
    ],
)
def test_what_no_font_shows_is_named(typed: str, unknown: set[str], told: str) -> None:
    assert press.spelt_out(typed, unknown=unknown) == told


def test_the_typesetter_s_complaints_are_read() -> None:
    diagnostic = (
        'error: PDF/UA-1 error: the text `"😀"` could not be displayed with font `"Libertinus Serif"`\n'
        "  │ #d.t\n"
        'error: PDF/UA-1 error: the text `"\\u{e31}"` could not be displayed with font `"Libertinus Serif"`\n'
        'error: PDF/UA-1 error: the text contains the disallowed codepoint `"\\u{feff}"`\n'
        'error: PDF/UA-1 error: the text `"\\""` could not be displayed with font `"Libertinus Serif"`\n'
    )
    assert press.refused_by(diagnostic) == {"😀", "\u0e31", "\ufeff", '"'}


def test_texts_are_changed_wherever_they_stand_and_nothing_else() -> None:
    data = {"a": ["x", {"x": "x", "n": 1, "yes": True, "none": None}]}
    assert press.reshaped(data, str.upper) == {"a": ["X", {"x": "X", "n": 1, "yes": True, "none": None}]}
