"""Faults between the parts of a fund file: in its rubric, rules and form."""

import pytest

from tests.unit.programme.texts import edited, faults, part

WEIGHT = "A weight must be more than 0 and at most 1,000."
KINDS = "registered_charity, cio, constituted_group, clg, cic, community_benefit_society, public_body, other"

CELL = """[[rubric.cells]]
theme = "stage"
strand = "making"
statements = ["Young and old on the same stage."]
"""

QUESTION = """[[eligibility]]
key = "in_district"
text = "Sure?"
pass_answer = true
stop_reason = "No."

"""

FAULTS: list[tuple[str, list[tuple[str, str]], str, str]] = [
    # the rubric
    (
        "theme key twice",
        [('key = "stage"', 'key = "music"')],
        "rubric.themes[2].key",
        "“music” is here twice.",
    ),
    (
        "strand key twice",
        [('key = "sharing"', 'key = "making"')],
        "rubric.strands[2].key",
        "“making” is here twice.",
    ),
    (
        "one level",
        [(part("[[rubric.levels]]\nscore = 1", '[[rubric.strands]]\nkey = "making"'), "")],
        "rubric.levels",
        "A scale needs at least two levels.",
    ),
    (
        "weight of nothing",
        [('name = "Craft"\nweight = 2', 'name = "Craft"\nweight = 0')],
        "rubric.themes[3].weight",
        WEIGHT,
    ),
    ("weight below nothing", [("weight = 0.5", "weight = -0.5")], "rubric.themes[2].weight", WEIGHT),
    ("weight past all bounds", [("weight = 0.5", "weight = 1e999999")], "rubric.themes[2].weight", WEIGHT),
    ("weight that is no number", [("weight = 0.5", "weight = nan")], "rubric.themes[2].weight", WEIGHT),
    ("weight of zero thirds", [('"1/3"', '"0/3"')], "rubric.themes[1].weight", WEIGHT),
    (
        "weight divided by zero",
        [('"1/3"', '"1/0"')],
        "rubric.themes[1].weight",
        'A weight must be a number such as 2 or 0.5, or a fraction such as "1/3", not text.',
    ),
    (
        "weight too fine",
        [("weight = 0.5", "weight = 0.33333")],
        "rubric.themes[2].weight",
        'A weight may have at most four places after the point. Write thirds as "1/3".',
    ),
    ("missing cell", [(CELL, "")], "rubric.cells", "Theme “stage” and strand “making” have no cell."),
    (
        "duplicate cell",
        [(CELL, CELL + CELL)],
        "rubric.cells[4]",
        "Theme “stage” and strand “making” have a cell already.",
    ),
    (
        "cell of unknown theme",
        [(CELL, CELL + CELL.replace("stage", "film", 1))],
        "rubric.cells[4].theme",
        "No theme is called “film”.",
    ),
    (
        "cell of unknown strand",
        [(CELL, CELL + CELL.replace("making", "selling"))],
        "rubric.cells[4].strand",
        "No strand is called “selling”.",
    ),
    (
        "cell without statements",
        [('["Young and old on the same stage."]', "[]")],
        "rubric.cells[3].statements",
        "This list must not be empty.",
    ),
    (
        "theme name twice",
        [('name = "Theatre and dance"', 'name = "Music"')],
        "rubric.themes[2].name",
        "“Music” is here twice.",
    ),
    (
        "strand name twice",
        [('name = "Sharing"', 'name = "Making"')],
        "rubric.strands[2].name",
        "“Making” is here twice.",
    ),
    (
        "gap in the levels",
        [("score = 3", "score = 4")],
        "rubric.levels",
        "Scores must be 0, 1, 2 … without gaps or doubles, not 0, 1, 2, 4.",
    ),
    (
        "level twice",
        [("score = 3", "score = 2")],
        "rubric.levels",
        "Scores must be 0, 1, 2 … without gaps or doubles, not 0, 1, 2, 2.",
    ),
    (
        "levels from one",
        [('score = 0\nname = "Missing"', 'score = 4\nname = "Missing"')],
        "rubric.levels",
        "Scores must be 0, 1, 2 … without gaps or doubles, not 1, 2, 3, 4.",
    ),
    (
        "level below nothing",
        [("score = 3", "score = -1")],
        "rubric.levels[4].score",
        "This must be from 0 to 100.",
    ),
    (
        "level name twice",
        [('name = "Excellent"', 'name = "Good"')],
        "rubric.levels[4].name",
        "“Good” is here twice.",
    ),
    (
        "unknown method",
        [('method = "mean"', 'method = "median"')],
        "rubric.method",
        "This must be one of: mean.",
    ),
    # rules
    (
        "more themes than there are",
        [("minimum_themes = 1", "minimum_themes = 4")],
        "rules.minimum_themes",
        "4 is more than the fund has themes (3).",
    ),
    (
        "no theme need be claimed",
        [("minimum_themes = 1", "minimum_themes = 0")],
        "rules.minimum_themes",
        "Where only claimed themes count, a bid must claim at least one: without any it has no score.",
    ),
    (
        "more citizens than reviews",
        [("citizen_reviews_per_bid = 0", "citizen_reviews_per_bid = 3")],
        "rules.citizen_reviews_per_bid",
        "3 is more than a bid has reviews (2).",
    ),
    (
        "more reviews to rank than reviews",
        [("minimum_reviews_to_rank = 2", "minimum_reviews_to_rank = 3")],
        "rules.minimum_reviews_to_rank",
        "3 is more than a bid has reviews (2).",
    ),
    (
        "no review at all",
        [("\nreviews_per_bid = 2", "\nreviews_per_bid = 0")],
        "rules.reviews_per_bid",
        "This must be from 1 to 50.",
    ),
    (
        "nobody in the partnership",
        [("minimum_organisations = 1", "minimum_organisations = 0")],
        "rules.minimum_organisations",
        "This must be from 1 to 50.",
    ),
    (
        "unknown kind of lead",
        [('"public_body"]', '"band"]')],
        "rules.lead_kinds[4]",
        f"“band” is not one of: {KINDS}.",
    ),
    ("kind of lead twice", [('"public_body"]', '"cio"]')], "rules.lead_kinds[4]", "“cio” is here twice."),
    (
        "budget category twice",
        [('"Venue", "Other"]', '"Venue", "Venue"]')],
        "rules.budget_categories[4]",
        "“Venue” is here twice.",
    ),
    # form, lists and funder
    (
        "question key twice in two sections",
        [
            ('key = "dropped"', 'key = "title"'),
            ('kind = "long_text"\nrequired = false', 'kind = "short_text"\nrequired = false'),
        ],
        "sections[2].questions[2].key",
        "“title” is here twice.",
    ),
    (
        "section key twice",
        [('key = "money"', 'key = "summary"')],
        "sections[2].key",
        "“summary” is here twice.",
    ),
    (
        "section called as a built-in page",
        [('key = "money"', 'key = "budget"')],
        "sections[2].key",
        "“budget” is a page every form has. Use another key.",
    ),
    (
        "section without questions",
        [
            (
                '[[sections]]\nkey = "money"',
                '[[sections]]\nkey = "more"\ntitle = "More"\nquestions = []\n\n[[sections]]\nkey = "money"',
            )
        ],
        "sections[2].questions",
        "This list must not be empty.",
    ),
    (
        "eligibility key twice",
        [
            (
                '[[sections]]\nkey = "summary"',
                QUESTION + '[[sections]]\nkey = "summary"',
            )
        ],
        "eligibility[2].key",
        "“in_district” is here twice.",
    ),
    (
        "choices missing",
        [('choices = ["Painting", "Song", "Dance", "Weaving"]\n', "")],
        "sections[1].questions[3].choices",
        "A question with choices needs at least two of them.",
    ),
    (
        "choice twice",
        [('"Weaving"]', '"Song"]')],
        "sections[1].questions[3].choices[4]",
        "“Song” is here twice.",
    ),
    (
        "choices for another kind",
        [('kind = "yes_no"', 'kind = "yes_no"\nchoices = ["yes", "no"]')],
        "sections[1].questions[4].choices",
        "Only a question of the kind “choices” has choices; this one is yes_no.",
    ),
    (
        "word limit below nothing",
        [("word_limit = 120", "word_limit = -1")],
        "rubric.strands[1].word_limit",
        "This must be from 0 to 10,000.",
    ),
    (
        "word limit for yes or no",
        [('kind = "yes_no"', 'kind = "yes_no"\nword_limit = 5')],
        "sections[1].questions[4].word_limit",
        "Only a text answer has a word limit; this one is yes_no.",
    ),
    (
        "used answer of another kind",
        [('kind = "money"', 'kind = "short_text"')],
        "sections[2].questions[1].kind",
        "The answer to “least_amount” is used by the service: it must be money.",
    ),
    ("place twice", [('"E05099992"', '"E05099991"')], "places[2].code", "“E05099991” is here twice."),
    (
        "priority twice",
        [('"Rural access"]', '"Young audiences"]')],
        "priorities[2]",
        "“Young audiences” is here twice.",
    ),
    (
        "no e-mail address",
        [("arts@wenbury.example", "arts.wenbury.example")],
        "funder.email",
        "“arts.wenbury.example” is not an e-mail address.",
    ),
    (
        "identifier without register",
        [("GB-LAE-XWN", "XWN")],
        "funder.organisation_id",
        "This must start with its register, as in GB-LAE-LUT or GB-CHC-1123126.",
    ),
    (
        "publisher prefix without 360G",
        [("360G-wenbury", "wenbury")],
        "funder.publisher_prefix",
        "This must be 360G- and the publisher’s letters and digits, as in 360G-LutonBC.",
    ),
]


@pytest.mark.parametrize(("edits", "place", "text"), [pytest.param(*case[1:], id=case[0]) for case in FAULTS])
def test_a_fault_is_told_once_with_its_place(edits: list[tuple[str, str]], place: str, text: str) -> None:
    assert faults(edited(*edits)) == [(place, text)]
