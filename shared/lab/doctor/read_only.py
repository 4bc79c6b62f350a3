"""Look into an SQLite file that somebody else writes, and leave nothing behind."""

import sqlite3
from contextlib import closing
from pathlib import Path


def rows_of(path: Path, sql: str, *values: str) -> list[tuple]:
    """What one statement answers. Raises ``sqlite3.DatabaseError``.

    To read a file with a write-ahead log, SQLite makes that log where there is none. Nobody has the file open then, so
    it may be taken for one that does not change. Where there is one, SQLite may renew its index, the file ``-shm``.
    """
    is_open = path.with_name(f"{path.name}-wal").exists()
    address = f"{path.absolute().as_uri()}?{'mode=ro' if is_open else 'immutable=1'}"
    with closing(sqlite3.connect(address, uri=True, timeout=2)) as connection:
        return connection.execute(sql, values).fetchall()
