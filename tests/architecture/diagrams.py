"""The state diagrams of docs/architecture.md, from the code: `python -m tests.architecture.diagrams`."""

import sys
from enum import StrEnum
from importlib import import_module

from grants.core.states import Machine
from tests.architecture.source import modules
from tests.paths import PROJECT

PAGE = PROJECT / "docs" / "architecture.md"
BEGIN, END = "<!-- diagrams -->\n", "<!-- /diagrams -->\n"


def machines() -> dict[str, Machine[StrEnum]]:
    """Every state machine by room and name, in the order in which they are drawn."""
    return {
        f"{module.room}.{name}": value
        for module in modules("grants")
        if module.file == "states" and module.room not in ("", "core")
        for name, value in vars(import_module(module.name)).items()
        if isinstance(value, Machine)
    }


def drawn(page: str) -> str:
    """The page with the diagrams as the code has them now."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}{''.join(map(_section, machines().items()))}\n{END}{after}"


def _section(item: tuple[str, Machine[StrEnum]]) -> str:
    name, machine = item
    labels = "".join(
        f"| `{state.name.lower()}` | {label.staff} | {label.applicant} |\n"
        for state, label in machine.labels.items()
    )
    return (
        f"\n### {machine.name.capitalize()} (`{name}`)\n\n"
        f"```mermaid\n{machine.to_mermaid()}\n```\n\n"
        f"| state | staff read | applicants read |\n|---|---|---|\n{labels}"
    )


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text()))
    sys.stdout.write(f"{len(machines())} machines drawn in {PAGE.relative_to(PROJECT)}\n")
