"""The wheel in an empty environment elsewhere: it draws a page, migrates a database, lists its tasks."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from grants.core.places import funds_folder, static_folder, template_folder
from grants.jobs import CHORES, WORKS
from tests.paths import PROJECT
from workers.schedule import chore_for, sweep_for, task_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout without a download."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = subprocess.run(
        [*command, "--wheel-dir", str(folder), str(PROJECT)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment's Python, which has the wheel and this one's libraries but not the source."""
    home = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, timeout=60)
    paths = sysconfig.get_paths(vars={"base": str(home), "platbase": str(home)})
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(paths["purelib"])
    # Path files in the folder that it names, such as our own editable install, are not read.
    (Path(paths["purelib"]) / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "python"


def run(python: Path, folder: Path, *arguments: str) -> str:
    """What Python printed, in an environment with the demo's settings and nothing else of ours."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GRANTS_", "PYTHON", "PYTEST"))
    }
    env = kept | {"GRANTS_DATA_DIR": str(folder / "data"), "GRANTS_DEMO": "1"}
    done = subprocess.run(
        [str(python), *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_holds_every_template_fund_file_and_built_asset(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for folder, inside in (
        (template_folder(), "grants/templates"),
        (funds_folder(), "grants/funds"),
        (static_folder(), "grants/static"),
    ):
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert files
        assert {f"{inside}/{name}" for name in files} - names == set()


def test_it_carries_no_tests_and_no_front_end_source(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        tops = {name.split("/")[0] for name in packed.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"grants", "workers"}


def test_it_is_the_wheel_that_runs_there(python: Path, tmp_path: Path) -> None:
    where = run(
        python, tmp_path, "-c", "import grants, workers; print(grants.__file__); print(workers.__file__)"
    )
    home = str(python.parent.parent)
    assert [line.startswith(home) for line in where.splitlines()] == [True, True]


def test_it_migrates_a_database_and_draws_a_page(python: Path, tmp_path: Path) -> None:
    run(python, tmp_path, "-m", "grants.cli", "migrate")
    script = (
        "from grants.app import create_app; from grants.core import schema; from grants.core.db import db\n"
        "app = create_app()\n"
        "with app.app_context(): print(schema.revision(db.engine) == schema.newest_revision() != None)\n"
        "page = app.test_client().get('/', follow_redirects=True)\n"
        "print(page.status_code, '<h1' in page.text, '.css' in page.text)\n"
    )
    assert run(python, tmp_path, "-c", script).splitlines() == ["True", "200 True True"]


def test_it_lists_its_celery_tasks(python: Path, tmp_path: Path) -> None:
    script = (
        "from workers.tasks import celery; print(*sorted(n for n in celery.tasks if n.startswith('grants.')))"
    )
    expected = [name(work.name) for work in WORKS for name in (task_for, sweep_for)]
    expected += [chore_for(chore.name) for chore in CHORES]
    assert run(python, tmp_path, "-c", script).split() == sorted(expected)
