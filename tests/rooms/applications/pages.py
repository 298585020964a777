"""Reading a page as its reader does: what stands in its boxes, its links, its words."""

import re
from html import unescape
from html.parser import HTMLParser


class Page(HTMLParser):
    """The boxes of a page by name, its links, and its words without tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.boxes: dict[str, str] = {}
        self.links: list[str] = []
        self._words: list[str] = []
        self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note inputs, text areas and links."""
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "textarea":
            self._textarea = name
            self.boxes[name] = ""
        elif tag == "option" and "selected" in given and self._select:
            self.boxes[self._select] = given.get("value") or ""
        elif tag == "select":
            self._select = name
        elif tag == "input" and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.boxes[name] = given.get("value") or ""

    _select = ""

    def handle_endtag(self, tag: str) -> None:
        """A text area ends."""
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        """Words of the page, or of a text area. The first line end of a text area is not part of its text."""
        if self._textarea:
            self.boxes[self._textarea] += data
        else:
            self._words.append(data)

    def typed(self, name: str) -> str:
        """What stands in a text area, without the line end that HTML drops."""
        return self.boxes[name].removeprefix("\n")

    @property
    def words(self) -> str:
        """The page's words with single spaces."""
        return re.sub(r"\s+", " ", unescape(" ".join(self._words)))
