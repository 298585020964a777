"""A stored file is whole, or it is not there; and it is what its hash says, or it is not handed out."""

import os
import resource
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from grants.exports import file_store
from grants.exports.file_store import NotAsBuilt

CONTENT = b"Bid,Awarded\r\n" * 1000


def test_a_file_is_kept_under_its_hash_for_its_owner_alone(tmp_path: Path) -> None:
    digest = file_store.keep(tmp_path / "exports", CONTENT, "csv")

    path = file_store.path_of(tmp_path / "exports", digest, "csv")
    assert digest == sha256(CONTENT).hexdigest()
    assert file_store.read(tmp_path / "exports", digest, "csv") == CONTENT
    assert [found.name for found in path.parent.iterdir()] == [f"{digest}.csv"]
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_keeping_again_changes_nothing_and_mends_a_changed_file(tmp_path: Path) -> None:
    digest = file_store.keep(tmp_path, CONTENT, "csv")
    path = file_store.path_of(tmp_path, digest, "csv")
    path.write_bytes(CONTENT + b"x")

    assert file_store.keep(tmp_path, CONTENT, "csv") == digest
    assert path.read_bytes() == CONTENT
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "change", [lambda content: content + b" ", lambda content: content[:-1], lambda _: b""]
)
def test_a_changed_file_is_not_handed_out(tmp_path: Path, change: object) -> None:
    assert callable(change)
    digest = file_store.keep(tmp_path, CONTENT, "csv")
    file_store.path_of(tmp_path, digest, "csv").write_bytes(change(CONTENT))

    with pytest.raises(NotAsBuilt, match="has changed since it was built"):
        file_store.read(tmp_path, digest, "csv")


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAsBuilt, match="no longer there"):
        file_store.read(tmp_path, "0" * 64, "csv")


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """No file of this process may grow past 4 kB: the system's own way of saying that there is no room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_without_room_nothing_half_written_is_left(tmp_path: Path, small_files_only: None) -> None:
    with pytest.raises(OSError, match="File too large"):
        file_store.keep(tmp_path, CONTENT, "csv")

    assert os.listdir(tmp_path) == []
