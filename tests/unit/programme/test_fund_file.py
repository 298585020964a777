"""A fund file is read as it is written, and all its faults are told at once."""

from datetime import UTC, date, datetime
from fractions import Fraction

from grants.programme.definition import AnswerKind, Coverage, Question
from grants.programme.fund_file import FundFileFaulty, read_fund_file
from tests.unit.programme.texts import OTHER_SHAPE, edited, faults


def test_a_fund_of_another_shape_is_read() -> None:
    fund = read_fund_file(OTHER_SHAPE)

    assert (fund.slug, fund.round_key, fund.funder.organisation_id) == (
        "market-town-arts",
        "spring-2025",
        "GB-LAE-XWN",
    )
    assert fund.rubric.theme_keys == ("music", "stage", "craft")
    assert fund.rubric.strand_keys == ("making", "sharing")
    assert fund.rubric.max_score == 3
    assert fund.rubric.coverage is Coverage.CLAIMED
    assert fund.rubric.cell("craft", "making").statements == (
        "Old skills, new uses.",
        "Makers paid fairly.",
        "Materials from nearby.",
    )


def test_weights_are_kept_exactly() -> None:
    rubric = read_fund_file(OTHER_SHAPE).rubric

    assert [theme.weight for theme in rubric.themes] == [Fraction(1, 3), Fraction(1, 2), Fraction(2)]
    assert [strand.weight for strand in rubric.strands] == [Fraction(2), Fraction(1)]


def test_a_decimal_weight_is_not_read_as_a_float() -> None:
    fund = read_fund_file(edited(("weight = 0.5", "weight = 0.1")))

    assert fund.rubric.theme("stage").weight == Fraction(1, 10)


def test_amounts_are_pounds_in_the_file_and_pence_in_the_definition() -> None:
    amounts = read_fund_file(OTHER_SHAPE).amounts

    assert (amounts.pot, amounts.minimum_ask, amounts.maximum_ask) == (9_000_000, 50_000, 1_250_050)
    assert amounts.second_signature_above is None


def test_times_are_a_uk_clock_in_the_file_and_utc_in_the_definition() -> None:
    calendar = read_fund_file(OTHER_SHAPE).calendar

    assert calendar.opens_at == datetime(2025, 3, 3, 10, 0, tzinfo=UTC)
    assert calendar.closes_at == datetime(2025, 4, 30, 11, 0, tzinfo=UTC)
    assert calendar.panel_on == date(2025, 5, 21)


def test_what_may_be_left_out_is_read_as_nothing() -> None:
    fund = read_fund_file(OTHER_SHAPE)

    assert fund.rubric.strands[1].hint == ""
    assert fund.sections[0].intro == ""
    assert fund.sections[1].questions[2] == Question(
        key="starts_on",
        text="When does it start?",
        hint="",
        kind=AnswerKind.DATE,
        required=True,
        word_limit=0,
        choices=(),
    )


def test_space_around_a_text_is_not_kept() -> None:
    fund = read_fund_file(edited(('name = "Music"', 'name = """\n  Music\n"""')))

    assert fund.rubric.theme("music").name == "Music"


def test_all_faults_are_told_at_once_in_the_order_of_the_file_then_of_the_checks() -> None:
    text = edited(
        ('name = "Market Town Arts Fund"\n', ""),
        ("weight = 0.5", "weight = 0"),
        ("score = 3", "score = 5"),
        ("2025-04-30T12:00:00", "2025-02-01T12:00:00"),
        ("pot = 90000", "pot = 900"),
    )

    assert [place for place, _ in faults(text)] == [
        "name",
        "rubric.themes[2].weight",
        "rubric.levels",
        "amounts.maximum_ask",
        "calendar.closes_at",
    ]


def test_one_slip_is_not_told_as_several_faults() -> None:
    without_rubric_tables = OTHER_SHAPE[: OTHER_SHAPE.index("[rubric]")]
    assert faults(without_rubric_tables) == [("rubric", "This is missing.")]

    assert faults(edited(("opens_at = 2025-03-03T10:00:00\n", ""))) == [
        ("calendar.opens_at", "This is missing.")
    ]


def test_an_empty_file_misses_everything_that_must_be_there() -> None:
    places = (
        "slug name round_key round_name summary purpose who_may_apply source funder area calendar amounts"
    )

    assert faults("") == [(place, "This is missing.") for place in f"{places} rules rubric".split()]


def test_a_text_that_is_no_toml_is_told_with_line_and_column() -> None:
    assert faults('slug = "a"\nname = Luton\n') == [("line 2, column 8", "This is not TOML. Invalid value.")]
    assert faults('slug = "a') == [("end of document", "This is not TOML. Unterminated string.")]
    assert faults("day = 2025-02-30\n") == [
        ("line 1, column 7", "This is not TOML. Invalid date or datetime.")
    ]


def test_a_number_too_long_for_any_fund_is_a_fault_of_the_file() -> None:
    [(place, text)] = faults(f"slug = {'9' * 5000}\n")

    assert (place, text[:17]) == ("the file", "This is not TOML.")


def test_the_exception_reads_as_a_list_of_faults() -> None:
    try:
        read_fund_file(edited(("pot = 90000", "pot = 0")))
    except FundFileFaulty as error:
        said = str(error)

    assert said == "amounts.pot: This must be more than £0 and at most £1,000,000,000."
