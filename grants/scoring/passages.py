"""Passages of a bid that share words with a cell's statements: found by BM25, shown without a number."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

MOST_FOUND = 2
"""Passages shown for one cell."""

LEAST_SHARED = 2
"""Different words that a passage shares with one statement before it is shown: one word is chance."""

LONGEST = 90
"""Words of a paragraph from which on it is cut between sentences."""

WINDOW = 60
"""Words after which such a paragraph is cut at the next end of a sentence."""

SHORTEST = 8
"""Words that a passage has at least: a name or a heading says nothing about a statement."""

K1, B = 1.2, 0.75
"""How soon a repeated word counts no more, and how much a long passage is held back: the usual values."""

_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

_COMMON = """
a about after all also an and any are as at be because been before being both but by can could did do does
each for from had has have having he her him his how i if in into is it its just like may me more most must
my need no nor not of off on one only or other our out over own s she should so some such t than that the
their them themselve then there these they thi this those through to too under until up us use very wa was we
were what when where which while who whom why will with within without would you your
"""
STOP_WORDS = frozenset(_COMMON.split())
"""Words that stand in every text, as `stem` leaves them."""


@dataclass(frozen=True)
class Passage:
    """A few sentences of a bid. `place` is where they stand, `label` what that place is called."""

    place: str
    label: str
    text: str


def cut(place: str, label: str, text: str) -> Iterator[Passage]:
    """The passages of one answer in their order: paragraphs, long ones cut between sentences."""
    for paragraph in text.splitlines():
        for piece in _pieces(paragraph.strip()):
            if len(piece.split()) >= SHORTEST:
                yield Passage(place, label, piece)


def _pieces(paragraph: str) -> Iterator[str]:
    if len(paragraph.split()) <= LONGEST:
        yield paragraph
        return
    held: list[str] = []
    for sentence in _SENTENCE_END.split(paragraph):
        held.append(sentence)
        if sum(len(one.split()) for one in held) >= WINDOW:
            yield " ".join(held)
            held = []
    if held:
        yield " ".join(held)


def words(text: str) -> list[str]:
    """The words of a text without accents, case, endings of the plural, and words that stand everywhere."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("'s ", " ")).lower()
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for found in _WORD.findall(bare) if (word := stem(found)) not in STOP_WORDS]


def stem(word: str) -> str:
    """The word without the ending of a plural, by the three rules of the "S stemmer".

    Source: D. Harman, How effective is suffixing?, Journal of the American Society for Information Science
    42(1), 1991, pp. 7-15.
    """
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("es") and not word.endswith(("aes", "ees", "oes")):
        return word[:-1]
    if word.endswith("s") and not word.endswith(("us", "ss")):
        return word[:-1]
    return word


class Bid:
    """The passages of one bid, with how often each word stands in them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = tuple(passages)
        self._counts = [Counter(words(passage.text)) for passage in self.passages]
        self._lengths = [sum(count.values()) for count in self._counts]
        self._mean = sum(self._lengths) / len(self._lengths) if self._lengths else 0.0
        self._holding = Counter(word for count in self._counts for word in count)

    def weight(self, statement: Sequence[str], at: int) -> float:
        """BM25 of a passage for the words of a statement; 0 where they share too few.

        The sum over the statement's different words t of
        ln(1 + (N - n_t + 0.5) / (n_t + 0.5)) x f_t x (k1 + 1) / (f_t + k1 x (1 - b + b x L / mean L)),
        N passages, n_t of them with t, f_t times t in this one, L its words. Source: S. Robertson and
        H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, Foundations and Trends in
        Information Retrieval 3(4), 2009, pp. 333-389; with 1 added under the logarithm, as Lucene does, so
        that a word of most passages never counts against one.
        """
        count, total = self._counts[at], len(self.passages)
        shared = sorted(set(statement) & count.keys())
        if len(shared) < LEAST_SHARED:
            return 0.0
        held_back = K1 * (1 - B + B * self._lengths[at] / self._mean)
        return sum(
            log(1 + (total - self._holding[word] + 0.5) / (self._holding[word] + 0.5))
            * count[word]
            * (K1 + 1)
            / (count[word] + held_back)
            for word in shared
        )

    def speaking_to(self, statements: Sequence[str], *, beside: str = "") -> list[Passage]:
        """Up to two passages that share most with one of the statements, in the order of the bid.

        The answer at the place `beside` is left out: it stands next to the statements anyway. An empty list
        says that no other words are alike, not that the bid is silent.
        """
        asked = [words(statement) for statement in statements]
        weights = {
            at: max((self.weight(statement, at) for statement in asked), default=0.0)
            for at, passage in enumerate(self.passages)
            if passage.place != beside
        }
        best = sorted((at for at in weights if weights[at] > 0), key=lambda at: (-weights[at], at))
        return [self.passages[at] for at in sorted(best[:MOST_FOUND])]
