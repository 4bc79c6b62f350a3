"""What the journal needs of a database, and each of the two that it can lie in has in its own way."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

NEWER = "A newer version of the session inspector has made this journal."


class NotYet(OperationalError):
    """An attempt to connect goes on, and nobody waits for it: who asks again later may find it done."""


class Engine(Protocol):
    """A place that a journal can lie in, as the settings name it; equal to another that leads to the same place.

    All its methods may raise ``DatabaseError``.
    """

    BEGIN: str  # of a transaction that writes
    CREATE_TABLE: str  # one more, of a name and columns, where it is missing; its rows have an id that comes once
    LAST_ID: str  # asks for the highest id that an entry has ever had; NULL where none had one

    def connect(self) -> BaseDatabaseWrapper: ...

    def bring_up_to_date(self, connection: BaseDatabaseWrapper) -> None:
        """Make the tables, or upgrade them: the one place that does. Raises ``DatabaseError``, also for those of a
        newer version."""

    def number(self, connection: BaseDatabaseWrapper) -> int:
        """Which journal is there now: another number, where it was made anew."""

    def is_lost(self, connection: BaseDatabaseWrapper, number: int) -> bool:
        """Whether the connection does not lead to the journal of that number any more. Asks no database."""

    def insert(self, one: CursorWrapper, sql: str, values: Sequence[Any]) -> int:
        """The id of the row that the statement made."""

    def is_damaged(self, error: BaseException) -> bool:
        """Whether connection or tables are at fault, and not that they are in use, full or read-only."""

    def may_pass(self, error: BaseException) -> bool:
        """Whether the same statement may succeed later."""

    def repair(self) -> None:
        """After an error of a damage: what no later statement repairs by itself."""

    def put_aside(self) -> None:
        """Make room for a new journal, where a damage stays."""

    def fingerprint_key(self) -> Path | None:
        """Where the key of the fingerprints lies, unless the settings say it; None where they must."""
