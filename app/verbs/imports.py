"""How an import is told: each change, each row that is wrong, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from app.exits import Exit
from app.importing import Change, ImportRefused, Plan
from app.verbs.output import Output


@contextmanager
def bad_rows_said(output: Output) -> Iterator[None]:
    """Say each row that is wrong when an import is refused, before the refusal itself."""
    try:
        yield
    except ImportRefused as refused:
        for bad in refused.bad:
            output.result(bad, bad.words)
        raise


def say_plan(plan: Plan, output: Output, *, preview: bool) -> int:
    """Say what an import did or, as a preview, would do; gives the exit code. Rows that are wrong are for a preview."""
    for bad in plan.bad:
        output.result(bad, bad.words)
    if preview:
        for change in plan.changes:
            output.result(line(change), words(change))
    done = {
        "event": "preview" if preview else "imported",
        "new": plan.new,
        "changed": plan.changed,
        "unchanged": plan.unchanged,
        "bad": len(plan.bad),
    }
    sums = f"{plan.new} new, {plan.changed} changed, {plan.unchanged} unchanged, {len(plan.bad)} wrong"
    output.result(done, f"{sums}. Nothing was changed." if preview else f"{sums}.")
    return Exit.REFUSED if plan.bad else Exit.DONE


def line(change: Change) -> dict[str, Any]:
    """A change as a line of JSON."""
    kind = "new" if change.id is None else "changed"
    return {"event": kind, "where": change.where, "key": change.key, "differences": change.differences}


def words(change: Change) -> str:
    """A change for people."""
    if change.id is None:
        return f"{change.where}: {change.key} is new"
    fields = "; ".join(f"{one.field}: {one.before or '(none)'} → {one.after or '(none)'}" for one in change.differences)
    return f"{change.where}: {change.key}: {fields}"
