"""The prose of a document in Markdown: paragraphs, headings, list items and cells of tables, but no blocks of code."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from claims.passages import Passage

LINE_BREAKS = {"softbreak", "hardbreak"}


def passages(document: str) -> Iterator[Passage]:
    for token in MarkdownIt("commonmark").enable("table").parse(document):
        if token.type == "inline" and token.map:
            yield Passage(token.map[0] + 1, "".join(map(in_text, token.children or [])))


def in_text(token: Token) -> str:
    return "\n" if token.type in LINE_BREAKS else token.content
