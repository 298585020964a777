"""TLS and sign-in with a mail server: used where the address says so, and never without a certificate we
trust.
"""

import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from grants.notifications import smtp
from tests.rooms.notifications.letterbox import NOON
from tests.smtp_sink import Sink

pytestmark = pytest.mark.smtp


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a mail server for tests")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    """Know one person."""
    known = LoginPassword(b"grants", b"p:ss w@rd")
    return AuthResult(success=data == known, handled=False)


@contextmanager
def guarded(certificate: Path, *, from_the_start: bool = False) -> Iterator[Sink]:
    """A server that wants TLS and a sign-in (aiosmtpd warns of wanting one behind TLS from the start)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    options: dict[str, Any] = {"auth_required": not from_the_start, "auth_require_tls": not from_the_start}
    if from_the_start:
        options["ssl_context"] = context
    else:
        options |= {"tls_context": context, "require_starttls": True}
    with Sink(**options, authenticator=authenticate) as sink:
        yield sink


def post(url: str) -> None:
    """Send one message."""
    letter = smtp.envelope(
        sender="g@example.org", to="a@example.org", subject="s", body="b", message_id="<x>", written_at=NOON
    )
    smtp.post(smtp.server_at(url), letter, before_last_byte=lambda: True)


@pytest.mark.parametrize(("scheme", "from_the_start"), [("smtp+starttls", False), ("smtps", True)])
def test_a_guarded_server_takes_the_message(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str, from_the_start: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with guarded(certificate, from_the_start=from_the_start) as sink:
        post(f"{scheme}://grants:p%3Ass%20w%40rd@127.0.0.1:{sink.port}")
        assert len(sink.messages) == 1
        smtp.start_afresh()


@pytest.mark.parametrize(("scheme", "from_the_start"), [("smtp+starttls", False), ("smtps", True)])
def test_a_certificate_nobody_vouches_for_is_not_trusted(
    certificate: Path, scheme: str, from_the_start: bool
) -> None:
    with guarded(certificate, from_the_start=from_the_start) as sink:
        with pytest.raises(smtp.PutOff, match="CERTIFICATE_VERIFY_FAILED"):
            post(f"{scheme}://grants:p%3Ass%20w%40rd@127.0.0.1:{sink.port}")
        assert sink.messages == []


def test_a_wrong_password_is_our_fault_not_the_messages(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with guarded(certificate) as sink, pytest.raises(smtp.PutOff, match=r"535 .*Authentication"):
        post(f"smtp+starttls://grants:wrong@127.0.0.1:{sink.port}")


def test_a_server_without_tls_is_not_spoken_to_in_the_clear() -> None:
    with Sink() as sink:
        with pytest.raises(smtp.PutOff, match="STARTTLS extension not supported"):
            post(f"smtp+starttls://grants:secret@127.0.0.1:{sink.port}")
        assert sink.messages == []
