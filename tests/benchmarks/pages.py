"""The pages that are measured: who asks, what for, and the aims."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, repeat

from sqlalchemy import select

from grants.applications import queries as bids
from grants.core.db import unit_of_work
from grants.scoring.models import Sheet
from tests.benchmarks.client import Request
from tests.benchmarks.town import CONNECTIONS, FEW, MANY, MOST, THEME, TO_SUBMIT, Town, answers_at_the_limit
from tests.unit.applications.bids import fund

Streams = Callable[[Town], Sequence[Iterator[Request]]]


@dataclass(frozen=True)
class Peer:
    """Hypha's figures for its like page: milliseconds (uncontended to median) and SQL statements."""

    milliseconds: str = ""
    statements: str = ""


@dataclass(frozen=True)
class Page:
    """One measured page. `who` is a name in the town, '' for nobody; `streams` gives a stream a connection.

    `rounds`: it lists a full round with the largest of these numbers of bids, so its statements must be as
    many for `few` bids. Aims are milliseconds.
    """

    name: str
    who: str
    streams: Streams
    rounds: tuple[int, ...] = ()
    few: Callable[[Town], str] | None = None
    at_most: int = 0
    """How many requests there can be, 0 for as many as one likes."""
    most_processor: float | None = None
    most_median: float | None = None
    hypha: Peer = Peer()


def _get(path: Callable[[Town], str]) -> Streams:
    def streams(town: Town) -> Sequence[Iterator[Request]]:
        return [repeat(Request(path(town))) for _ in range(CONNECTIONS)]

    return streams


def _of_each(refs: Callable[[Town], Sequence[str]], path: str) -> Streams:
    def streams(town: Town) -> Sequence[Iterator[Request]]:
        return [repeat(Request(path.format(ref=ref))) for ref in refs(town)]

    return streams


def _listed(path: str, bids: int = MANY) -> tuple[Streams, Callable[[Town], str]]:
    """A page of the round with many bids, and of the one with few."""
    return _get(lambda town: path.format(round=town.rounds[bids])), (
        lambda town: path.format(round=town.rounds[FEW])
    )


def _theme_saves(town: Town) -> Sequence[Iterator[Request]]:
    """Each save changes something and carries the version that the one before left behind."""
    with unit_of_work() as session:
        pages = [bids.page_of(session, bids.by_ref(session, ref).id, f"theme:{THEME}") for ref in town.drafts]
        versions = [page.version if page else 0 for page in pages]
    return [_saves_of_draft(*one) for one in zip(town.drafts, versions, strict=True)]


def _saves_of_draft(ref: str, first: int) -> Iterator[Request]:
    answers = {f"q-{strand}": text for strand, text in answers_at_the_limit(fund()).items()}
    last = list(answers)[-1]
    for version in count(first):
        changed = answers[last].rsplit(" ", 1)[0] + f" {version}"
        form = {**answers, last: changed, "version": str(version), "go": "next"}
        yield Request(f"/applications/{ref}/themes/{THEME}/", form)


def _score_saves(town: Town) -> Sequence[Iterator[Request]]:
    with unit_of_work() as session:
        versions = [
            session.scalars(
                select(Sheet.version).where(Sheet.application_id == bids.by_ref(session, ref).id)
            ).one()
            for ref in town.scored
        ]
    return [_saves_of_sheet(*one) for one in zip(town.scored, versions, strict=True)]


def _saves_of_sheet(ref: str, first: int) -> Iterator[Request]:
    strands = fund().rubric.strand_keys
    for version in count(first):
        scores = {f"score-{strand}": str((version + n) % 6) for n, strand in enumerate(strands)}
        form = {**scores, "justification": f"Saved {version} times.", "version": str(version), "go": "next"}
        yield Request(f"/scoring/{ref}/themes/{THEME}/", form)


def _submits(town: Town) -> Sequence[Iterator[Request]]:
    return [
        chain(Request(f"/applications/{ref}/submit/", {"declared": "y"}) for ref in town.to_submit),
    ]


_RANKING, _FEW_RANKED = _listed("/scoring/ranking/{round}/")
_SORTED = "/scoring/ranking/{round}/?sort=-citizens&column=citizens&flag=any&text=project"
_LARGEST, _FEW_OF_LARGEST = _listed("/scoring/ranking/{round}/", MOST)
_TURNED, _FEW_TURNED = _listed(_SORTED, MOST)
_SCREENING, _FEW_SCREENED = _listed("/applications/screening/{round}/")
_DECISIONS, _FEW_DECIDED = _listed("/panels/{round}/")

PAGES: tuple[Page, ...] = (
    Page(
        "public round page",
        "",
        _get(lambda town: f"/rounds/{town.open_round}/"),
        hypha=Peer("56–81", "27"),
    ),
    Page(
        "task list",
        "editor",
        _of_each(lambda town: town.drafts, "/applications/{ref}/"),
        hypha=Peer("83", "19"),
    ),
    Page(
        "theme page",
        "editor",
        _of_each(lambda town: town.drafts, f"/applications/{{ref}}/themes/{THEME}/"),
        most_processor=8,
        hypha=Peer("104–172", "26"),
    ),
    Page("theme page, saved", "editor", _theme_saves),
    Page("submit", "signatory", _submits, at_most=TO_SUBMIT, hypha=Peer("77–117", "61")),
    Page(
        "scoring page",
        "rosa",
        _of_each(lambda town: town.scored, f"/scoring/{{ref}}/themes/{THEME}/"),
        hypha=Peer("64–120", "19"),
    ),
    Page("scoring page, saved", "rosa", _score_saves, hypha=Peer("39–93", "45")),
    Page(
        "ranking",
        "chair",
        _RANKING,
        rounds=(FEW, MANY),
        few=_FEW_RANKED,
        most_median=60,
        hypha=Peer("406–774", "142"),
    ),
    Page(
        "ranking, 10,000 bids",
        "chair",
        _LARGEST,
        rounds=(FEW, MOST),
        few=_FEW_OF_LARGEST,
        most_median=150,
    ),
    Page(
        "ranking, 10,000 bids, searched and sorted",
        "chair",
        _TURNED,
        rounds=(FEW, MOST),
        few=_FEW_TURNED,
        most_median=150,
    ),
    Page(
        "screening",
        "manager",
        _SCREENING,
        rounds=(FEW, MANY),
        few=_FEW_SCREENED,
        hypha=Peer("406–774", "142"),
    ),
    Page("panel decisions", "chair", _DECISIONS, rounds=(FEW, MANY), few=_FEW_DECIDED),
    Page("dashboard", "manager", _get(lambda town: "/home/"), rounds=(FEW, MANY)),
)
