"""The ring of keys that bank details are sealed with: from a setting, or from a file that rotates itself."""

import os
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from grants import config
from grants.config import Misconfigured

FILE = "bank.keys"

Ring = tuple[str, ...]
"""Secrets, the newest first: it seals; all of them open."""


def ring() -> Ring:
    """The keys in force, read afresh: a rotation counts at once in every process. Raises Misconfigured."""
    settings = config.current()
    if settings.bank_keys:
        found = tuple(key.strip() for key in settings.bank_keys.split(",") if key.strip())
    else:
        path = settings.data_dir / FILE
        if not path.exists():
            _write_first(path)
        found = tuple(path.read_text().split())
    if not found:
        raise Misconfigured(f"There is no key for bank details in GRANTS_BANK_KEYS or in {FILE}.")
    return found


def are_set_by_operator() -> bool:
    """Whether the keys come from the setting, so that only the operator can add one."""
    return bool(config.current().bank_keys)


def name_of(key: str) -> str:
    """Eight hex digits that name a key and tell nothing of it."""
    return sha256(b"bank key:" + key.encode()).hexdigest()[:8]


def new_key() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def write(keys: Ring) -> None:
    """Put these keys in the place of the file's, whole or not at all."""
    path = config.current().data_dir / FILE
    draft = _draft(path, keys)
    os.replace(draft, path)


def _write_first(path: Path) -> None:
    """Of processes that start at the same moment all read the key that came first."""
    draft = _draft(path, (new_key(),))
    with suppress(FileExistsError):
        os.link(draft, path)
    os.unlink(draft)


def _draft(path: Path, keys: Ring) -> str:
    with NamedTemporaryFile("w", dir=path.parent, prefix=".bank-", delete=False) as draft:
        draft.write("\n".join(keys) + "\n")
        draft.flush()
        os.fsync(draft.fileno())
    return draft.name
