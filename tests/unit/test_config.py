"""The secret key that an installation makes for itself."""

import stat
from pathlib import Path

import pytest

from grants.config import Misconfigured, load


def settings_in(folder: Path) -> str:
    return load({"GRANTS_DATA_DIR": str(folder), "GRANTS_DEMO": "1"}).secret_key


def test_a_secret_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    first = settings_in(tmp_path)
    assert len(first) == 64
    assert settings_in(tmp_path) == first
    (kept,) = tmp_path.iterdir()
    assert (kept.name, stat.S_IMODE(kept.stat().st_mode)) == ("secret.key", 0o600)


def test_an_empty_secret_is_refused_rather_than_used(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("\n")
    with pytest.raises(Misconfigured, match="is empty"):
        settings_in(tmp_path)
