"""The story, told once a process, on SQLite as in the demo: telling it takes some seconds."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from grants import config
from grants.app import create_app
from grants.audit.models import TrailEntry
from grants.core.clock import now
from grants.core.db import db
from grants.demo.actions import Told, tell
from tests.databases import Shared, fresh_sqlite, settings_for
from tests.unit.applications.bids import fund


@dataclass(frozen=True)
class Story:
    """The app on the database into which the story was told, and how it was told."""

    app: Flask
    settings: config.Settings
    at: datetime
    told: Told
    progress: tuple[str, ...]
    trail: tuple[datetime, ...]
    """When each deed of the story was done, in the order of the trail."""


@pytest.fixture(scope="package")
def story(shared_databases: Shared, worker_dir: Path) -> Iterator[Story]:
    """The story, in demo mode. What a test changes, the tests after it see."""
    made = fresh_sqlite(shared_databases, worker_dir / "story.sqlite3")
    folder = worker_dir / "data"
    folder.mkdir(mode=0o700, exist_ok=True)
    settings = replace(settings_for(folder, made.url), demo=True)
    app = create_app(settings)
    app.testing = True
    at = now()
    lines: list[str] = []
    with app.app_context():
        told = tell(definition=fund(), now=at, progress=lines.append)
        trail = tuple(db.session.scalars(select(TrailEntry.at).order_by(TrailEntry.seq)))
        db.session.rollback()
    yield Story(app, settings, at, told, tuple(lines), trail)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def demo_mode(story: Story) -> Iterator[None]:
    """Every test here runs with the story's settings, and those after it outside the demo."""
    config.use(story.settings)
    yield
    config.use(replace(story.settings, demo=False))


@pytest.fixture
def session(story: Story) -> Iterator[Session]:
    """A session of the told story."""
    with story.app.app_context():
        yield db.session()
