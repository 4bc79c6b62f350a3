"""The state folder: who may use it, its databases and its times. Reads only; what is not there yet is no fault."""

import os
import shlex
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lab.doctor.finding import Finding
from lab.doctor.read_only import rows_of
from lab.state import STATE, in_terminal, journal_path

BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO
READ_BY_OTHERS = stat.S_IRGRP | stat.S_IROTH
TOLERANCE = timedelta(minutes=1)  # a clock that is set by the network goes back a little
NEWEST_ENTRY = "SELECT at FROM journal_entry ORDER BY id DESC LIMIT 1"


def check_folder() -> Iterator[Finding]:
    if STATE.exists() and not (STATE.is_dir() and os.access(STATE, os.R_OK | os.W_OK | os.X_OK)):
        yield Finding(
            f"You cannot read and write in the state folder {STATE}.",
            "All databases and secrets lie in it.",
            "LAB_STATE=$HOME/session-lab make run",
        )
    elif any(mode_of(path) & READ_BY_OTHERS for path in databases()) and mode_of(STATE) & BY_OTHERS:
        yield Finding(
            f"Others on this machine can read databases in {STATE}.",
            "Session keys are in them: whoever has the key of a session is taken for its visitor.",
            f"chmod 700 {shlex.quote(str(STATE))}",
        )


def check_databases() -> Iterator[Finding]:
    for path in databases():
        quoted = shlex.quote(str(path))
        if not os.access(path, os.R_OK | os.W_OK):
            yield Finding(
                f"You cannot read and write the database {path}.",
                "Its server cannot keep a session. It belongs to somebody else if the lab once ran under another name.",
                f"sudo chown $(id -u) {quoted} && chmod 600 {quoted}",
            )
        elif fault := fault_of(path):
            yield Finding(
                f"The database {path} is damaged: {fault}.",
                "Its server fails when it reads that part. Without the file, the next start makes another one, empty.",
                f"rm {quoted}* && {in_terminal('make run')}",
            )


def check_clock() -> Iterator[Finding]:
    latest = datetime.now(UTC) + TOLERANCE
    ahead = [f"The file {path}" for path, changed in times_of_files() if changed > latest]
    ahead += ["The newest entry of the journal" for at in times_of_newest_entry() if at > latest]
    if ahead:
        yield Finding(
            f"{ahead[0]} is from the future.",
            "The clock is late now, or was ahead then: sessions and tokens end too late, or are refused.",
            "date  # and set the clock; if it is right, make reset",
        )


def databases() -> list[Path]:
    """All that there are: of each server, of the journal, and of the runs of scenarios that are kept."""
    return sorted(STATE.rglob("*.sqlite3"))


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def fault_of(path: Path) -> str:
    """In the words of SQLite; empty if the database is whole."""
    try:
        ((said,),) = rows_of(path, "PRAGMA quick_check(1)")
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == "ok" else said


def times_of_files() -> Iterator[tuple[Path, datetime]]:
    """When each file of the state folder was last changed."""
    for path in sorted(STATE.rglob("*")):
        with suppress(FileNotFoundError):  # a server that is running has removed it meanwhile
            yield path, datetime.fromtimestamp(path.stat().st_mtime, UTC)


def times_of_newest_entry() -> list[datetime]:
    """One, or none if nothing was recorded, or nothing can be read."""
    if not journal_path().exists():
        return []
    with suppress(sqlite3.DatabaseError):
        return [datetime.fromisoformat(at).replace(tzinfo=UTC) for (at,) in rows_of(journal_path(), NEWEST_ENTRY)]
    return []
