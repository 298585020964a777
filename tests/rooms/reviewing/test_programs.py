"""The page of what programs advise names those that the note in the documents has, and no others."""

import re

from flask import Flask

from tests.paths import PROJECT
from tests.rooms.scoring.visits import open_house


def test_the_page_and_the_note_name_the_same_programs(app: Flask) -> None:
    note = (PROJECT / "docs" / "algorithms.md").read_text().partition("## In short")[2].partition("##")[0]
    named = re.findall(r"^\| ([a-z][a-z ]+) \|", note, re.MULTILINE)[1:]
    _, page = open_house(app, count=0).get("vera", "/reviewing/programs/")

    assert [name.lower() for name in re.findall(r'<th scope="row">([^<]+)</th>', page)] == named
    assert len(named) == 5
