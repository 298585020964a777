"""Where the files themselves lie: kept under a random name of ours, never under the one a person gave."""

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from grants.core.file_store import write_whole


class FileGone(Exception):
    """A stored file is missing or is not what its hash says."""


@dataclass(frozen=True)
class Stored:
    """A file that lies in the store, and when it was written."""

    place: str
    written_at: datetime


class Store(Protocol):
    """A place for files. Another one (S3, say) has these four functions."""

    def keep(self, content: bytes) -> str:
        """Store `content` whole or not at all and give its place. Raises OSError."""

    def read(self, place: str, digest: str) -> bytes:
        """The file at `place`, whose SHA-256 (hex) is `digest`. Raises FileGone."""

    def remove(self, place: str) -> None:
        """Take the file away. Taking it away twice is no error."""

    def files(self) -> Iterator[Stored]:
        """Everything that lies in the store."""


@dataclass(frozen=True)
class Folder:
    """A store that is a folder, for the service's own user alone."""

    path: Path

    def keep(self, content: bytes) -> str:
        """Store `content` under a random name."""
        place = secrets.token_hex(16)
        write_whole(self.path, place, content)
        return place

    def read(self, place: str, digest: str) -> bytes:
        """The file at `place`, checked against its hash before a byte of it is handed out."""
        try:
            content = (self.path / place).read_bytes()
        except FileNotFoundError:
            raise FileGone("The file is no longer there.") from None
        if sha256(content).hexdigest() != digest:
            raise FileGone("The file has changed since it was sent.")
        return content

    def remove(self, place: str) -> None:
        """Unlink the file."""
        with suppress(FileNotFoundError):
            (self.path / place).unlink()

    def files(self) -> Iterator[Stored]:
        """Every file, also one that was still being written when the machine stopped."""
        if not self.path.is_dir():
            return
        for path in self.path.iterdir():
            with suppress(FileNotFoundError):
                yield Stored(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))
