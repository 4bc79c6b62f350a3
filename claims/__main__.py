"""``python -m claims`` compares; ``python -m claims sample 20`` shows sentences that need no entry, taken by chance."""

import random
import sys

from claims.check import Comparison, compare
from claims.entries import entries
from claims.sources import read
from claims.triggers import triggers

KINDS = {"test": "a test", "fact": "a browser fact", "spec": "a specification", "none": "no claim"}


def report(found: Comparison) -> None:
    for claim in found.unbacked:
        print(f"{claim.source}:{claim.line}: not in the register: {claim.text}")
    for entry in found.stale:
        print(f"{entry.source}: no such sentence any more: {entry.text}")
    for entry, fault in found.wrong:
        print(f"{entry.source}: {fault}: {entry.text}")
    backed = ", ".join(f"{found.backed[kind]} {words}" for kind, words in KINDS.items())
    print(f"{found.read} sentences; backed by {backed}; not backed: {len(found.unbacked)}")


def sample(size: int) -> None:
    for one in random.sample([one for one in read() if not triggers(one.text)], size):
        print(f"{one.source}:{one.line}: {one.text}")


match sys.argv[1:]:
    case []:
        comparison = compare(read(), entries())
        report(comparison)
        sys.exit(not comparison.is_good)
    case ["sample", number]:
        sample(int(number))
    case _:
        sys.exit("usage: python -m claims [sample NUMBER]")
