"""Signed heads: a note of where the trail ended, kept outside the database, signed with Ed25519 (RFC
8032)."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from grants.audit.rules import Tail, canonical, moment


class NotAHead(Exception):
    """The text is not a signed head, or the signature is not this service's. The message says which."""


@dataclass(frozen=True)
class Head:
    """Where the trail ended at a moment (`at`, UTC as text): the last entry, its hash and the number of
    entries."""

    seq: int
    hash: str
    at: str
    count: int
    signature: str = ""

    @property
    def tail(self) -> Tail:
        """The end of the trail that this head vouches for."""
        return Tail(self.seq, self.hash)

    def to_json(self) -> str:
        """The head as it is filed and mailed: one line of JSON."""
        return canonical(asdict(self)).decode()


def sign(tail: Tail, *, count: int, at: datetime, seed: bytes) -> Head:
    """A head for `tail`, signed with the key made from `seed` (32 bytes)."""
    head = Head(seq=tail.seq, hash=tail.hash, at=moment(at), count=count)
    return replace(head, signature=Ed25519PrivateKey.from_private_bytes(seed).sign(_signed_part(head)).hex())


def read(text: str, *, seed: bytes) -> Head:
    """The head in `text`. Raises NotAHead if it is none or was not signed with the key made from `seed`."""
    try:
        head = Head(**json.loads(text))
        signature = bytes.fromhex(head.signature)
    except (ValueError, TypeError, AttributeError) as error:
        raise NotAHead("This is not a signed head of the trail.") from error
    try:
        Ed25519PrivateKey.from_private_bytes(seed).public_key().verify(signature, _signed_part(head))
    except InvalidSignature as error:
        raise NotAHead("This head was altered or comes from elsewhere: the signature is not ours.") from error
    return head


def _signed_part(head: Head) -> bytes:
    return b"trail head 1\n" + canonical([head.seq, head.hash, head.at, head.count])
