"""What no file under version control may hold: addresses of package registries and places on one machine."""

import re

import pytest

from tests.architecture.source import tracked_texts

REGISTRY = re.compile(
    r"""pythonhosted\.org | \bpypi\.(?:org|python\.org) | registry\.npmjs\.org | artifactory | \bdevpi\b
      | index-url\s+http | ["']resolved["']:\s*["']http""",
    re.VERBOSE | re.IGNORECASE,
)
ONE_MACHINE = re.compile(r"(?<![\w.~/}-])/(?:root|home/\w+|work|Users/\w+)/[\w.]")

OURSELVES = "tests/architecture/test_words.py"


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}: {match.group()}"
        for name, text in tracked_texts()
        if name != OURSELVES
        for match in pattern.finditer(text)
    ]


def test_no_registry_is_named() -> None:
    assert found(REGISTRY) == []


def test_no_path_belongs_to_one_machine() -> None:
    assert found(ONE_MACHINE) == []


@pytest.mark.parametrize("text", ["/root/.cache", "cd /work/main", "'/home/ann/x'"])
def test_a_path_of_one_machine_would_be_found(text: str) -> None:
    assert ONE_MACHINE.search(text)


@pytest.mark.parametrize("text", ["/home/", "grants/home/views.py", "{{ x }}/work/a", "/usr/bin/env"])
def test_other_paths_are_not(text: str) -> None:
    assert not ONE_MACHINE.search(text)


@pytest.mark.parametrize(
    "text", ["https://pypi.org/simple", '"resolved": "https://x/y.tgz"', "--index-url https://x"]
)
def test_a_registry_would_be_found(text: str) -> None:
    assert REGISTRY.search(text)
