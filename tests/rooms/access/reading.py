"""A page as a browser would read it: its words, what stands in its boxes, its elements."""

from html.parser import HTMLParser

ALLOWED_SCRIPTS = ({"nonce"}, {"type", "src"})
"""The attributes of the two scripts that every page has."""


class Read(HTMLParser):
    """What a page holds once its markup has been taken for markup and everything else for words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words = ""
        self.boxes: list[str] = []
        self.elements: set[str] = set()
        self.harm: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, what stands in a box, and anything that would run."""
        self.elements.add(tag)
        given = dict(attrs)
        if tag == "input":
            self.boxes.append(given.get("value") or "")
        if tag == "script" and set(given) not in ALLOWED_SCRIPTS:
            self.harm.append(f"<script {given}>")
        self.harm += [f"<{tag} {name}>" for name in given if name.startswith("on")]
        self.harm += [
            f"<{tag} {name}={text}>"
            for name, text in attrs
            if name in ("href", "src", "action") and (text or "").lower().strip().startswith("javascript")
        ]

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words += data

    def holds(self, text: str) -> bool:
        """Whether the page shows `text` exactly as it is, in its words or in a box."""
        return text in self.words or text in self.boxes
