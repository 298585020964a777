"""Alembic's entry: hands it every room's tables and the connection that `core.schema` opened."""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from alembic import context

import grants
from grants.core.db import Base
from grants.core.schema import AUTOGENERATE

for part in iter_modules(grants.__path__):
    if part.ispkg and find_spec(f"grants.{part.name}.models"):
        import_module(f"grants.{part.name}.models")

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, **AUTOGENERATE
)
with context.begin_transaction():
    context.run_migrations()
