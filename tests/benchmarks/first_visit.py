"""What a browser that was never here before must fetch to show a page: HTML, stylesheet and script."""

import gzip
import re
from collections.abc import Iterator

from tests.benchmarks.client import fetch
from tests.benchmarks.figures import Figure
from tests.benchmarks.measure import Bench, signed_in
from tests.benchmarks.town import THEME

NAME = "first visit"
MOST = 60
"""kB (1,000 bytes) in all, compressed."""

_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def figures(bench: Bench) -> Iterator[Figure]:
    """A whole first visit to the public page and to a theme page, HTML as a proxy would compress it."""
    for name, who, path in (
        ("public round page", "", f"/rounds/{bench.town.open_round}/"),
        ("theme page", "editor", f"/applications/{bench.town.drafts[0]}/themes/{THEME}/"),
    ):
        _, headers = signed_in(bench, who)
        offered = {**headers, "Accept-Encoding": "gzip"}
        html, encoding = fetch(bench.service.port, path, offered)
        plain = gzip.decompress(html) if encoding == "gzip" else html
        linked = sum(
            len(fetch(bench.service.port, address, offered)[0]) for address in _LINKED.findall(plain.decode())
        )
        hypha = "763" if who else ""
        yield Figure(
            f"{NAME}, {name}: compressed", (len(gzip.compress(plain)) + linked) / 1000, "kB", MOST, hypha
        )
        yield Figure(f"{NAME}, {name}: as sent without a proxy", (len(html) + linked) / 1000, "kB")
