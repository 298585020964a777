"""Files kept under the SHA-256 of their content: written whole or not at all, and checked when read."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile


class NotAsBuilt(Exception):
    """A stored file is missing or is not what its hash says."""


def keep(folder: Path, content: bytes, extension: str) -> str:
    """Store `content` and give its SHA-256 (hex). Raises OSError; then nothing half-written is left.

    The file is written beside its place, forced to disk and moved into its place in one step. Storing the
    same content again is harmless, and mends a stored file that was changed.
    """
    digest = sha256(content).hexdigest()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=".building-", delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            os.replace(draft.name, path_of(folder, digest, extension))
        except BaseException:
            with suppress(OSError):
                os.unlink(draft.name)
            raise
    _force_to_disk(folder)
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


def _force_to_disk(folder: Path) -> None:
    """Make the name last through a power cut, as the content does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
