"""`grants demo`, and what `grants init` does for the demo."""

import argparse
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from grants import config
from grants.applications.models import Application
from grants.applications.states import Origin
from grants.config import Misconfigured
from grants.core.db import unit_of_work
from grants.core.errors import RuleBroken
from grants.demo import commands
from grants.demo.people import sign_in_help
from tests.rooms.demo.conftest import Story

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("story")]


def run() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    args = parser.parse_args(["demo"])
    code: int = args.run(args)
    return code


def test_the_story_is_told_in_demo_mode_only(story: Story, session: Session) -> None:
    config.use(replace(story.settings, demo=False))

    with pytest.raises(Misconfigured, match="GRANTS_DEMO=1"):
        run()


def test_it_is_not_told_into_a_database_that_has_the_fund(session: Session) -> None:
    with pytest.raises(RuleBroken, match="GRANTS_DATA_DIR"):
        run()


def test_starting_again_says_how_to_sign_in(
    story: Story, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = list(commands.prepare(story.settings))

    assert lines == sign_in_help(story.settings.public_url).splitlines()
    assert capsys.readouterr().err == ""


def test_outside_the_demo_nothing_is_prepared(story: Story, session: Session) -> None:
    assert list(commands.prepare(replace(story.settings, demo=False))) == []


def test_a_story_that_broke_off_is_noticed(
    story: Story, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    set_origin(session, Origin.DEMO, Origin.ONLINE, only_first=True)
    try:
        assert list(commands.prepare(story.settings)) != []
        assert "broke off" in capsys.readouterr().err
    finally:
        set_origin(session, Origin.ONLINE, Origin.DEMO)


def set_origin(session: Session, before: Origin, after: Origin, *, only_first: bool = False) -> None:
    """Change where bids say that they came from."""
    chosen = Application.id == 1 if only_first else Application.origin == before
    session.rollback()
    with unit_of_work() as writing:
        writing.execute(update(Application).where(chosen).values(origin=after))


def test_a_database_with_other_bids_than_the_story_gets_no_help(story: Story, session: Session) -> None:
    set_origin(session, Origin.DEMO, Origin.ONLINE)
    try:
        assert list(commands.prepare(story.settings)) == []
    finally:
        set_origin(session, Origin.ONLINE, Origin.DEMO)
