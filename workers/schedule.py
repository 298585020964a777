"""What beat sends and how often: a sweep for every kind of work, and the chores."""

from typing import Any

from grants.jobs import CHORES, WORKS


def task_for(job: str) -> str:
    """The task that does a job to one row."""
    return f"grants.{job}"


def sweep_for(job: str) -> str:
    """The task that sends a job's left-behind rows again."""
    return f"grants.sweep.{job}"


def chore_for(name: str) -> str:
    """The task that does a chore."""
    return f"grants.chore.{name}"


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Beat's table. An entry expires when the next is due, so a queue without workers does not fill up."""
    due = {sweep_for(work.name): work.sweep_every for work in WORKS}
    due |= {chore_for(chore.name): chore.every for chore in CHORES}
    return {
        task: {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}
        for task, seconds in due.items()
    }
