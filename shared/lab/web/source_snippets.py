"""Lines of a view's own source, for pages that show what they do: such lines cannot drift from the code."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from functools import cache


@cache
def source_of(function: Callable) -> str:
    """The whole function, without what decorates it."""
    lines = textwrap.dedent(inspect.getsource(inspect.unwrap(function))).splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    return "\n".join(lines[start:])


@cache
def session_lines_of(function: Callable) -> str:
    """Only its statements on ``request.session``, in their order."""
    source = source_of(function)
    statements = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Delete | ast.Expr)
    ]
    lines = [ast.get_source_segment(source, node) or "" for node in sorted(statements, key=lambda node: node.lineno)]
    return "\n".join(line for line in lines if "request.session" in line)
