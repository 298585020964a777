"""The wheel, installed in an empty environment and used from another folder, is the whole service."""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from grants.core import schema
from tests.paths import PROJECT

pytestmark = pytest.mark.slow

Run = Callable[..., str]

USE_IT = """
import json, pathlib, re, sys
from importlib.resources import files

import grants, workers
from grants.app import create_app
from grants.core.places import funds_folder, template_folder
from grants.jobs import CHORES, WORKS
from workers.tasks import celery

app = create_app()
client = app.test_client()
front = client.get("/")
style = client.get(re.search(r'href="([^"]+[.]css)"', front.text)[1])
for name in app.jinja_env.list_templates(filter_func=lambda name: (template_folder() / name).is_file()):
    if name.endswith(".html"):
        app.jinja_env.get_template(name)
json.dump({
    "front": [front.status_code, "</html>" in front.text],
    "style": [style.status_code, style.mimetype],
    "health": client.get("/health").text,
    "funds": sorted(path.name for path in funds_folder().glob("*.toml")),
    "tasks": sorted(name for name in celery.tasks if not name.startswith("celery.")),
    "jobs": [len(WORKS), len(CHORES)],
    "side by side": pathlib.Path(workers.__file__).parents[1] == pathlib.Path(grants.__file__).parents[1],
    "home": grants.__file__,
}, sys.stdout)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a command of an environment that holds the wheel and the locked requirements, elsewhere."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = folder / "env"
    venv.create(environment, with_pip=True)
    settings = {"GRANTS_DATA_DIR": str(folder / "data"), "GRANTS_DEMO": "1", "PYTHONSAFEPATH": "1"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GRANTS_", "PYTHON"))}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [environment / "bin" / command[0], *command[1:]],
            cwd=folder,
            env={**kept, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run("pip", "install", "--quiet", "--require-hashes", "-r", PROJECT / "requirements.lock")
    run("pip", "install", "--quiet", "--no-deps", wheel)
    return run


def test_the_wheel_holds_the_service_and_nothing_else(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()

    assert {name.split("/")[0].partition("-")[0] for name in names} == {
        "grants",
        "workers",
        "partnership_grants",
    }
    assert "grants/static/build/manifest.json" in names
    assert "grants/templates/base.html" in names
    assert "grants/funds/luton-covid-recovery.toml" in names


def test_it_works_where_it_is_installed(installed: Run) -> None:
    installed("grants", "migrate")

    found = json.loads(installed("python", "-W", "error", "-c", USE_IT))

    assert found["front"] == [200, True]
    assert found["style"] == [200, "text/css"]
    assert found["health"] == "ok\n"
    assert found["funds"] == sorted(path.name for path in (PROJECT / "funds").glob("*.toml"))
    works, chores = found["jobs"]
    assert len(found["tasks"]) == 2 * works + chores > 0
    assert found["side by side"] is True
    assert not Path(found["home"]).is_relative_to(PROJECT)


def test_its_database_is_the_newest(installed: Run) -> None:
    installed("grants", "migrate")
    script = (
        "from grants.app import create_app; from grants.core import schema; from grants.core.db import db\n"
    )
    script += "with create_app().app_context(): print(schema.revision(db.engine))"

    assert installed("python", "-c", script).split() == [schema.newest_revision()]


def test_its_commands_check_a_fund_file(installed: Run) -> None:
    installed("grants", "fund", "check", PROJECT / "funds" / "luton-covid-recovery.toml")
