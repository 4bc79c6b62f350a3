"""In which ways a database fails, as data: what a page says of each, and what one does about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DatabaseFailure:
    """One kind. ``signs`` are beginnings of what the database says: its name of the error, a colon, its words.

    ``what``, ``meaning`` and ``remedy`` are sentences, in ASCII: they stand in JSON, too (RFC 6749, 5.2).
    """

    signs: tuple[str, ...]
    heading: str
    what: str
    meaning: str
    remedy: str


BUSY = DatabaseFailure(
    # of PostgreSQL: a lock or a statement took too long, a deadlock, a transaction that must be repeated, no connection
    signs=("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "57014", "40P01", "40001"),
    heading="Busy",
    what="The database of this server is busy.",
    meaning="Something else has been writing for too long. What was stored before is still there.",
    remedy="Wait a moment, then try again.",
)
FULL = DatabaseFailure(
    signs=("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "53100"),
    heading="Disk full",
    what="There is no room left on the disk.",
    meaning="What was stored before is still there, and can be read.",
    remedy="Make room on the disk that the state folder lies on, then try again.",
)
GONE = DatabaseFailure(
    signs=("SQLITE_READONLY_DBMOVED", "SQLITE_ERROR: no such table"),
    heading="Database gone",
    what="The database of this server is gone.",
    meaning="It, or a table in it, was deleted while the server ran. What was in it is lost, sessions too.",
    remedy="Wait some seconds, then load the page again: the server starts again by itself, with a new database.",
)
READ_ONLY = DatabaseFailure(
    signs=("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "25006", "42501"),
    heading="Not writable",
    what="The database of this server cannot be written.",
    meaning="The server may not write the file, or the folder that it lies in. What was stored before is still there.",
    remedy="Let the state folder and its files be written, then try again.",
)
DAMAGED = DatabaseFailure(
    signs=("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR", "XX001", "XX002"),
    heading="Database damaged",
    what="The database of this server cannot be read.",
    meaning="Its file is damaged, or the disk fails. Some of what was stored may be lost.",
    remedy="If it stays, delete the file. The server makes a new, empty one: by itself while it runs, or at its start.",
)
START_POSTGRESQL = "If it stays, start PostgreSQL."
UNREACHABLE = DatabaseFailure(
    # no connection left, a broken one, a server that ends or starts; what has no number here comes of the driver itself
    signs=("53300", "08", "57P01", "57P02", "57P03", "OperationalError", "InterfaceError", "PoolTimeout"),
    heading="Database out of reach",
    what="The database of this server does not answer.",
    meaning="PostgreSQL does not run, is about to, or has no connection left. What was stored before is still there.",
    remedy=f"Wait a moment, then try again. {START_POSTGRESQL}",
)
DROPPED = DatabaseFailure(
    signs=("3D000", "42P01"),
    heading=GONE.heading,
    what=GONE.what,
    meaning=GONE.meaning,
    remedy="Start the lab again: it makes a new database.",
)
FAILURES = (BUSY, FULL, GONE, READ_ONLY, DAMAGED, UNREACHABLE, DROPPED)  # the first one with a sign that fits


def failure_of(error: BaseException | None) -> DatabaseFailure | None:
    """The failure that the error comes of; None where no database failed: a mistake in a statement is a fault of ours,
    and that a row is gone is none at all."""
    said = said_by_database(error)
    return next((failure for failure in FAILURES if said.startswith(failure.signs)), None)


def said_by_database(error: BaseException | None) -> str:
    """For the developer and for the log: ``SQLITE_FULL: database or disk is full``. PostgreSQL gives numbers."""
    while error is not None:
        if name := name_of(error):
            return f"{name}: {error}"
        error = error.__cause__ or error.__context__
    return ""


def name_of(error: BaseException) -> str:
    """What the database calls the error, or PostgreSQL's driver, if it is one of theirs."""
    said = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return said or (type(error).__name__ if type(error).__module__.startswith("psycopg") else "")
