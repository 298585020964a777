"""Tokens, recovery codes and time-based codes: made, digested and compared."""

import hmac
import secrets
from datetime import datetime
from hashlib import sha256

import pyotp

TOKEN_BYTES = 32
STEP_SECONDS = 30
STEPS_EITHER_SIDE = 1
"""Codes of the step before and after are taken too: clocks differ (RFC 6238, 5.2)."""

RECOVERY_CODES = 10
_RECOVERY_LENGTH = 10
_RECOVERY_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Nothing that is mistaken for something else in print: no I, L, O, U, 0, 1. Ten of them are 49 bits."""


def new_token() -> str:
    """256 random bits for a link, as 43 characters that need no escaping."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(token: str) -> str:
    """SHA-256 in hex. A token of 256 bits cannot be guessed from it, so it needs no key."""
    return sha256(token.encode()).hexdigest()


def new_recovery_codes() -> list[str]:
    """Ten codes such as 'ABCDE-FGHJK'."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str, *, key: bytes, person_id: int) -> str:
    """HMAC-SHA256 in hex over the code as it was meant: case, spaces and dashes do not matter."""
    meant = "".join(letter for letter in code.upper() if letter.isalnum())
    return hmac.new(key, f"{person_id}:{meant}".encode(), sha256).hexdigest()


def new_secret() -> str:
    """A secret of 160 bits in base32, as authenticator apps take it."""
    return pyotp.random_base32()


def matching_step(secret: str, code: str, *, now: datetime) -> int | None:
    """The 30-second step (RFC 6238) whose code is `code`, within one step of `now`; None if it is none of
    them."""
    meant = "".join(code.split())
    step = int(now.timestamp()) // STEP_SECONDS
    near = range(step - STEPS_EITHER_SIDE, step + STEPS_EITHER_SIDE + 1)
    matching = [one for one in near if hmac.compare_digest(code_at(secret, one).encode(), meant.encode())]
    return max(matching, default=None)


def code_at(secret: str, step: int) -> str:
    """The six digits that an authenticator shows in `step`."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).generate_otp(step)


def code_now(secret: str, *, now: datetime) -> str:
    """The six digits that an authenticator shows at `now`."""
    return code_at(secret, int(now.timestamp()) // STEP_SECONDS)


def set_up_address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth:// address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def in_fours(secret: str) -> str:
    """A secret in groups of four, for a person who types it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_RECOVERY_LETTERS) for _ in range(_RECOVERY_LENGTH))
    half = _RECOVERY_LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"
