"""A fund as data: the one definition that drives questions, score sheets, weights, ranking, feedback and
exports.

Everything particular to a council lives in these frozen records. They are read from a fund file
(`programme.fund_file`), stored with the round as JSON and never change once the round has opened.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from grants.documents.states import Kind
from grants.programme.agreeing import USUAL_AGREEMENT, GrantAgreement
from grants.programme.limits import AS_USUAL, Allocation
from grants.programme.paying import AS_ONE, Paying
from grants.programme.practice import NO_PRACTICE, Practice, PracticeBid
from grants.programme.reporting import NO_REPORTS, Monitoring


class Coverage(StrEnum):
    """Which themes count towards a bid's total."""

    ALL = "all"
    CLAIMED = "claimed"


class ReviewerKind(StrEnum):
    """The four kinds of panel reviewer."""

    CITIZEN = "citizen"
    VCS = "vcs"
    COUNCIL = "council"
    PARTNER_BODY = "partner_body"


class AnswerKind(StrEnum):
    """How a question is answered and therefore which field a form shows."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    YES_NO = "yes_no"
    MONEY = "money"
    DATE = "date"
    CHOICES = "choices"
    NUMBER = "number"
    PLACES = "places"
    PRIORITIES = "priorities"
    MILESTONES = "milestones"
    RISKS = "risks"


@dataclass(frozen=True)
class Level:
    """One step of the score scale, with the sentence that anchors it on the scoring screen."""

    score: int
    name: str
    anchor: str


@dataclass(frozen=True)
class Theme:
    """A row of the workshop table: what a bid may address. `weight` counts between themes."""

    key: str
    name: str
    statement: str
    weight: Fraction


@dataclass(frozen=True)
class Strand:
    """A column of the workshop table: how a bid may address a theme. `weight` counts between strands."""

    key: str
    name: str
    question: str
    hint: str
    word_limit: int
    weight: Fraction


@dataclass(frozen=True)
class Cell:
    """Where a theme meets a strand: the workshop's own statements, quoted whole."""

    theme: str
    strand: str
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Rubric:
    """Themes x strands with their scale: the single source of questions, sheets, weights and charts."""

    themes: tuple[Theme, ...]
    strands: tuple[Strand, ...]
    cells: tuple[Cell, ...]
    levels: tuple[Level, ...]
    coverage: Coverage
    method: str
    source: str

    @cached_property
    def max_score(self) -> int:
        """The highest score a cell can have."""
        return max(level.score for level in self.levels)

    @cached_property
    def theme_keys(self) -> tuple[str, ...]:
        """Theme keys in the order of the fund file."""
        return tuple(theme.key for theme in self.themes)

    @cached_property
    def strand_keys(self) -> tuple[str, ...]:
        """Strand keys in the order of the fund file."""
        return tuple(strand.key for strand in self.strands)

    @cached_property
    def _themes_by_key(self) -> dict[str, Theme]:
        return {theme.key: theme for theme in self.themes}

    @cached_property
    def _cells_by_key(self) -> dict[tuple[str, str], Cell]:
        return {(cell.theme, cell.strand): cell for cell in self.cells}

    def theme(self, key: str) -> Theme:
        """The theme called `key`. KeyError if the rubric has none."""
        return self._themes_by_key[key]

    def cell(self, theme: str, strand: str) -> Cell:
        """The cell of a theme and a strand. KeyError if the rubric has none."""
        return self._cells_by_key[theme, strand]


@dataclass(frozen=True)
class Question:
    """One question of the form outside the rubric. `word_limit` 0 means no limit.

    Of rows (milestones, risks) the limit holds for each text in them. `least` and `most` bound a number, or
    how many places, priorities or rows there may be; None is no bound.
    """

    key: str
    text: str
    hint: str
    kind: AnswerKind
    required: bool
    word_limit: int
    choices: tuple[str, ...]
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Section:
    """One page of the form: a task in the applicant's task list."""

    key: str
    title: str
    intro: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class EligibilityQuestion:
    """A yes/no question asked before a draft is started; any answer but `pass_answer` stops with
    `stop_reason`.
    """

    key: str
    text: str
    hint: str
    pass_answer: bool
    stop_reason: str


@dataclass(frozen=True)
class Calendar:
    """The round's dates, UTC. A bid is in time if its submit request arrives before `closes_at`."""

    opens_at: datetime
    closes_at: datetime
    reviews_due_at: datetime
    panel_on: date
    decisions_by: date
    spend_from: date
    spend_by: date


@dataclass(frozen=True)
class Amounts:
    """Whole pence. `minimum_ask`/`maximum_ask` of None mean any amount."""

    pot: int
    minimum_ask: int | None
    maximum_ask: int | None
    second_signature_above: int | None


@dataclass(frozen=True)
class Rules:
    """What makes a bid submittable, a review valid and a bid rankable in this fund."""

    minimum_organisations: int
    minimum_themes: int
    lead_kinds: tuple[str, ...]
    budget_categories: tuple[str, ...]
    reviews_per_bid: int
    citizen_reviews_per_bid: int
    minimum_reviews_to_rank: int
    offer_days: int
    answers_required: bool
    consent_wording: str
    declaration: str
    lead_in_area: bool = False
    """Whether a lead whose postcode is known to lie in another local authority cannot send a bid."""
    appeal_days: int = 0
    """How many days an applicant has to appeal after it was told of a decision; 0: none is heard."""


@dataclass(frozen=True)
class Funder:
    """Who gives the money, as 360Giving identifies them (`organisation_id` such as GB-LAE-LUT).

    `publisher_prefix` such as 360G-LutonBC starts the identifier of every grant in open data; 360Giving gives
    one to each publisher.
    """

    name: str
    organisation_id: str
    publisher_prefix: str
    email: str


@dataclass(frozen=True)
class Place:
    """Where the fund's work happens: an area of the funder with its official code."""

    code: str
    code_type: str
    name: str


@dataclass(frozen=True)
class Area:
    """Several places that are ticked at once. `places` are their codes."""

    name: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class DocumentAsked:
    """A document that the fund asks the lead organisation for, and why.

    `kinds` are the kinds of organisation it is asked of, none for all. `dated` says which date, such as
    'the last day of the year they cover', '' for none; `not_older_than` is in months before closing.
    `accepts` are kinds of file, none for all that the service takes.
    """

    key: str
    title: str
    why: str
    kinds: tuple[str, ...]
    required: bool
    dated: str
    not_older_than: int | None
    accepts: tuple[Kind, ...]
    several: bool
    """Whether more than one file may be sent for it."""
    reviewers_see: bool
    """Whether reviewers without a conflict of interest can open it. Staff who read bids always can."""


@dataclass(frozen=True)
class Uploads:
    """The limits of files: megabytes of one, how many files a bid may have, megabytes of all of them."""

    largest_mb: int = 10
    most_files: int = 30
    most_mb: int = 100


@dataclass(frozen=True)
class EqualityQuestion:
    """A question of equality monitoring, never required, kept apart from the bid.

    “Prefer not to say” is added to the choices.
    """

    key: str
    text: str
    hint: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Retention:
    """For how many months each kind of record is kept before it is deleted or made anonymous.

    Counted from the closing minute (drafts, equality answers), from the day by which bids are decided
    (unfunded bids, reviews), from the last day for spending (funded bids), from either of those (documents,
    conversations), from sending (emails), or from the last visit (accounts without a role or a kept bid).
    """

    unsent_drafts: int = 6
    unfunded_bids: int = 24
    funded_bids: int = 84
    documents: int = 12
    reviews: int = 24
    conversations: int = 24
    emails: int = 12
    equality: int = 24
    unused_accounts: int = 36


@dataclass(frozen=True)
class Review:
    """How the round's bids are reviewed.

    `spread` is how far apart two scores of a cell or theme lie before the chair is asked to look.
    `reminder_days` are the days before reviews are due on which reviewers who have not finished are reminded,
    `escalate_after_days` the days after it on which the programme manager is told who is still silent.
    """

    spread: int = 2
    reminder_days: tuple[int, ...] = (7, 2)
    escalate_after_days: int = 3
    hide_organisations: bool = False
    """Whether reviewers read “Organisation A” where a bid names its lead or a partner."""
    practice: Practice = Practice.NONE
    """Whether reviewers score a practice bid (`FundDefinition.practice`) before a real one."""
    same_domains: tuple[str, ...] = ()
    """E-mail domains of one organisation each, with spaces between them: conflicts are suggested alike."""
    passages: bool = False
    """Whether reviewers may have passages found that share words with a cell's statements."""


@dataclass(frozen=True)
class Feedback:
    """What applicants are told of their scores when decisions are released."""

    bands: bool = True
    """Whether they read, for each theme, the name of the level that its score is nearest to."""
    strengths_from: int = 0
    """From which score on a draft takes something for a strength; 0 means the upper half of the scale."""
    required: bool = False
    """Whether no decision is released before the feedback on its bid is marked as ready."""


@dataclass(frozen=True)
class FundDefinition:
    """A whole fund file. `slug` names the fund, `round_key` the round; together they are its address."""

    slug: str
    name: str
    round_key: str
    round_name: str
    summary: str
    purpose: tuple[str, ...]
    who_may_apply: tuple[str, ...]
    source: str
    origin_note: str
    funder: Funder
    area: Place
    places: tuple[Place, ...]
    priorities: tuple[str, ...]
    calendar: Calendar
    amounts: Amounts
    rules: Rules
    rubric: Rubric
    eligibility: tuple[EligibilityQuestion, ...]
    sections: tuple[Section, ...]
    areas: tuple[Area, ...] = ()
    map_rows: tuple[str, ...] = ()
    """The places as hexagons, a row a text: codes, and - for a gap. Every second row is half a place further
    right.
    """
    equality: tuple[EqualityQuestion, ...] = ()
    documents: tuple[DocumentAsked, ...] = ()
    uploads: Uploads = Uploads()
    retention: Retention = Retention()
    review: Review = Review()
    practice: PracticeBid = NO_PRACTICE
    feedback: Feedback = Feedback()
    allocation: Allocation = AS_USUAL
    paying: Paying = AS_ONE
    agreement: GrantAgreement = USUAL_AGREEMENT
    monitoring: Monitoring = NO_REPORTS
