"""The app as it stands, for the tests of its shape."""

import pytest
from flask import Flask

from grants.app import create_app
from tests.databases import settings_for


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The whole app, on a database without tables: nothing here reads it."""
    folder = tmp_path_factory.mktemp("architecture")
    return create_app(settings_for(folder, f"sqlite:///{folder / 'empty.sqlite3'}"))
