"""Every test leaves the settings and the kept connection as it found them."""

from collections.abc import Iterator

import pytest

from grants import config
from grants.notifications import smtp
from tests.smtp_sink import Sink


@pytest.fixture(autouse=True)
def settings_kept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Put this process's settings back, and hang up on mail servers."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app")
    before = config.current() if "app" in request.fixturenames else None
    yield
    smtp.start_afresh()
    if before is not None:
        config.use(before)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server that takes everything until it is told otherwise."""
    with Sink() as running:
        yield running
