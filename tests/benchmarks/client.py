"""A client that keeps its connections, as a browser does, and times every request."""

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import islice
from urllib.parse import urlencode

PATIENCE = 60


@dataclass(frozen=True)
class Request:
    """What is asked for; `form` makes it a POST."""

    path: str
    form: Mapping[str, str] | None = None

    @property
    def method(self) -> str:
        """GET, or POST with a form."""
        return "GET" if self.form is None else "POST"

    @property
    def answer(self) -> int:
        """The status of success: a page, or the way to the next one."""
        return 200 if self.form is None else 302


@dataclass
class Timed:
    """Seconds of each request, and of all together by the clock."""

    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def add(self, more: "Timed") -> None:
        """Count another run's requests in."""
        self.seconds += more.seconds
        self.elapsed += more.elapsed

    @property
    def a_second(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.elapsed

    def quantile(self, share: float) -> float:
        """Milliseconds within which `share` of the requests were answered."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(port: int, streams: Sequence[Iterator[Request]], each: int, headers: Mapping[str, str]) -> Timed:
    """Send `each` requests of every stream, each stream on a connection of its own, all at the same time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(streams)) as pool:
        parts = list(pool.map(lambda stream: _one_connection(port, islice(stream, each), headers), streams))
    return Timed([seconds for part in parts for seconds in part], time.perf_counter() - began)


def fetch(port: int, path: str, headers: Mapping[str, str]) -> tuple[bytes, str]:
    """The body of one page as it comes over the wire, and its content encoding."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", path, headers=dict(headers))
    response = connection.getresponse()
    body = response.read()
    connection.close()
    assert response.status == 200, f"{path} answered {response.status}"
    return body, response.headers.get("Content-Encoding", "")


def _one_connection(port: int, requests: Iterator[Request], headers: Mapping[str, str]) -> list[float]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    taken = []
    for request in requests:
        body = None if request.form is None else urlencode(request.form)
        form = {} if body is None else {"Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        connection.request(request.method, request.path, body, {**headers, **form})
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - began)
        assert response.status == request.answer, (
            f"{request.method} {request.path} answered {response.status}"
        )
    connection.close()
    return taken
