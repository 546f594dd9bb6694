"""What was found, as Markdown for readers and JSON for programs."""

from dataclasses import asdict

import orjson


def markdown(machine, findings):
    """All families together."""
    parts = [_machine(machine)]
    claims = [claim for it in findings.values() for claim in it.claims if claim.goal]
    parts.append("## Goals\n\n" + _table(("", "", "figure", "goal", "aim", ""), map(_claim_row, claims)))
    others = [claim for it in findings.values() for claim in it.claims if not claim.goal]
    if others:
        parts.append("## Other ratios\n\n" + _table(("", "", "figure"), (_claim_row(it)[:3] for it in others)))
    for found in findings.values():
        parts += [f"## {table.title}\n\n" + _table(table.head, table.rows) for table in found.tables]
    return "\n\n".join(parts) + "\n"


def json(machine, findings):
    found = {name: asdict(it) for name, it in findings.items()}
    return orjson.dumps({"machine": machine, "findings": found}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _machine(machine):
    return "Measured on " + ", ".join(f"{name} {text}" for name, text in machine.items()) + "."


def _claim_row(claim):
    goal = claim.goal
    sign = "≤ " if goal and goal.at_most else "≥ "
    bound = sign + number(goal.bound) if goal else None
    aim = sign + number(goal.aim) if goal and goal.aim is not None else None
    return claim.what, claim.measure, claim.figure, bound, aim, claim.verdict


def _table(head, rows):
    # A column of figures is aligned to the right; what stands first is text.
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    lines += ["| " + " | ".join(map(number, row)) + " |" for row in rows]
    return "\n".join(lines)


def number(value):
    """Three digits that count; whole ones all."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
