"""Sentences and register, compared."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from claims.backing import faults
from claims.entries import Entry
from claims.passages import Sentence
from claims.triggers import triggers


@dataclass(frozen=True)
class Comparison:
    read: int
    backed: Counter[str]  # how many stand on each kind
    unbacked: list[Sentence]
    stale: list[Entry]  # their sentence is gone, or was edited
    wrong: list[tuple[Entry, str]]  # and why

    @property
    def is_good(self) -> bool:
        return not (self.unbacked or self.stale or self.wrong)


def compare(sentences: Iterable[Sentence], entries: Iterable[Entry]) -> Comparison:
    everything = list(sentences)
    claims = {(one.source, one.text): one for one in everything if triggers(one.text)}
    register = {(one.source, one.text): one for one in entries}
    return Comparison(
        read=len(everything),
        backed=Counter(kind for key in claims if key in register for kind in register[key].backing),
        unbacked=[claim for key, claim in claims.items() if key not in register],
        stale=[entry for key, entry in register.items() if key not in claims],
        wrong=[(entry, fault) for entry in register.values() for fault in faults(entry.backing)],
    )
