"""Files kept under the SHA-256 of their content: written whole or not at all, and checked when read."""

from hashlib import sha256
from pathlib import Path

from grants.core.file_store import write_whole


class NotAsBuilt(Exception):
    """A stored file is missing or is not what its hash says."""


def keep(folder: Path, content: bytes, extension: str) -> str:
    """Store `content` and give its SHA-256 (hex). Raises OSError; then nothing half-written is left.

    Storing the same content again is harmless, and mends a stored file that was changed.
    """
    digest = sha256(content).hexdigest()
    write_whole(folder, path_of(folder, digest, extension).name, content)
    return digest


def read(folder: Path, digest: str, extension: str) -> bytes:
    """The content stored under `digest`. Raises NotAsBuilt when it is gone or has changed."""
    try:
        content = path_of(folder, digest, extension).read_bytes()
    except FileNotFoundError:
        raise NotAsBuilt("The file is no longer there.") from None
    if sha256(content).hexdigest() != digest:
        raise NotAsBuilt("The file has changed since it was built.")
    return content


def path_of(folder: Path, digest: str, extension: str) -> Path:
    """Where content with this hash lies."""
    return folder / f"{digest}.{extension}"
