"""What is claimed, and what it was to be."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Goal:
    """A bound that a figure has to keep to; `aim` is what would be better still."""

    bound: float
    aim: float | None = None
    at_most: bool = False

    def is_met(self, figure):
        return self._keeps(figure, self.bound)

    def _keeps(self, figure, bound):
        return figure <= bound if self.at_most else figure >= bound

    def verdict(self, figure):
        if not self.is_met(figure):
            return "**not met**"
        if self.aim is None:
            return "met"
        return "met, and the aim" if self._keeps(figure, self.aim) else "met, not the aim"


def at_least(bound, aim=None):
    return Goal(bound, aim)


def at_most(bound, aim=None):
    return Goal(bound, aim, at_most=True)


@dataclass(frozen=True)
class Claim:
    """`figure` is a ratio, or a count."""

    what: str
    measure: str
    figure: float
    goal: Goal | None = None

    @property
    def verdict(self):
        return self.goal.verdict(self.figure) if self.goal else ""


@dataclass(frozen=True)
class Table:
    """Figures as they were, of which no more is claimed than that."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float | None, ...], ...]


@dataclass(frozen=True)
class Findings:
    claims: list[Claim] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
