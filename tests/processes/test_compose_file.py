"""docker-compose.yml and the Dockerfile as they are written; `stack.py` runs the same commands."""

import re
from typing import Any

import pytest
import yaml

from grants import cli
from tests.paths import PROJECT

OURS = ("migrate", "web", "worker", "beat")
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (PROJECT / "Dockerfile").read_text().splitlines()


def test_the_services_are_the_ones_of_the_design() -> None:
    assert list(SERVICES) == [*OURS, "postgres", "valkey", "mailpit"]


@pytest.mark.parametrize("name", OURS)
def test_commands_and_health_checks_are_verbs_of_our_command_line(name: str) -> None:
    parser = cli._parser([])
    parser.parse_args(SERVICES[name]["command"])
    if name != "migrate":
        words = SERVICES[name]["healthcheck"]["test"]
        assert words[:2] == ["CMD", "grants"]
        assert parser.parse_args(words[2:]).process == name


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_every_service_that_stays_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_ours_start_when_what_they_need_is_ready() -> None:
    ready = {
        "migrate": {"condition": "service_completed_successfully"},
        "postgres": {"condition": "service_healthy"},
        "valkey": {"condition": "service_healthy"},
    }
    assert [SERVICES[name]["depends_on"] for name in ("web", "worker", "beat")] == [ready] * 3
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", OURS)
def test_ours_run_with_as_little_power_as_they_can(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )


def test_secrets_come_from_the_environment_and_must_be_set() -> None:
    secret = re.compile(r"SECRET|PASSWORD|TOKEN|_KEY")
    found = {
        (name, variable): value
        for name, service in SERVICES.items()
        for variable, value in service.get("environment", {}).items()
        if secret.search(variable) or secret.search(str(value))
    }
    assert len(found) == 2 * len(OURS) + 1
    assert {key for key, value in found.items() if not re.search(r"\$\{[A-Z_]+:\?[^}]+\}", value)} == set()


def test_every_setting_is_one_that_the_service_reads() -> None:
    known = set(re.findall(r'"(GRANTS_[A-Z_]+|PORT)"', (PROJECT / "grants" / "config.py").read_text()))
    given = {name for service in OURS for name in SERVICES[service]["environment"]}
    given |= set(re.findall(r"\b(GRANTS_[A-Z_]+|PORT)=", "\n".join(DOCKERFILE)))
    assert given - known == set()


def test_every_volume_is_declared_and_used() -> None:
    used = {mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", ())}
    assert used == set(COMPOSE["volumes"])


def test_only_loopback_ports_are_published() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []
    assert len(published) == 2


def test_images_name_a_version() -> None:
    images = [service["image"] for name, service in SERVICES.items() if name not in OURS]
    images += [line.split()[1] for line in DOCKERFILE if line.startswith("FROM ")]
    assert [image for image in images if not re.search(r":v?\d", image)] == []


def test_the_image_is_built_from_files_that_are_there_and_not_ignored() -> None:
    copied = [
        word
        for line in DOCKERFILE
        if line.startswith("COPY ") and "--from" not in line
        for word in line.split()[1:-1]
    ]
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()
    assert [path for path in copied if not (PROJECT / path).exists() or f"!{path}" not in ignored] == []


def test_the_image_runs_as_nobody_special() -> None:
    last_stage = DOCKERFILE[max(n for n, line in enumerate(DOCKERFILE) if line.startswith("FROM ")) :]
    assert [line for line in last_stage if line.startswith("USER ")] == ["USER grants"]
    assert last_stage.index("USER grants") < last_stage.index('ENTRYPOINT ["grants"]')
