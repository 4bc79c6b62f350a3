"""The prose in a Python module: every string of several words that is no docstring and no SQL. It may reach a page."""

import ast
import re
from collections.abc import Iterator

from claims.html import passages_of_html
from claims.passages import HOLE, Passage

WORD = re.compile(r"[^\W\d_]{2,}")
SQL = re.compile(r"\b(?:ALTER|AND|CREATE|DELETE|DROP|INSERT|ORDER BY|PRAGMA|SELECT|SET|UPDATE) ")


def passages(module: str) -> Iterator[Passage]:
    tree = ast.parse(module)
    for line, text in strings(tree):
        if is_prose(text):
            yield from (Passage(line + found.line - 1, found.text) for found in passages_of_html(text))


def strings(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of each; what an f-string fills in is a hole, and may have strings of its own."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str(text)):
            yield node.lineno, text
        case ast.JoinedStr(values=values):
            yield node.lineno, "".join(map(in_text, values))
            for value in values:
                if isinstance(value, ast.FormattedValue):
                    yield from strings(value.value)
        case _:
            for child in ast.iter_child_nodes(node):
                yield from strings(child)


def in_text(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else HOLE


def is_prose(text: str) -> bool:
    return " " in text.strip() and len(WORD.findall(text)) > 1 and not SQL.search(text)
