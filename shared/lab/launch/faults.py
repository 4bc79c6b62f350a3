"""Faults of the machine that meet a start or a command, in one line: there is no mistake in the code to look for."""

import errno
from pathlib import Path

from django.db import connection

from lab.state import STATE, said_of_folder
from lab.web.database_failures import DROPPED, GONE, failure_of, said_by_database

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)


def said_of_fault(error: Exception) -> str:
    """What cannot be used, why, and what to do; empty if the error is of another kind."""
    failure = failure_of(error)
    if failure and failure not in (GONE, DROPPED):  # a command before the first start finds no tables, either
        return f"{connection.settings_dict['NAME']}: {said_by_database(error)}. {failure.what} {failure.remedy}"
    if isinstance(error, OSError) and (error.errno in OF_THE_DISK or is_in_state_folder(error.filename)):
        return said_of_folder(error.filename or STATE, error)
    return ""


def is_in_state_folder(path: object) -> bool:
    return isinstance(path, str | Path) and Path(path).is_relative_to(STATE)
