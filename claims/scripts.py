"""The prose in a script: its strings and template literals."""

from collections.abc import Iterator

from pygments.lexers.javascript import JavascriptLexer
from pygments.token import String

from claims.passages import HOLE, Passage
from claims.python_strings import is_prose


def passages(script: str) -> Iterator[Passage]:
    for start, text in strings(script):
        if is_prose(text):
            yield Passage(script.count("\n", 0, start) + 1, text)


def strings(script: str) -> Iterator[tuple[int, str]]:
    """Where each begins, and its text. What a template literal fills in is a hole, and may have strings of its own."""
    literal = ""
    holes = 0
    for start, kind, text in JavascriptLexer().get_tokens_unprocessed(script):
        if kind in (String.Single, String.Double):
            yield start, text[1:-1]
        elif kind is String.Interpol:
            holes += 1 if text == "${" else -1
            literal += HOLE if text == "${" else ""
        elif kind is String.Backtick and not holes:
            literal += text
            if text == "`" and len(literal) > 1:
                yield start, literal[1:-1]
                literal = ""
