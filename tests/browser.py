"""Flask's test client made to behave like a browser: separate requests, and forms with their CSRF token."""

from contextvars import Context
from functools import partial
from hashlib import sha256
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

CSRF_SALT = "wtf-csrf-token"


class Browser(FlaskClient):
    """A signed-out visitor. Use `app.test_client()` instead to send a POST without its CSRF token."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class, use_cookies=True)

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send one request in a context of its own: it does not borrow an app context the test holds open."""
        if str(kwargs.get("method", "GET")).upper() not in ("GET", "HEAD", "OPTIONS"):
            kwargs["headers"] = {"X-CSRFToken": self.csrf_token(), **dict(kwargs.get("headers") or {})}
        return Context().run(partial(super().open, *args, **kwargs))

    def csrf_token(self) -> str:
        """The token that a page's form would carry for this visitor."""
        return Context().run(self._csrf_token)

    def _csrf_token(self) -> str:
        with self.session_transaction() as session:
            kept = session.setdefault("csrf_token", sha256(b"a visitor").hexdigest())
        return URLSafeTimedSerializer(self.application.secret_key or "", salt=CSRF_SALT).dumps(kept)
