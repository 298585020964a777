"""Many writers at once keep one chain: threads on one engine, and processes of their own."""

import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.orm import Session

from grants.audit import actions, queries
from grants.audit.rules import verify
from grants.core.db import db, unit_of_work
from grants.permissions import service
from tests.databases import Database
from tests.paths import PROJECT

NOON = datetime(2021, 12, 3, 12, tzinfo=UTC)
WRITERS = 8
DEEDS = 25
LINES_A_DEED = 2

WRITER = """
import sys
from datetime import UTC, datetime
from flask import Flask
from grants.audit import actions, models
from grants.core.db import db, prepare_engine, unit_of_work
from grants.permissions import service
url, name, deeds = sys.argv[1], sys.argv[2], int(sys.argv[3])
app = Flask("writer")
app.config["SQLALCHEMY_DATABASE_URI"] = url
db.init_app(app)
with app.app_context():
    prepare_engine(db.engine)
    db.session.connection()
    db.session.rollback()
    sys.stdout.write("ready\\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for n in range(deeds):
        with unit_of_work() as session:
            for part in ("a", "b"):
                actions.record(
                    session, service(name), "deed." + part, ("thing", n), now=datetime.now(UTC), n=n
                )
        db.session.remove()
    db.engine.dispose()
"""


def write(app: Flask, name: str, start: threading.Barrier, failures: list[BaseException]) -> None:
    """Do every deed of one thread."""
    try:
        with app.app_context():
            start.wait()
            for n in range(DEEDS):
                with unit_of_work() as session:
                    for part in ("a", "b"):
                        actions.record(session, service(name), f"deed.{part}", ("thing", n), now=NOON, n=n)
                db.session.remove()
    except BaseException as error:
        failures.append(error)


def assert_one_chain(session: Session) -> None:
    """Every deed of every writer is there once, whole, in its writer's own order."""
    session.rollback()
    lines = list(queries.walk(session))
    assert verify(lines, noted=queries.noted_tail(session)).faults == ()
    assert Counter(line.actor_label for line in lines) == {
        f"writer {w}": DEEDS * LINES_A_DEED for w in range(WRITERS)
    }
    for w in range(WRITERS):
        own = [(line.seq, line.subject_id, line.deed) for line in lines if line.actor_label == f"writer {w}"]
        assert [line[1:] for line in own] == [(str(n), f"deed.{p}") for n in range(DEEDS) for p in "ab"]
        assert all(second[0] == first[0] + 1 for first, second in zip(own[::2], own[1::2], strict=True))


def test_threads_keep_one_chain(app: Flask, session: Session) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(WRITERS)
    threads = [
        threading.Thread(target=write, args=(app, f"writer {w}", start, failures)) for w in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_one_chain(session)


def test_processes_keep_one_chain(database: Database, session: Session) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, database.url, f"writer {w}", str(DEEDS)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for w in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    errors = [writer.communicate()[1] for writer in writers]
    assert (errors, [writer.returncode for writer in writers]) == ([""] * WRITERS, [0] * WRITERS)
    assert_one_chain(session)


def test_the_order_of_the_chain_is_the_order_of_commits(app: Flask, session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        # A second writer cannot even begin there before the first has committed.
        return
    early = Session(db.engine)
    late = Session(db.engine)
    actions.record(early, service("early"), "began.first", ("thing", 1), now=NOON)
    actions.record(late, service("late"), "began.second", ("thing", 2), now=NOON)
    late.commit()
    early.commit()
    assert [line.deed for line in queries.walk(session)] == ["began.second", "began.first"]
    early.close()
    late.close()
