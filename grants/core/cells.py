"""Text on its way into spreadsheet cells: nothing a spreadsheet would run, nothing a file cannot hold."""

RUNS = frozenset("=+-@＝＋－＠")
"""A cell that begins with one of these may be taken for a formula; the last four are full-width forms."""

BREAKS = frozenset("\t\r\n")

_PICTURES = {code: 0x2400 + code for code in range(0x20) if chr(code) not in BREAKS}
_NO_CHARACTERS = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), 0xFFFD)
_VISIBLE = _PICTURES | _NO_CHARACTERS


def visible(text: str) -> str:
    """`text` with every character that XML 1.0 cannot hold replaced by one that shows where it stood.

    Control characters become their pictures (U+2400 to U+241F); halves of surrogate pairs and the two
    non-characters become U+FFFD. Tabs and line ends stay.
    """
    return text.translate(_VISIBLE)


def defused(text: str) -> str:
    """`text` with an apostrophe in front if a spreadsheet might run it.

    Such text begins, after spaces, with = + - or @, or with a tab or a line end.
    Text that already has apostrophes before such a character gets one too, so that `restored` can undo it.
    """
    return f"'{text}" if _might_run(text.lstrip("'")) else text


def restored(cell: str) -> str:
    """The text that `defused` was given."""
    return cell[1:] if cell.startswith("'") and _might_run(cell.lstrip("'")) else cell


def _might_run(text: str) -> bool:
    return text[:1] in BREAKS or text.lstrip()[:1] in RUNS if text else False
