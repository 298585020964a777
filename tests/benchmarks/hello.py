"""The yardstick: a page that does nothing, served by the same command line as the service."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A dozen bytes."""
    return "Hello, world"
