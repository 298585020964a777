"""The test databases themselves: real, migrated and empty for every test."""

import pytest
from flask import Flask
from sqlalchemy import text

from grants.core.db import db
from tests.databases import Database


@pytest.mark.parametrize("time", [1, 2])
def test_every_test_starts_from_an_empty_migrated_database(app: Flask, database: Database, time: int) -> None:
    with app.app_context():
        assert db.engine.dialect.name == database.dialect
        assert db.session.execute(text("SELECT count(*) FROM person")).scalar_one() == 0
        insert = "INSERT INTO person (email, name, created_at, session_epoch) VALUES ('a', '', :at, 0)"
        db.session.execute(text(insert), {"at": "2021-01-01"})
        db.session.commit()
