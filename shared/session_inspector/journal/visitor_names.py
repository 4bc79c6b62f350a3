"""What visitors are called, since two of them turned out to be one, and by somebody who has named one."""

from collections.abc import Collection

from session_inspector.journal.database import execute, transaction
from session_inspector.journal.jars import marks


def present_name(visitor: str) -> str:
    """The name of whom that visitor turned out to be; the same where it is none other."""
    found = execute("SELECT now FROM journal_alias WHERE visitor = %s", visitor)
    return found[0][0] if found else visitor


def name_visitor(visitor: str, name: str) -> None:
    """Let a visitor be called that; by no name of its own where it is empty."""
    with transaction():
        execute("DELETE FROM journal_name WHERE visitor = %s", visitor)
        if name:
            execute("INSERT INTO journal_name (visitor, name) VALUES (%s, %s)", visitor, name)


def names_of(visitors: Collection[str]) -> dict[str, str]:
    which = f"visitor IN ({marks(visitors)})"
    return dict(execute(f"SELECT visitor, name FROM journal_name WHERE {which}", *visitors)) if visitors else {}
