"""Encrypting authenticator secrets, which unlike passwords must be read back to check a code."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken

from grants import config
from grants.core.errors import RuleBroken


def seal(secret: str) -> str:
    """`secret` encrypted and authenticated (Fernet) under a key made from the service's secret key."""
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises RuleBroken when the service's secret key has changed since."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise RuleBroken(
            "Your second step cannot be checked because the service's secret key was changed. "
            "Ask the operator of the service to reset it."
        ) from error


def _fernet() -> Fernet:
    return Fernet(urlsafe_b64encode(config.current().key_for("second factor")))
