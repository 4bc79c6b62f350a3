"""Which sentences need an entry: those with one of the words in ``triggers.txt``.

The list is generous: a word too many costs an entry, a word too few hides a claim. One or two words alone are a label
and say nothing.
"""

import re
from pathlib import Path

from claims.passages import HOLE

WORD = re.compile(rf"[^\W_]+|{HOLE}")
FEWEST_WORDS = 3
ENDINGS = r"(?:s|es|d|ed|ing|[’']s)?"


def words(text: str) -> set[str]:
    return {word for line in text.splitlines() if not line.startswith("#") for word in line.split()}


WORDS = words(Path(__file__).with_name("triggers.txt").read_text())
TRIGGER = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, sorted(WORDS)))}){ENDINGS}(?![^\W_])", re.IGNORECASE)


def triggers(sentence: str) -> bool:
    return len(WORD.findall(sentence)) >= FEWEST_WORDS and bool(TRIGGER.search(sentence))
