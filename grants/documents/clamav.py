"""Asking ClamAV's daemon about a file by INSTREAM, over TCP or a Unix socket (clamd(8))."""

import socket
import struct
from dataclasses import dataclass

PATIENCE_SECONDS = 60
"""How long the daemon may be silent. It reads 10 MB in a second or two."""

PIECE = 64 * 1024
LONGEST_ANSWER = 4096


class NoScanner(Exception):
    """Nobody answers at the scanner's address, or not in time."""


class CannotScan(Exception):
    """The scanner answered, but not whether the file is clean: it is too large for it, say."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner found: the name of a signature, '' for nothing."""

    signature: str

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.signature


def scan(address: str, content: bytes) -> Verdict:
    """What the daemon at `address` ('host:port', or the path of a socket) says of `content`.

    Raises NoScanner or CannotScan.
    """
    try:
        with _connected(address) as line:
            return _read(_ask(line, content))
    except OSError as error:
        raise NoScanner(f"{type(error).__name__}: {error}") from error


def _connected(address: str) -> socket.socket:
    if address.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE_SECONDS)
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE_SECONDS)


def _ask(line: socket.socket, content: bytes) -> bytes:
    """The daemon's answer, without the zero at its end."""
    try:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stops reading when a file is too large, and says so
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    if not answer:
        raise ConnectionError("the connection was closed without an answer")
    return answer.rstrip(b"\0\n")


def _read(answer: bytes) -> Verdict:
    text = answer.decode("utf-8", "replace").removeprefix("stream: ")
    if text == "OK":
        return Verdict("")
    if text.endswith(" FOUND"):
        return Verdict(text.removesuffix(" FOUND").strip() or "unnamed")
    raise CannotScan(text[:200])
