"""Settings, all from environment variables; the defaults run the whole service on one machine.

A default stands here only if it is right for production and fit to be public.
"""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LONGEST_SOCKET_PATH = 100
"""Unix socket paths end at 108 bytes on Linux and 104 on macOS."""


class Misconfigured(Exception):
    """A setting is missing or does not fit the others. The message is one line for the operator."""


@dataclass(frozen=True)
class Settings:
    """Everything an operator may set. `environ_table` in the README lists the variables."""

    data_dir: Path
    secret_key: str
    database_url: str
    broker_url: str
    public_url: str
    bind: str
    port: int
    demo: bool
    smtp_url: str
    mail_from: str
    auditor_email: str
    web_processes: int
    web_threads: int
    worker_processes: int
    trusted_proxies: int
    dispatcher: str
    clamav: str = ""
    """Where ClamAV's daemon listens: 'host:port' or the path of its socket. '' for no scanner."""
    bank_keys: str = ""
    """Secrets that bank details are sealed with, the newest first, split by commas. '': a file in the data
    folder."""

    def key_for(self, purpose: str) -> bytes:
        """32 bytes derived from the secret key for one purpose (HKDF-SHA256, RFC 5869)."""
        return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self.secret_key.encode())

    @property
    def embedded_broker(self) -> bool:
        """Whether the broker is the Valkey that `grants run` starts itself."""
        return self.broker_url.startswith("redis+socket://") and str(self.socket_path) in self.broker_url

    @property
    def socket_path(self) -> Path:
        """Where the embedded Valkey listens: in the data folder, or in a short private folder if that is too
        deep.
        """
        return _socket_path(self.data_dir)

    @property
    def secure_cookies(self) -> bool:
        """Cookies are for https alone wherever the public address is https."""
        return self.public_url.startswith("https://")

    @property
    def limiter_storage(self) -> str:
        """The rate limiter's view of the broker."""
        return self.broker_url.replace("redis+socket://", "redis+unix://").split("?", 1)[0]


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environ` (the process's own by default).

    Raises Misconfigured when a value cannot be used: a bad number, demo mode off loopback, no mail outside
    demo mode, a data folder that cannot be written.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("GRANTS_DATA_DIR") or "data").resolve()
    _prepare(data_dir)
    port = _number(env, "PORT", 8000)
    bind = env.get("GRANTS_BIND") or "127.0.0.1"
    settings = Settings(
        data_dir=data_dir,
        secret_key=env.get("GRANTS_SECRET_KEY") or _secret_from(data_dir / "secret.key"),
        database_url=_database_url(env, data_dir),
        broker_url=env.get("GRANTS_BROKER_URL") or f"redis+socket://{_socket_path(data_dir)}?virtual_host=0",
        public_url=(env.get("GRANTS_PUBLIC_URL") or f"http://localhost:{port}").rstrip("/"),
        bind=bind,
        port=port,
        demo=env.get("GRANTS_DEMO", "") not in ("", "0"),
        smtp_url=env.get("GRANTS_SMTP_URL", ""),
        mail_from=env.get("GRANTS_MAIL_FROM") or "Partnership grants <grants@localhost>",
        auditor_email=env.get("GRANTS_AUDITOR_EMAIL", ""),
        web_processes=_number(env, "GRANTS_WEB_PROCESSES", 2),
        web_threads=_number(env, "GRANTS_WEB_THREADS", 4),
        worker_processes=_number(env, "GRANTS_WORKER_PROCESSES", 2),
        trusted_proxies=_number(env, "GRANTS_TRUSTED_PROXIES", 0),
        dispatcher=env.get("GRANTS_DISPATCHER") or "workers.dispatch:Courier",
        clamav=env.get("GRANTS_CLAMAV", "").strip(),
        bank_keys=env.get("GRANTS_BANK_KEYS", "").strip(),
    )
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if settings.demo and settings.bind not in LOOPBACK:
        raise Misconfigured(
            f"GRANTS_DEMO=1 shows everybody's mail, so it only runs on loopback, not on {settings.bind}."
        )
    if not settings.demo and not settings.smtp_url:
        raise Misconfigured("GRANTS_SMTP_URL is not set: no e-mail can be sent (GRANTS_DEMO=1 does without).")
    host, _, port = settings.clamav.rpartition(":")
    if settings.clamav and not settings.clamav.startswith("/") and not (host and port.isdecimal()):
        raise Misconfigured(
            "GRANTS_CLAMAV must be host:port, or the path of the daemon’s socket beginning with /, "
            f"not {settings.clamav!r}."
        )


def _prepare(data_dir: Path) -> None:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"The data folder {data_dir} cannot be made: {error.strerror}.") from error
    if not os.access(data_dir, os.W_OK | os.X_OK):
        raise Misconfigured(f"The data folder {data_dir} cannot be written to.")


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdecimal():
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _database_url(env: Mapping[str, str], data_dir: Path) -> str:
    url = env.get("GRANTS_DATABASE_URL") or f"sqlite:///{data_dir / 'grants.sqlite3'}"
    for plain in ("postgres://", "postgresql://"):
        if url.startswith(plain):
            return "postgresql+psycopg://" + url.removeprefix(plain)
    return url


def _socket_path(data_dir: Path) -> Path:
    near = data_dir / "valkey.sock"
    if len(str(near)) <= LONGEST_SOCKET_PATH:
        return near
    return Path(gettempdir()) / f"grants-{sha256(str(data_dir).encode()).hexdigest()[:16]}" / "valkey.sock"


def _secret_from(path: Path) -> str:
    """The secret kept in `path`, made on first use, readable by its owner alone.

    It is written beside its place and linked into it whole: of processes that start at the same moment all
    read the one that came first, and none reads an empty file.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, prefix=".secret-") as draft:
            draft.write(secrets.token_urlsafe(48))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    secret = path.read_text().strip()
    if not secret:
        raise Misconfigured(
            f"The secret key in {path} is empty. Put it back, or remove the file for a new one."
        )
    return secret


_in_use: list[Settings] = []


def use(settings: Settings) -> None:
    """Make `settings` this process's own."""
    _in_use[:] = [settings]


def current() -> Settings:
    """This process's settings, loaded from the environment on first use."""
    if not _in_use:
        use(load())
    return _in_use[0]
