"""Encrypting bank details, and the keyed digest by which one account shows wherever it was entered."""

import hmac
import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from grants.banking.keys import Ring, name_of
from grants.banking.rules import Account
from grants.core.errors import RuleBroken

LOST = (
    "These bank details cannot be read: the key that they were sealed with is not among the service’s keys. "
    "Ask the operator of the service."
)
LOST_FILE = (
    "This file cannot be read: the key that it was sealed with is not among the service’s keys. "
    "Ask the operator of the service."
)


def seal(account: Account, *, organisation_id: int, ring: Ring) -> str:
    """The account encrypted and authenticated (Fernet) under the newest key, whose name stands in front.

    Whose account it is goes in too: sealed details moved to another organisation's row do not open.
    """
    held = {
        "organisation": organisation_id,
        "name": account.name,
        "sort_code": account.sort_code,
        "account_number": account.account_number,
        "roll_number": account.roll_number,
    }
    return f"{name_of(ring[0])}:{_fernet(ring[0]).encrypt(json.dumps(held).encode()).decode()}"


def unseal(sealed: str, *, organisation_id: int, ring: Ring) -> Account:
    """What was sealed for this organisation. Raises RuleBroken when no key opens it or it is another's."""
    name, _, token = sealed.partition(":")
    key = next((one for one in ring if name_of(one) == name), None)
    if key is None:
        raise RuleBroken(LOST)
    try:
        held = json.loads(_fernet(key).decrypt(token.encode()))
    except InvalidToken as error:
        raise RuleBroken(LOST) from error
    if held["organisation"] != organisation_id:
        raise RuleBroken("These bank details were sealed for another organisation.")
    return Account(held["name"], held["sort_code"], held["account_number"], held["roll_number"])


def seal_bytes(content: bytes, *, about: str, ring: Ring) -> str:
    """A file encrypted and authenticated under the newest key. `about` names whose it is: sealed bytes moved
    elsewhere do not open.
    """
    token = _fernet(ring[0], "file").encrypt(f"{about}\n".encode() + content)
    return f"{name_of(ring[0])}:{token.decode()}"


def unseal_bytes(sealed: str, *, about: str, ring: Ring) -> bytes:
    """What was sealed about this. Raises RuleBroken when no key opens it or it is about something else."""
    name, _, token = sealed.partition(":")
    key = next((one for one in ring if name_of(one) == name), None)
    if key is None:
        raise RuleBroken(LOST_FILE)
    try:
        said, _, content = _fernet(key, "file").decrypt(token.encode()).partition(b"\n")
    except InvalidToken as error:
        raise RuleBroken(LOST_FILE) from error
    if said != about.encode():
        raise RuleBroken("This file was sealed for something else.")
    return content


def is_under(sealed: str, key: str) -> bool:
    """Whether this was sealed with the key."""
    return sealed.startswith(name_of(key) + ":")


def digest(account: Account, *, ring: Ring) -> str:
    """HMAC-SHA256 in hex over sort code, number and roll number, under a key made from the newest."""
    told = f"{account.sort_code}:{account.account_number}:{account.roll_number}"
    return hmac.new(_derived(ring[0], "bank digest"), told.encode(), sha256).hexdigest()


def _fernet(key: str, purpose: str = "bank details") -> Fernet:
    return Fernet(urlsafe_b64encode(_derived(key, purpose)))


def _derived(key: str, purpose: str) -> bytes:
    """32 bytes for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode())
