"""What is measured: a figure with its limit."""

from collections import Counter
from dataclasses import dataclass, field


class NotMeasured(Exception):
    """Something that a figure needs is not on this machine: its text says what."""


@dataclass(frozen=True)
class Scale:
    """How much is done. ``rounds`` count, after one that warms up."""

    rounds: int
    rows: int  # of sessions and of tokens, in the large database
    live: int  # of RP sessions there
    expired: int  # rows that are cleared
    entries: int  # of the full journal
    seconds: int  # for which something is watched that does nothing

    def __str__(self) -> str:
        return (
            f"{self.rounds} rounds; large is {self.rows:,} rows, {self.live:,} RP sessions, {self.expired:,} expired "
            f"rows, {self.entries:,} entries"
        )


FULL = Scale(rounds=11, rows=1_000_000, live=50_000, expired=300_000, entries=100_000, seconds=20)
QUICK = Scale(rounds=3, rows=100_000, live=5_000, expired=30_000, entries=10_000, seconds=4)


@dataclass(frozen=True)
class Part:
    """A number that a value was made of, or that explains it."""

    what: str
    value: float
    unit: str


@dataclass(frozen=True)
class Figure:
    """Kept if ``value`` is at most ``limit``. ``errors`` counts what went wrong while it was measured, by its text.

    ``value`` is None where nothing was measured: ``missing`` says what is not on this machine, or there are errors.
    """

    what: str
    unit: str
    value: float | None
    limit: float
    parts: tuple[Part, ...] = ()
    errors: Counter[str] = field(default_factory=Counter)
    missing: str = ""

    @property
    def fails(self) -> bool:
        """What is missing on a machine fails nothing; an error does, whatever the value."""
        if self.missing:
            return False
        return bool(self.errors) or self.value is None or self.value > self.limit
