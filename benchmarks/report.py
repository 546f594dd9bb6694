"""What was found, as Markdown for readers and JSON for programs."""

from dataclasses import asdict

import orjson


def markdown(machine, findings):
    """All families together: what is claimed first, then all other figures."""
    claims = [claim for it in findings.values() for claim in it.claims]
    goals = [_claim_row(it) for it in claims if it.goal]
    parts = [_summary(claims), _table(("", "", "figure", "goal", "aim", ""), goals)]
    others = [_claim_row(it)[:3] for it in claims if not it.goal]
    if others:
        parts.append("## Ratios without a goal\n\n" + _table(("", "", "figure"), others))
    for found in findings.values():
        parts += [f"## {table.title}\n\n" + _table(table.head, table.rows) for table in found.tables]
    parts.append("## The machine\n\n" + _table(("", ""), machine.items()))
    return "\n\n".join(parts) + "\n"


def _summary(claims):
    bound = [it for it in claims if it.goal]
    met = sum(it.goal.is_met(it.figure) for it in bound)
    return f"## Goals\n\nMet: {met} of {len(bound)}."


def json(machine, findings):
    found = {name: asdict(it) for name, it in findings.items()}
    return orjson.dumps({"machine": machine, "findings": found}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _claim_row(claim):
    goal = claim.goal
    sign = "≤ " if goal and goal.at_most else "≥ "
    bound = sign + number(goal.bound) if goal else None
    aim = sign + number(goal.aim) if goal and goal.aim is not None else None
    return claim.what, claim.measure, claim.figure, bound, aim, claim.verdict


def _table(head, rows):
    rows = list(rows)
    columns = zip(*rows, strict=True)
    # Words to the left, figures to the right.
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(_alignment(column) for column in columns) + "|"]
    lines += ["| " + " | ".join(map(number, row)) + " |" for row in rows]
    return "\n".join(lines)


def _alignment(column):
    return " ---: " if any(isinstance(it, int | float) for it in column) else " --- "


def number(value):
    """Three digits that count; whole ones all."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
