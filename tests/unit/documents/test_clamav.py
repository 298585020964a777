"""Speaking INSTREAM with a real socket: what is sent to the byte, and every kind of answer."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grants.documents.clamav import PIECE, CannotScan, NoScanner, Verdict, scan


class Daemon:
    """Reads one INSTREAM and answers; `refuse_after` stops reading after so many bytes, as clamd does."""

    def __init__(self, listening: socket.socket, answer: bytes, refuse_after: int | None = None) -> None:
        self.listening, self.answer, self.refuse_after = listening, answer, refuse_after
        self.command, self.pieces = b"", list[bytes]()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        """Take one connection."""
        line, _ = self.listening.accept()
        with line, line.makefile("rb") as stream:
            self.command = stream.read(10)
            while size := struct.unpack("!I", stream.read(4))[0]:
                self.pieces.append(stream.read(size))
                if self.refuse_after is not None and sum(map(len, self.pieces)) > self.refuse_after:
                    break
            if self.answer:
                line.sendall(self.answer)

    @property
    def received(self) -> bytes:
        """Everything that was streamed."""
        self.thread.join(10)
        return b"".join(self.pieces)


@contextmanager
def daemon(answer: bytes, folder: Path | None = None, **how: int) -> Iterator[tuple[str, Daemon]]:
    """A daemon on a free port, or on a socket in `folder`, and its address."""
    family = socket.AF_INET if folder is None else socket.AF_UNIX
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.bind(("127.0.0.1", 0) if folder is None else str(folder / "clamd.sock"))
        listening.listen()
        address = f"127.0.0.1:{listening.getsockname()[1]}" if folder is None else str(folder / "clamd.sock")
        serving = Daemon(listening, answer, **how)
        yield address, serving
        serving.thread.join(10)


def test_a_file_is_streamed_in_pieces_with_their_lengths() -> None:
    content = bytes(range(256)) * 1000
    with daemon(b"stream: OK\0") as (address, serving):
        assert scan(address, content) == Verdict("")
        assert serving.received == content
        assert serving.command == b"zINSTREAM\0"
        assert [len(piece) for piece in serving.pieces] == [PIECE, PIECE, PIECE, len(content) - 3 * PIECE]


def test_over_a_unix_socket(tmp_path: Path) -> None:
    with daemon(b"stream: Win.Test.EICAR_HDB-1 FOUND\0", tmp_path) as (address, _):
        verdict = scan(address, b"x")
    assert (verdict.clean, verdict.signature) == (False, "Win.Test.EICAR_HDB-1")


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"nonsense\0"])
def test_an_answer_without_a_verdict(answer: bytes) -> None:
    with daemon(answer) as (address, _), pytest.raises(CannotScan):
        scan(address, b"x")


def test_a_daemon_that_stops_reading_is_heard_out() -> None:
    answer = b"INSTREAM size limit exceeded. ERROR\0"
    with daemon(answer, refuse_after=100_000) as (address, _), pytest.raises((CannotScan, NoScanner)):
        scan(address, b"\0" * 20_000_000)


def test_a_daemon_that_hangs_up() -> None:
    with daemon(b"") as (address, _), pytest.raises(NoScanner):
        scan(address, b"x")


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NoScanner):
        scan(f"127.0.0.1:{port}", b"x")
    with pytest.raises(NoScanner):
        scan(str(tmp_path / "none.sock"), b"x")
