"""People who write and send their bids in the last minutes, each in a thread, as their browsers would."""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from random import Random
from urllib.parse import urlencode

from tests.benchmarks.client import PATIENCE, Timed
from tests.benchmarks.town import answers_at_the_limit
from tests.unit.applications.bids import fund

VISIT = 30.0
"""Seconds from an applicant's first page to the receipt."""
THEMES = 2
SAVES = 5
"""On each theme page: all but the last while typing, the last by the button."""

_STEPS = THEMES * (SAVES + 1) + 3
_VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')


@dataclass
class Applicant:
    """Somebody with a bid that is ready. `begins` is the seconds until they come; `saved` the last words of
    each theme page that the service said it has saved.
    """

    ref: str
    port: int
    headers: Mapping[str, str]
    begins: float
    saves: Timed = field(default_factory=Timed)
    submits: Timed = field(default_factory=Timed)
    requests: int = 0
    faults: list[str] = field(default_factory=list)
    saved: dict[str, dict[str, str]] = field(default_factory=dict)

    def visit(self, began: float) -> None:
        """Two theme pages, each saved several times, then the check page; the bid is sent, the receipt read.

        `began` is the moment (`perf_counter`) from which everybody counts.
        """
        due = self._moments(began)
        for theme in fund().rubric.theme_keys[:THEMES]:
            self._write(theme, due)
        for place, form in (("check", None), ("submit", {"declared": "y"}), ("receipt", None)):
            _sleep_until(next(due))
            self._ask(f"/applications/{self.ref}/{place}/", form, self.submits if form else None)

    def _moments(self, began: float) -> Iterator[float]:
        """When each step is due: spread over the visit, no two people in step."""
        chance = Random(self.ref)  # noqa: S311 - seeded, nothing secret
        for step in range(_STEPS):
            yield began + self.begins + VISIT / _STEPS * (step + chance.random())

    def _write(self, theme: str, due: Iterator[float]) -> None:
        """Open the page, type while it saves itself, press the button."""
        _sleep_until(next(due))
        path = f"/applications/{self.ref}/themes/{theme}/"
        found = _VERSION.search(self._ask(path) or "")
        version = found[1] if found else ""
        for number in range(SAVES):
            _sleep_until(next(due))
            words = self._words(number)
            form = {f"q-{strand}": text for strand, text in words.items()} | {"version": version}
            if number == SAVES - 1:
                done = self._ask(path, form | {"go": "next"}, self.saves) is not None
            else:
                answer = json.loads(self._ask(path, form, self.saves, by_itself=True) or "{}")
                version, done = str(answer.get("version", version)), answer.get("state") == "saved"
                if not done:
                    self.faults.append(f"{path} was not saved: {answer}")
            if done:
                self.saved[theme] = words

    def _words(self, number: int) -> dict[str, str]:
        """Answers as long as they may be, which no other save has."""
        written = answers_at_the_limit(fund())
        last = list(written)[-1]
        return {**written, last: f"{written[last].rsplit(' ', 1)[0]} {self.ref}-{number}"}

    def _ask(
        self,
        path: str,
        form: Mapping[str, str] | None = None,
        timed: Timed | None = None,
        *,
        by_itself: bool = False,
    ) -> str | None:
        """One request on a connection of its own. Gives the page; None, with a fault noted, if it failed."""
        headers = {**self.headers, "Connection": "close"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if by_itself:
            headers["X-Sent-By-Itself"] = "1"
        wanted = 302 if form is not None and not by_itself else 200
        self.requests += 1
        began = time.perf_counter()
        try:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request(
                "GET" if form is None else "POST",
                path,
                urlencode(form) if form is not None else None,
                headers,
            )
            response = connection.getresponse()
            body = response.read().decode()
            connection.close()
        except (OSError, HTTPException) as error:
            self.faults.append(f"{path}: {error!r}")
            return None
        if timed is not None:
            timed.seconds.append(time.perf_counter() - began)
        if response.status != wanted:
            self.faults.append(f"{path} answered {response.status}")
            return None
        return body


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))
