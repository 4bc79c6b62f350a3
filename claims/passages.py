"""Passages of text, as the readers of each kind of file find them, and the sentences of a passage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HOLE = "…"  # stands for what is known only when the sentence is shown
BRANCH = "|"  # stands where a template chooses: the sentence has all that it can choose from
END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)[”’\"')\]]*\s+(?=\S)")


@dataclass(frozen=True)
class Passage:
    """Text that a reader sees in one piece: a paragraph, a cell, a message."""

    line: int
    text: str


@dataclass(frozen=True)
class Sentence:
    source: str
    line: int
    text: str


def sentences(source: str, passage: Passage) -> Iterator[Sentence]:
    start = 0
    for end in (*(found.end() for found in END.finditer(passage.text)), len(passage.text)):
        piece = passage.text[start:end]
        blank = len(piece) - len(piece.lstrip())
        if text := in_one_line(piece):
            yield Sentence(source, passage.line + passage.text.count("\n", 0, start + blank), text)
        start = end


def in_one_line(text: str) -> str:
    """Without line breaks, and without a choice before the first or after the last word."""
    words = " ".join(text.split()).strip(f"{BRANCH} ")
    return words if any(letter.isalpha() for letter in words) else ""
