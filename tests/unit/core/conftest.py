"""An application that is nothing but pages, for forms and filters that need a request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from grants.core import pages
from grants.core.places import static_folder, template_folder

Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def bare_app() -> Flask:
    app = Flask("bare", template_folder=str(template_folder()), static_folder=str(static_folder()))
    app.config.update(SECRET_KEY="unit", WTF_CSRF_ENABLED=False)
    app.jinja_env.globals.update(csrf_token=lambda: "token")
    pages.init_app(app)
    return app


@pytest.fixture
def sending(bare_app: Flask) -> Ask:
    """`with sending({"name": "text"}):` is inside a request that posts these fields."""

    @contextmanager
    def post(data: dict[str, Any], path: str = "/", **kwargs: Any) -> Iterator[None]:
        with bare_app.test_request_context(path, method="POST", data=data, **kwargs):
            yield

    return post


@pytest.fixture
def looking(bare_app: Flask) -> Iterator[None]:
    """Inside a request that reads a page."""
    with bare_app.test_request_context("/"):
        yield
