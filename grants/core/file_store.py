"""Files in a folder of ours: written whole or not at all, readable by the service alone."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says when there is no room for a file."""

DRAFT = ".building-"
"""How the name of a file that is still being written begins."""


def write_whole(folder: Path, name: str, content: bytes) -> None:
    """Write `content` to `folder/name`, mode 0600. Raises OSError; then nothing half-written is left.

    The file is written beside its place, forced to disk and moved into its place in one step; the folder is
    forced to disk too, so that the name lasts through a power cut as the content does.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, prefix=DRAFT, delete=False) as draft:
        try:
            draft.write(content)
            draft.flush()
            os.fsync(draft.fileno())
            os.replace(draft.name, folder / name)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft.name)
            raise
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
